"""``make docs``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from portal.reference import PAGES


class Command(BaseCommand):
    help = "Print the pages of docs/reference that come from the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where a page is not up to date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs/reference"
        printed = {folder / name: page() for name, page in PAGES.items()}
        stale = [
            path
            for path, text in printed.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        names = ", ".join(path.name for path in stale)
        if stale and options["check"]:
            raise CommandError(f"Not up to date: {names}. Run make docs.")
        for path in stale:
            path.write_text(printed[path], encoding="utf-8")
        self.stdout.write(f"Printed {names}." if stale else "All pages are up to date.")
