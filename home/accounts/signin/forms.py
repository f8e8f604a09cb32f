"""allauth's forms in Vietnamese, and the choice of a password."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from home.accounts.models import User
from home.accounts.services import whom_to_ask

from .adapters import REFUSED

_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "text",
    "autocapitalize": "none",
    "spellcheck": "false",
    "autofocus": True,
}


def _password(label: str, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "form-control"})
    return forms.CharField(label=label, strip=False, widget=widget, **more)


def _say(field: forms.Field, label: str, attrs: dict[str, Any]) -> None:
    field.label, field.help_text = label, ""
    field.widget.attrs = {"class": "form-control"} | attrs


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self.fields["login"],
            "Tên đăng nhập",
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True},
        )
        _say(self.fields["password"], "Mật khẩu", {"autocomplete": "current-password"})

    def clean(self) -> dict[str, Any]:
        """A closed account is refused as any other; who knows its password is told whom to ask."""
        cleaned = super().clean()
        if self.user is not None and not self.user.is_active:
            asked = whom_to_ask(self.user)
            names = "; ".join(f"{person} ({place.label})" for person, place in asked)
            raise ValidationError(
                f"{REFUSED} Tài khoản này đang bị khóa. Hãy hỏi người quản trị"
                f"{f': {names}' if names else ' hệ thống'}.",
                code="closed",
            )
        return cleaned


class ReauthenticateForm(PasswordAgainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], "Mật khẩu", {"autocomplete": "current-password", "autofocus": True})


class CodeForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], "Mã xác thực hoặc mã dự phòng", _CODE)


class CodeAgainForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], "Mã xác thực hoặc mã dự phòng", _CODE)


class ActivateForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["code"], "Mã 6 số trên điện thoại", _CODE | {"inputmode": "numeric"})


class PasswordForm(forms.Form):
    """``person`` chooses a password. The present one is asked for, except where it was handed out and must go."""

    old = _password("Mật khẩu hiện tại", "current-password")
    new = _password("Mật khẩu mới", "new-password", help_text="Ít nhất 8 ký tự, không chứa tên đăng nhập.")
    again = _password("Gõ lại mật khẩu mới", "new-password")
    undertakes = forms.BooleanField(
        label="Tôi đã đọc và cam kết",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": "Hãy đọc và đánh dấu cam kết để tiếp tục."},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person.must_change_password:
            del self.fields["old"]
        if person.undertaking_at is not None:
            del self.fields["undertakes"]

    def clean_old(self) -> str:
        if not self.person.check_password(self.cleaned_data["old"]):
            raise ValidationError("Mật khẩu hiện tại không đúng.")
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        new = self.cleaned_data["new"]
        if self.person.check_password(new):
            raise ValidationError("Mật khẩu mới phải khác mật khẩu hiện tại.")
        validate_password(new, self.person)
        return new

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "new" in cleaned and "again" in cleaned and cleaned["new"] != cleaned["again"]:
            self.add_error("again", "Hai lần gõ không giống nhau.")
        return cleaned
