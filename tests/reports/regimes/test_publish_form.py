"""A form becomes an immutable version, or is refused with all its faults."""

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from indicators.formulas.grammar import FormulaError
from indicators.models import Disaggregation, DisaggregationItem
from indicators.numbers import CellValue
from indicators.periods import Period
from indicators.store.models import ValueType
from reports.regimes.compiling import canonical, compile_form, problems_of_form, publish_form
from reports.regimes.grid import CellKind, FormGrid, grid_of
from reports.regimes.models import ColumnKind, FormColumn, FormRow, PeriodRole, ReportForm, RowKind
from reports.regimes.problems import CannotPublish, NotDesigner
from tests.conftest import make_person


def refusal(form: ReportForm) -> str:
    with pytest.raises(CannotPublish) as refused:
        publish_form(form, by=None)
    return str(refused.value)


@pytest.mark.requirement("R62", part="forms are created and published")
@pytest.mark.requirement("R63", part="data templates")
@pytest.mark.requirement("X11", part="column set, nested headers, formulas by row and by column")
def test_a_version_holds_rows_columns_bindings_and_nested_headers(figures_form, indicators, department):
    grid = grid_of(figures_form.latest_version)

    assert [row.key for row in grid.rows] == ["A", "I", "I.1", "I.2", "I.3", "ghi-chu"]
    assert [[(cell.label, cell.colspan, cell.rowspan) for cell in line] for line in grid.header] == [
        [("Kế hoạch năm", 1, 2), ("Tháng trước", 1, 2), ("Thực hiện", 3, 1)],
        [("Ước tháng", 1, 1), ("Lũy kế từ đầu năm", 1, 1), ("% so với kế hoạch", 1, 1)],
    ]
    assert grid.kinds["A", "uoc"] == CellKind.NONE
    assert grid.kinds["I", "uoc"] == CellKind.COMPUTED
    assert grid.kinds["I.1", "ke-hoach"] == CellKind.PREFILLED
    assert grid.kinds["I.1", "so-ke-hoach"] == CellKind.COMPUTED
    assert grid.kinds["ghi-chu", "uoc"] == CellKind.TEXT
    binding = grid.bindings(Period.parse("2026-M05"), department.pk)["I.1", "luyke"]
    assert (binding.indicator_id, binding.period) == (indicators["THU-NOI-DIA"].pk, "2026-5M")
    assert (binding.value_type, binding.subject_id) == (ValueType.ESTIMATE, department.pk)
    assert grid.row["I.1"].measure == "Tỷ đồng"
    values = {("I.1", "luyke"): CellValue(Decimal(30)), ("I.1", "ke-hoach"): CellValue(Decimal(120))}
    assert grid.calculator.compute(values)["I.1", "so-ke-hoach"] == CellValue(Decimal(25))


@pytest.mark.requirement("R57", part="a change makes a new version")
def test_unchanged_content_makes_no_new_version_and_changed_content_does(figures_form):
    first = figures_form.latest_version

    again = publish_form(figures_form, by=None)
    figures_form.rows.filter(key="I.3").update(label="Thu khác trong cân đối")
    changed = publish_form(ReportForm.objects.get(pk=figures_form.pk), by=None)

    assert again == first
    assert (changed.number, changed.sha256 != first.sha256) == (2, True)
    assert grid_of(first).row["I.3"].label == "Thu khác"


def test_a_version_is_immutable_and_its_hash_is_that_of_its_canonical_json(figures_form):
    version = figures_form.latest_version

    with pytest.raises(TypeError):
        version.save()
    assert canonical(version.compiled) == (version.compiled, version.sha256)


def test_text_is_kept_composed(lead):
    form = ReportForm(code="NFC", title=unicodedata.normalize("NFD", "Thu ngân sách"), owner=lead)

    compiled, _ = canonical(compile_form(form))

    assert compiled["title"] == "Thu ngân sách"


def test_publishing_is_audited_with_its_moment(figures_form, root):
    figures_form.rows.filter(key="I.3").update(label="Khác")
    moment = datetime(2026, 6, 1, tzinfo=UTC)

    version = publish_form(figures_form, by=root, at=moment)

    entry = AuditEntry.objects.about(figures_form).last()
    assert (entry.verb, entry.person, entry.at, entry.organisation) == ("form.publish", root, moment, "SKHDT")
    assert entry.data["version"] == version.number == 2
    assert version.published_at == moment


