"""“Bắt đầu sử dụng”: what is done and what comes next, until the first round is opened."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from home.accounts.models import DutyKind
from reports.dashboards.beginning import NEEDED, concerns, steps
from tests.conftest import make_organisation, make_person

pytestmark = pytest.mark.django_db


def done(user) -> list[str]:
    return [step.name for step in steps(user) if step.done]


def test_an_empty_portal_shows_its_administrator_every_step(client, root):
    client.force_login(root)

    page = client.get("/admin/").content.decode()

    assert "Bắt đầu sử dụng" in page
    assert done(root) == []
    assert page.index("apply_profile") < page.index("Mở đợt báo cáo", page.index("apply_profile"))


def test_offices_that_the_profile_brought_are_not_yet_those_that_report(root):
    call_command("apply_profile", "khanh_hoa", stdout=StringIO())
    assert done(root) == ["Hồ sơ tỉnh, trang chủ"]

    make_organisation("STC", "Sở Tài chính", "so")

    assert done(root) == ["Hồ sơ tỉnh, trang chủ", "Cơ quan, đơn vị"]


def test_duties_that_nobody_has_are_named(root, department):
    for number, kind in enumerate(NEEDED[:-1]):
        make_person(f"nguoi{number}", department, kind)
    people = next(step for step in steps(root) if step.name == "Người dùng và nhiệm vụ")
    assert (people.done, people.hint) == (False, "Chưa có ai: tiếp nhận báo cáo.")

    make_person("nhan", department, NEEDED[-1])

    assert "Người dùng và nhiệm vụ" in done(root)


def test_what_is_compiled_counts_and_the_round_ends_it(root, regime, request):
    assert {"Đơn vị tính, chỉ tiêu", "Biểu mẫu", "Chế độ báo cáo"} <= set(done(root))
    assert concerns(root)

    request.getfixturevalue("obligation")

    assert not concerns(root)


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        (DutyKind.DESIGN, ["Đơn vị tính, chỉ tiêu", "Biểu mẫu", "Chế độ báo cáo", "Mở đợt báo cáo"]),
        (DutyKind.RECEIVE, ["Mở đợt báo cáo"]),
    ],
)
def test_each_is_led_to_his_own_steps(home_page, department, kind, own):
    person = make_person("ai-do", department, kind)

    assert concerns(person)
    assert [step.name for step in steps(person) if step.url] == own
    assert all(step.whose for step in steps(person) if not step.url)


def test_who_sets_nothing_up_is_not_told_how(clerk, client):
    client.force_login(clerk)

    assert not concerns(clerk)
    assert "Bắt đầu sử dụng" not in client.get("/admin/").content.decode()
