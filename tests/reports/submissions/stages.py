"""A report at each stage of its life, brought there by the services alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from home.organisations.models import Organisation
from indicators.models import Indicator
from indicators.numbers import CellValue
from indicators.periods import Period
from indicators.store.models import Source, SourceKind, Standing, ValueType
from indicators.store.services import FigureEntry, post
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation, Tier
from reports.regimes.compiling import publish_form
from reports.regimes.grid import CellKind, grid_of
from reports.regimes.models import FormRow, ReportForm
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.models import Submission
from reports.submissions.sections import save_section

#: 09:00 on 15 May 2026 in Việt Nam; the report is due on the 18th.
START = datetime(2026, 5, 15, 2, tzinfo=UTC)


def hour(count: int) -> datetime:
    return START + timedelta(hours=count)


def number(text: str) -> CellValue:
    return CellValue(Decimal(text))


def fill(submission: Submission, by, *, at=START, amount: str = "100") -> None:
    """Every input cell with ``amount``, every section with a sentence."""
    for sheet in submission.sheets.select_related("form_version"):
        grid = grid_of(sheet.form_version)
        entries = [CellEntry(sheet.pk, *key, value=number(amount)) for key in grid.cells(CellKind.INPUT)]
        if entries:
            save_cells(submission, entries, by=by, at=at)
    for section in submission.sections.all():
        save_section(submission, section.key, f"<p>Nội dung {section.heading}.</p>", by=by, at=at)


def with_policy(submission: Submission, **changes) -> Submission:
    """The report of a regime whose compiled version says this."""
    version = submission.obligation.tier.round.regime_version
    type(version).objects.filter(pk=version.pk).update(compiled={**version.compiled, **changes})
    return Submission.objects.with_obligation().get(pk=submission.pk)


def submit(submission: Submission, by, *, at=START) -> Submission:
    return services.submit(submission, by=by, at=at)


def approve(submission: Submission, data_leader, leader, *, at=START) -> Submission:
    submission.refresh_from_db()
    services.approve_data(submission, by=data_leader, seen=submission.snapshot.sha256, at=at)
    services.approve_report(submission, by=leader, seen=submission.snapshot.sha256, at=at)
    submission.refresh_from_db()
    return submission


def issue(submission: Submission, registrar, *, at=START, number: int = 5) -> Submission:
    services.issue(submission, by=registrar, number=number, issued_on=date(2026, 5, 15), at=at)
    submission.refresh_from_db()
    return submission


def send(submission: Submission, registrar, *, at=START):
    dispatch = services.send(submission, by=registrar, at=at)
    submission.refresh_from_db()
    return dispatch


def choose_chart(form: ReportForm) -> None:
    """The form's designer wants a chart of its row I.1."""
    FormRow.objects.filter(report_form=form, key="I.1").update(charted=True)
    publish_form(form, by=None)


def stated(
    supplier: Organisation,
    period: str,
    amount: str,
    *,
    kind: ValueType = ValueType.ACTUAL,
    standing: Standing = Standing.ACCEPTED,
    part: str = "",
    at: datetime = START,
) -> None:
    """The supplier's domestic revenue enters the store, from elsewhere than a report."""
    source = Source.objects.create(
        kind=SourceKind.IMPORT,
        code=f"nguon-{Source.objects.count()}",
        citation="Nguồn",
        stated_on=at.date(),
        created_at=at,
    )
    indicator = Indicator.objects.get(code="THU-NOI-DIA")
    entry = FigureEntry(indicator.pk, supplier.pk, period, kind, number(amount), disaggregation=part)
    post([entry], source=source, standing=standing, supplier=supplier, by=None, at=at)


def following(regime, organisation: Organisation, period: str) -> Submission:
    """The organisation's report of a later period, empty; its reception does not end."""
    at = datetime.combine(Period.parse(period).first_day, time(1), UTC) + timedelta(days=10)
    round_ = deadlines.open_round(regime.latest_version, Period.parse(period), by=None, at=at)
    Tier.objects.filter(round=round_).update(closes_on=date(2099, 12, 31))
    obligation = Obligation.objects.with_round().get(organisation=organisation, tier__round=round_)
    return services.open_submission(obligation, at=at)
