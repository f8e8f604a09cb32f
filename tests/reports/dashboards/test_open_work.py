"""What waits for somebody who leaves, and whether anybody else could do it."""

import pytest

from home.accounts.leaving import open_work
from reports.dashboards.open_work import work_left

pytestmark = pytest.mark.django_db


def test_a_report_that_waits_for_the_leaver_is_named_with_its_address(in_review, data_leader, leader) -> None:
    (work,) = open_work(data_leader)

    assert work.label.startswith("Duyệt số liệu: ")
    assert "Sở Tài chính" in work.label
    assert str(in_review.pk) in work.url
    assert work.alone
    assert open_work(leader) == []


def test_who_has_a_colleague_is_not_alone(draft, clerk, colleague) -> None:
    (work,) = open_work(clerk)

    assert not work.alone


def test_what_an_organisation_leaves_behind_is_counted(accepted, other_obligation, department, lead) -> None:
    assert work_left(department) == []
    assert work_left(other_obligation.organisation) == ["1 báo cáo còn phải nộp trong các đợt đang mở"]
    assert "1 chế độ báo cáo đang chủ trì" in work_left(lead)


def test_what_waits_to_be_received_is_counted_where_it_lies(sent, department, lead) -> None:
    assert "1 báo cáo chờ tiếp nhận" in work_left(sent.obligation.recipient)
    assert work_left(department) == []
