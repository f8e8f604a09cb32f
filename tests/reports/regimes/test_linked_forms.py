"""Formulas that read other forms and periods: refused with their place where a form or regime is published."""

from __future__ import annotations

import pytest

from reports.regimes.checks import problems
from reports.regimes.compiling import compile_form, problems_of_form, publish_form
from reports.regimes.grid import FormGrid, book_of, grid_of
from reports.regimes.models import FormColumn, FormRow, RegimeSubject, ReportForm, RowKind
from reports.regimes.problems import CannotPublish
from tests.reports.linked import overview, overview_design


def faults(form: ReportForm, **formulas: str) -> list[str]:
    """What is wrong once these rows have these formulas."""
    for key, formula in formulas.items():
        form.rows.filter(key=key).update(formula=formula)
    return problems_of_form(ReportForm.objects.get(pk=form.pk))


@pytest.fixture
def linked(draft_regime, figures_form, lead, department):
    """The department fills in BM01 and BM02."""
    form = overview(lead)
    draft_regime.subjects.add(
        RegimeSubject(sort_order=9, tier_number=1, organisation=department, report_form=form)
    )
    return form


def told(page) -> list[str]:
    return [problem.text for problem in problems(page) if problem.blocks]


@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_form_that_reads_another_is_published(figures_form, lead):
    grid = grid_of(overview(lead).latest_version)

    book = book_of((grid_of(figures_form.latest_version), grid))
    assert {(place.form, place.row, place.column) for place in book.elsewhere} == {
        ("BM01", "I.1", "uoc"), ("BM01", "I.2", "uoc"), ("BM01", "I.3", "uoc"), ("BM02", "GRDP", "uoc"), ("BM02", "TOC-DO", "uoc"),
    }  # fmt: skip


@pytest.mark.requirement("X11", part="formulas across forms")
@pytest.mark.requirement("R54", part="formulas are checked when a form is published")
@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("{BM1!I}[uoc]", 'dòng "THU" sai ở ký tự thứ 1: không có biểu mẫu "BM1" (có phải là "BM01"?)'),
        (
            "2 * {BM01!I.9}[uoc]",
            'dòng "THU" của biểu BM02 sai ở ký tự thứ 5: biểu BM01 không có dòng số liệu "I.9"',
        ),
        ("{BM01!I}[uocc]", 'biểu BM01 không có cột số liệu "uocc" (có phải là "uoc"?)'),
        (
            "{BM01!I}[uoc]@NAM_NGOAI",
            'không có kỳ "NAM_NGOAI". Cần: KY_TRUOC, CUNG_KY, LUY_KE, LUY_KE_CUNG_KY, CA_NAM.',
        ),
        ("{BM02!THU}[uoc]", "tính vòng quanh {BM02!THU}[uoc] → {BM02!THU}[uoc]"),
    ],
)
def test_what_a_formula_cannot_reach_is_told_with_its_place(figures_form, lead, formula, words):
    [fault] = faults(overview_design(lead), THU=formula)

    assert words in fault


@pytest.mark.requirement("X11", part="formulas across periods")
def test_a_period_of_a_cell_that_the_store_cannot_have_is_refused(figures_form, lead):
    form = overview_design(lead)
    form.columns.filter(key="cung-ky").update(formula="[danh-gia]@CUNG_KY + {THU}[cung-ky]")
    [cycle] = faults(form)
    assert "tính vòng quanh" in cycle

    form.rows.exclude(key="GRDP").delete()
    form.rows.filter(key="GRDP").update(indicator=None)
    form.columns.filter(key="cung-ky").update(formula="1 + [uoc]@CUNG_KY")
    [fault] = faults(form)
    assert (
        'cột "cung-ky" của biểu BM02 sai ở ký tự thứ 5: dòng "GRDP", cột "uoc" của biểu BM02 không gắn với'
        in fault
    )
    assert "nên kho số liệu không có kỳ @CUNG_KY" in fault


def test_a_form_may_read_one_that_is_not_published_yet(figures_form, lead):
    design = ReportForm.objects.create(code="BM03", title="Đang thiết kế", owner=lead)
    FormRow.objects.create(report_form=design, key="X", label="X", formula="SUM(", kind=RowKind.COMPUTED)
    FormColumn.objects.create(report_form=design, key="uoc", label="Ước")

    assert faults(overview_design(lead), THU="{BM03!X}[uoc]") == []


@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_regime_needs_the_forms_that_its_formulas_read(draft_regime, linked, department, figures_form):
    assert told(draft_regime) == []

    draft_regime.subjects = [
        line for line in draft_regime.subjects.all()
        if (line.organisation, line.report_form) != (department, figures_form)
    ]  # fmt: skip

    [fault] = told(draft_regime)
    assert fault.startswith(f"{department} (cấp 1): Công thức của dòng ")
    assert 'sai ở ký tự thứ 1: báo cáo không có biểu "BM01"' in fault


@pytest.mark.requirement("R54", part="cycles refused")
@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_cycle_across_forms_is_refused_when_the_regime_is_published(draft_regime, linked, figures_form):
    figures_form.rows.filter(key="I").update(formula="{I.1} + {BM02!THU}[uoc]")
    publish_form(ReportForm.objects.get(pk=figures_form.pk), by=None)

    [fault] = [text for text in told(draft_regime) if "vòng quanh" in text]

    assert (
        "{BM01!I}[uoc] → {BM02!THU}[uoc] → {BM01!I}[uoc]" in fault
        or "{BM02!THU}[uoc] → {BM01!I}[uoc] → " in fault
    )


@pytest.mark.requirement("X9", part="polarity")
def test_only_a_form_with_a_verdict_keeps_how_its_indicators_are_judged(figures_form, lead):
    assert all("direction" not in row for row in compile_form(figures_form)["rows"])

    compiled = compile_form(overview_design(lead))

    assert [row.get("direction") for row in compiled["rows"]] == [None, None, "higher"]
    assert FormGrid(compiled).row["GRDP"].direction == "higher"
    with pytest.raises(CannotPublish):
        publish_form(_without_plan(lead), by=None)


def _without_plan(lead) -> ReportForm:
    form = ReportForm.objects.get(code="BM02")
    form.columns.filter(key="danh-gia").update(formula="VERDICT([uoc])")
    return form
