"""What one document says, as a value: kept as JSON with the document, laid out as PDF and as DOCX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.charts import Chart

from .tables import DocumentTable

SCHEMA = "portal.document/1"


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """``body`` is HTML; whatever ``markup.clean`` does not know is dropped when it is rendered."""

    heading: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """What one document says, as it will be printed.

    Head
        ``superior_line`` and ``organisation_name`` (box 2, printed in capitals); ``number_and_symbol`` (box 3) and
        ``issued_on`` (box 4) are empty before issue; ``symbol`` is then printed after the blank number.
    Title
        ``kind_name`` in capitals and ``title``, the trích yếu (box 5a). ``addressees`` (box 9a): none, one, several.
    Body
        ``opening`` (plain text, a paragraph per line), ``sections``, ``charts``, then ``tables`` as annexes that a
        closing sentence refers to (box 6).
    Signature
        ``signature_lines`` in capitals such as ``KT. GIÁM ĐỐC`` (7a), ``signer_name`` (7b).
    Copies
        ``copies`` without "Như trên" and "Lưu", which are added (9b); ``drafter``: the drafting division's initials.
    Standing
        ``draft``: "DỰ THẢO" on every page. ``demo``: no legal value, said on every page.
    """

    organisation_name: str
    title: str
    superior_line: str = ""
    number_and_symbol: str = ""
    symbol: str = ""
    place_name: str = ""
    issued_on: date | None = None
    kind_name: str = "BÁO CÁO"
    addressees: tuple[str, ...] = ()
    opening: str = ""
    sections: tuple[DocumentSection, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[DocumentTable, ...] = ()
    signature_lines: tuple[str, ...] = ()
    signer_name: str = ""
    copies: tuple[str, ...] = ()
    drafter: str = ""
    draft: bool = True
    demo: bool = False

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"schema": SCHEMA}
        for name in self.__slots__:
            value = getattr(self, name)
            data[name] = list(value) if isinstance(value, tuple) else value
        data["issued_on"] = self.issued_on.isoformat() if self.issued_on else None
        data["sections"] = [[section.heading, section.body] for section in self.sections]
        data["charts"] = [chart.to_json() for chart in self.charts]
        data["tables"] = [table.to_json() for table in self.tables]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> DocumentContent:
        """Read what ``to_json`` wrote; older documents have no charts.

        Raises:
            ValueError: it was written by another schema.
        """
        if data.get("schema") != SCHEMA:
            raise ValueError(f"A document of schema {data.get('schema')!r}, not {SCHEMA!r}.")
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in data.items()
            if name != "schema"
        }
        fields["issued_on"] = date.fromisoformat(data["issued_on"]) if data["issued_on"] else None
        fields["sections"] = tuple(DocumentSection(*section) for section in data["sections"])
        fields["charts"] = tuple(Chart.from_json(chart) for chart in data.get("charts", ()))
        fields["tables"] = tuple(DocumentTable.from_json(table) for table in data["tables"])
        return cls(**fields)
