"""Reports beneath, told through the services: from the first figure to the acceptance by the lead agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from home.accounts.models import Appointment, DutyKind, User
from home.organisations.models import Organisation
from indicators.numbers import BLANK, CellValue, parse_cell
from reports.deadlines.models import Obligation
from reports.regimes.grid import CellKey, CellKind, grid_of
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.models import Cell, Sheet, Submission
from reports.submissions.sections import save_section
from tests.conftest import make_person
from tests.reports.submissions import stages

hour = stages.hour

INLAND = ("I.1", "uoc")
CUSTOMS = ("I.2", "uoc")


def shown(sheet: Sheet, key: CellKey = INLAND) -> CellValue:
    """What stands in a cell of the lead agency's report."""
    cell = Cell.objects.filter(sheet=sheet, row=key[0], column=key[1]).first()
    return cell.value if cell else BLANK


@dataclass(frozen=True)
class Staff:
    """Who works on a report in one organisation."""

    clerk: User
    data_leader: User
    leader: User
    registrar: User


def staff_of(organisation: Organisation, *, enters: str = DutyKind.ENTER) -> Staff:
    name = organisation.code.lower()
    staff = Staff(
        make_person(f"{name}-nhap", organisation, enters),
        make_person(f"{name}-duyet-so-lieu", organisation, DutyKind.APPROVE_DATA),
        make_person(f"{name}-duyet", organisation, DutyKind.APPROVE_REPORT),
        make_person(f"{name}-van-thu", organisation, DutyKind.ISSUE, DutyKind.SEND),
    )
    Appointment.objects.create(person=staff.leader, organisation=organisation, title="Giám đốc")
    return staff


def write(
    submission: Submission,
    values: Mapping[CellKey, str],
    staff: Staff,
    *,
    text: str = "",
    at: datetime = stages.START,
) -> None:
    """Type these cells, "-" into the others, and a text under the first heading."""
    for sheet in submission.sheets.select_related("form_version"):
        entries = [
            CellEntry(sheet.pk, *key, value=parse_cell(values.get(key, "-"), None))
            for key in grid_of(sheet.form_version).cells(CellKind.INPUT)
        ]
        if entries:
            save_cells(submission, entries, by=staff.clerk, at=at)
    body = f"<p>{text or 'Tình hình ổn định.'}</p>"
    save_section(submission, "danh-gia", body, by=staff.clerk, at=at)


def hand_in(submission: Submission, staff: Staff, *, at: datetime, number: int) -> Submission:
    """Submitted, approved twice, numbered and sent."""
    stages.submit(submission, staff.clerk, at=at)
    stages.approve(submission, staff.data_leader, staff.leader, at=at)
    stages.issue(submission, staff.registrar, at=at, number=number)
    stages.send(submission, staff.registrar, at=at)
    return submission


def deliver(
    obligation: Obligation,
    values: Mapping[CellKey, str],
    staff: Staff,
    receiver: User,
    *,
    text: str = "",
    at: datetime = stages.START,
) -> Submission:
    """The report of ``obligation`` with these cells, accepted."""
    submission = services.open_submission(obligation, at=at)
    write(submission, values, staff, text=text, at=at)
    hand_in(submission, staff, at=at, number=5)
    services.accept(submission, by=receiver, at=at)
    submission.refresh_from_db()
    return submission


def deliver_again(
    submission: Submission,
    values: Mapping[CellKey, str],
    staff: Staff,
    receiver: User,
    *,
    text: str = "",
    at: datetime,
) -> Submission:
    """An accepted report, adjusted at the receiver's demand and accepted anew."""
    services.demand_adjustment(submission, by=receiver, reason="Số liệu chưa khớp", at=at)
    submission.refresh_from_db()
    write(submission, values, staff, text=text, at=at)
    hand_in(submission, staff, at=at, number=5 + submission.dispatches.count())
    services.accept(submission, by=receiver, at=at)
    submission.refresh_from_db()
    return submission
