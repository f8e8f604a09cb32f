"""Tells a story through the services: every act by its own person, at its own moment. There is no other data path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import escape

from django.utils import timezone

from home.accounts.models import User
from indicators.numbers import BLANK, parse_cell
from indicators.periods import Period, PeriodKind
from reports.consolidation import services as consolidation
from reports.deadlines import services as deadlines
from reports.deadlines.models import Obligation
from reports.publication import services as publication
from reports.regimes.grid import LABEL, CellKind, grid_of
from reports.regimes.models import WORDED, CheckEffect, RegimePage, RegimeVersion
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.checks.explaining import explain
from reports.submissions.checks.report import findings_of
from reports.submissions.content import live_sheets
from reports.submissions.list_rows import add_rows
from reports.submissions.models import Submission
from reports.submissions.sections import save_section

#: Row key → column key → text as typed.
Values = dict[str, dict[str, str]]

_CHECKED = "Số liệu minh họa: đã đối chiếu với sổ theo dõi của đơn vị."
_PLACES = {"ĐÃ QUA": 0, "ĐANG ĐẾN": 1, "SẮP TỚI": 2}
_KINDS = {
    "month": PeriodKind.MONTH,
    "half": PeriodKind.HALF,
    "quarter": PeriodKind.QUARTER,
    "year": PeriodKind.YEAR,
}


@dataclass(frozen=True)
class Act:
    """One thing somebody does. What the fields mean to each verb, ``Teller`` says."""

    when: str
    who: str
    verb: str
    report: str
    values: Values = field(default_factory=dict)
    rest: str = ""
    text: dict[str, str] = field(default_factory=dict)
    reasons: Sequence[str] = ()
    note: str = ""
    number: int = 0


class StoryError(Exception):
    """A line of the story that cannot be told; names the line."""


class Teller:
    """Tells acts in order. ``now`` is the moment the story ends at; nothing is told later than it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, User] = {}
        self.verbs: dict[str, Callable[[Act, User, datetime], None]] = {
            "mở đợt": self._open_round,
            "nhập": self._enter,
            "thêm dòng": self._list,
            "viết": self._write,
            "trình": self._submit,
            "duyệt số liệu": lambda act, by, at: self._do(services.approve_data, act, by, at, seen=True),
            "duyệt báo cáo": lambda act, by, at: self._do(services.approve_report, act, by, at, seen=True),
            "không duyệt": lambda act, by, at: self._do(
                services.refuse,
                act,
                by,
                at,
                seen=True,
                reasons=act.reasons,
                text=act.note,
                **self._sheet(act),
            ),
            "cấp số": lambda act, by, at: self._do(
                services.issue, act, by, at, number=act.number, issued_on=timezone.localdate(at)
            ),
            "gửi": lambda act, by, at: self._do(services.send, act, by, at),
            "tiếp nhận": lambda act, by, at: self._do(services.accept, act, by, at),
            "trả lại": lambda act, by, at: self._do(
                services.return_, act, by, at, reasons=act.reasons, text=act.note
            ),
            "đề nghị điều chỉnh": lambda act, by, at: self._do(
                services.request_adjustment, act, by, at, reason=act.note
            ),
            "đồng ý điều chỉnh": lambda act, by, at: self._do(services.grant_adjustment, act, by, at),
            "tổng hợp": lambda act, by, at: self._do(consolidation.fill, act, by, at),
            "công khai": lambda act, by, at: self._do(
                publication.publish_submission, act, by, at, summary=act.note
            ),
        }

    def tell(self, story: Sequence[Act], *, already: Set[int], told: Callable[[int, Act], None]) -> int:
        """Tell the acts whose places are not in ``already``, in the order of their moments: the store is never
        back-dated. ``told`` is called after each with its place. Returns how many were told.

        Raises:
            StoryError: an act is refused; what was told before stays told.
        """
        moments = {place: self._moment(act) for place, act in enumerate(story) if place not in already}
        for place in sorted(moments, key=lambda place: (moments[place], place)):
            act = story[place]
            try:
                self.verbs[act.verb](act, self._person(act.who), moments[place])
            except Exception as error:
                raise StoryError(
                    f"Act {place + 1}: {act.when} {act.who} {act.verb} {act.report}: {error}"
                ) from error
            told(place, act)
        return len(moments)

    def _person(self, username: str) -> User:
        if username not in self.people:
            self.people[username] = User.objects.get(username=username)
        return self.people[username]

    # ---------------------------------------------------------------- when

    def _moment(self, act: Act) -> datetime:
        if match := re.fullmatch(r"nay-(\d+)h", act.when):
            moment = self.now - timedelta(hours=int(match[1]))
        else:
            day_text, clock = act.when.split(" ")
            moment = timezone.make_aware(
                datetime.combine(self._day(day_text, act), time.fromisoformat(clock))
            )
        return min(moment, self.now)

    def _day(self, text: str, act: Act) -> date:
        """``2024-05-15``, ``hạn-2`` (from the due day of the report's own tier) or ``mở`` (the day reception opens)."""
        if text[0].isdigit():
            return date.fromisoformat(text)
        version, period, tier = self._asked(act.report)
        planned = next(t for t in deadlines.plan_round(version, period).tiers if t.number == tier)
        if text == "mở":
            return planned.opens_on
        return planned.due.day + timedelta(days=int(text.removeprefix("hạn")))

    # ---------------------------------------------------------------- which report

    def _asked(self, report: str) -> tuple[RegimeVersion, Period, int]:
        """Regime version, period and tier of ``<regime> <period> [<organisation>[/<tier>]]``."""
        code, rest = report.split(" ", 1)
        version = RegimePage.objects.get(code=code).latest_version
        assert version is not None
        name = next((name for name in _PLACES if rest.startswith(name)), rest.split(" ")[0])
        tier = int(rest.rpartition("/")[2]) if "/" in rest else 1
        period = self._around_now(version, _PLACES[name]) if name in _PLACES else Period.parse(name)
        return version, period, tier

    def _around_now(self, version: RegimeVersion, place: int) -> Period:
        """The last period that was due before today (0), the next one (1), the one after (2)."""
        today = timezone.localdate(self.now)
        period = Period.of(_KINDS[version.compiled["frequency"]], today + timedelta(days=200))
        while deadlines.plan_round(version, period).tiers[0].due.day >= today:
            period = period.previous()
        for _ in range(place):
            period = Period.of(period.kind, period.last_day + timedelta(days=1))
        return period

    def _submission(self, act: Act, at: datetime) -> Submission:
        version, period, tier = self._asked(act.report)
        organisation = act.report.split()[-1].split("/")[0]
        obligation = Obligation.objects.get(
            tier__round__regime_version__code=version.code,
            tier__round__period=str(period),
            tier__number=tier,
            organisation__code=organisation,
        )
        return services.open_submission(obligation, at=at)

    # ---------------------------------------------------------------- verbs

    def _open_round(self, act: Act, by: User, at: datetime) -> None:
        version, period, _ = self._asked(act.report)
        deadlines.open_round(version, period, by=by, at=at)

    def _do(self, service: Callable[..., object], act: Act, by: User, at: datetime, **more: object) -> None:
        submission = self._submission(act, at)
        if more.pop("seen", False):
            assert submission.snapshot is not None
            more["seen"] = submission.snapshot.sha256
        service(submission, by=by, at=at, **more)

    def _sheet(self, act: Act) -> dict[str, str]:
        """The sheet a refusal is about: the report's first."""
        submission = self._submission(act, self.now)
        first = submission.sheets.select_related("form_version").first()
        return {"form_code": first.code} if first else {}

    def _enter(self, act: Act, by: User, at: datetime) -> None:
        """Type ``values`` into the cells named, and ``rest`` into the other input cells that are blank."""
        submission = self._submission(act, at)
        for sheet in submission.sheets.select_related("form_version"):
            grid = grid_of(sheet.form_version)
            entries = []
            for row, column in grid.cells(CellKind.INPUT):
                text = act.values.get(row, {}).get(column, act.rest)
                if text:
                    value = parse_cell(text, grid.row[row])
                    entries.append(CellEntry(sheet.pk, row, column, value=value))
            save_cells(submission, entries, by=by, at=at)

    def _list(self, act: Act, by: User, at: datetime) -> None:
        """Add rows to the lists of the report: ``values`` are by what a row is called, texts as they are kept."""
        submission = self._submission(act, at)
        for sheet in submission.sheets.select_related("form_version"):
            for section in grid_of(sheet.form_version).sections:
                rows = add_rows(submission, sheet.pk, section, by=by, count=len(act.values), at=at)
                entries = []
                for row, (name, cells) in zip(rows, act.values.items(), strict=True):
                    entries.append(CellEntry(sheet.pk, row.row, LABEL, text=name))
                    for column, text in cells.items():
                        worded = grid_of(sheet.form_version).column[column].kind in WORDED
                        value = BLANK if worded else parse_cell(text, None)
                        entries.append(
                            CellEntry(sheet.pk, row.row, column, value=value, text=text if worded else "")
                        )
                save_cells(submission, entries, by=by, at=at)

    def _submit(self, act: Act, by: User, at: datetime) -> None:
        """With ``note`` said of every figure that has to be explained: which those are depends on the day of the story."""
        submission = self._submission(act, at)
        for finding in findings_of(submission, live_sheets(submission)):
            if finding.effect == CheckEffect.EXPLAIN and finding.is_open and finding.sheet_id:
                explain(
                    submission,
                    finding.sheet_id,
                    finding.key,
                    finding.rule,
                    act.note or _CHECKED,
                    by=by,
                    at=at,
                )
        services.submit(submission, by=by, at=at)

    def _write(self, act: Act, by: User, at: datetime) -> None:
        submission = self._submission(act, at)
        for key, text in act.text.items():
            save_section(submission, key, f"<p>{escape(text)}</p>", by=by, at=at)
