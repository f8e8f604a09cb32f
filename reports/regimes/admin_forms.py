"""The editor's forms: what blocks publishing is told beside the field it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from home.accounts import profiles
from home.organisations.models import Organisation

from .permissions import design_organisations


class RegimePageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A new regime begins with how the province's regulation has reports approved."""
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and not self.is_bound:
            profile = profiles.current()
            for field, value in (
                ("approval_policy", profile.policy),
                ("review_steps", profile.review_steps),
                ("requires_signature", profile.requires_signature),
            ):
                self.initial[field] = value

    def is_valid(self) -> bool:
        """Drafts may be incomplete; what is to be published is checked as a whole, children included."""
        valid: bool = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        # The checks read the models, and the models name this form.
        from .checks import problems

        for problem in problems(self.save(commit=False)):
            if problem.blocks:
                self._tell(problem.field, problem.text)
        return not self.errors

    def _tell(self, field: str, text: str) -> None:
        if field in self.formsets:
            self.formsets[field].non_form_errors().append(text)
        self.add_error(field if field in self.fields else None, text)


class ReportFormAdminForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The owner is one of the organisations the person designs for."""
        super().__init__(*args, **kwargs)
        organisations = design_organisations(self.for_user) if self.for_user else None
        owner = self.fields.get("owner")
        if organisations is not None and isinstance(owner, forms.ModelChoiceField):
            owner.queryset = Organisation.objects.filter(pk__in=organisations)
