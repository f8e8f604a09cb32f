"""Vietnamese text: repair of legacy encodings, and the key by which text is searched. Pure.

State bodies must write Unicode of TCVN 6909:2001 (Decision 72/2002/QĐ-TTg; R29, R30, X22); we store its
precomposed form, NFC. Older files hold TCVN3 (ABC, the .VnTime fonts) or VNI-Windows, whose bytes, read as
Latin-1, look like "Tæng s¶n phÈm" or "Toång saûn phaåm".
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import Literal

Encoding = Literal["NFD", "TCVN3", "VNI"]


@dataclass(frozen=True, slots=True)
class Repair:
    """A text in NFC, and the encoding it was found in; None if nothing had to be changed."""

    text: str
    encoding: Encoding | None


def repair_vietnamese(text: str) -> Repair:
    """Bring text to precomposed Unicode from decomposed Unicode, TCVN3 or VNI. White space is not touched.

    Many legacy codes are right letters too, so the words decide: text is converted only if more of its
    accented words are Vietnamese syllables read in that encoding than as they stand or in the other one, and
    more than half of them are. Text with a Vietnamese letter beyond Latin-1 is Unicode already and left so.
    A single word may be read both ways ("Sè" is right, and "Số" in TCVN3) and is then left: pass whole texts.

    .VnTimeH fonts show the codes of small letters as capitals: TCVN3 letters become capitals among capitals.

    >>> repair_vietnamese("Tæng s¶n phÈm trªn ®Þa bµn")
    Repair(text='Tổng sản phẩm trên địa bàn', encoding='TCVN3')
    >>> repair_vietnamese("Tyû leä hoä ngheøo")
    Repair(text='Tỷ lệ hộ nghèo', encoding='VNI')
    >>> repair_vietnamese("Công an xã")
    Repair(text='Công an xã', encoding=None)
    """
    repaired = unicodedata.normalize("NFC", text)
    encoding: Encoding = "NFD"
    if legacy := _legacy_encoding(repaired):
        encoding, repaired = legacy, unicodedata.normalize("NFC", _converted(repaired, legacy))
    return Repair(repaired, None if repaired == text else encoding)


def fold(text: str) -> str:
    """Make the key under which text is found: small letters without marks, single spaces.

    "hòa" and "hoà" meet, and so do "tỷ" and "tỉ", "quý" and "quí", "m²" and "m2". Legacy encodings are not
    repaired.

    >>> fold("  Tỷ lệ  HỘ NGHÈO ")
    'ti le ho ngheo'
    """
    decomposed = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(char for char in decomposed if unicodedata.category(char) not in {"Mn", "Cf"})
    return _FINAL_Y.sub(r"\1i", " ".join(plain.replace("đ", "d").split()))


_FINAL_Y = re.compile(r"\b(qu|[hklmst])y\b")


# The letters. A tone is a combining mark.

_TONES = _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300\u0301\u0309\u0303\u0323"
_VOWELS = "aăâeêioôơuưy"


def _toned(vowel: str, tone: str) -> str:
    return unicodedata.normalize("NFC", vowel + tone)


_VOWEL_AND_TONE = {_toned(vowel, tone): (vowel, tone) for vowel in _VOWELS for tone in _TONES}
_SMALL = {*_VOWELS, *_VOWEL_AND_TONE, "đ"}
_BEYOND_LATIN_1 = {letter for small in _SMALL for letter in (small, small.upper()) if letter > "\xff"}


# The legacy codes.

# ư is U+00AD, the soft hyphen, which many tools drop: repair text before cleaning it.
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)


def _vni_table() -> dict[str, str]:
    """Map the 134 codes of VNI, of one or two characters each, to their letters."""
    codes = {"ñ": "đ", "ô": "ơ", "ö": "ư"}
    for bases, vowels, marks in [
        ("aeouyôö", "aeouyơư", "øùûõï"),
        ("aeo", "âêô", "àáåãä"),
        ("a", "ă", "èéúüë"),
        ([""], "i", "ìíæóò"),
    ]:
        for base, vowel in zip(bases, vowels, strict=True):
            codes |= {base + mark: _toned(vowel, tone) for mark, tone in zip(marks, _TONES, strict=True)}
    codes |= {"aâ": "â", "eâ": "ê", "oâ": "ô", "aê": "ă", "î": codes.pop("yï")}
    return codes | {code.upper(): letter.upper() for code, letter in codes.items()}


_TABLES: dict[Encoding, dict[str, str]] = {"TCVN3": _TCVN3, "VNI": _vni_table()}
# Longest first; then whatever the encoding does not know.
_CODES = {
    encoding: re.compile("|".join([*sorted(table, key=len, reverse=True), "[\xa1-\xff]"]))
    for encoding, table in _TABLES.items()
}
_WORD = re.compile("[0-9A-Za-z\xa1-\xff]+")


def _read(word: str, encoding: Encoding, unknown: str | None = None) -> str:
    table = _TABLES[encoding]
    return _CODES[encoding].sub(lambda code: table.get(code[0], unknown or code[0]), word)


def _converted(text: str, encoding: Encoding) -> str:
    if encoding == "VNI":
        return _read(text, encoding)
    return "".join(map(_tcvn3_line, text.splitlines(keepends=True)))


def _tcvn3_line(line: str) -> str:
    line_in_capitals = _is_in_capitals(line)

    def letters(word: re.Match[str]) -> str:
        read = _read(word[0], "TCVN3")
        return read.upper() if line_in_capitals or _is_in_capitals(word[0]) else read

    return _WORD.sub(letters, line)


def _is_in_capitals(text: str) -> bool:
    """Tell whether the ASCII letters are capitals, and more than one for each word ("Hµ T©Y", not "Hµ")."""
    letters = re.sub("[^A-Za-z]", "", text)
    return letters.isupper() and len(letters) > len(text.split())


# What a word is, and so which encoding a text is in.

_RIMES = """
    a ac ach ai ak am an ang anh ao ap at au ay  ă ăc ăk ăm ăn ăng ăp ăt  â âc âk âm ân âng âp ât âu ây
    e ec ek em en eng eo ep et  ê êch êk êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu ik im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi ok om on
    ong ooc oong op ot  ô ôc ôi ôk ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui uk um un ung uôc uôi uôm uôn uông uôt uơ up ut
    uy uya uych uyên uyêt uynh uyt uyu  ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu ynh yt
