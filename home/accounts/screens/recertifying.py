"""“Xác nhận tài khoản hằng năm”, and what else waits for an administrator on the home page."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from home.accounts import recertifying
from home.accounts.models import FocalPerson, Recertification, RequestStatus, User
from home.accounts.permissions import (
    administered_by,
    may_administer,
    may_administer_people,
    requests_visible_to,
)
from home.accounts.recertifying import Standing
from home.accounts.services import AccountError, Outdated

from .parts import LONGEST_KEY, OrganisationScreen, days_in_words
from .people import duty_in_words


class RecertifyView(OrganisationScreen):
    page_title = "Xác nhận tài khoản hằng năm"
    template_name = "accounts/recertify.html"
    header_icon = "clipboard-list"

    def may(self) -> bool:
        return may_administer(self.request.user, self.organisation)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        withdrawn = {
            int(name[1:])
            for name, value in request.POST.items()
            if value == "withdraw" and name[:1] == "d" and name[1:].isdecimal() and len(name) < LONGEST_KEY
        }
        by = cast(User, request.user)
        try:
            made = recertifying.confirm(
                self.organisation, withdrawn, seen_as=request.POST.get("seen", ""), by=by
            )
        except Outdated as refusal:
            messages.error(request, str(refusal))
            return self.render_to_response(self.get_context_data())
        except AccountError as refusal:
            messages.error(request, f"Chưa ghi được. {refusal}")
            return self.render_to_response(self.get_context_data(withdrawn=withdrawn))
        messages.success(
            request, f"Đã xác nhận: giữ {len(made.kept)} nhiệm vụ, thu hồi {len(made.withdrawn)}."
        )
        return HttpResponseRedirect(reverse("organisations:inspect", args=[self.organisation.pk]))

    def get_context_data(self, withdrawn: Any = (), **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        duties = recertifying.listed(self.organisation, today)
        due = recertifying.due_days(today, [self.organisation.pk]).get(self.organisation.pk)
        past = Recertification.objects.filter(organisation=self.organisation).select_related("confirmed_by")
        return super().get_context_data(**kwargs) | {
            "organisation": self.organisation,
            "due": due,
            "standing": recertifying.standing_of(due, today).value,
            "seen": recertifying.seen(duties),
            "duties": [
                (
                    duty,
                    duty_in_words(duty),
                    days_in_words(duty.valid_from, duty.valid_to),
                    duty.pk in withdrawn,
                )
                for duty in duties
            ],
            "past": past[:5],
        }


class OfficePanel(Component):
    """On the home page of who administers people: what waits for him there."""

    name = "office"
    template_name = "accounts/office_panel.html"
    order = 95

    class Media:
        css = {"all": ["portal/css/people.css"]}

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def found(self) -> dict[str, Any]:
        today, user = timezone.localdate(), self.user
        places = dict(administered_by(user).on(today).order_by("name").values_list("pk", "name"))  # type: ignore[attr-defined]
        due = recertifying.due_days(today, places)
        standing = {pk: recertifying.standing_of(day, today) for pk, day in due.items()}
        reached = set(
            FocalPerson.objects.on(today).filter(organisation__in=due).values_list("organisation", flat=True)
        )
        waiting = requests_visible_to(user).filter(status=RequestStatus.PENDING, organisation__in=places)

        def named(pks: list[int]) -> list[tuple[int, str]]:
            return [(pk, name) for pk, name in places.items() if pk in pks]

        return {
            "requests": waiting.exclude(asked_by=user).exclude(person=user).count(),
            "overdue": named([pk for pk, one in standing.items() if one == Standing.OVERDUE]),
            "asked": named([pk for pk, one in standing.items() if one == Standing.ASKED]),
            "without_focal": named([pk for pk in due if pk not in reached]),
        }

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return self.found


def arrange(request: HttpRequest, panels: list[Any]) -> None:
    """The panel, where there is something in it."""
    if may_administer_people(request.user):
        panel = OfficePanel(cast(User, request.user))
        if any(panel.found.values()):
            panels.append(panel)
