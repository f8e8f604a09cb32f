"""Checks as their designer writes them: compiled with the form, refused with their place, told when they change."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.regimes.changes import changes
from reports.regimes.compiling import compile_form, problems_of_form, publish_form
from reports.regimes.grid import grid_of
from reports.regimes.models import FormCheck

pytestmark = pytest.mark.django_db


def add(form, **fields) -> FormCheck:
    return FormCheck.objects.create(**{"report_form": form, "key": "kt", "label": "Kiểm tra", **fields})


def test_a_form_without_checks_keeps_the_version_it_had(figures_form):
    version = figures_form.latest_version

    assert "checks" not in version.compiled
    assert publish_form(figures_form, by=None) == version


@pytest.mark.requirement("R57", part="a change makes a new version")
def test_a_check_is_part_of_the_version_and_the_change_is_told(figures_form):
    before = figures_form.latest_version
    add(figures_form, kind="range", rows="I.1; I.2", columns="uoc", highest=Decimal("99.50"), effect="warn")

    version = publish_form(figures_form, by=None)

    assert version.number == 2
    rule = grid_of(version).rules[0]
    assert (rule.rows, rule.columns, rule.lowest, rule.highest) == (
        ("I.1", "I.2"),
        ("uoc",),
        None,
        Decimal("99.5"),
    )
    assert changes(before.compiled, version.compiled) == ["Thêm kiểm tra “Kiểm tra” (kt)."]
    FormCheck.objects.update(effect="block")
    assert changes(version.compiled, compile_form(figures_form)) == [
        "Sửa kiểm tra “Kiểm tra” (kt): khi không đạt."
    ]


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ({"expression": "[luyke] >="}, 'Công thức của kiểm tra "kt" sai ở ký tự thứ 11: công thức dừng giữa chừng. Cần: số,'),
        ({"expression": "[luyke] >= [uocc]"}, 'không có cột số liệu "uocc" (có phải là "uoc"?)'),
        ({"expression": "[luyke] + [uoc]"}, "không so sánh gì cả. Cần: <, <=, <>, =, >, >="),
        ({"expression": "1 = 2"}, "không nhắc đến ô nào của biểu này"),
        ({"expression": "[luyke] >= [uoc]", "rows": "I.9"}, "Biểu không có dòng “I.9”. Cần: A, I, I.1, I.2, I.3, ghi-chu"),
        ({"expression": "[luyke] >= [luyke]@KY_TRUOC"}, "kiểm tra không đọc kỳ khác"),
        ({"expression": "{I} = {BM-TH!II}"}, 'biểu "BM-TH" không có dòng số liệu "II"'),
        ({"expression": "{I} = {BM09!I}"}, 'chưa có biểu nào khác đã công bố với mã "BM09"'),
        ({"kind": "range"}, "Cần ít nhất một giới hạn"),
        ({"kind": "range", "lowest": 5, "highest": 1}, "Giới hạn thấp nhất lớn hơn giới hạn cao nhất"),
        ({"kind": "form", "expression": "{I}", "other_form": "BM01", "other_expression": "{I}"}, "Chưa có biểu nào khác đã công bố với mã “BM01”"),
        ({"kind": "form", "expression": "{I}", "other_form": "BM-TH", "other_expression": "{II}"}, 'biểu BM-TH sai ở ký tự thứ 1: không có dòng số liệu "II"'),
        ({"key": "falls", "kind": "range", "highest": 1}, "là tên của một loại kiểm tra"),
        ({"key": "có dấu", "kind": "range", "highest": 1}, "Mã chỉ được gồm chữ, số"),
    ],
)  # fmt: skip
def test_a_wrong_check_keeps_the_form_from_being_published_and_says_where(
    figures_form, consolidated_form, check, told
):
    add(figures_form, **check)

    (problem,) = problems_of_form(figures_form)

    assert problem.startswith(f"Kiểm tra “{check.get('key', 'kt')}”")
    assert told in problem


def test_two_checks_have_two_keys(figures_form):
    add(figures_form, kind="range", highest=1)
    add(figures_form, kind="range", highest=2)

    assert "2 kiểm tra trùng mã “kt”" in problems_of_form(figures_form)[0]
