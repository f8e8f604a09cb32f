"""The consolidation page of a report, and the page of one total."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import DutyKind
from home.organisations.models import OrganisationKind
from home.organisations.services import succeed
from indicators.numbers import CellValue
from reports.consolidation import urls
from reports.consolidation.models import ConsolidationAdjustment, ConsolidationInput
from reports.consolidation.services import adjust, fill
from reports.deadlines.models import Obligation
from reports.submissions import services as submissions
from tests.conftest import make_organisation, make_person

from .story import INLAND, deliver, deliver_again, hand_in, hour, shown, staff_of, write


@pytest.fixture
def at_work(client, lead_staff):
    """Signed in as the one who consolidates."""
    client.force_login(lead_staff.clerk)
    return client


@pytest.fixture
def committee_receiver(committee):
    """Receives what the lead agency sends, and sees the report then; never how it was built."""
    return make_person("vpub", committee, DutyKind.RECEIVE, DutyKind.VIEW)


@pytest.fixture
def filled(lead_report, delivered, lead_staff):
    fill(lead_report, by=lead_staff.clerk, at=hour(2))
    return lead_report


@pytest.fixture
def line(filled, lead_sheet, lead_staff):
    return adjust(filled, lead_sheet, *INLAND, Decimal(10), "Thu chậm sổ", by=lead_staff.clerk, at=hour(3))


def overview(submission) -> str:
    return reverse("consolidation:overview", args=[submission.pk])


def cell(submission, sheet, key=INLAND) -> str:
    return reverse("consolidation:cell", args=[submission.pk, sheet.pk, *key])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.requirement("R36", part="aggregate from what units sent")
@pytest.mark.requirement("R114", part="coverage: n of N and who is missing")
def test_the_page_shows_progress_the_missing_and_what_a_fill_would_change(at_work, lead_report, delivered):
    page = text_of(at_work.get(overview(lead_report)))

    assert "Đã tiếp nhận <strong>1/2</strong>" in page
    assert "Sở Du lịch" in page
    assert "Chưa mở" in page
    assert "Biểu BM-TH, dòng “Thu nội địa”, cột “Ước tháng”: trống → <strong>100,5</strong> (1/2)" in page


def test_figures_are_taken_with_one_button(at_work, lead_report, lead_sheet, delivered):
    response = at_work.post(reverse("consolidation:fill", args=[lead_report.pk]), follow=True)

    assert shown(lead_sheet) == CellValue(Decimal("100.5"))
    page = text_of(response)
    assert "Đã lấy số liệu của 1/2 cơ quan" in page
    assert "Số liệu đã là mới nhất" in page
    assert "Có số của 1/2 cơ quan, 1 cơ quan báo số ước; thiếu: Sở Du lịch" in page


def test_without_anything_accepted_the_page_says_what_to_do(at_work, lead_report):
    page = text_of(at_work.get(overview(lead_report)))

    assert "Tiếp nhận báo cáo của các cơ quan trước" in page
    assert 'data-a11y-dialog-show="fill"' not in page


@pytest.mark.requirement("X17", part="successor shown beside predecessor")
def test_beside_what_has_ended_stands_who_answers_for_it(
    at_work, filled, lead_sheet, delivered, other_obligation, staff, receiver, department, other_department
):
    deliver_again(delivered, {INLAND: "90"}, staff, receiver, at=hour(4))
    new = make_organisation("SKT", "Sở Kinh tế", OrganisationKind.DEPARTMENT)
    succeed([department, other_department], [new], kind="sap_nhap", on=timezone.localdate(), by=None)

    page = text_of(at_work.get(overview(filled)))
    said = " <small>nay Sở Kinh tế kế thừa</small>"
    assert f"<strong>Sở Tài chính</strong>{said}" in page
    assert f"Lấy từ: Sở Tài chính{said} (mã nhận" in page
    assert f"Sở Du lịch {said.strip()}" in page
    assert f"Sở Tài chính</a> {said.strip()}" in text_of(at_work.get(cell(filled, lead_sheet)))


@pytest.mark.requirement("X14", part="downstream totals flagged stale")
def test_a_changed_source_is_announced_with_old_and_new(at_work, filled, delivered, staff, receiver):
    deliver_again(delivered, {INLAND: "90"}, staff, receiver, at=hour(4))

    page = text_of(at_work.get(overview(filled)))

    assert "Số liệu nguồn đã thay đổi" in page
    assert "cột “Ước tháng”: 100,5 → <strong>90</strong>" in page


@pytest.mark.requirement("X14", part="downstream totals flagged stale")
def test_the_reports_own_screen_says_so_too_even_to_those_it_was_sent_to(
    client, filled, delivered, staff, receiver, lead_staff, committee_receiver
):
    write(filled, {}, lead_staff, at=hour(3))
    hand_in(filled, lead_staff, at=hour(3), number=7)
    deliver_again(delivered, {INLAND: "90"}, staff, receiver, at=hour(4))
    screen = reverse("wagtailsnippets_submissions_submission:edit", args=[filled.pk])
    mark = "Số liệu nguồn đã thay đổi: Sở Tài chính"

    client.force_login(lead_staff.clerk)
    own = client.get(screen).content.decode()
    client.force_login(committee_receiver)
    theirs = client.get(screen).content.decode()

    assert mark in own
    assert overview(filled) in own
    assert mark in theirs
    assert client.get(overview(filled)).status_code == 404
    assert overview(filled) not in theirs


def test_the_cells_of_the_screen_carry_their_coverage(at_work, filled, lead_sheet):
    screen = at_work.get(
        reverse("wagtailsnippets_submissions_submission:edit", args=[filled.pk])
    ).content.decode()

    assert f'href="{cell(filled, lead_sheet)}">1/2</a>' in screen


@pytest.mark.requirement(
    "R15", part="every value traceable to who entered and approved it, and to the report"
)
def test_a_totals_page_names_organisation_cell_receipt_and_people(
    at_work, filled, lead_sheet, delivered, staff
):
    page = text_of(at_work.get(cell(filled, lead_sheet)))

    for said in (
        "Sở Tài chính",
        "Biểu BM01, dòng “Thu nội địa”, cột “Ước tháng”",
        delivered.dispatches.get().receipt,
        f"Nhập: {staff.clerk}",
        f"Duyệt số liệu: {staff.data_leader}",
        f"Duyệt báo cáo: {staff.leader}",
        "Chưa lấy",
    ):
        assert said in page


def test_the_script_gets_the_sources_alone(at_work, filled, lead_sheet):
    response = at_work.get(cell(filled, lead_sheet), headers={"X-Requested-With": "XMLHttpRequest"})

    assert "<html" not in response.content.decode()
    assert "Sở Tài chính" in response.content.decode()


def test_a_line_is_added_and_revoked_from_the_page(at_work, filled, lead_sheet):
    at_work.post(cell(filled, lead_sheet), {"amount": "-0,5", "reason": "Làm tròn"})
    assert shown(lead_sheet) == CellValue(Decimal("100"))
    page = text_of(at_work.get(overview(filled)))
    assert "Lý do: Làm tròn" in page
    assert "Δ -0,5" in page

    line = ConsolidationAdjustment.objects.get()
    at_work.post(reverse("consolidation:revoke", args=[filled.pk, line.pk]))
    assert shown(lead_sheet) == CellValue(Decimal("100.5"))


def test_a_wrong_amount_comes_back_with_what_was_typed(at_work, filled, lead_sheet):
    for amount, said in [
        ("0.125", "Nếu là số thập phân, gõ 0,125"),
        ("mười", "không đọc được"),
        ("0", "khác 0"),
    ]:
        response = at_work.post(cell(filled, lead_sheet), {"amount": amount, "reason": "Thu chậm sổ"})

        assert response.status_code == 422
        page = text_of(response)
        assert said in page
        assert "Thu chậm sổ" in page
        assert f'value="{amount}"' in page


def test_after_a_verb_one_is_back_where_it_was_asked_for_and_nowhere_else(at_work, filled, line, lead_sheet):
    revoke = reverse("consolidation:revoke", args=[filled.pk, line.pk])

    assert at_work.post(revoke, {"next": cell(filled, lead_sheet)}).url == cell(filled, lead_sheet)
    assert at_work.post(revoke, {"next": "https://example.com/"}).url == overview(filled)


def test_a_text_is_inserted_from_the_page(at_work, filled, delivered):
    address = reverse("consolidation:insert", args=[filled.pk, "danh-gia", delivered.obligation_id])

    at_work.post(address)

    assert "<h4>Sở Tài chính</h4>" in filled.sections.get(key="danh-gia").body
    assert "Đã có trong thuyết minh" in at_work.get(overview(filled)).content.decode()


def test_in_review_the_page_offers_nothing_and_says_why(at_work, filled, line, lead_staff):
    write(filled, {}, lead_staff, at=hour(4))
    submissions.submit(filled, by=lead_staff.clerk, at=hour(5))

    page = text_of(at_work.get(overview(filled)))

    assert "chờ duyệt nên không lấy thêm số liệu được" in page
    assert '<form method="post"' not in page.split("tong-hop", 1)[1]


def test_who_only_looks_is_offered_nothing(client, filled, line, lead_staff):
    client.force_login(lead_staff.leader)

    page = text_of(client.get(overview(filled)))

    assert "Người có nhiệm vụ tổng hợp hoặc nhập số liệu" in page
    assert '<form method="post"' not in page.split("tong-hop", 1)[1]


@pytest.fixture
def doors(filled, lead_sheet, line, obligation) -> dict[str, str]:
    """Every address of the consolidation, by name."""
    arguments = {
        "overview": [],
        "fill": [],
        "cell": [lead_sheet.pk, *INLAND],
        "revoke": [line.pk],
        "insert": ["danh-gia", obligation.pk],
    }
    assert set(arguments) == {pattern.name for pattern in urls.urlpatterns}
    return {
        name: reverse(f"consolidation:{name}", args=[filled.pk, *more]) for name, more in arguments.items()
    }


@pytest.mark.parametrize("person", ["outsider", "receiver", "clerk", "monitor", "committee_receiver"])
def test_for_everybody_else_the_consolidation_is_not_there(request, client, doors, lead_sheet, line, person):
    client.force_login(request.getfixturevalue(person))

    for address in doors.values():
        assert client.get(address).status_code == 404
        assert client.post(address, {"amount": "1", "reason": "Lý do"}).status_code == 404
    assert ConsolidationAdjustment.objects.in_force().get() == line
    assert shown(lead_sheet) == CellValue(Decimal("110.5"))


def test_a_report_of_the_first_tier_has_no_consolidation(client, delivered, staff):
    client.force_login(staff.clerk)

    assert client.get(overview(delivered)).status_code == 404


def test_a_line_or_an_organisation_of_another_report_is_not_there(
    at_work, filled, lead_obligation, delivered
):
    assert at_work.post(reverse("consolidation:revoke", args=[filled.pk, 999])).status_code == 404
    foreign = reverse("consolidation:insert", args=[filled.pk, "danh-gia", lead_obligation.pk])
    assert at_work.post(foreign).status_code == 404
    assert at_work.get(cell(filled, delivered.sheets.get())).status_code == 404


def test_verbs_are_posted(at_work, doors):
    for name in ("fill", "revoke", "insert"):
        assert at_work.get(doors[name]).status_code == 405


def test_strangers_sign_in_first(client, lead_report):
    assert client.get(overview(lead_report)).url.startswith("/dang-nhap/")


def test_the_number_of_queries_does_not_grow_with_the_organisations(
    at_work,
    lead_report,
    lead_sheet,
    delivered,
    other_delivered,
    lead_staff,
    receiver,
):
    def counted() -> list[int]:
        """Queries of a fill that takes everything, the overview, and one total."""
        ConsolidationInput.objects.all().delete()
        lead_sheet.cells.all().delete()
        counts = []
        for act in (
            lambda: fill(lead_report, by=lead_staff.clerk),
            lambda: at_work.get(overview(lead_report)),
            lambda: at_work.get(cell(lead_report, lead_sheet)),
        ):
            with CaptureQueriesContext(connection) as queries:
                act()
            counts.append(len(queries))
        return counts

    counted()  # reads the duties, once per person
    few = counted()
    tier = delivered.obligation.tier
    for number in range(3):
        another = make_organisation(
            f"S{number}", f"Sở thứ {number}", OrganisationKind.DEPARTMENT, document_code=f"S{number}"
        )
        owed = Obligation.objects.create(
            tier=tier, organisation=another, recipient=tier.recipient, due_on=tier.due_on, due_at=tier.due_at
        )
        owed.form_versions.set(delivered.obligation.form_versions.all())
        deliver(owed, {INLAND: "1"}, staff_of(another), receiver, at=hour(1))

    assert counted() == few
    assert lead_report.consolidation_inputs.in_force().count() == 5
    assert max(few) <= 35
