"""Fill the working calendar for some years; safe to run again."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports.deadlines.calendar_services import seed


def years(text: str) -> range:
    """``2026`` or ``2024-2027``."""
    first, _, last = text.partition("-")
    try:
        found = range(int(first), int(last or first) + 1)
    except ValueError:
        found = range(0)
    if not found or found[0] < 2000 or found[-1] > 2100:
        raise argparse.ArgumentTypeError(f"“{text}” không phải là năm; viết như 2026 hoặc 2024-2027.")
    return found


class Command(BaseCommand):
    help = "Thêm ngày nghỉ, ngày làm bù của các năm vào lịch làm việc; không đổi những ngày đã có."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--years", type=years, required=True, help="2026 hoặc 2024-2027")

    def handle(self, *args: Any, **options: Any) -> None:
        added = seed(options["years"])
        self.stdout.write(f"Đã thêm {added} ngày vào lịch làm việc.")
