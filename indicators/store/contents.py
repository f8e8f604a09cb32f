"""What a cell holds as the columns of a figure, and back. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from indicators.numbers import BLANK, CellValue, format_cell
from indicators.targets import Target, in_words, of_word


class Content(NamedTuple):
    """``kind`` is one of ``models.ContentKind``. Of a bound ``text`` is the word before the number."""

    kind: str
    amount: Decimal | None = None
    amount_to: Decimal | None = None
    code: str = ""
    text: str = ""

    @property
    def value(self) -> CellValue:
        """A bound in words of its own (an older source's) is words as a whole, never its bare number."""
        match self.kind:
            case "range" if self.amount is not None and self.amount_to is not None:
                return CellValue(target=Target(self.amount, self.amount_to))
            case "bound" if self.amount is not None:
                bound = of_word(self.text, self.amount)
                return CellValue(
                    target=bound or in_words(f"{self.text} {format_cell(CellValue(self.amount))}")
                )
            case "text":
                return CellValue(target=in_words(self.text)) if self.text.strip() else BLANK
        return CellValue(self.amount, self.code)


def content_of(value: CellValue) -> Content:
    target = value.target
    if target is None:
        return Content("number" if value.is_number else "code", value.amount, code=value.code)
    if target.words:
        return Content("text", text=target.words)
    if target.sign:
        return Content("bound", target.amount, text=target.word)
    return Content("range", target.amount, target.amount_to)
