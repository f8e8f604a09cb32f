"""The demonstration: the whole cycle told through the services, on real figures."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from indicators.models import Indicator
from indicators.store.models import Figure, ReleasedFigure
from notifications.models import Message
from reports.deadlines.models import Round
from reports.demo.khanh_hoa import story
from reports.demo.management.commands.load_demo import CONSOLIDATED, TOLD
from reports.publication.models import PublishedDocument
from reports.regimes.models import RegimePage
from reports.submissions.models import Submission
from reports.submissions.status import Status


def test_the_demonstration_is_never_installed_where_the_portal_is_not_a_demonstration(settings, db):
    settings.PORTAL_IS_DEMO = False
    for command in ("load_demo", "demo_accounts"):
        with pytest.raises(CommandError, match="production"):
            call_command(command)


@pytest.mark.slow
@pytest.mark.requirement("R58", part="installed with the demonstration")
def test_the_story_is_told_whole(db, client):
    output = StringIO()
    call_command("load_demo", stdout=output)

    _every_act_was_told(output)
    _real_figures_stand()
    _one_figure_has_two_versions()
    _estimate_and_published_value_are_two_figures()
    _all_stages_can_be_seen()
    _the_consolidated_paper_says_it_is_a_demonstration()
    _nothing_unreleased_is_public(client)
    _regimes_are_found_by_everybody(client)
    _a_public_report_shows_its_charts(client)
    _administrators_find_something_to_do(client)
    _telling_it_again_changes_nothing()


def _administrators_find_something_to_do(client) -> None:
    """Focal persons wherever there are people, a division with its forms, and a request that waits."""
    from django.urls import reverse

    from home.accounts.models import AccountRequest, Duty, FocalPerson, User
    from home.organisations.models import Division, Organisation

    peopled = Organisation.objects.filter(pk__in=Duty.objects.exclude(kind="monitor").values("organisation"))
    assert set(FocalPerson.objects.values_list("organisation", flat=True)) == {one.pk for one in peopled}
    division = Division.objects.get()
    through = Duty.objects.filter(division=division)
    assert {scope.scope for duty in through for scope in duty.scopes.all()} == {"form:BM-TC", "form:BM-TC-6T"}
    assert {duty.person.username for duty in through} == {"stc.nhaplieu", "stc.chuyenvien"}

    request = AccountRequest.objects.get()
    client.force_login(User.objects.get(username="stc.phong"))
    page = client.get(reverse("organisations:assign", args=[division.organisation_id])).content.decode()
    assert division.name in page
    home = client.get("/admin/").content.decode()
    assert reverse("account_requests:index") in home
    page = client.get(reverse("account_requests:detail", args=[request.pk])).content.decode()
    assert "Chấp thuận" in page
    client.logout()


def _regimes_are_found_by_everybody(client) -> None:
    page = client.get("/che-do-bao-cao/").content.decode()
    for title in RegimePage.objects.live().values_list("title", flat=True):
        assert title in page


def _a_public_report_shows_its_charts(client) -> None:
    """Twelve months, of which none has gone below nought."""
    published = PublishedDocument.objects.get(slug__endswith="-stc")
    charts = published.document.content["charts"]
    assert [chart["title"] for chart in charts] == ["Thu nội địa", "Tổng chi ngân sách nhà nước"]
    for chart in charts:
        amounts = [Decimal(amount) for _, amount, *_ in chart["series"][0]["points"]]
        assert len(amounts) == 12
        assert min(amounts) > 0
    assert "Hình 2. Tổng chi ngân sách nhà nước" in client.get(published.get_absolute_url()).content.decode()


def _every_act_was_told(output: StringIO) -> None:
    from home.audit.models import AuditEntry

    assert AuditEntry.objects.filter(verb=TOLD).count() == len(story.STORY)
    assert "Consolidated report (PDF)" in output.getvalue()
    assert Indicator.objects.filter(legal_basis__number="1603/QĐ-UBND").count() == 47


def _current(code: str, period: str, kind: str) -> Decimal:
    return (
        Figure.objects.accepted().current().get(indicator__code=code, period=period, value_type=kind).amount
    )


def _real_figures_stand() -> None:
    """domain.md 5.4: five months and six months of 2024."""
    assert _current("THU-NSNN", "2024-5M", "estimate") == Decimal("7995.5")
    assert _current("IIP", "2024-5M", "estimate") == Decimal("149.11")
    assert _current("XUAT-KHAU", "2024-H1", "actual") == Decimal("1050.6")


def _one_figure_has_two_versions() -> None:
    versions = (
        Figure.objects.accepted().filter(indicator__code="BLHH", period="2024-5M").order_by("known_from")
    )
    assert [figure.amount for figure in versions] == [Decimal("51808.7"), Decimal("51088.7")]
    assert versions[0].known_to == versions[1].known_from


def _estimate_and_published_value_are_two_figures() -> None:
    assert _current("BLHH", "2024-H1", "estimate") == Decimal("62585.4")
    assert _current("BLHH", "2024-H1", "actual") == Decimal("62542.7")


def _all_stages_can_be_seen() -> None:
    seen = set(Submission.objects.values_list("status", flat=True))
    assert seen >= {
        Status.DRAFT,
        Status.IN_REVIEW,
        Status.REWORK,
        Status.APPROVED,
        Status.SENT,
        Status.RETURNED,
        Status.ACCEPTED,
    }
    from django.utils import timezone

    assert Round.objects.filter(tiers__due_at__gt=timezone.now()).exists()
    assert Message.objects.exists()


def _the_consolidated_paper_says_it_is_a_demonstration() -> None:
    lead = Submission.objects.get(**CONSOLIDATED)
    pdf = lead.dispatches.get().pdf
    pages = [page.extract_text() for page in PdfReader(pdf.content.open()).pages]
    assert all("BẢN MINH HỌA" in text for text in pages)
    assert "9.522,8" in "".join(pages)
    assert "201/BC-SKHĐT" in pages[0]
    assert [
        (chart["title"], len(chart["categories"]))
        for chart in lead.dispatches.get().document.content["charts"]
    ] == [
        ("Thu nội địa", 5),
        ("Tổng chi ngân sách nhà nước", 5),
        ("Tổng mức bán lẻ hàng hoá và doanh thu dịch vụ tiêu dùng", 5),
        ("Khách lưu trú", 5),
    ]


def _nothing_unreleased_is_public(client) -> None:
    released = ReleasedFigure.objects.filter(figure__indicator__code="THU-NSNN").values_list("figure__period")
    assert ("2024-H1",) in released
    assert ("2024-5M",) not in released
    page = client.get("/chi-tieu/THU-NSNN/").content.decode()
    assert "7.995,5" not in page


def _telling_it_again_changes_nothing() -> None:
    before = (Figure.objects.count(), Message.objects.count(), Submission.objects.count())
    call_command("load_demo", stdout=StringIO())
    assert (Figure.objects.count(), Message.objects.count(), Submission.objects.count()) == before


def test_every_line_of_the_story_uses_a_known_verb_and_a_known_person():
    import csv
    from pathlib import Path

    from django.utils import timezone

    from reports.demo.teller import Teller

    folder = Path(story.__file__).parent
    with (folder / "nguoi.csv").open(encoding="utf-8", newline="") as file:
        people = {row["ten_dang_nhap"] for row in csv.DictReader(file)}
    verbs = Teller(timezone.now()).verbs
    assert {act.who for act in story.STORY} <= people
    assert {act.verb for act in story.STORY} <= set(verbs)
