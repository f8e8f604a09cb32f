"""Wagtail's own screens of users, with the fields of our model. Superusers alone reach them."""

from __future__ import annotations

from django import forms
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import IndexView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

_FIELDS = {"username", "full_name", "email", "phone", "is_superuser", "groups"}


class PersonCreationForm(UserCreationForm):
    first_name = None
    last_name = None
    full_name = forms.CharField(label="Họ và tên", max_length=100, help_text="Họ trước, tên sau.")
    email = forms.EmailField(label="Thư điện tử", required=False)

    class Meta(UserCreationForm.Meta):
        fields = _FIELDS


class PersonEditForm(UserEditForm):
    first_name = None
    last_name = None
    full_name = forms.CharField(label="Họ và tên", max_length=100, help_text="Họ trước, tên sau.")
    email = forms.EmailField(label="Thư điện tử", required=False)

    class Meta(UserEditForm.Meta):
        fields = _FIELDS | {"is_active"}


class PeopleIndexView(IndexView):
    model_fields = {"username", "is_active", "wagtail_userprofile"}
    search_fields = {"username", "full_name", "email"}


class UserViewSet(WagtailUserViewSet):
    ordering = "full_name"
    index_view_class = PeopleIndexView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonEditForm if for_update else PersonCreationForm
