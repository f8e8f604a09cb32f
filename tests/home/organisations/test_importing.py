import codecs
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from home.audit.models import AuditEntry
from home.organisations import services
from home.organisations.importing import PreviewIsStale, import_organisations
from home.organisations.models import Affiliation, Organisation, OrganisationCode, OrganisationPath

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 21)
HEAD = "ma,ten,loai,cap,truc_thuoc,bao_cao_den,tu_ngay,den_ngay,ma_dinh_danh,ma_gso"
PROVINCE = "UBND,Ủy ban nhân dân tỉnh Khánh Hòa,ubnd,tinh,,,,,H32,56"
FINANCE = "STC,Sở Tài chính,Sở,Cấp tỉnh,UBND,,01/03/2025,,H32.05,"


def csv(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines, ""]).encode()


def take(*lines: str, head: str = HEAD, dry_run: bool = False, on: date = ON, by=None):
    return import_organisations(csv(*lines, head=head), on=on, dry_run=dry_run, by=by)


def test_a_file_is_taken_over_with_superiors_codes_and_days() -> None:
    report = take(PROVINCE, FINANCE)

    assert str(report) == "2 mới, 0 thay đổi, 0 giữ nguyên."
    finance = Organisation.objects.get(code="STC")
    assert (finance.name, finance.kind, finance.level) == ("Sở Tài chính", "so", "tinh")
    assert finance.valid_from == date(2025, 3, 1)
    assert set(Organisation.objects.above(finance, day=ON).values_list("code", flat=True)) == {"STC", "UBND"}
    assert set(OrganisationCode.objects.values_list("organisation__code", "scheme", "value")) == {
        ("UBND", "qd20", "H32"),
        ("UBND", "gso", "56"),
        ("STC", "qd20", "H32.05"),
    }


def test_a_superior_may_stand_further_down_in_the_file() -> None:
    assert not take(FINANCE, PROVINCE).errors


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "with mark"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_the_file_may_come_from_any_spreadsheet(separator, mark, newline) -> None:
    content = mark + csv(PROVINCE, FINANCE).replace(b",", separator.encode()).replace(b"\n", newline)

    report = import_organisations(content, on=ON, dry_run=False, by=None)

    assert (len(report.new), report.errors) == (2, [])


def test_rows_already_split_are_taken_as_well() -> None:
    rows = [{"ma": "UBND", "ten": "Ủy ban nhân dân tỉnh", "loai": "ubnd", "cap": "tinh"}]

    assert (
        str(import_organisations(rows, on=ON, dry_run=False, by=None)) == "1 mới, 0 thay đổi, 0 giữ nguyên."
    )


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    rehearsal = take(PROVINCE, FINANCE, dry_run=True)

    assert not Organisation.objects.exists()
    assert not OrganisationPath.objects.exists()
    assert not AuditEntry.objects.exists()
    assert rehearsal.digest == take(PROVINCE, FINANCE).digest


def test_the_same_file_again_changes_nothing() -> None:
    take(PROVINCE, FINANCE)
    entries = AuditEntry.objects.exclude(verb="organisation.import").count()

    report = take(PROVINCE, FINANCE)

    assert str(report) == "0 mới, 0 thay đổi, 2 giữ nguyên."
    assert AuditEntry.objects.exclude(verb="organisation.import").count() == entries


def test_a_change_is_shown_field_by_field_from_old_to_new_and_logged_with_its_author(root) -> None:
    take(PROVINCE, FINANCE, "VP,Văn phòng UBND tỉnh,vpubnd,tinh,UBND,,,,,")

    report = take("STC,Sở Tài chính và Kế hoạch,so,tinh,VP,,01/04/2025,,H32.06,", by=root)

    assert [(change.label, change.old, change.new) for change in report.changed[0].changes] == [
        ("tên", "Sở Tài chính", "Sở Tài chính và Kế hoạch"),
        ("Trực thuộc", "Ủy ban nhân dân tỉnh Khánh Hòa (UBND)", "Văn phòng UBND tỉnh (VP)"),
        ("từ ngày", "01/03/2025", "01/04/2025"),
        ("Mã định danh điện tử (QĐ 20/2020/QĐ-TTg)", "H32.05", "H32.06"),
    ]
    finance = Organisation.objects.get(code="STC")
    verbs = AuditEntry.objects.about(finance).filter(person=root).values_list("verb", flat=True)
    assert list(verbs) == [
        f"organisation.{verb}" for verb in ("change", "end_affiliation", "affiliate", "give_code")
    ]