"""
_SYLLABLE = re.compile(
    "(b|ch|c(?![eêiy])|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng(?![eêiy])|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
    f"(?P<rime>{'|'.join(_RIMES.split())})"
)
_ABBREVIATION = re.compile("[BCDĐGHKLMNPQRSTVX]{2,}")
# One character, signs alone ("§§"), and measures ("m²", "µm", "N·m").
_NO_EVIDENCE = re.compile(r".|\W+|.*[²³]|µ.*|[A-Za-z][·×][A-Za-z]")
_ENOUGH_WORDS = 500


def _legacy_encoding(text: str) -> Encoding | None:
    if text.isascii() or not _BEYOND_LATIN_1.isdisjoint(text):
        return None
    found = (match[0] for match in _WORD.finditer(text))
    evidence = (word for word in found if not word.isascii() and not _NO_EVIDENCE.fullmatch(word))
    words = list(islice(evidence, _ENOUGH_WORDS))
    as_it_stands = sum(map(_stands, words))
    tcvn3, vni = (sum(_is_word(_read(word, encoding, "?")) for word in words) for encoding in _TABLES)
    if tcvn3 > max(as_it_stands, vni, len(words) / 2):
        return "TCVN3"
    return "VNI" if vni > max(as_it_stands, tcvn3, len(words) / 2) else None


def _stands(word: str) -> bool:
    """Tell whether the word is right without conversion; the number of a note may follow it."""
    word = word.removesuffix("¹")
    return word in (word.lower(), word.upper(), word.capitalize()) and _is_word(word)


def _is_word(word: str) -> bool:
    return _ABBREVIATION.fullmatch(word) is not None or _is_syllable(word)


def _is_syllable(word: str) -> bool:
    """Tell whether the word is spelt as a Vietnamese syllable, its tone where it may stand (hòa, hoà)."""
    letters = [_VOWEL_AND_TONE.get(letter, (letter, "")) for letter in word.lower()]
    match = _SYLLABLE.fullmatch("".join(letter for letter, _ in letters))
    toned = [place for place, (_, tone) in enumerate(letters) if tone]
    if match is None or len(toned) > 1:
        return False
    if not toned:
        return True
    rime, place = match["rime"], toned[0] - match.start("rime")
    is_stopped = rime.endswith(("c", "ch", "k", "p", "t"))
    return place in _tone_places(rime) and not (is_stopped and letters[toned[0]][1] not in _ACUTE + _DOT)


def _tone_places(rime: str) -> set[int]:
    vowels = rime.rstrip("cghkmnpt")
    if marked := [place for place, vowel in enumerate(vowels) if vowel in "ăâêôơư"]:
        return {marked[-1]}
    if vowels in ("oa", "oe", "uy"):
        return {0, 1}
    return {1 if len(vowels) == 3 or vowels == "oo" else 0}


#: Spreadsheets take text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """The text as a spreadsheet shows it and does not compute it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def one_line(text: str) -> str:
    r"""As it may stand as a name: single spaces, and no signs that turn, hide or control the letters beside them.

    >>> one_line("  Nguyễn\u202e Văn \n An ")
    'Nguyễn Văn An'
    """
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
