"""Letters that the bundled font draws, and where a document has others: it is refused rather than printed with holes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from re import sub

from fontTools.ttLib import TTFont

from .content import DocumentContent
from .markup import clean

FONTS = Path(__file__).parent / "fonts"

#: Bullets and dashes that Word writes in its Symbol and Wingdings fonts, as ordinary letters.
_WORD_SIGNS = {
    0xF0B7: "•",
    0xF0A7: "▪",
    0xF06E: "■",
    0xF0A8: "□",
    0xF02D: "-",
    0xF0D8: "-",
    0xF0FC: "-",
    0xF0E0: "→",
    0xF0B1: "±",
    0xF0B3: "≥",
    0xF0A3: "≤",
}
#: Nothing to see: control characters besides line ends, joiners, direction marks, byte order marks.
_UNSEEN_RANGES = (
    (0x00, 0x08),
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x2064),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
)
_UNSEEN = {sign: None for first, last in _UNSEEN_RANGES for sign in range(first, last + 1)}
_NORMAL: dict[int, str | None] = {**_WORD_SIGNS, **_UNSEEN}


@dataclass(frozen=True, slots=True)
class Unprintable:
    """``sign`` cannot be drawn; ``place`` says where it stands, ``near`` the words around it."""

    sign: str
    place: str
    near: str

    def __str__(self) -> str:
        return f"ký tự “{self.sign}” (U+{ord(self.sign):04X}) ở {self.place}, chỗ “{self.near}”"


def printable(text: str) -> str:
    """The text composed (NFC), Word's private bullets as ordinary ones, without signs that nobody sees."""
    return unicodedata.normalize("NFC", text).translate(_NORMAL)


@cache
def _drawn() -> frozenset[int]:
    """Letters that all four styles have."""
    covered = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path) as font:
            covered.append(set(font.getBestCmap()))
    return frozenset(set.intersection(*covered)) | {9, 10, 13}


def lacking(text: str) -> list[str]:
    """Signs of a text that the font does not draw, each once."""
    return [sign for sign in dict.fromkeys(printable(text)) if ord(sign) not in _drawn()]


def unprintable(content: DocumentContent) -> list[Unprintable]:
    """Each sign that the font lacks, once for each place, in the order of the document."""
    found: dict[tuple[str, str], Unprintable] = {}
    for place, text in _texts(content):
        text = printable(text)
        for sign in lacking(text):
            at = text.index(sign)
            near = " ".join(text[max(0, at - 20) : at + 21].split())
            found.setdefault((sign, place), Unprintable(sign, place, near))
    return list(found.values())


def _texts(content: DocumentContent) -> Iterator[tuple[str, str]]:
    """Every text of the document with the name of its place."""
    yield "tên cơ quan", f"{content.superior_line} {content.organisation_name}"
    yield "số, ký hiệu, địa danh", f"{content.number_and_symbol} {content.symbol} {content.place_name}"
    yield "trích yếu", f"{content.kind_name} {content.title}"
    yield "“Kính gửi”", " ".join(content.addressees)
    yield "đoạn mở đầu", content.opening
    for section in content.sections:
        place = f"mục “{section.heading}”" if section.heading else "nội dung"
        yield place, f"{section.heading} {unescape(sub(r'<[^>]*>', ' ', clean(section.body)))}"
    for chart in content.charts:
        names = [chart.title, chart.measure, *chart.categories, *(series.name for series in chart.series)]
        yield f"biểu đồ “{chart.title}”", " ".join([*names, *(broken.note for broken in chart.breaks)])
    for table in content.tables:
        yield f"biểu “{table.title}”", " ".join([table.title, table.note, *table.footnotes, *table.notes])
        yield (
            f"tiêu đề cột của biểu “{table.title}”",
            " ".join(cell.label for line in table.header for cell in line),
        )
        for row in table.rows:
            yield (
                f"biểu “{table.title}”, dòng “{row.label}”",
                " ".join([row.number, row.label, row.measure, *row.values]),
            )
    yield "khối ký tên", " ".join([*content.signature_lines, content.signer_name])
    yield "“Nơi nhận”", " ".join([*content.copies, content.drafter])
