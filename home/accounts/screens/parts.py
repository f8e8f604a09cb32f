"""What the screens of organisations, people and the log are made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from home.accounts.models import User
from home.accounts.services import AccountError, Outdated
from home.organisations.models import Organisation
from home.organisations.services import ALWAYS, OrganisationError

#: Digits of a primary key that a form brings back; Python itself refuses to read thousands of them.
LONGEST_KEY = 20


class AllowListedViewSet(ModelViewSet):
    """Routes the views named in ``served`` and our own, and nothing generic besides.

    Rights are rules (``policies``), so no model permission is offered on the screen of groups.
    """

    served: ClassVar[tuple[str, ...]] = ()
    add_to_reference_index = False

    def own_urlpatterns(self) -> list[URLPattern]:
        return []

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name in self.served),
            *self.own_urlpatterns(),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's views leave out a link whose name is None."""
        known = {self.get_url_name(name) for name in self.served}
        return {
            key: None if key.endswith("_url_name") and value not in known else value
            for key, value in super().get_common_view_kwargs(**kwargs).items()
        }

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        return Permission.objects.none()


class VerbView(WagtailAdminTemplateMixin, FormView):
    """A form, and the one service it calls. What the service refuses is said at the field it is about; where somebody
    else was quicker, the screen is shown anew.
    """

    template_name = "wagtailadmin/generic/form.html"
    submit_button_label = "Ghi"
    submit_button_active_label = "Đang ghi…"

    @property
    def by(self) -> User:
        """Who asks; the admin shell lets nobody through who is not signed in."""
        return cast(User, self.request.user)

    def may(self) -> bool:
        raise NotImplementedError

    def perform(self, data: dict[str, Any]) -> str:
        """Call the service; what was done, in words."""
        raise NotImplementedError

    def trail(self) -> Iterable[tuple[str, str]]:
        """Where the screen hangs: addresses and names."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            done = self.perform(form.cleaned_data)
        except Outdated as refusal:
            messages.error(self.request, str(refusal))
            return HttpResponseRedirect(self.request.get_full_path())
        except (AccountError, OrganisationError) as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, done)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        messages.validation_error(self.request, "Chưa ghi được. Hãy xem lỗi bên dưới.", form)
        return super().form_invalid(form)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail = [{"url": url, "label": label} for url, label in self.trail()]
        return [*self.breadcrumbs_items, *trail, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "action_url": self.request.get_full_path(),
            "media": context["form"].media,
            "submit_button_label": self.submit_button_label,
            "submit_button_active_label": self.submit_button_active_label,
        }


class OrganisationScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about the organisation that its address names, beneath the page of that organisation."""

    @cached_property
    def organisation(self) -> Organisation:
        return get_object_or_404(Organisation, pk=self.kwargs["pk"])

    def may(self) -> bool:
        raise NotImplementedError

    def trail(self) -> Iterable[tuple[str, str]]:
        """What stands between the organisation's page and this screen."""
        return ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_page_subtitle(self) -> str:
        return self.organisation.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail = [
            (reverse("organisations:index"), "Cơ quan, đơn vị"),
            (reverse("organisations:inspect", args=[self.organisation.pk]), self.organisation.label),
            *self.trail(),
            ("", self.page_title),
        ]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in trail)]


class DayInput(AdminDateInput):
    """Wagtail's calendar without its inline script."""

    template_name = "django/forms/widgets/date.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-day"] = context["widget"]["config_json"]
        return context

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["portal/js/day.js"])


def day_field(label: str, *, required: bool = True, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), **more)


def days_in_words(first: date, last: date | None, *, unlimited: str = "không thời hạn") -> str:
    """“từ 01/07/2025”, “01/07/2025 – 31/12/2025”, “đến 31/12/2025”; ``unlimited`` where neither day is known."""
    if last and last < first:
        return "đã rút lại"
    if first <= ALWAYS:
        return f"đến {last:%d/%m/%Y}" if last else unlimited
    return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}" if last else f"từ {first:%d/%m/%Y}"
