from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.accounts.models import DutyKind, User
from home.accounts.profiles import ProfileError, names
from home.accounts.profiles.applying import apply
from home.sections import lay_first_pages


class Command(BaseCommand):
    help = "Put a province's profile into force: its account types, offices, limits and ways of approval; lays the first pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help=f"one of: {', '.join(names())}")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        try:
            applied = apply(name)
        except ProfileError as error:
            raise CommandError(str(error)) from error
        profile = applied.profile
        self.stdout.write(f"{profile.province}: {profile.decision}")
        self.stdout.write(
            "Đã áp dụng." if applied.changed else "Hồ sơ này đang được áp dụng, không có gì thay đổi."
        )
        if applied.created:
            self.stdout.write(f"Đã nhập cơ quan: {', '.join(applied.created)}.")
        home = lay_first_pages(profile.province)
        if home:
            self.stdout.write(f"Đã tạo trang chủ “{home.title}” và các chuyên mục.")
        for one in profile.types:
            duties = ", ".join(str(DutyKind(kind).label).lower() for kind in one.duties)
            self.stdout.write(f"  {one.name} (Điều {one.article}): {duties}")
        if home:
            if not User.objects.filter(is_superuser=True).exists():
                self.stdout.write("Tạo người quản trị đầu tiên: manage.py createsuperuser.")
            self.stdout.write("Đăng nhập ở /admin/: khung “Bắt đầu sử dụng” chỉ các bước tiếp theo.")
        for warning in applied.warnings:
            self.stderr.write(f"Lưu ý: {warning}")
