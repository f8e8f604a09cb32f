"""Tables into the catalogue and out of it: look, then all or nothing."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import signing
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from home.accounts.models import DutyKind
from home.audit.models import AuditEntry
from home.organisations.models import LegalAct
from indicators.catalogue import imports, spreadsheets
from indicators.catalogue.imports import FOLDER, ImportRefused
from indicators.catalogue.resources import IndicatorGroupResource, IndicatorResource, MeasureResource
from indicators.catalogue.spreadsheets import TableError, read_table, write_table
from indicators.models import (
    Aggregation,
    Disaggregation,
    Indicator,
    IndicatorGroup,
    IndicatorResponsibility,
    Measure,
)

from ...conftest import make_person
from ..factories import entry, make_indicator, make_measure, post_figures
from .conftest import signed_in

pytestmark = pytest.mark.django_db


def csv(*lines: str) -> bytes:
    return "\ufeff{}\n".format("\n".join(lines)).encode()


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADINGS = "Mã chỉ tiêu,Tên chỉ tiêu,Đơn vị tính (mã),Số chữ số thập phân,Kỳ báo cáo,Được phép công khai"


def states(outcome):
    return [row.state.value for row in outcome.rows]


def stored_files():
    try:
        return storages["private"].listdir(FOLDER)[1]
    except FileNotFoundError:
        return []


@pytest.fixture(autouse=True)
def _no_waiting_files():
    for name in stored_files():
        storages["private"].delete(f"{FOLDER}/{name}")


@pytest.fixture
def measure(db):
    return make_measure()


# ---- Preview and confirmation


@pytest.mark.requirement("R52", part="import with preview")
def test_a_preview_tells_what_is_new_changed_and_unchanged_and_changes_nothing(measure, designer):
    make_indicator("a", "Chỉ tiêu A", frequency="month")
    make_indicator("b", "Chỉ tiêu B", frequency="month")
    content = csv(
        HEADINGS,
        "a,Chỉ tiêu A,ty-dong,1,Tháng,Có",
        "b,Chỉ tiêu B đổi tên,TY-DONG,2,quy,không",
        "c,Chỉ tiêu C,ty-dong,0,Năm,",
    )

    outcome, token = imports.preview(IndicatorResource, "chi-tieu.csv", content, by=designer)

    assert states(outcome) == ["unchanged", "changed", "new"]
    assert [row.line for row in outcome.rows] == [2, 3, 4]
    assert outcome.rows[1].changes == (
        ("Tên chỉ tiêu", "Chỉ tiêu B", "Chỉ tiêu B đổi tên"),
        ("Số chữ số thập phân", "1", "2"),
        ("Kỳ báo cáo", "Tháng", "Quý"),
        ("Được phép công khai", "Có", "Không"),
    )
    assert token
    assert Indicator.objects.count() == 2
    assert Indicator.objects.get(code="b").name == "Chỉ tiêu B"


def test_confirming_does_what_was_shown_with_revision_and_audit_and_forgets_the_file(measure, designer):
    make_indicator("b", "Chỉ tiêu B")
    content = csv(HEADINGS, "b,B mới,ty-dong,2,Quý,Có", "c,C,ty-dong,0,Năm,Không")
    _, token = imports.preview(IndicatorResource, "chi-tieu.csv", content, by=designer)
    assert len(stored_files()) == 1

    imports.confirm(IndicatorResource, token, by=designer)

    assert list(Indicator.objects.order_by("code").values_list("code", "name", "decimals")) == [
        ("b", "B mới", 2),
        ("c", "C", 0),
    ]
    changed = Indicator.objects.get(code="b")
    assert changed.latest_revision.user == designer
    assert changed.search_text == "b moi b"
    logged = AuditEntry.objects.get(verb="catalogue.import")
    assert logged.person == designer
    assert logged.data["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "error": 0}
    assert logged.data["file"] == "chi-tieu.csv"
    assert stored_files() == []


@pytest.mark.requirement("R52", part="import all or nothing")
def test_one_bad_line_keeps_everything_out_and_cannot_be_confirmed(measure, designer):
    content = csv(HEADINGS, "a,A,ty-dong,1,Tháng,Có", "b,B,khong-co,1,Tháng,Có")

    outcome, token = imports.preview(IndicatorResource, "a.csv", content, by=designer)

    assert states(outcome) == ["new", "error"]
    assert token == ""
    assert stored_files() == []
    assert not Indicator.objects.exists()


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        ("a,A,khong-co,1,Tháng,Có", "Đơn vị tính (mã)", "không có đơn vị tính nào có mã “khong-co”"),
        ('a,A,ty-dong,"1,5",Tháng,Có', "Số chữ số thập phân", "không phải số nguyên"),
        ("a,A,ty-dong,0.5,Tháng,Có", "Số chữ số thập phân", "dấu chấm chỉ ngăn cách"),
        ("a,A,ty-dong,mot,Tháng,Có", "Số chữ số thập phân", "không đọc được"),
        ("a,A,ty-dong,1,Tuần trăng,Có", "Kỳ báo cáo", "Chọn một trong"),
        ("a,A,ty-dong,1,Tháng,Có lẽ", "Được phép công khai", "“Có” hoặc “Không”"),
        (",A,ty-dong,1,Tháng,Có", "Mã chỉ tiêu", "thiếu mã"),
        ("a b,A,ty-dong,1,Tháng,Có", "Mã chỉ tiêu", ""),
        ("a,,ty-dong,1,Tháng,Có", "Tên chỉ tiêu", ""),
        ("a,A,,1,Tháng,Có", "Đơn vị tính (mã)", ""),
        ("a,thu  ngan sach,ty-dong,1,Tháng,Có", "Tên chỉ tiêu", "thu-ns"),
        (f"a,{'A' * 251},ty-dong,1,Tháng,Có", "Tên chỉ tiêu", "250"),
    ],
)
def test_an_error_is_told_with_line_column_and_what_to_do(measure, designer, line, column, told):
    make_indicator("thu-ns", "Thu ngân sách")

    outcome, _ = imports.preview(IndicatorResource, "a.csv", csv(HEADINGS, line), by=designer)

    (row,) = outcome.rows
    assert (row.line, row.state.value) == (2, "error")
    assert column in [where for where, _ in row.errors]
    assert told in " ".join(what for _, what in row.errors)


def test_two_lines_of_one_code_or_one_name_are_refused(measure, designer):
    outcome, _ = imports.preview(
        IndicatorResource,
        "a.csv",
        csv(HEADINGS, "a,A,ty-dong,1,Tháng,Có", "A,B,ty-dong,1,Tháng,Có", "c,a,ty-dong,1,Tháng,Có"),
        by=designer,
    )

    assert states(outcome) == ["new", "error", "error"]
    assert "đã có ở một dòng trên" in outcome.rows[1].errors[0][1]
    assert "cùng tên" in outcome.rows[2].errors[0][1]


@pytest.mark.requirement("R56", part="past figures keep their meaning")
def test_an_import_cannot_change_the_measure_under_figures(measure, designer, department):
    indicator = make_indicator("a", "A")
    make_measure("tan", "tấn")
    post_figures(entry(indicator, department, "1"), supplier=department)

    outcome, _ = imports.preview(
        IndicatorResource, "a.csv", csv("Mã chỉ tiêu,Đơn vị tính (mã)", "a,tan"), by=designer
    )

    assert states(outcome) == ["error"]
    assert "đã có số liệu" in outcome.rows[0].errors[0][1]


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("Mã chỉ tiêu,Tên,Đơn vị tính (mã)", "Cột “Tên” không có trong danh mục"),
        ("Tên chỉ tiêu,Đơn vị tính (mã),Ghi chú", "Thiếu cột “Mã chỉ tiêu”"),
    ],
)
def test_columns_that_are_unknown_or_missing_are_named(measure, designer, heading, told):
    outcome, token = imports.preview(IndicatorResource, "a.csv", csv(heading, "a,b,c"), by=designer)

    assert told in outcome.problems[0]
    assert (outcome.rows, token) == ((), "")


def test_a_column_that_is_not_in_the_file_stays_and_a_blank_cell_clears_what_may_be_empty(measure, designer):
    make_indicator("a", "A", concept="Khái niệm", note="Ghi chú", decimals=3)

    _, token = imports.preview(
        IndicatorResource, "a.csv", csv("Mã chỉ tiêu,Ghi chú,Số chữ số thập phân", "a,,"), by=designer
    )
    imports.confirm(IndicatorResource, token, by=designer)

    indicator = Indicator.objects.get()
    assert (indicator.concept, indicator.note, indicator.decimals) == ("Khái niệm", "", 3)


@pytest.mark.requirement("R53", part="responsible organisations")
def test_disaggregations_responsible_organisations_and_days_come_by_their_codes(
    measure, designer, department, other_department
):
    indicator = make_indicator("a", "A")
    IndicatorResponsibility.objects.create(indicator=indicator, organisation=other_department)
    IndicatorResponsibility.objects.create(
        indicator=indicator, organisation=other_department, locality=department
    )
    for code in ("gioi-tinh", "khu-vuc"):
        Disaggregation.objects.create(code=code, name=code)
    LegalAct.objects.create(
        number="1603/QĐ-UBND", issuer="UBND tỉnh", title="Bộ", signed_on="2024-06-01", valid_from="2024-06-01"
    )
    content = csv(
        "Mã chỉ tiêu;Phân tổ (mã);Cơ quan chịu trách nhiệm (mã);Áp dụng từ ngày;Căn cứ pháp lý (số, ký hiệu)",
        'a;"khu-vuc; gioi-tinh";STC;03/02/2026;1603/QĐ-UBND',
    )

    outcome, token = imports.preview(IndicatorResource, "a.csv", content, by=designer)
    imports.confirm(IndicatorResource, token, by=designer)

    indicator = Indicator.objects.get()
    assert {d.code for d in indicator.disaggregations.all()} == {"khu-vuc", "gioi-tinh"}
    assert {(r.organisation, r.locality) for r in indicator.responsibilities.all()} == {
        (department, None),
        (other_department, department),
    }
    assert indicator.valid_from == date(2026, 2, 3)
    assert indicator.legal_basis.number == "1603/QĐ-UBND"
    assert ("Cơ quan chịu trách nhiệm (mã)", "SDL", "STC") in outcome.rows[0].changes
    again, token = imports.preview(IndicatorResource, "a.csv", content, by=designer)
    assert (states(again), token) == (["unchanged"], "")


def test_an_entry_may_name_one_on_an_earlier_line(measure, designer):
    content = csv(
        "Mã chỉ tiêu,Tên chỉ tiêu,Đơn vị tính (mã),Tổng hợp theo không gian,Quyền số (mã chỉ tiêu)",
        "dan-so,Dân số,ty-dong,Cộng,",
        "ty-le,Tỷ lệ,ty-dong,Bình quân gia quyền,dan-so",
    )

    _, token = imports.preview(IndicatorResource, "a.csv", content, by=designer)
    imports.confirm(IndicatorResource, token, by=designer)

    assert Indicator.objects.get(code="ty-le").weight.code == "dan-so"
    assert Indicator.objects.get(code="ty-le").space_aggregation == Aggregation.WEIGHTED


@pytest.mark.requirement("X10", part="numbers in imports")
@pytest.mark.parametrize(("typed", "kept"), [("1.000", "1000"), ("0,001", "0.001"), ("1.234,5", "1234.5")])
def test_measures_are_imported_with_vietnamese_numbers(measure, designer, typed, kept):
    content = csv("Mã đơn vị tính;Tên đơn vị tính;Quy về đơn vị (mã);Hệ số quy đổi", f"x;x;ty-dong;{typed}")

    _, token = imports.preview(MeasureResource, "a.csv", content, by=designer)
    imports.confirm(MeasureResource, token, by=designer)

    assert Measure.objects.get(code="x").factor == Decimal(kept)


@pytest.mark.parametrize("typed", ["0.001", "1,000.5", "0", "-5", "1e3"])
def test_a_factor_that_may_mean_two_things_or_nothing_is_refused(measure, designer, typed):
    content = csv("Mã đơn vị tính;Tên đơn vị tính;Hệ số quy đổi", f"x;x;{typed}")

    outcome, _ = imports.preview(MeasureResource, "a.csv", content, by=designer)

    assert states(outcome) == ["error"]


def test_groups_are_imported(designer):
    content = csv("Mã nhóm,Tên nhóm,Thuộc nhóm (mã),Thứ tự", "kt,Kinh tế,,1", "ns,Ngân sách,kt,2")

    _, token = imports.preview(IndicatorGroupResource, "a.csv", content, by=designer)
    imports.confirm(IndicatorGroupResource, token, by=designer)

    assert IndicatorGroup.objects.get(code="ns").parent.code == "kt"


# ---- The token


@pytest.fixture
def previewed(measure, designer):
    content = csv(HEADINGS, "a,A,ty-dong,1,Tháng,Có")
    return imports.preview(IndicatorResource, "a.csv", content, by=designer)[1]


@pytest.mark.requirement("R159", part="forged import")
def test_a_forged_an_altered_or_anothers_token_imports_nothing(previewed, designer, root):
    claim = signing.loads(previewed, salt="indicators.catalogue.imports")
    forged = [
        "x",
        previewed[:-2] + "zz",
        signing.dumps(claim, salt="another"),
        signing.dumps(claim, key="another-key", salt="indicators.catalogue.imports"),
    ]
    for token in forged:
        with pytest.raises(ImportRefused, match="không hợp lệ"):
            imports.confirm(IndicatorResource, token, by=designer)
    with pytest.raises(ImportRefused, match="của người khác"):
        imports.confirm(IndicatorResource, previewed, by=root)
    with pytest.raises(ImportRefused, match="danh mục khác"):
        imports.confirm(MeasureResource, previewed, by=designer)

    assert not Indicator.objects.exists()


def test_a_token_is_good_for_an_hour(previewed, designer, monkeypatch):
    later = timezone.now().timestamp() + imports.TOKEN_SECONDS + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    with pytest.raises(ImportRefused, match="quá một giờ"):
        imports.confirm(IndicatorResource, previewed, by=designer)


def test_a_token_imports_once(previewed, designer):
    imports.confirm(IndicatorResource, previewed, by=designer)

    with pytest.raises(ImportRefused, match="đã được nhập"):
        imports.confirm(IndicatorResource, previewed, by=designer)


def test_a_file_changed_in_storage_is_refused(previewed, designer):
    storage = storages["private"]
    (name,) = stored_files()
    with storage.open(f"{FOLDER}/{name}", "wb") as file:
        file.write(csv(HEADINGS, "a,Khác,ty-dong,1,Tháng,Có"))

    with pytest.raises(ImportRefused, match="Tệp đã bị thay đổi"):
        imports.confirm(IndicatorResource, previewed, by=designer)


def test_where_the_catalogue_has_changed_since_the_preview_nothing_is_imported(previewed, designer):
    make_indicator("a", "A")

    with pytest.raises(ImportRefused, match="đã thay đổi sau khi xem trước"):
        imports.confirm(IndicatorResource, previewed, by=designer)

    assert Indicator.objects.get().decimals == 1
    assert not AuditEntry.objects.filter(verb="catalogue.import").exists()


def test_files_nobody_confirmed_are_forgotten_after_a_day(previewed, designer, monkeypatch):
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(imports.timezone, "now", lambda: tomorrow)

    imports.preview(IndicatorResource, "b.csv", csv(HEADINGS, "b,B,ty-dong,1,Tháng,Có"), by=designer)

    assert len(stored_files()) == 1


# ---- Files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_comma_semicolon_and_tab(delimiter):
    table = read_table("a.csv", csv(delimiter.join("ab"), delimiter.join(["1", '"x\ny"'])))

    assert (table.headings, table.rows, table.lines) == (["a", "b"], [["1", "x\ny"]], [2])


@pytest.mark.requirement("X10", part="Excel import")
def test_cells_of_a_workbook_are_read_as_people_would_type_them():
    content = xlsx(
        ["a", "b", "c", "d", "e"], [1839, 7213.5, date(2024, 12, 31), True, None], [], [0.001, "- x"]
    )

    table = read_table("A.XLSX", content)

    assert table.rows == [["1839", "7.213,5", "31/12/2024", "Có", ""], ["0,001", "- x", "", "", ""]]
    assert table.lines == [2, 4]


@pytest.mark.requirement("R30", part="imported text")
@pytest.mark.requirement("R30", part="preview at import")
def test_a_table_in_tcvn3_is_converted_and_the_preview_says_so(designer):
    content = csv("M· nhãm,Tªn nhãm", "kt,Tæng s¶n phÈm trªn ®Þa bµn")

    outcome, _ = imports.preview(IndicatorGroupResource, "a.csv", content, by=designer)

    assert outcome.repaired == "TCVN3"
    assert outcome.rows[0].changes[1][2] == "Tổng sản phẩm trên địa bàn"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xls", b"x", "không phải CSV hay XLSX"),
        ("a.pdf", b"%PDF", "không phải CSV hay XLSX"),
        ("a.xlsx", b"Ma,Ten\n1,2", "không phải XLSX, dù tên tệp ghi như vậy"),
        ("a.csv", "Mã".encode("utf-16"), "UTF-8"),
        ("a.csv", b"\xef\xbb\xbf\n\n", "Tệp trống"),
        ("a.csv", b"a,a\n1,2", "có hai lần"),
        ("a.csv", b"a\n" + b"1\n" * 2001, "hơn 2000 dòng"),
        ("a.csv", b"a" * (spreadsheets.MAX_BYTES + 1), "lớn hơn 5 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(name, content, told):
    with pytest.raises(TableError, match=re.escape(told)):
        read_table(name, content)


def test_a_workbook_that_unpacks_beyond_measure_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "_MAX_UNPACKED_BYTES", 100)

    with pytest.raises(TableError, match="giải nén ra quá lớn"):
        read_table("a.xlsx", xlsx(["a"], ["1"]))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_of_fifty_thousand_columns_is_refused_at_once(kind):
    headings = [f"c{number}" for number in range(50_000 if kind == "csv" else 16_000)]
    content = ",".join(headings).encode() if kind == "csv" else xlsx(headings)
    with pytest.raises(TableError, match="hơn 200 cột"):
        read_table(f"a.{kind}", content)


def test_empty_cells_to_the_edge_of_the_sheet_are_no_columns():
    table = read_table("a.xlsx", xlsx(["a", *[""] * 1_000], ["1"]))

    assert (table.headings, table.rows) == (["a"], [["1"]])


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_damaged_workbook_is_refused_wherever_the_damage_is(part):
    damaged = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(["a"], ["1"]))) as sound,
        zipfile.ZipFile(damaged, "w") as package,
    ):
        for name in sound.namelist():
            package.writestr(name, b"<x" if name == part else sound.read(name))
    with pytest.raises(TableError, match="không phải XLSX"):
        read_table("a.xlsx", damaged.getvalue())


def test_two_thousand_rows_are_read():
    assert len(read_table("a.csv", b"a\n" + b"1\n" * 2000).rows) == 2000


# ---- Export


def exported(client, model, kind, **query):
    url = reverse(model.snippet_viewset.get_url_name("list"))
    return client.get(url, {"export": kind, **query}).content


@pytest.mark.requirement("R116", part="catalogue as CSV and XLSX")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again_without_any_change(measure, designer, designing, department, kind):
    indicator = make_indicator(
        "a",
        "- Trong đó: thu nội địa",
        concept='Dòng một\nDòng hai, có "ngoặc"',
        valid_from=date(2024, 3, 2),
        note="=1+1",
    )
    IndicatorResponsibility.objects.create(indicator=indicator, organisation=department)

    outcome, token = imports.preview(
        IndicatorResource, f"a.{kind}", exported(designing, Indicator, kind), by=designer
    )

    assert outcome.problems == ()
    assert (states(outcome), token) == (["unchanged"], "")


@pytest.mark.requirement("R159", part="no formula in exports")
@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_exported_cell_is_a_formula(text):
    sheet = load_workbook(io.BytesIO(write_table(["a"], [[text]], "xlsx"))).active
    line = write_table(["a"], [[text]], "csv").decode("utf-8-sig").splitlines()[1]

    assert sheet["A2"].data_type == "s"
    assert line == f'"\'{text}"'


@pytest.mark.requirement("R116", part="catalogue as CSV and XLSX")
def test_a_soft_line_break_of_word_does_not_keep_a_workbook_from_being_made():
    sheet = load_workbook(io.BytesIO(write_table(["a"], [["Thu\x0bnội địa\x01"]], "xlsx"))).active

    assert sheet["A2"].value == "Thu nội địa "


def test_csv_begins_with_the_mark_that_excel_needs(designing, measure):
    make_indicator()

    assert exported(designing, Indicator, "csv").startswith(b"\xef\xbb\xbf")


def test_an_export_holds_what_the_search_found(designing, measure):
    make_indicator("a", "Thu ngân sách")
    make_indicator("b", "Hộ nghèo")

    text = exported(designing, Indicator, "csv", q="thu ngan").decode()

    assert "Thu ngân sách" in text
    assert "Hộ nghèo" not in text


# ---- The screen


def upload(client, content: bytes, name: str = "a.csv"):
    url = reverse(Indicator.snippet_viewset.get_url_name("import"))
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def test_the_screen_shows_the_preview_and_the_confirmation_imports(designing, measure):
    shown = upload(designing, csv(HEADINGS, "a,<b>A</b>,ty-dong,1,Tháng,Có"))
    text = shown.content.decode()
    assert "1 mục mới" in text
    assert "&lt;b&gt;A&lt;/b&gt;" in text
    assert "<b>A</b>" not in text
    assert not Indicator.objects.exists()

    url = reverse(Indicator.snippet_viewset.get_url_name("import"))
    done = designing.post(url, {"token": shown.context["token"]}, follow=True)

    assert "Đã nhập xong: 1 mục mới" in done.content.decode()
    assert Indicator.objects.get().code == "a"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", csv(HEADINGS, "a,A,sai,1,Tháng,Có"), "không có đơn vị tính nào có mã “sai”"),
        ("a.docx", b"PK", "không phải CSV hay XLSX"),
        ("a.csv", b"a" * (6 * 1024 * 1024), "lớn hơn 5 MB"),
        ("a.csv", b"", "Tệp trống"),
    ],
)
def test_the_screen_tells_errors_and_offers_no_confirmation(designing, measure, name, content, told):
    text = upload(designing, content, name).content.decode()

    assert told in text
    assert 'name="token"' not in text


def test_a_forged_confirmation_is_refused_on_the_screen(designing, measure):
    url = reverse(Indicator.snippet_viewset.get_url_name("import"))

    answer = designing.post(url, {"token": "gia-mao"}, follow=True)

    assert "không hợp lệ" in answer.content.decode()
    assert not Indicator.objects.exists()


def test_who_may_only_read_imports_nothing(previewed, department):
    reader = signed_in(make_person("xem", department, DutyKind.VIEW))
    url = reverse(Indicator.snippet_viewset.get_url_name("import"))

    assert reader.get(url).status_code == 302
    assert reader.post(url, {"token": previewed}).status_code == 302
    assert not Indicator.objects.exists()


def test_the_queries_of_an_import_grow_by_few_for_each_line(measure, designer, django_assert_max_num_queries):
    def lines(count):
        return csv(
            HEADINGS, *[f"c{number},Chỉ tiêu số {number},ty-dong,1,Tháng,Có" for number in range(count)]
        )

    with django_assert_max_num_queries(40 + 20 * 16):
        imports.preview(IndicatorResource, "a.csv", lines(20), by=designer)
