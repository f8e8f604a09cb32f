"""The last administrator who has lost password and telephone is let in again from the server, upon a document."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from home.accounts.models import User
from home.accounts.services import close_account
from home.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

BASIS = "Biên bản số 05/BB-STTTT ngày 20/11/2026"


def restore(username: str, *more: str, basis: str = BASIS) -> str:
    out = StringIO()
    call_command("restore_access", username, f"--basis={basis}", *more, stdout=out)
    return out.getvalue()


@pytest.fixture
def locked_out(admin) -> User:
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return admin


@pytest.mark.requirement("R44", part="one-time codes")
def test_the_code_opens_the_account_once_and_the_act_is_logged(client, locked_out) -> None:
    said = restore("QuanTri")
    code = re.search(r"quantri: (\S+)", said).group(1)

    client.post("/dang-nhap/", {"login": "quantri", "password": code})
    assert client.session["_auth_user_id"] == str(locked_out.pk)
    assert client.get("/admin/")["Location"].startswith("/tai-khoan/")
    locked_out.refresh_from_db()
    assert not locked_out.check_password("matkhau-thu-nghiem")
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(verb="account.restore")
    assert (entry.person, entry.data["basis"], entry.data["second_factor"]) == (None, BASIS, "removed")
    assert entry.data["operator"]
    assert code not in str(entry.data)


def test_the_second_factor_stays_where_it_was_not_lost(locked_out) -> None:
    restore("quantri", "--keep-second-factor")

    assert Authenticator.objects.filter(user=locked_out).exists()


@pytest.mark.parametrize(
    ("username", "basis", "message"),
    [
        ("ai-do", BASIS, "Không có tài khoản"),
        ("nhaplieu", BASIS, "không phải quản trị hệ thống"),
        ("quantridonvi", BASIS, "không phải quản trị hệ thống"),
        ("quantri", " ", "Phải ghi văn bản"),
    ],
)
def test_nobody_else_and_nothing_without_a_document(
    locked_out, clerk, unit_admin, username, basis, message
) -> None:
    with pytest.raises(CommandError, match=message):
        restore(username, basis=basis)

    assert Authenticator.objects.filter(user=locked_out).exists()
    assert not AuditEntry.objects.filter(verb="account.restore").exists()


def test_a_closed_account_is_opened_by_another_administrator(locked_out, root) -> None:
    close_account(locked_out, by=root)

    with pytest.raises(CommandError, match="đang bị khóa"):
        restore("quantri")


def test_a_superuser_is_let_in_too(root) -> None:
    assert "Mã một lần của root" in restore("root", "--keep-second-factor")
