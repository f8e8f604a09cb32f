"""Lists, dates and choices as a designer makes them: compiled, checked, assigned."""

from __future__ import annotations

import pytest

from home.accounts.assigning import OwedRow
from indicators.models import Indicator
from indicators.numbers import CellValue
from indicators.periods import Period
from reports.regimes.compiling import compile_form, problems_of_form, publish_form
from reports.regimes.grid import LABEL, CellKind, FormGrid, grid_of
from reports.regimes.models import FormColumn, FormRow, RegimeSubject
from reports.regimes.owed import reports_owed
from tests.reports.lists import projects_form

ROWS = (("DA/01A", "Cầu A"), ("DA/01B", ""))


@pytest.fixture
def form(lead, measures):
    indicator = Indicator.objects.create(code="VON-DTC", name="Vốn", measure=measures["ty-dong"], decimals=1)
    return projects_form(lead, indicator, least=1, most=20, add_label="Thêm dự án")


@pytest.mark.requirement("X11", part="list sections")
def test_a_form_keeps_what_its_designer_said_of_a_list_and_its_columns(form):
    grid = grid_of(publish_form(form, by=None))

    head = grid.sections["DA"]
    assert (head.least, head.most, head.add_label, head.totalled) == (1, 20, "Thêm dự án", True)
    assert grid.column["nguon"].choices == ("Ngân sách tỉnh", "Ngân sách trung ương", "Vốn khác")
    assert [grid.kinds["DA", column.key] for column in grid.columns] == [
        CellKind.TOTAL,
        CellKind.NONE,
        CellKind.NONE,
        CellKind.NONE,
        CellKind.COMPUTED,
    ]
    assert grid.kinds["K", "khoi-cong"] == CellKind.DATE


@pytest.mark.requirement("X11", part="list sections")
def test_the_rows_of_a_reporter_stand_below_their_head_and_add_up_in_it(form, department):
    grid = grid_of(publish_form(form, by=None)).with_lists(ROWS)

    assert [(row.key, row.number, row.label) for row in grid.rows] == [
        ("DA", "I", "Danh mục dự án"),
        ("DA/01A", "1", "Cầu A"),
        ("DA/01B", "2", ""),
        ("K", "II", "Chi khác"),
        ("T", "", "Tổng số"),
    ]
    assert (grid.kinds["DA/01A", LABEL], grid.kinds["DA/01A", "nguon"]) == (CellKind.TEXT, CellKind.CHOICE)
    computed = grid.calculator.compute(
        {("DA/01A", "von"): CellValue(code="-"), ("DA/01B", "von"): CellValue(7)}
    )
    assert computed["DA", "von"] == computed["T", "von"] == CellValue(7)
    assert set(grid.bindings(Period.parse("2026-M05"), department.pk)) == {("DA", "von")}
    assert set(grid.required_cells) == {
        (row, column) for row in ("DA/01A", "DA/01B") for column in (LABEL, "von", "nguon")
    }
    assert grid_of(form.latest_version).lists == {"DA": []}


def test_an_empty_list_has_a_blank_total(form):
    assert grid_of(publish_form(form, by=None)).calculator.compute({})["DA", "von"].is_blank


def test_a_form_without_lists_is_compiled_as_before_there_were_any(figures_form):
    latest = figures_form.latest_version

    assert publish_form(figures_form, by=None) == latest
    compiled = compile_form(figures_form)
    assert not {"least", "most", "add_label", "totalled", "section"} & set(compiled["rows"][0])
    assert not {"choices", "required"} & set(compiled["columns"][0])


@pytest.mark.requirement("R62", part="faults of lists are named")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"least": 5, "most": 2}, "Dòng “DA”: số dòng nhiều nhất (2) nhỏ hơn số dòng ít nhất"),
        ({"most": 0}, "Dòng “DA”: số dòng nhiều nhất (0) nhỏ hơn số dòng ít nhất"),
        ({"most": 501}, "Dòng “DA”: một danh mục có nhiều nhất 500 dòng"),
        (
            {"totalled": False},
            "Dòng “DA” không cộng các dòng bên dưới nên không có số liệu để ghi cho chỉ tiêu",
        ),
        ({"formula": "{K}"}, "Dòng “DA” có công thức nhưng loại dòng không phải"),
        ({"key": "DA/1"}, "mã “DA/1” chỉ được gồm chữ, số"),
    ],
)
def test_a_list_that_cannot_be_is_told_at_its_row(form, row, said):
    FormRow.objects.filter(report_form=form, key="DA").update(**row)

    assert said in " ".join(problems_of_form(form))


@pytest.mark.requirement("R62", part="faults of lists are named")
@pytest.mark.parametrize(
    ("key", "column", "said"),
    [
        ("nguon", {"choices": "Một"}, "Cột “nguon” phải có ít nhất hai lựa chọn"),
        ("nguon", {"choices": "Tỉnh\nTinh"}, "“Tỉnh”, “Tinh” chỉ khác nhau ở dấu"),
        ("nguon", {"choices": "Có\nx"}, "“x” là ký hiệu của ô không có số liệu"),
        ("nguon", {"choices": f"Có\n{'d' * 121}"}, "dài quá 120 ký tự"),
        ("von", {"choices": "Có\nKhông"}, "Cột “von” có các lựa chọn nhưng loại cột không phải"),
        ("ty-trong", {"formula": "[khoi-cong] + 1"}, "khoi-cong"),
    ],
)
def test_choices_that_cannot_be_are_told_at_their_column(form, key, column, said):
    FormColumn.objects.filter(report_form=form, key=key).update(**column)

    assert said in " ".join(problems_of_form(form))


def test_a_list_that_does_not_add_up_has_no_figures_of_its_own(form):
    FormRow.objects.filter(report_form=form, key="DA").update(totalled=False, indicator=None)
    FormRow.objects.filter(report_form=form, key="T").delete()
    FormColumn.objects.filter(report_form=form, key="ty-trong").delete()

    grid = grid_of(publish_form(form, by=None)).with_lists(ROWS)

    assert {grid.kinds["DA", column.key] for column in grid.columns} == {CellKind.NONE}
    assert grid.kinds["DA/01A", "von"] == CellKind.INPUT


@pytest.mark.requirement("R87", part="a list assigned to a person")
def test_a_list_is_shared_out_as_one_row(form, regime, department):
    publish_form(form, by=None)
    RegimeSubject.objects.create(
        page=regime, sort_order=9, tier_number=1, organisation=department, report_form=form
    )

    [owed] = [form for form in reports_owed(department)[0].forms if form.scope == "form:BM-DA"]

    assert owed.rows[0] == OwedRow("row:BM-DA/DA", "I Danh mục dự án", 0)


def test_grids_with_the_same_rows_are_one_object(form):
    grid = grid_of(publish_form(form, by=None))

    assert grid.with_lists(ROWS) is grid.with_lists(list(ROWS))
    assert grid.with_lists([]) is grid
    assert isinstance(grid.with_lists(ROWS[:1]), FormGrid)
