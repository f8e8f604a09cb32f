"""A plan that is not one number: a range, a bound, "about" so much, or words (X9). Pure.

    7,5-8,0 · 7,5 – 8,0 · từ 7,5 đến 8,0         a range
    <7,6 · dưới 7,6 · ≤ 3 · không quá 3           an upper bound, without and with the number itself
    >95 · trên 95 · ≥ 95 · ít nhất 95             a lower bound
    khoảng 4 · ~4                                 about
    Xuất siêu                                     words, which hold no digit

Written back in one way: ``7,5 – 8,0``, ``dưới 7,6``, ``không quá 3``, ``trên 95``, ``ít nhất 95``, ``khoảng 4``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

#: As many characters the words of a plan may have; the store keeps no more.
MAX_WORDS = 300


class Sign(StrEnum):
    """How a number bounds a figure; the value is how snapshots write it."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    ABOUT = "~"

    @property
    def word(self) -> str:
        return _WORDS[self]


_WORDS = {
    Sign.BELOW: "dưới",
    Sign.AT_MOST: "không quá",
    Sign.ABOVE: "trên",
    Sign.AT_LEAST: "ít nhất",
    Sign.ABOUT: "khoảng",
}
_BY_WORD = {word: sign for sign, word in _WORDS.items()}
#: What people write before the number; the longer ones first, for "không quá" is not "quá".
_BEFORE = {
    "không vượt quá": Sign.AT_MOST,
    "không quá": Sign.AT_MOST,
    "không dưới": Sign.AT_LEAST,
    "không thấp hơn": Sign.AT_LEAST,
    "không cao hơn": Sign.AT_MOST,
    "nhiều nhất": Sign.AT_MOST,
    "cao nhất": Sign.AT_MOST,
    "tối đa": Sign.AT_MOST,
    "ít nhất": Sign.AT_LEAST,
    "thấp nhất": Sign.AT_LEAST,
    "tối thiểu": Sign.AT_LEAST,
    "thấp hơn": Sign.BELOW,
    "nhỏ hơn": Sign.BELOW,
    "dưới": Sign.BELOW,
    "cao hơn": Sign.ABOVE,
    "lớn hơn": Sign.ABOVE,
    "trên": Sign.ABOVE,
    "hơn": Sign.ABOVE,
    "khoảng": Sign.ABOUT,
    "xấp xỉ": Sign.ABOUT,
    "<=": Sign.AT_MOST,
    "=<": Sign.AT_MOST,
    "≤": Sign.AT_MOST,
    "<": Sign.BELOW,
    ">=": Sign.AT_LEAST,
    "=>": Sign.AT_LEAST,
    "≥": Sign.AT_LEAST,
    ">": Sign.ABOVE,
    "~": Sign.ABOUT,
    "≈": Sign.ABOUT,
}
_AFTER = {"trở lên": Sign.AT_LEAST, "trở xuống": Sign.AT_MOST}
_SIGNED = re.compile(rf"(?P<sign>{'|'.join(map(re.escape, _BEFORE))})\s*(?P<number>\S.*)", re.IGNORECASE)
_OPEN = re.compile(rf"(?:từ\s+)?(?P<number>\S.*?)\s+(?P<sign>{'|'.join(_AFTER)})", re.IGNORECASE)
_NUMBER = r"[-−]?[0-9](?:[0-9.,\u00a0\u202f ]*[0-9])?\s*[%‰]?"
_RANGE = re.compile(
    rf"(?:khoảng\s+)?(?:từ\s+)?(?P<low>{_NUMBER})\s*(?:[-–—−]|đến)\s*(?P<high>{_NUMBER})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Target:
    """A range (``amount`` to ``amount_to``), a number with its ``sign``, or ``words``; one of the three.

    Raises:
        ValueError: it is none of them, or a range that does not rise.
    """

    amount: Decimal | None = None
    amount_to: Decimal | None = None
    sign: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        if self.words:
            sound = self.amount is None and self.amount_to is None and not self.sign
        elif self.sign:
            sound = self.amount is not None and self.amount_to is None and self.sign in set(Sign)
        else:
            sound = self.amount is not None and self.amount_to is not None and self.amount < self.amount_to
        if not sound:
            raise ValueError(f"A target is a range, a bound or words, not {self!r}.")

    @property
    def word(self) -> str:
        """What is written before the number of a bound."""
        return Sign(self.sign).word

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return tuple(amount for amount in (self.amount, self.amount_to) if amount is not None)


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a target as they were typed: its numbers, and the sign before one."""

    numbers: tuple[str, ...]
    sign: str = ""


def split(text: str) -> Split | None:
    """The numbers in what looks like a range or a bound; None where it is neither."""
    if found := _RANGE.fullmatch(text):
        return Split((found["low"].strip(), found["high"].strip()))
    if found := _OPEN.fullmatch(text):
        return Split((found["number"],), _AFTER[found["sign"].lower()])
    if found := _SIGNED.fullmatch(text):
        return Split((found["number"],), _BEFORE[found["sign"].lower()])
    return None


def is_wording(text: str) -> bool:
    """Whether this may be a plan in words: letters and no digit, so that no mistyped number passes for one."""
    return any(map(str.isalpha, text)) and not any(map(str.isdigit, text))


def in_words(text: str) -> Target:
    """Words as a target: white space joined, NFC."""
    return Target(words=unicodedata.normalize("NFC", " ".join(text.split())))


def of_word(word: str, amount: Decimal) -> Target | None:
    """The bound that is written with this word; None where no bound is."""
    sign = _BY_WORD.get(word)
    return Target(amount, sign=sign) if sign else None
