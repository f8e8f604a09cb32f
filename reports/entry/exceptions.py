"""What an approver or receiver has to look at: cells that changed, look wrong, were explained, or are newly missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from indicators.numbers import CellValue, NoValue
from reports.regimes.grid import LABEL, TYPED, CellKey, CellKind, FormGrid
from reports.regimes.models import CheckEffect
from reports.submissions.checks.findings import Finding, State
from reports.submissions.checks.report import findings_of
from reports.submissions.content import SheetContent, decode, encode, frozen_sections, frozen_sheets
from reports.submissions.filling import Filling, filling_of
from reports.submissions.models import Decision, Dispatch, Snapshot, Submission

from .reading import shown

_ENTERED = (*TYPED, CellKind.PREFILLED, CellKind.CONSOLIDATED)
_STATED = (CellKind.INPUT, CellKind.CONSOLIDATED)
_UNKNOWN = encode(CellValue(code=NoValue.UNKNOWN))

#: More cells than these are read in the grid itself.
LISTED = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell beside what it was: ``last`` in the report of the period before, ``old`` in the snapshot looked at before, as
    they are shown; "" is blank. ``marks`` are (tone, words), ``reasons`` what the checks found, ``said`` the explanations.
    """

    place: str
    last: str
    old: str
    now: str
    marks: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exceptions:
    """``cells`` are to be looked at, ``rest`` are not; of the rest ``new`` have nothing to be weighed against, and nobody
    typed ``given``.

    ``against`` names the snapshot that was looked at before and ``last`` the period before, "" where there is none.
    ``sections`` are headings whose text differs from that snapshot's.
    """

    number: int
    filling: Filling
    against: str = ""
    last: str = ""
    cells: tuple[Cell, ...] = ()
    rest: tuple[Cell, ...] = ()
    new: int = 0
    given: int = 0
    sections: tuple[str, ...] = ()

    @property
    def calm(self) -> str:
        """``212 ô còn lại không đổi, trong khoảng thường gặp``, as far as that is known."""
        known = [
            *(["không đổi"] if self.against else []),
            *(["trong khoảng thường gặp"] if self.new < len(self.rest) else ["không có gì khác thường"]),
        ]
        said = f"{len(self.rest)} ô{' còn lại' if self.cells else ''} {', '.join(known)}"
        beside = [
            *([f"{self.given} ô điền sẵn hoặc tổng hợp"] if self.given else []),
            *([f"{self.new} ô chưa có số kỳ trước để so"] if 0 < self.new < len(self.rest) else []),
        ]
        return f"{said} ({'; '.join(beside)})" if beside else said

    @property
    def is_long(self) -> bool:
        return len(self.rest) > LISTED


