from __future__ import annotations

from getpass import getuser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.accounts.models import User
from home.accounts.refusals import AccountError
from home.accounts.signin import codes


class Command(BaseCommand):
    help = (
        "Let a system administrator whom nobody is left to help sign in again: prints a one-time code and takes the "
        "second factor off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="USERNAME", help="of a system administrator or superuser")
        parser.add_argument("--basis", required=True, help="number and date of the document it is done upon")
        parser.add_argument(
            "--keep-second-factor", action="store_true", help="only the password was lost, not the telephone"
        )

    def handle(self, *args: Any, username: str, basis: str, keep_second_factor: bool, **options: Any) -> None:
        person = User.objects.filter(username__iexact=username).first()
        if person is None:
            raise CommandError(f"Không có tài khoản {username}.")
        try:
            code = codes.restore(
                person, basis=basis, operator=getuser(), keep_second_factor=keep_second_factor
            )
        except AccountError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Mã một lần của {person.username}: {code}")
        self.stdout.write(
            f"Gõ vào ô mật khẩu trong {codes.VALID.days * 24} giờ tới. Đã ghi vào nhật ký theo căn cứ: {basis}."
        )
