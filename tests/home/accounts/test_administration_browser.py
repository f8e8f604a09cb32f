"""The screens of delegated administration as people meet them: wide, on a telephone, and by what axe finds."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail import hooks

from home.accounts import asking
from home.accounts.assigning import OwedForm, OwedReport, OwedRow
from home.accounts.leaving import OpenWork
from home.accounts.models import AccountRequest, Duty, DutyKind
from home.organisations.models import Division
from home.organisations.services import rebuild_paths
from tests.conftest import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWED = OwedReport(
    "regime:KTXH",
    "Báo cáo kinh tế - xã hội tháng",
    (OwedForm("form:BM01", "BM01 – Thu ngân sách", (OwedRow("row:BM01/1", "1 Thu nội địa", 0),)),),
)


@pytest.fixture(autouse=True)
def known_above(department):
    """What the department owes, and what waits for anybody."""
    with (
        hooks.register_temporarily("portal_reports_owed", lambda organisation: [OWED]),
        hooks.register_temporarily(
            "portal_open_work", lambda person: [OpenWork("Nhập tháng 5", department.pk, alone=True)]
        ),
    ):
        yield


@pytest.fixture
def screens(department, unit_admin, leader) -> dict[str, str]:
    person = make_person("canbo", department, DutyKind.ENTER, scopes=["form:BM01"])
    Division.objects.create(organisation=department, code="ns", name="Phòng Ngân sách")
    request = asking.ask(
        "create",
        department,
        by=leader,
        full_name="Nguyễn Văn An",
        duties=["enter"],
        document_number="12/STC-VP",
        document_date=Duty._meta.get_field("valid_from").default,
    )
    place = f"/admin/co-quan/{department.pk}"
    return {
        "assign": f"{place}/phan-cong/nhap-lieu/",
        "rows": f"{place}/phan-cong/theo-dong/?bieu=BM01&nguoi=p{person.pk}",
        "members": f"/admin/co-quan/phong-ban/{Division.objects.get().pk}/nguoi/",
        "rename": f"/admin/co-quan/phong-ban/{Division.objects.get().pk}/doi-ten/",
        "close_division": f"/admin/co-quan/phong-ban/{Division.objects.get().pk}/dong/",
        "leave": f"/admin/nguoi-dung/{person.pk}/ban-giao/",
        "close": f"/admin/nguoi-dung/{person.pk}/khoa/",
        "requests": "/admin/de-nghi-tai-khoan/",
        "request": f"/admin/de-nghi-tai-khoan/{request.pk}/",
        "grant": f"/admin/de-nghi-tai-khoan/{request.pk}/chap-thuan/",
        "ask": "/admin/de-nghi-tai-khoan/cap-moi/",
        "confirm": f"{place}/xac-nhan/",
        "organisation": f"/admin/co-quan/inspect/{department.pk}/",
        "home": "/admin/",
    }


@pytest.mark.parametrize("width", [1280, 390])
def test_no_screen_is_wider_than_its_window_and_axe_finds_nothing(visit, axe, screens, unit_admin, width):
    page, wrong = visit(unit_admin, width=width), {}
    for name, address in screens.items():
        page.goto(address)
        overflow = page.evaluate(
            "(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(document.querySelector('main'))"
        )
        found = axe(page, within="main")
        if overflow > 0 or found:
            wrong[name] = (overflow, found)

    assert wrong == {}


def test_forms_are_given_with_a_finger_on_a_telephone(visit, screens, unit_admin, department):
    page = visit(unit_admin, width=390)
    page.goto(screens["assign"])
    page.get_by_label("Người giamdoc: BM01 – Thu ngân sách").check()
    page.get_by_role("button", name="Ghi phân công").click()

    expect(page.get_by_text("Đã ghi phân công: thay đổi ở 1 người")).to_be_visible()
    expect(page.get_by_label("Người giamdoc: BM01 – Thu ngân sách")).to_be_checked()
    assert Duty.objects.get(person__username="giamdoc", kind=DutyKind.ENTER).scopes.get().scope == "form:BM01"


def test_from_the_request_to_the_code(visit, screens, unit_admin):
    page = visit(unit_admin)
    page.goto(screens["request"])
    page.get_by_role("link", name="Chấp thuận", exact=True).click()
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("an.nguyenvan")
    page.get_by_role("button", name="Chấp thuận").click()

    expect(page.get_by_text("Mã chỉ hiện lần này")).to_be_visible()
    page.get_by_role("link", name="Xong").click()
    expect(page.get_by_text("Chấp thuận đề nghị về tài khoản (Người quantridonvi)")).to_be_visible()
    assert AccountRequest.objects.get().person.username == "an.nguyenvan"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_succession_is_typed_looked_at_confirmed_and_duties_are_given_anew(
    visit, axe, admin, department, other_department, clerk, leader, width
):
    rebuild_paths()
    page = visit(admin, width=width)

    def looks_right(name: str) -> None:
        overflow = page.evaluate(
            "(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(document.querySelector('main'))"
        )
        assert (overflow, axe(page, within="main")) == (0, []), name

    page.goto(f"/admin/co-quan/sap-xep/?don-vi={department.pk}")
    page.get_by_label("Hình thức").select_option("chia_tach")
    page.get_by_label("Đơn vị đã có").select_option(str(other_department.pk))
    page.get_by_role("button", name="Thêm đơn vị kế thừa").click()
    second = page.get_by_role("group", name="Đơn vị kế thừa 2")
    second.get_by_label("Tên đơn vị mới").fill("Sở Kinh tế")
    second.get_by_label("Mã đơn vị mới").fill("SKT")
    looks_right("typing")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Hãy nêu đơn vị tiếp nhận công việc còn lại")).to_be_visible()
    second.get_by_label("Tiếp nhận công việc còn lại").check()
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Sở Kinh tế tiếp nhận công việc còn lại")).to_be_visible()
    looks_right("preview")
    page.get_by_role("button", name="Xác nhận, ghi việc sắp xếp").click()
    expect(page.get_by_text("Đã ghi việc sắp xếp")).to_be_visible()
    expect(page.get_by_text("Cần ghi chức vụ tại đơn vị mới trước").first).to_be_visible()
    page.reload()
    looks_right("duties")
    page.get_by_role("button", name="Giao các nhiệm vụ đã đánh dấu").click()
    expect(page.get_by_text("mọi người được báo")).to_be_visible()
    page.reload()
    looks_right("organisation")
    assert Duty.objects.filter(person=clerk, organisation__code="SKT").exists()
