"""Those who build a lead agency's report hear that a source has changed, once (X14)."""

from __future__ import annotations

import pytest

from notifications.models import Message
from reports.consolidation.services import fill
from reports.reminders import tasks
from reports.reminders.services import tell_changed_sources

from .story import INLAND, deliver_again
from .test_coverage import hour

CODE = "consolidation.source_changed"


@pytest.mark.requirement("X14", part="told when a source changes")
def test_the_writers_of_the_report_above_are_told_once_for_each_change(
    lead_report, delivered, staff, receiver, lead_staff
):
    fill(lead_report, by=lead_staff.clerk, at=hour(1))
    assert tell_changed_sources(now=hour(2)) == 0

    deliver_again(delivered, {INLAND: "90"}, staff, receiver, at=hour(4))
    assert tasks.tell_changed_sources.delay().result == 1
    assert tell_changed_sources(now=hour(6)) == 0

    message = Message.objects.get(code=CODE)
    assert message.recipient == lead_staff.clerk
    assert "báo cáo của Sở Tài chính đã thay đổi" in message.body
    assert message.url == f"/admin/tong-hop/{lead_report.pk}/"

    fill(lead_report, by=lead_staff.clerk, at=hour(7))
    deliver_again(delivered, {INLAND: "80"}, staff, receiver, at=hour(8))
    assert tell_changed_sources(now=hour(9)) == 1
