"""What an organisation owes by the regimes in force, as its administrator shares it out among his people."""

from __future__ import annotations

from home.accounts.assigning import OwedForm, OwedReport, OwedRow
from home.organisations.models import Organisation

from .grid import grid_of
from .models import FormVersion, RegimeSubject, ReportForm, RowKind


def reports_owed(organisation: Organisation) -> list[OwedReport]:
    """Regimes by title, each with its forms as last published; of a form, the rows that people fill in bear a scope."""
    lines = (
        RegimeSubject.objects.filter(organisation=organisation, page__live=True)
        .select_related("page", "report_form")
        .order_by("page__title", "page", "tier_number", "sort_order")
    )
    asked: dict[tuple[str, str], dict[str, ReportForm]] = {}
    for line in lines:
        forms = asked.setdefault((line.page.code, line.page.title), {})
        if line.report_form:
            forms.setdefault(line.report_form.code, line.report_form)
    codes = {form.pk for forms in asked.values() for form in forms.values()}
    latest = {
        version.report_form_id: version
        for version in FormVersion.objects.filter(report_form__in=codes).order_by("number")
    }
    return [
        OwedReport(
            f"regime:{code}",
            title,
            tuple(
                OwedForm(f"form:{form.code}", str(form), _rows(form.code, latest.get(form.pk)))
                for form in forms.values()
            ),
        )
        for (code, title), forms in asked.items()
    ]


def _rows(code: str, version: FormVersion | None) -> tuple[OwedRow, ...]:
    if version is None:
        return ()
    return tuple(
        OwedRow(
            f"row:{code}/{row.key}" if row.kind in (RowKind.INPUT, RowKind.TEXT, RowKind.LIST) else "",
            f"{row.number} {row.label}".strip(),
            row.level,
        )
        for row in grid_of(version).rows
    )
