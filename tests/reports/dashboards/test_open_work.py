"""What waits for somebody who leaves, and whether anybody else could do it."""

import pytest

from home.accounts.leaving import open_work

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