@pytest.mark.requirement("R64", part="forms within one's own authority")
def test_only_designers_of_the_owner_publish(figures_form, lead, outsider, receiver):
    designer = make_person("thietke", lead, DutyKind.DESIGN)

    assert publish_form(figures_form, by=designer) == figures_form.latest_version
    outsider.duties.filter(kind=DutyKind.SYSTEM_ADMIN).delete()
    for stranger in (outsider, receiver):
        with pytest.raises(NotDesigner, match="không có nhiệm vụ thiết kế"):
            publish_form(figures_form, by=stranger)


def test_a_form_without_rows_or_columns_is_refused(lead):
    form = ReportForm.objects.create(code="RONG", title="Rỗng", owner=lead)

    assert "chưa có dòng" in refusal(form)
    assert "chưa có cột" in refusal(form)
    assert not form.versions.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows": {"I.2": {"key": "I.1"}}}, "Dòng 3, 4 trùng mã “I.1”"),
        ({"columns": {"luyke": {"key": "uoc"}}}, "Cột 3, 4 trùng mã “uoc”"),
        ({"rows": {"I.2": {"key": "I/2"}}}, "mã “I/2” chỉ được gồm"),
        ({"rows": {"I.2": {"formula": "{I.1}"}}}, "Dòng “I.2” có công thức nhưng"),
        ({"columns": {"uoc": {"formula": "[luyke]"}}}, "Cột “uoc” có công thức nhưng"),
        ({"columns": {"ke-hoach": {"value_type": ""}}}, "Cột “ke-hoach” điền sẵn từ kho số liệu"),
        ({"columns": {"uoc": {"decimals": 7}}}, "nhiều nhất 6 chữ số thập phân"),
        ({"rows": {"I.2": {"disaggregation": "gioi-tinh=nu"}}}, "không có phân tổ “gioi-tinh=nu”"),
        ({"rows": {"I": {"charted": True}}}, "Dòng “I” không gắn với chỉ tiêu nên không có số liệu các kỳ"),
        ({"columns": {"luyke": {"period_role": PeriodRole.THIS}}}, "Cột “luyke” và cột “uoc” cùng nhập"),
    ],
)
def test_faults_of_rows_and_columns_are_named(figures_form, change, told):
    for field, items in change.items():
        for key, values in items.items():
            getattr(figures_form, field).filter(key=key).update(**values)

    assert told in refusal(ReportForm.objects.get(pk=figures_form.pk))


def test_one_figure_is_asked_for_once(figures_form, indicators):
    FormRow.objects.create(
        report_form=figures_form, sort_order=9, key="I.4", label="Lại", indicator=indicators["THU-XNK"]
    )

    assert "Dòng “I.4” và dòng “I.2” cùng nhập một chỉ tiêu" in refusal(figures_form)


def test_a_row_may_ask_for_a_class_of_a_disaggregation(figures_form, indicators):
    sex = Disaggregation.objects.create(code="gioi-tinh", name="Giới tính")
    DisaggregationItem.objects.create(disaggregation=sex, code="nu", name="Nữ")
    FormRow.objects.create(
        report_form=figures_form,
        sort_order=9,
        key="I.4",
        label="Trong đó: nữ",
        indicator=indicators["THU-XNK"],
        disaggregation="gioi-tinh=nu",
    )

    assert problems_of_form(ReportForm.objects.get(pk=figures_form.pk)) == []


@pytest.mark.parametrize(
    ("where", "key", "formula", "told"),
    [
        ("rows", "I", "SUM({I.1}; {I.9})", 'dòng "I" sai ở ký tự thứ 12: không có dòng số liệu "I.9"'),
        (
            "columns",
            "so-ke-hoach",
            "[luyke] / [kehoach]",
            'cột "so-ke-hoach" sai ở ký tự thứ 11: không có cột',
        ),
        ("rows", "I", "SUM({I.1}, {I.2})", 'dòng "I" sai ở ký tự thứ 10'),
        ("rows", "I", "", 'dòng "I" sai ở ký tự thứ 1: chưa có nội dung'),
    ],
)
@pytest.mark.requirement("R54", part="formulas are checked when a form is published")
def test_a_wrong_formula_is_told_with_its_place(figures_form, where, key, formula, told):
    getattr(figures_form, where).filter(key=key).update(formula=formula)

    assert told in refusal(ReportForm.objects.get(pk=figures_form.pk))


def test_a_formula_may_name_an_indicator_that_has_one_row(figures_form):
    figures_form.rows.filter(key="I").update(formula="{THU-XNK} + {THU-KHAC}")
    assert problems_of_form(ReportForm.objects.get(pk=figures_form.pk)) == []