def exceptions(submission: Submission, snapshot: Snapshot, *, sent_only: bool = False) -> Exceptions:
    """``snapshot`` beside the last one that was decided on or sent, and beside the accepted report of the period before.

    ``sent_only``: for the receiver, who sees nothing of what was never sent.
    """
    now = frozen_sheets(snapshot)
    before = _looked_at_before(submission, snapshot, sent_only=sent_only)
    earlier = _by_code(frozen_sheets(before)) if before else {}
    period = submission.obligation.tier.round.span.previous()
    accepted = submission.accepted_before
    last = _by_code(frozen_sheets(accepted)) if accepted else {}
    found: dict[str, dict[CellKey, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings_of(submission, now):
        found[finding.form_code][finding.key].append(finding)
    table = _Table(len(now) > 1, before is not None)
    for content in now:
        table.add(content, earlier.get(content.code), last.get(content.code), found[content.code])
    written = {section.key: section.body for section in frozen_sections(before)} if before else {}
    sections = tuple(
        section.heading
        for section in frozen_sections(snapshot)
        if before and section.body != written.get(section.key, "")
    )
    return Exceptions(
        number=snapshot.number,
        filling=filling_of(now),
        against=f"bản trình {before.number}" if before else "",
        last=period.label() if accepted else "",
        cells=tuple(table.cells),
        rest=tuple(table.rest),
        new=table.new,
        given=table.given,
        sections=sections,
    )


def _looked_at_before(submission: Submission, snapshot: Snapshot, *, sent_only: bool) -> Snapshot | None:
    looked_at = Q(Exists(Dispatch.objects.filter(snapshot=OuterRef("pk"))))
    if not sent_only:
        looked_at |= Q(Exists(Decision.objects.filter(snapshot=OuterRef("pk"))))
    return submission.snapshots.filter(looked_at, number__lt=snapshot.number).order_by("-number").first()


def _by_code(contents: Iterable[SheetContent]) -> dict[str, SheetContent]:
    return {content.code: content for content in contents}


@dataclass
class _Table:
    several: bool
    compared: bool
    cells: list[Cell] = field(default_factory=list)
    rest: list[Cell] = field(default_factory=list)
    new: int = 0
    given: int = 0

    def add(
        self,
        content: SheetContent,
        earlier: SheetContent | None,
        last: SheetContent | None,
        found: Mapping[CellKey, list[Finding]],
    ) -> None:
        """Sort the cells of one sheet, in reading order."""
        grid = content.grid
        now, old, then = _entered(content), _entered(earlier), _entered(last)
        for key in grid.kinds:
            text, findings = now.get(key, ""), found.get(key, [])
            changed = self.compared and text != old.get(key, "")
            missing = (
                grid.kinds[key] in _STATED and text in {"", _UNKNOWN} and then.get(key, _UNKNOWN) != _UNKNOWN
            )
            if not (text or changed or missing or findings):
                continue
            marks = tuple(_marks(changed, missing, findings))
            cell = Cell(
                self._place(content, key),
                shown(grid, key, *decode(then.get(key, ""))),
                shown(grid, key, *decode(old.get(key, ""))),
                _written(content, key),
                marks,
                tuple(finding.text for finding in findings),
                tuple(_said(findings)),
            )
            if any(tone != "quiet" for tone, _ in marks):
                self.cells.append(cell)
            else:
                self.rest.append(cell)
                self.new += key not in then
                self.given += grid.kinds[key] not in TYPED
        if earlier is not None:
            self.cells += self._taken_out(earlier, grid)

    def _taken_out(self, earlier: SheetContent, grid: FormGrid) -> Iterable[Cell]:
        """The rows of lists that are no longer there, each as one line."""
        old = _entered(earlier)
        for row in earlier.grid.rows:
            if row.section and row.key not in grid.row:
                said = [_written(earlier, key) for key in old if key[0] == row.key and key[1] != LABEL]
                place = f"{earlier.grid.row[row.section].label} · {row.label or row.number}"
                yield Cell(
                    f"{earlier.code} · {place}" if self.several else place,
                    "",
                    "; ".join(said),
                    "",
                    (("warn", "Đã xóa dòng"),),
                )

    def _place(self, content: SheetContent, key: CellKey) -> str:
        grid: FormGrid = content.grid
        row = grid.row[key[0]]
        place = f"{row.label or row.number} · {grid.column[key[1]].label}"
        return f"{content.code} · {place}" if self.several else place


def _entered(content: SheetContent | None) -> dict[CellKey, str]:
    """The cells that are not computed, encoded; blank ones left out."""
    if content is None:
        return {}
    encoded = {
        key: encode(content.value(key), content.texts.get(key, "")) for key in content.grid.cells(*_ENTERED)
    }
    return {key: text for key, text in encoded.items() if text}


def _written(content: SheetContent, key: CellKey) -> str:
    return shown(content.grid, key, content.value(key), content.texts.get(key, ""))


def _marks(changed: bool, missing: bool, findings: Iterable[Finding]) -> Iterable[tuple[str, str]]:
    if changed:
        yield "info", "Đã sửa"
    if missing:
        yield "warn", "Mới thiếu số"
    for finding in findings:
        if finding.state == State.EXPLAINED:
            yield "done", "Đã giải trình"
        elif finding.state == State.SILENCED:
            yield "quiet", "Đã giải trình năm trước"
        elif finding.effect == CheckEffect.WARN:
            yield "warn", "Cảnh báo"
        else:
            yield "late", "Chưa giải trình"


def _said(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        if finding.said:
            yield f"{finding.said_in}: {finding.said}" if finding.said_in else finding.said