def test_a_changed_superior_holds_from_the_day_of_the_import() -> None:
    take(PROVINCE, FINANCE, "VP,Văn phòng UBND tỉnh,vpubnd,tinh,UBND,,,,,")
    take("STC,Sở Tài chính,so,tinh,VP,,,,,")

    relations = Affiliation.objects.filter(child__code="STC").order_by("valid_from")
    assert [(row.parent.code, row.valid_from, row.valid_to) for row in relations] == [
        ("UBND", services.ALWAYS, date(2026, 11, 20)),
        ("VP", ON, None),
    ]


def test_a_column_that_is_absent_leaves_things_as_they_are_and_an_empty_cell_clears() -> None:
    head = "ma,ten,loai,cap,ten_gon,truc_thuoc"
    take(PROVINCE)
    take("STC,Sở Tài chính,so,tinh,Tài chính,UBND", head=head)

    assert str(take("STC,Sở Tài chính,so,tinh", head="ma,ten,loai,cap")) == "0 mới, 0 thay đổi, 1 giữ nguyên."
    report = take("STC,Sở Tài chính,so,tinh,,", head=head)

    assert [(change.old, change.new) for change in report.rows[0].changes] == [
        ("Tài chính", "–"),
        ("Ủy ban nhân dân tỉnh Khánh Hòa (UBND)", "–"),
    ]
    assert Organisation.objects.get(code="STC").short_name == ""
    assert not Affiliation.objects.filter(valid_to=None).exists()


@pytest.mark.requirement("R30", part="import of organisations")
@pytest.mark.parametrize(
    ("written", "encoding"),
    [("Së Tµi chÝnh vµ KÕ ho¹ch ®Çu t­", "TCVN3"), ("Sôû Taøi chính vaø Keá hoaïch ñaàu tö", "VNI")],
)
def test_text_in_an_old_encoding_is_repaired_and_said(written, encoding) -> None:
    report = take(f"STC,{written},so,tinh,,,,,,")

    assert Organisation.objects.get().name == "Sở Tài chính và Kế hoạch đầu tư"
    assert str(report.warnings[0]).startswith(
        f"Dòng 2: Chữ theo bảng mã {encoding} đã được chuyển sang Unicode."
    )


