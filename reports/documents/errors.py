"""What documents refuse."""

from __future__ import annotations

from collections.abc import Sequence

from .printable import Unprintable


class DocumentError(Exception):
    """Base of what documents refuse; ``str()`` is Vietnamese."""


class NumberRefused(DocumentError):
    """The number, symbol or date cannot be given to this document."""


class UnprintableText(DocumentError):
    """The document has letters that its font does not draw; ``found`` names each with its place."""

    def __init__(self, found: Sequence[Unprintable]) -> None:
        super().__init__(found)
        self.found = found

    def __str__(self) -> str:
        more = f" và {len(self.found) - 5} chỗ khác" if len(self.found) > 5 else ""
        named = "; ".join(map(str, self.found[:5]))
        return f"Phông chữ văn bản không in được {named}{more}. Thay bằng chữ hoặc dấu thông thường."