def test_an_indicator_with_several_rows_is_named_by_their_keys():
    def row(key: str, disaggregation: str, formula: str = "") -> dict[str, object]:
        kind = RowKind.COMPUTED if formula else RowKind.INPUT
        return {
            "key": key, "number": "", "label": key, "kind": kind, "level": 0, "indicator": 1,
            "indicator_code": "" if formula else "DAN-SO", "measure": "", "symbol": "", "decimals": None,
            "disaggregation": disaggregation, "subject": None, "formula": formula, "required": True, "help": "",
        }  # fmt: skip

    columns = [
        {"key": "a", "label": "A", "path": [], "kind": ColumnKind.INPUT, "value_type": "", "period_role": "this",
         "plan_basis": "", "formula": "", "decimals": None}
    ]  # fmt: skip
    rows = [row("T", "", "{DAN-SO}"), row("1", ""), row("2", "gioi-tinh=nu")]

    with pytest.raises(FormulaError, match="không có dòng số liệu"):
        _ = FormGrid({"code": "F", "title": "F", "rows": rows, "columns": columns}).calculator
    assert FormGrid({"code": "F", "title": "F", "rows": rows[:2], "columns": columns}).calculator


def test_all_wrong_formulas_are_told_at_once(figures_form):
    figures_form.rows.filter(key="I").update(formula="SUM(")
    figures_form.columns.filter(key="so-ke-hoach").update(formula="[x]")

    told = refusal(ReportForm.objects.get(pk=figures_form.pk))

    assert 'dòng "I"' in told
    assert 'cột "so-ke-hoach"' in told


def test_a_cycle_is_refused_with_its_path(figures_form):
    figures_form.rows.filter(key="I.1").update(kind=RowKind.COMPUTED, formula="{I} - {I.2}", indicator=None)

    told = refusal(ReportForm.objects.get(pk=figures_form.pk))

    assert "tính vòng quanh" in told
    assert "{I}" in told
    assert "{I.1}" in told


@pytest.mark.requirement("R56", part="past periods keep the meaning of their keys")
@pytest.mark.requirement("R73", part="stable codes")
def test_a_published_key_never_means_another_indicator(figures_form, indicators):
    figures_form.rows.filter(key="I.3").update(key="I.4")
    figures_form.rows.filter(key="I.2").update(key="I.3")

    told = refusal(ReportForm.objects.get(pk=figures_form.pk))

    assert "Mã “I.3” (Thu từ hoạt động xuất nhập khẩu) đã công bố với chỉ tiêu khác" in told


def test_a_published_column_key_never_means_another_kind_of_value(figures_form):
    figures_form.columns.filter(key="uoc").update(value_type=ValueType.ACTUAL)

    assert "Mã “uoc” (Ước tháng) đã công bố với loại giá trị" in refusal(
        ReportForm.objects.get(pk=figures_form.pk)
    )


def test_the_code_of_a_published_form_stays(figures_form):
    ReportForm.objects.filter(pk=figures_form.pk).update(code="BM99")

    assert "đã công bố với mã “BM01”" in refusal(ReportForm.objects.get(pk=figures_form.pk))


@pytest.mark.requirement("R56", part="indicators are added without breaking past periods")
def test_a_row_added_later_is_not_in_the_version_before(figures_form, measures):
    from indicators.models import Indicator

    new = Indicator.objects.create(code="THU-MOI", name="Thu mới", measure=measures["ty-dong"])
    FormRow.objects.create(report_form=figures_form, sort_order=9, key="I.4", label="Thu mới", indicator=new)

    second = publish_form(figures_form, by=None)

    assert "I.4" in grid_of(second).row
    assert "I.4" not in grid_of(figures_form.versions.get(number=1)).row


def test_an_input_row_without_indicator_is_published_unbound(lead, department):
    form = ReportForm.objects.create(code="TU-DO", title="Nhu cầu riêng", owner=lead)
    FormRow.objects.create(report_form=form, key="1", label="Số cuộc họp")
    FormColumn.objects.create(
        report_form=form, key="a", label="Số lượng", kind=ColumnKind.INPUT, value_type=ValueType.ACTUAL
    )

    grid = grid_of(publish_form(form, by=None))

    assert list(grid.cells(CellKind.INPUT)) == [("1", "a")]
    assert grid.bindings(Period.parse("2026"), department.pk) == {}