def test_the_second_of_march_is_not_the_third_of_february() -> None:
    take("STC,Sở Tài chính,so,tinh,,,02/03/2026,,,")

    assert Organisation.objects.get().valid_from == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("SỞ,Sở Tài chính,so,tinh,,,,,,", "cột ma: “SỞ” không phải là mã."),
        (",Sở Tài chính,so,tinh,,,,,,", "cột ma: Ô bắt buộc đang trống."),
        ("STC,,so,tinh,,,,,,", "cột ten: Ô bắt buộc đang trống."),
        (f"STC,{'a' * 201},so,tinh,,,,,,", "cột ten: Dài 201 ký tự, tối đa 200."),
        (
            "STC,Sở Tài chính,phong,tinh,,,,,,",
            "cột loai: Không có giá trị “phong”. Hãy dùng một trong các giá trị: so (Sở),",
        ),
        ("STC,Sở Tài chính,so,khu vực,,,,,,", "cột cap: Không có giá trị “khu vực”."),
        (
            "STC,Sở Tài chính,so,tinh,SNV,,,,,",
            "cột truc_thuoc: Không có đơn vị nào mang mã SNV. Hãy sửa mã, hoặc thêm",
        ),
        (
            "STC,Sở Tài chính,so,tinh,ubnd,,,,,",
            "cột truc_thuoc: Không có đơn vị nào mang mã ubnd. Có phải UBND?",
        ),
        ("STC,Sở Tài chính,so,tinh,,SNV,,,,", "cột bao_cao_den: Không có đơn vị nào mang mã SNV."),
        ("STC,Sở Tài chính,so,tinh,STC,,,,,", "cột truc_thuoc: Đơn vị không thể là cấp trên của chính mình."),
        (
            "STC,Sở Tài chính,so,tinh,,,31/02/2025,,,",
            "cột tu_ngay: Không có ngày 31/02/2025. Ngày đứng trước tháng",
        ),
        (
            "STC,Sở Tài chính,so,tinh,,,2025-02-01,,,",
            "cột tu_ngay: “2025-02-01” không phải là ngày. Hãy viết ngày/tháng/năm",
        ),
        ("STC,Sở Tài chính,so,tinh,,,,1/1/25,,", "cột den_ngay: “1/1/25” không phải là ngày."),
        (
            "STC,Sở Tài chính,so,tinh,,,01/07/2025,30/06/2025,,",
            "cột den_ngay: Ngày kết thúc (30/06/2025) đứng trước ngày bắt đầu (01/07/2025).",
        ),
        ("STC,Sở Tài chính,so,tinh,,,,,32.05,", "cột ma_dinh_danh: “32.05” không đúng dạng. Mã có dạng H32"),
        (
            "STC,Sở Tài chính,so,tinh,,,,,,2236",
            "cột ma_gso: “2236” không đúng dạng. Mã gồm 2, 3 hoặc 5 chữ số",
        ),
        ("STC,Sở Tài chính,so,tinh,,,,,H32,", "cột ma_dinh_danh: H32 đang là mã của đơn vị UBND."),
        ("ubnd,Ủy ban nhân dân,ubnd,tinh,,,,,,", "cột ma: Mã đã có được viết là UBND."),
        ("STC,Sở Tài chính,so,tinh", ": Dòng có 4 ô, còn dòng đầu có 10 cột."),
    ],
)
def test_a_fault_is_named_with_line_column_and_remedy_and_nothing_is_taken_over(line, message) -> None:
    take(PROVINCE)

    report = take("SYT,Sở Y tế,so,tinh,UBND,,,,,", line)

    assert len(report.errors) == 1, report.errors
    assert f"Dòng 3{'' if message.startswith(':') else ', '}" in str(report.errors[0])
    assert message in str(report.errors[0])
    assert str(report) == "Tệp có 1 lỗi. Chưa đơn vị nào được nhập."
    assert Organisation.objects.get().code == "UBND"


