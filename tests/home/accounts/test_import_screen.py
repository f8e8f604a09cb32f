import re
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from home.accounts.models import DutyKind
from home.organisations.models import Organisation
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

UPLOAD, CONFIRM = "/admin/co-quan/nhap/", "/admin/co-quan/nhap/xac-nhan/"
GOOD = "ma,ten,loai,cap,truc_thuoc\nSYT,Sở Y tế,so,tinh,UBND\n"


@pytest.fixture
def preview(signed_in, admin):
    """Upload a file; the page that comes back, and the token on it."""

    def preview(text: str = GOOD, *, person=None, name: str = "don-vi.csv"):
        upload = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
        page = signed_in(person or admin).post(UPLOAD, {"file": upload, "on": "21/11/2026"}).content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)
        return page, token[1] if token else ""

    return preview


def test_the_file_is_looked_at_and_then_taken_over(preview, client) -> None:
    page, token = preview()

    assert "1 mới, 0 thay đổi, 0 giữ nguyên." in page
    assert "Sở Y tế" in page
    assert "Trực thuộc: Ủy ban nhân dân tỉnh Khánh Hòa (UBND)" in page
    assert not Organisation.objects.filter(code="SYT").exists()

    done = client.post(CONFIRM, {"token": token}, follow=True)

    assert "Đã nhập danh sách: 1 mới" in done.content.decode()
    assert Organisation.objects.get(code="SYT").affiliations_up.get().parent.code == "UBND"


def test_changes_are_shown_from_old_to_new(preview, department) -> None:
    page, _ = preview("ma,ten,loai,cap\nSTC,Sở Tài chính và Kế hoạch,so,tinh\n")

    assert "Tên: Sở Tài chính → Sở Tài chính và Kế hoạch" in page


def test_faults_are_shown_with_line_and_column_and_there_is_nothing_to_confirm(preview, committee) -> None:
    page, token = preview(GOOD.replace("UBND", "KHONG") + "SDL,,so,tinh,UBND\n")

    assert token == ""
    assert "Tệp có 2 lỗi. Chưa đơn vị nào được nhập." in page
    assert re.search(r"<td>2</td>\s*<td>truc_thuoc</td>\s*<td>Không có đơn vị nào mang mã KHONG.</td>", page)
    assert re.search(r"<td>3</td>\s*<td>ten</td>\s*<td>Ô bắt buộc đang trống.</td>", page)


def test_a_file_that_changes_nothing_offers_nothing_to_confirm(preview, department) -> None:
    page, token = preview("ma,ten,loai,cap\nSTC,Sở Tài chính,so,tinh\n")

    assert token == ""
    assert "Tệp không có gì khác với dữ liệu hiện có." in page


def test_a_file_that_is_too_large_is_refused(preview) -> None:
    page, _ = preview("x" * (5 * 1024 * 1024 + 1))

    assert "Tệp lớn hơn 5 MB" in page


def test_a_spreadsheet_is_refused_with_advice(preview) -> None:
    page, _ = preview(b"PK\x03\x04rest", name="don-vi.xlsx")

    assert "Đây là tệp bảng tính, không phải tệp CSV." in page


@pytest.mark.parametrize("token", ["", "gia-mao", "a:b:c"])
def test_a_forged_token_does_nothing(preview, client, token) -> None:
    preview()

    page = client.post(CONFIRM, {"token": token}, follow=True).content.decode()

    assert "Lượt xem trước đã hết hạn hoặc tệp đã thay đổi" in page
    assert not Organisation.objects.filter(code="SYT").exists()


@pytest.mark.parametrize(
    "other", [GOOD.replace("Sở Y tế", "Sở khác"), GOOD + "\n"], ids=["other", "same effect"]
)
def test_the_token_is_bound_to_the_file(preview, client, other) -> None:
    _, token = preview()
    preview(other)

    client.post(CONFIRM, {"token": token})

    assert not Organisation.objects.filter(code="SYT").exists()


def test_the_token_is_bound_to_the_person(preview, client, committee) -> None:
    _, token = preview()
    other = make_person("quantri2", committee, DutyKind.SYSTEM_ADMIN)
    preview(person=other)

    client.post(CONFIRM, {"token": token})

    assert not Organisation.objects.filter(code="SYT").exists()


def test_the_token_lapses(preview, client, monkeypatch) -> None:
    _, token = preview()
    later = (timezone.now() + timedelta(hours=2)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    client.post(CONFIRM, {"token": token})

    assert not Organisation.objects.filter(code="SYT").exists()


def test_the_token_serves_once(preview, client, admin) -> None:
    _, token = preview()
    client.post(CONFIRM, {"token": token})
    assert not storages["private"].exists(f"imports/organisations-{admin.pk}.csv")
    Organisation.objects.filter(code="SYT").update(name="Tên khác")

    client.post(CONFIRM, {"token": token})

    assert Organisation.objects.get(code="SYT").name == "Tên khác"


def test_what_has_changed_since_is_shown_again_before_it_is_done(preview, client, committee) -> None:
    _, token = preview()
    Organisation.objects.create(code="SYT", name="Sở Y tế tỉnh", kind="so", level="tinh")

    page = client.post(CONFIRM, {"token": token}).content.decode()

    assert "Dữ liệu đã thay đổi sau khi xem trước" in page
    assert "Sở Y tế tỉnh → Sở Y tế" in page
    assert Organisation.objects.get(code="SYT").name == "Sở Y tế tỉnh"


def test_the_empty_file_has_the_columns(signed_in, admin) -> None:
    response = signed_in(admin).get(f"{UPLOAD}mau.csv")

    assert response.content.decode("utf-8-sig").startswith("ma,ten,ten_gon,loai,cap,")
