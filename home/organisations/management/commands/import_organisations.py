from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from home.organisations.importing import import_organisations


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


class Command(BaseCommand):
    help = "Take organisations over from a CSV file: whole, or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show what would be done")
        parser.add_argument(
            "--on",
            type=_day,
            help="day/month/year from which changed superiors and codes hold; today by default",
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, on: date | None, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"Không đọc được tệp {file}: {error.strerror}.") from error
        report = import_organisations(content, on=on or timezone.localdate(), dry_run=dry_run, by=None)
        for warning in report.warnings:
            self.stderr.write(f"Lưu ý. {warning}")
        if report.errors:
            raise CommandError("\n".join([str(report), *map(str, report.errors)]))
        for row in report.new:
            self.stdout.write(f"+ {row.code} {row.name}")
        for row in report.changed:
            changes = "; ".join(f"{change.label}: {change.old} → {change.new}" for change in row.changes)
            self.stdout.write(f"* {row.code} {row.name}: {changes}")
        self.stdout.write(f"{report}{' (chạy thử, chưa ghi)' if dry_run else ''}")
