"""The editor's forms: what blocks publishing is told beside the field it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.accounts import profiles
from home.models import SectionPage
from home.organisations.models import Organisation

from .permissions import design_organisations


class RegimePageForm(WagtailAdminPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Outlines to choose from are the published ones and one's own. A new regime is led by the section's owner and
        begins with how the province's regulation has reports approved.
        """
        super().__init__(*args, **kwargs)
        outline = self.fields.get("outline")
        if isinstance(outline, forms.ModelChoiceField):
            outlines = outline.queryset
            assert outlines is not None
            policy = policy_registry.get_by_type(Page)
            own = policy.instances_user_has_any_permission_for(self.for_user, ["add", "change", "publish"])
            chosen = outlines.filter(pk=self.instance.outline_id)
            offered = outlines.filter(live=True) | outlines.filter(pk__in=own.values("pk")) | chosen
            outline.queryset = offered.order_by("title")
        if self.instance.pk is None and not self.is_bound:
            self.initial |= self._first_said()

    def _first_said(self) -> dict[str, Any]:
        profile = profiles.current()
        said: dict[str, Any] = {
            "approval_policy": profile.policy,
            "review_steps": profile.review_steps,
            "requires_signature": profile.requires_signature,
        }
        section = self.parent_page and self.parent_page.specific
        if isinstance(section, SectionPage):
            said["lead"] = section.organisation_id
        return said

    def is_valid(self) -> bool:
        """Drafts may be incomplete; what is to be published is checked as a whole, children included."""
        valid: bool = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        # The checks read the models, and the models name this form.
        from .checks import problems

        for problem in problems(self.save(commit=False), parent=self.parent_page):
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
            if len(organisations) == 1:
                owner.initial = next(iter(organisations))

    def is_valid(self) -> bool:
        """A design may be saved unfinished, but no formula that cannot be computed: it is told at that formula."""
        if not super().is_valid():
            return False
        # The checks read the models, and the models name this form.
        from .compiling import compile_form, designs_of
        from .form_checks import form_problems

        design = self.save(commit=False)
        for problem in form_problems(design, compile_form(design), designs_of):
            for form in self.formsets[problem.field].forms if problem.formula_of else ():
                if form.cleaned_data.get("key") == problem.formula_of:
                    form.add_error(problem.part, problem.text)
        return all(formset.is_valid() for formset in self.formsets.values())