def test_all_faults_are_named_at_once_in_the_order_of_the_lines() -> None:
    report = take("SYT,Sở Y tế,so,tinh,KHONG,,,,,", "STC,,so,tinh,,,,,,", "SYT,Sở Y tế,so,tinh,,,,,,")

    assert [(error.line, error.column) for error in report.errors] == [
        (2, "truc_thuoc"),
        (3, "ten"),
        (4, "ma"),
    ]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    report = take('SYT,"Sở\nY tế",so,tinh,,,,,,', "", "STC,,so,tinh,,,,,,")

    assert [error.line for error in report.errors] == [5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Tệp: Tệp không có nội dung."),
        (HEAD.encode(), "Tệp: Tệp không có đơn vị nào."),
        (
            b"PK\x03\x04...",
            "Đây là tệp bảng tính, không phải tệp CSV. Trong phần mềm bảng tính, hãy chọn Lưu thành",
        ),
        (f"{HEAD}\nSTC,Sở".encode("utf-16"), "Dòng 1: Chữ không theo bảng mã Unicode UTF-8."),
        (
            f"{HEAD}\nSTC,Sở,so,tinh,,,,,,\nS,\xd0".encode("latin-1", "replace"),
            "Dòng 3: Chữ không theo bảng mã",
        ),
        (f"{HEAD}\nSTC,Sở\0,so,tinh,,,,,,".encode(), "Dòng 2: Có ký tự rỗng."),
        (b"ma,ten,loai\n", "Dòng 1, cột cap: Thiếu cột bắt buộc."),
        (
            b"ma,ten,loai,cap,ghi_chu\n",
            "Dòng 1, cột ghi_chu: Mẫu không có cột này. Các cột của mẫu: ma, ten,",
        ),
        (b"ma,ten,loai,cap,ten\n", "Dòng 1, cột ten: Cột được nêu hai lần."),
        (f'{HEAD}\nSYT,Y,so,tinh,,,,,,\nSTC,"Sở\n'.encode(), "Dòng 3: Dấu ngoặc kép đặt không đúng chỗ"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, message) -> None:
    report = import_organisations(content, on=ON, dry_run=False, by=None)

    assert message in "\n".join(map(str, report.errors))
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_circle_in_the_file_is_refused_with_its_chain(dry_run) -> None:
    take(PROVINCE)

    report = take("A,Sở A,so,tinh,B,,,,,", "B,Sở B,so,tinh,A,,,,,", dry_run=dry_run)

    assert report.errors[0].line == 2
    assert "Sở A (A) → Sở B (B) → Sở A (A)" in str(report.errors[0])
    assert Organisation.objects.get().code == "UBND"


def test_what_was_agreed_to_is_what_is_done() -> None:
    agreed = take(PROVINCE, FINANCE, dry_run=True).digest
    take(PROVINCE)

    with pytest.raises(PreviewIsStale, match="Dữ liệu đã thay đổi") as stale:
        import_organisations(csv(PROVINCE, FINANCE), on=ON, dry_run=False, by=None, expected=agreed)
    assert str(stale.value.report) == "1 mới, 0 thay đổi, 1 giữ nguyên."
    assert not Organisation.objects.filter(code="STC").exists()


def test_a_list_of_new_units_is_taken_over_in_few_statements(django_assert_max_num_queries) -> None:
    many = [f"XA-{number},Xã {number},ubnd,xa,UBND,,,,,1{number:04}" for number in range(60)]

    with django_assert_max_num_queries(27):
        take(PROVINCE, *many)

    assert Organisation.objects.search("xa 59").get().codes.get().value == "10059"
    assert AuditEntry.objects.filter(verb="organisation.create").count() == 61


def test_a_change_may_not_end_a_unit_before_it_began() -> None:
    take(PROVINCE, FINANCE)

    report = take("STC,Sở Tài chính,so,tinh,28/02/2025", head="ma,ten,loai,cap,den_ngay")

    assert "Ngày kết thúc (28/02/2025) đứng trước ngày bắt đầu (01/03/2025)" in str(report.errors[0])


def test_a_code_that_once_was_somebody_elses_is_refused() -> None:
    take(PROVINCE, FINANCE)
    take("STC,Sở Tài chính,so,tinh,H32.06", head="ma,ten,loai,cap,ma_dinh_danh")

    report = take("SYT,Sở Y tế,so,tinh,H32.05", head="ma,ten,loai,cap,ma_dinh_danh")

    assert "H32.05 đã là mã của Sở Tài chính" in str(report.errors[0])


def test_rows_that_stay_as_they_are_cost_no_queries(django_assert_max_num_queries) -> None:
    many = [f"XA-{number},Xã {number},ubnd,xa,UBND,,,,," for number in range(60)]
    take(PROVINCE, *many)

    with django_assert_max_num_queries(20):
        take(PROVINCE, *many)


def test_the_command_rehearses_and_does(tmp_path, capsys) -> None:
    file = tmp_path / "don-vi.csv"
    file.write_bytes(csv(PROVINCE, FINANCE))

    call_command("import_organisations", file, dry_run=True)
    assert "2 mới, 0 thay đổi, 0 giữ nguyên. (chạy thử, chưa ghi)" in capsys.readouterr().out
    assert not Organisation.objects.exists()

    call_command("import_organisations", file)
    assert Organisation.objects.count() == 2

    file.write_bytes(csv(FINANCE.replace("UBND", "SNV")))
    with pytest.raises(CommandError, match="Dòng 2, cột truc_thuoc: Không có đơn vị nào mang mã SNV"):
        call_command("import_organisations", file)
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        call_command("import_organisations", tmp_path / "khong-co.csv")
