"""The buttons: each offered to whom it belongs, each calling its service, each refusal at its place."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from home.accounts.models import DutyKind
from reports.entry.acts import ACTS
from reports.submissions import services
from reports.submissions.errors import SubmissionError
from reports.submissions.models import AttachmentKind, Decision, Dispatch, Submission
from reports.submissions.status import Reason
from tests.conftest import make_person
from tests.reports.submissions import stages

from .conftest import address, fingerprint

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def press(as_user):
    """Confirm a dialog as a person; the page that follows."""

    def pressed(user, act, report, **typed):
        return as_user(user).post(address(act, report.pk), typed, follow=True)

    return pressed


@pytest.fixture
def buttons(as_user):
    """The names of the acts a person is offered."""

    def offered(user, report) -> set[str]:
        page = as_user(user).get(address("edit", report.pk)).content.decode()
        return set(re.findall(r'data-a11y-dialog-show="dialog-(\w+)"', page))

    return offered


def said(page) -> str:
    return " ".join(str(message) for message in page.context["messages"])


def fresh(report) -> Submission:
    return Submission.objects.get(pk=report.pk)


CAST = ("clerk", "data_leader", "leader", "registrar", "receiver")


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("draft", {"clerk": {"submit"}, "registrar": {"record_outside"}}),
        ("in_review", {"clerk": {"withdraw"}, "data_leader": {"approve_data", "refuse"}}),
        ("approved", {"clerk": {"withdraw"}, "leader": {"withdraw"}, "registrar": {"issue"}}),
        ("issued", {"registrar": {"send"}}),
        ("sent", {"registrar": {"recall"}, "receiver": {"accept", "return"}}),
        ("accepted", {"clerk": {"request_adjustment"}, "receiver": {"demand_adjustment"}}),
    ],
)
def test_the_bar_offers_exactly_what_a_person_may_do_now(request, buttons, stage, expected):
    report = request.getfixturevalue(stage)
    people = {
        name: request.getfixturevalue(name)
        for name in CAST
        if name != "receiver" or stage in {"sent", "accepted"}
    }

    assert {name: buttons(person, report) for name, person in people.items()} == {
        name: expected.get(name, set()) for name in people
    }


def test_handing_in_says_what_is_missing_and_leads_there(as_user, submission, clerk):
    page = as_user(clerk).get(address("check", submission.pk)).content.decode()

    assert "còn 6 ô bắt buộc chưa nhập" in page
    assert 'data-row="I.1" data-column="uoc"' in page
    assert "mục “Đánh giá tình hình” chưa viết" in page
    assert "data-blocked" in page


def test_an_incomplete_report_is_not_handed_in(press, submission, clerk):
    before = fingerprint()

    page = press(clerk, "submit", submission)

    assert page.status_code == 422
    assert "còn 6 ô bắt buộc" in said(page)
    assert 'data-entry-screen-open-value="dialog-submit"' in page.content.decode()
    assert fingerprint() == before


@pytest.mark.requirement("R99", part="submitted from the screen")
def test_a_complete_report_is_handed_in(press, draft, clerk, data_leader, leader):
    page = press(clerk, "submit", draft)

    assert "Đã trình duyệt (bản trình 1)" in said(page)
    assert fresh(draft).status == "in_review"


@pytest.mark.requirement("R175", part="approval states the responsibility")
@pytest.mark.requirement("R103", part="two acts on the screen")
@pytest.mark.parametrize(("verb", "person"), [("approve_data", "data_leader"), ("approve_report", "leader")])
def test_approving_states_the_responsibility_and_carries_the_hash(
    request, as_user, in_review, data_leader, verb, person
):
    if verb == "approve_report":
        services.approve_data(in_review, by=data_leader, seen=in_review.snapshot.sha256, at=stages.hour(2))
    person = request.getfixturevalue(person)

    page = re.sub(r"\s+", " ", as_user(person).get(address("edit", in_review.pk)).content.decode())
    dialog = page.split(f'id="dialog-{verb}"')[1].split("</template>")[0]

    assert f"ông/bà <strong>{person}</strong>" in dialog
    assert "chịu trách nhiệm trước pháp luật và trước Ủy ban nhân dân tỉnh" in dialog
    assert f'name="seen" value="{in_review.snapshot.sha256}"' in dialog
    assert "Bản trình 1: đã nhập 6/6 ô." in dialog


@pytest.mark.parametrize("verb", ["accept", "return"])
def test_the_receiver_is_told_which_document_of_which_sending_is_at_stake(as_user, sent, receiver, verb):
    page = re.sub(r"\s+", " ", as_user(receiver).get(address("edit", sent.pk)).content.decode())
    dialog = page.split(f'id="dialog-{verb}"')[1].split("</template>")[0]

    dispatch = sent.dispatches.get()
    assert f"<dd> {sent.organisation} </dd>" in dialog
    assert f"Số {dispatch.document.number_and_symbol} ngày " in dialog
    assert f"mã nhận {dispatch.receipt}" in dialog


@pytest.mark.requirement("R175", part="name kept")
def test_approving_keeps_the_name_of_who_did_it(press, in_review, data_leader):
    page = press(data_leader, "approve_data", in_review, seen=in_review.snapshot.sha256, form_codes=["BM01"])

    assert "Đã duyệt số liệu biểu BM01" in said(page)
    decision = Decision.objects.get()
    assert (decision.person, decision.sha256) == (data_leader, in_review.snapshot.sheet_hashes["BM01"])


def test_the_dialog_shows_what_changed_since_the_last_look(as_user, type_in, in_review, clerk, data_leader):
    services.refuse(
        in_review, by=data_leader, seen=in_review.snapshot.sha256, reasons=["sai_so_lieu"], text="Dòng 1",
        form_code="BM01", at=stages.hour(2),
    )  # fmt: skip
    type_in(clerk, in_review, "I.1", "uoc", "92,5", seen=1)
    stages.submit(in_review, clerk, at=stages.hour(3))

    page = re.sub(r"\s+", " ", as_user(data_leader).get(address("edit", in_review.pk)).content.decode())

    assert "So với bản trình 1" in page
    assert "<strong>1 ô cần xem</strong>" in page
    assert "5 ô còn lại không đổi" in page
    assert '<th scope="row">Thu nội địa · Ước tháng</th>' in page
    assert '<td class="figure" data-label="Bản trình 1">100,0</td>' in page
    assert '<td class="figure" data-label="Nay"> <strong>92,5</strong> </td>' in page


def test_approving_another_snapshot_than_the_current_one_is_refused(press, in_review, data_leader):
    before = fingerprint()

    page = press(data_leader, "approve_data", in_review, seen="0" * 64, form_codes=["BM01"])

    assert "đã được trình lại sau khi ông/bà mở trang này" in said(page)
    assert f'value="{in_review.snapshot.sha256}"' in page.content.decode()
    assert 'open-value=""' in page.content.decode()  # to be looked at first
    assert fingerprint() == before


@pytest.mark.requirement("R101", part="refused only with reasons and a text")
@pytest.mark.requirement("X13", part="named reasons on the screen")
@pytest.mark.parametrize(
    "typed", [{"text": "Dòng 3 nhầm"}, {"reasons": ["sai_so_lieu"]}, {"reasons": ["bia"], "text": "x"}]
)
def test_refusing_without_a_named_reason_or_a_text_comes_back_with_what_was_typed(
    press, in_review, data_leader, typed
):
    before = fingerprint()

    page = press(data_leader, "refuse", in_review, seen=in_review.snapshot.sha256, form_code="BM01", **typed)

    shown = page.content.decode()
    assert page.status_code == 422
    assert 'data-entry-screen-open-value="dialog-refuse"' in shown
    assert "field-error" in shown
    assert typed.get("text", "") in shown
    assert all(label in shown for label in Reason.labels)
    assert fingerprint() == before


def test_refusing_gives_the_report_back(press, in_review, data_leader):
    press(
        data_leader, "refuse", in_review,
        seen=in_review.snapshot.sha256, form_code="BM01", reasons=["sai_so_lieu"], text="Dòng 3 nhầm",
    )  # fmt: skip

    assert fresh(in_review).status == "rework"


def test_the_number_and_a_day_first_date_are_given(press, approved, registrar):
    page = press(registrar, "issue", approved, number="12", symbol="BC-STC", issued_on="03/02/2026")

    assert "Đã cấp số 12/BC-STC, ngày 03 tháng 02 năm 2026" in said(page)
    document = fresh(approved).document
    assert (document.issued_on.month, document.pdf is not None) == (2, True)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"number": "mười hai"}, "Số văn bản là số nguyên"),
        ({"number": "0"}, "Số văn bản là số nguyên từ 1 trở lên"),
        ({"issued_on": "02/30/2026"}, "ngày/tháng/năm"),
        ({"issued_on": "2026-02-03"}, "ngày/tháng/năm"),
        ({"symbol": "BC STC"}, "chưa đúng"),
    ],
)
def test_bad_numbers_and_dates_are_refused_at_their_field(press, approved, registrar, typed, message):
    before = fingerprint()

    page = press(
        registrar,
        "issue",
        approved,
        **{"number": "12", "symbol": "BC-STC", "issued_on": "03/02/2026", **typed},
    )

    assert page.status_code == 422
    assert message in page.content.decode()
    assert fingerprint() == before


def test_sending_without_a_number_says_what_is_missing(as_user, press, approved, registrar):
    before = fingerprint()

    bar = as_user(registrar).get(address("edit", approved.pk)).content.decode().split('class="action-bar"')[1]
    page = press(registrar, "send", approved)

    assert "Chưa gửi được: chưa có số, ký hiệu và ngày ban hành" in bar
    assert "chưa có số, ký hiệu và ngày ban hành" in said(page)
    assert fingerprint() == before


@pytest.mark.requirement("R105", part="sent on the screen")
@pytest.mark.requirement("R111", part="the sender is given a receipt")
def test_sending_gives_a_receipt(press, issued, registrar):
    page = press(registrar, "send", issued)

    assert Dispatch.objects.get().receipt in said(page)
    assert fresh(issued).status == "sent"


def test_returning_accepting_and_adjusting(
    press, buttons, sent, registrar, clerk, data_leader, leader, receiver
):
    press(receiver, "return", sent, reasons=["thieu_so_lieu"], text="Thiếu dòng 3")
    assert fresh(sent).status == "returned"

    stages.submit(fresh(sent), clerk, at=stages.hour(30))
    report = stages.approve(fresh(sent), data_leader, leader, at=stages.hour(31))
    stages.issue(report, registrar, at=stages.hour(32), number=6)
    press(registrar, "send", report)
    press(receiver, "accept", report)
    assert fresh(report).status == "accepted"

    press(clerk, "request_adjustment", report, text="Sót một khoản", document="12/STC")
    assert buttons(clerk, report) == set()
    assert buttons(receiver, report) == {"grant_adjustment", "decline_adjustment"}
    press(receiver, "decline_adjustment", report, text="Đã tổng hợp")
    press(receiver, "demand_adjustment", report, text="Sai đơn vị tính")
    assert fresh(report).status == "adjusting"
    press(clerk, "cancel_adjustment", report)
    assert fresh(report).status == "accepted"


def test_a_request_is_granted(press, accepted, clerk, receiver):
    press(clerk, "request_adjustment", accepted, text="Sót một khoản")
    press(receiver, "grant_adjustment", accepted)

    assert fresh(accepted).status == "adjusting"


def test_taking_back_before_and_after_the_approval(press, in_review, approved, clerk):
    page = press(clerk, "withdraw", approved)
    assert "Phải ghi lý do" in said(page)
    assert fresh(approved).status == "approved"

    press(clerk, "withdraw", approved, text="Sót phụ lục")
    assert fresh(approved).status == "rework"


def test_recalling_needs_a_reason(press, sent, registrar):
    assert press(registrar, "recall", sent).status_code == 422
    press(registrar, "recall", sent, text="Gửi nhầm kỳ")

    assert fresh(sent).status == "rework"


@pytest.mark.requirement("R112", part="recorded from the screen with its real date")
def test_what_was_sent_outside_is_recorded_with_its_real_moment(press, draft, registrar):
    page = press(
        registrar, "record_outside", draft,
        channel="e_office", sent_on="16/05/2026", sent_time="16:30", note="Mất mạng",
        evidence=SimpleUploadedFile("phiếu gửi.pdf", PDF),
    )  # fmt: skip

    assert "16:30 16/05/2026" in said(page)
    dispatch = Dispatch.objects.get()
    assert timezone.localtime(dispatch.sent_at).strftime("%H:%M %d/%m/%Y") == "16:30 16/05/2026"
    assert dispatch.evidence.kind == AttachmentKind.OUTSIDE
    assert fresh(draft).status == "sent"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"sent_on": "31/12/2099"}, "không thể ở tương lai"),
        ({"sent_time": "8 giờ rưỡi"}, "giờ:phút"),
        ({"channel": "portal"}, "portal"),
        ({"evidence": ("a.pdf", b"not a pdf")}, "nội dung không phải loại đó"),
    ],
)
def test_a_record_with_something_wrong_is_refused_at_its_field(press, draft, registrar, typed, message):
    right = {"channel": "paper", "sent_on": "16/05/2026", "sent_time": "16:30", "evidence": ("a.pdf", PDF)}
    data = {**right, **typed}
    before = fingerprint()

    page = press(
        registrar, "record_outside", draft, **{**data, "evidence": SimpleUploadedFile(*data["evidence"])}
    )

    assert page.status_code == 422
    assert message in page.content.decode()
    assert fingerprint() == before


def test_a_record_that_the_service_refuses_keeps_no_evidence(press, monkeypatch, draft, registrar):
    def refuse(*args, **kwargs):
        raise SubmissionError("Báo cáo vừa được người khác trình.")

    monkeypatch.setattr(services, "record_outside", refuse)
    before = fingerprint()

    page = press(
        registrar, "record_outside", draft,
        channel="paper", sent_on="16/05/2026", sent_time="16:30", evidence=SimpleUploadedFile("a.pdf", PDF),
    )  # fmt: skip

    assert "vừa được người khác trình" in said(page)
    assert fingerprint() == before


@pytest.mark.parametrize("verb", [act.name for act in ACTS])
def test_no_act_is_open_to_who_may_not_do_it(press, as_user, draft, department, verb):
    viewer = make_person("nguoixem", department, DutyKind.VIEW)
    before = fingerprint()

    page = press(
        viewer,
        verb,
        draft,
        seen="x",
        text="x",
        reasons=["khac"],
        number="1",
        symbol="BC-STC",
        issued_on="01/05/2026",
    )

    assert "Ông/bà không thực hiện được" in said(page)
    assert as_user(viewer).get(address(verb, draft.pk)).status_code == 302
    assert fingerprint() == before
