import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import reports

FONTS = Path(reports.__file__).parent / "documents" / "fonts"
STYLES = {"Regular": (400, False), "Bold": (700, False), "Italic": (400, True), "BoldItalic": (700, True)}

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LOWER = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
LETTERS = LOWER + [letter.upper() for letter in LOWER]
SIGNS = "–…‰≤≥²³"


def test_vietnamese_has_146_letters_with_tones_or_of_its_own() -> None:
    assert len(set(LETTERS)) == 146
    assert all(len(letter) == 1 for letter in LETTERS)


@pytest.mark.parametrize("style", STYLES)
def test_the_document_font_draws_every_vietnamese_letter_and_sign_of_measure(style: str) -> None:
    font = TTFont(FONTS / f"Tinos-{style}.ttf")
    glyphs = font.getBestCmap()

    missing = [sign for sign in [*LETTERS, *SIGNS] if ord(sign) not in glyphs]
    empty = [sign for sign in [*LETTERS, *SIGNS] if font["glyf"][glyphs[ord(sign)]].numberOfContours == 0]

    assert missing == []
    assert empty == []


@pytest.mark.parametrize(("style", "weight", "italic"), [(style, *rest) for style, rest in STYLES.items()])
def test_each_file_is_the_style_its_name_says(style: str, weight: int, italic: bool) -> None:
    font = TTFont(FONTS / f"Tinos-{style}.ttf")

    assert font["OS/2"].usWeightClass == weight
    assert bool(font["head"].macStyle & 0b10) is italic


def test_the_document_font_is_as_wide_as_times_new_roman() -> None:
    """Advance widths of Times New Roman in 1/2048 em, so that line breaks fall as in the sample documents."""
    font = TTFont(FONTS / "Tinos-Regular.ttf")

    widths = {letter: font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "a0MW "}

    assert font["head"].unitsPerEm == 2048
    assert widths == {"a": 909, "0": 1024, "M": 1821, "W": 1933, " ": 512}


def test_each_font_file_is_the_one_written_down_and_may_be_embedded() -> None:
    readme = (FONTS / "README.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"\| `(Tinos-\w+\.ttf)` \| `([0-9a-f]{64})` \|", readme))

    assert set(written) == {path.name for path in FONTS.glob("*.ttf")}
    for name, checksum in written.items():
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == checksum
        assert TTFont(FONTS / name)["OS/2"].fsType == 0
