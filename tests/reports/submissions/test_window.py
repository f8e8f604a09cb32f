"""A report is written within its opening window (R11, R98); what was sent once is mended whenever it comes back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reports.deadlines.models import Tier
from reports.deadlines.services import extend
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.errors import Locked
from reports.submissions.models import Cell
from reports.submissions.sections import save_section

from . import stages

#: The window of the round of May ends on 17 June 2026, Vietnamese time.
LAST = datetime(2026, 6, 17, 16, 59, tzinfo=UTC)
AFTER = datetime(2026, 6, 17, 17, 1, tzinfo=UTC)
BEFORE = datetime(2026, 5, 3, 16, 59, tzinfo=UTC)

pytestmark = pytest.mark.requirement("R98", part="within the opening window")


@pytest.fixture
def report(draft):
    """Filled in, its window as the regime says."""
    tier = draft.obligation.tier
    Tier.objects.filter(pk=tier.pk).update(closes_on=LAST.date())
    tier.refresh_from_db()
    return draft


def change(report, clerk, at):
    entry = CellEntry(report.sheets.get().pk, "I.1", "uoc", value=stages.number("777"))
    return save_cells(report, [entry], by=clerk, at=at)


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_outside_the_window_nothing_is_written_or_submitted(report, clerk, data_leader, leader, at):
    for attempt in (
        lambda: change(report, clerk, at),
        lambda: save_section(report, "ket-qua", "<p>Muộn.</p>", by=clerk, at=at),
        lambda: services.submit(report, by=clerk, at=at),
    ):
        with pytest.raises(Locked, match="chỉ nhận từ ngày 04/05/2026 đến hết ngày 17/06/2026"):
            attempt()
    assert not Cell.objects.filter(amount=777).exists()


def test_the_last_day_counts_whole_in_vietnamese_time(report, clerk):
    assert change(report, clerk, LAST)


def test_an_extension_opens_the_report_again(report, clerk, receiver):
    extend(report.obligation, until=datetime(2026, 6, 30).date(), reason="Mưa lũ", by=receiver, at=AFTER)

    assert change(report, clerk, AFTER)


def test_what_was_returned_is_mended_after_the_window(
    report, clerk, data_leader, leader, registrar, receiver
):
    stages.submit(report, clerk)
    stages.approve(report, data_leader, leader, at=stages.hour(2))
    stages.issue(report, registrar, at=stages.hour(3))
    stages.send(report, registrar, at=stages.hour(4))
    services.return_(report, by=receiver, reasons=["sai_so_lieu"], text="Dòng 1", at=AFTER)

    assert change(report, clerk, AFTER)


def test_the_screen_says_when_the_report_is_received(report, clerk, client):
    Tier.objects.filter(pk=report.obligation.tier_id).update(closes_on=datetime(2026, 6, 17).date())
    client.force_login(clerk)

    page = client.get(f"/admin/bao-cao/{report.pk}/").content.decode()

    assert "chỉ nhận từ ngày 04/05/2026 đến hết ngày 17/06/2026" in page
    assert "Chỉ xem: ngoài thời gian nhận báo cáo" in page
    assert "dialog-submit" not in page
