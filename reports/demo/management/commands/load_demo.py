"""Loads the demonstration by playing the reporting cycle through the services."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from home.audit.models import AuditEntry
from home.audit.services import record
from reports.deadlines.calendar_services import seed
from reports.demo.builder import PASSWORD, Builder
from reports.demo.khanh_hoa import regimes, story
from reports.demo.teller import Act, StoryError, Teller
from reports.reminders.services import mark_missed
from reports.submissions.models import DispatchOutcome, Submission

FOLDER = Path(story.__file__).parent
STAGE, TOLD = "demo.stage", "demo.told"
#: The report whose paper is shown: the lead agency's for six months of 2024.
CONSOLIDATED = {
    "obligation__tier__number": 2,
    "obligation__tier__round__regime_version__code": "KTXH-6T",
    "obligation__tier__round__period": "2024-H1",
}


class Command(BaseCommand):
    count = 0
    help = "Load the demonstration (Khánh Hòa 2024) unless it is there; goes on where an earlier run stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_IS_DEMO:
            raise CommandError("The demonstration is never installed in production settings.")
        started = time.monotonic()
        if not AuditEntry.objects.filter(verb=STAGE).exists():
            self.stdout.write("Setting the stage: organisations, people, catalogue, forms, regimes …")
            seed(range(2023, timezone.localdate().year + 2))
            Builder(FOLDER, regimes).build()
            record(STAGE, None, by=None)
        already = set(AuditEntry.objects.filter(verb=TOLD).values_list("data__act", flat=True))
        if len(already) < len(story.STORY):
            self.stdout.write(f"Telling the story: {len(story.STORY) - len(already)} acts …")
            try:
                Teller(timezone.now()).tell(story.STORY, already=already, told=self._told)
            except StoryError as error:
                raise CommandError(str(error)) from error
            mark_missed(timezone.localdate())
            self.stdout.write(f"Told in {time.monotonic() - started:.0f} s.")
        self._print_where_to_look()

    def _told(self, place: int, act: Act) -> None:
        record(TOLD, None, by=None, act=place, does=act.verb, report=act.report)
        self.count += 1
        if self.count % 50 == 0:
            self.stdout.write(f"  {self.count} …")

    def _print_where_to_look(self) -> None:
        lead = Submission.objects.get(**CONSOLIDATED)
        dispatch = lead.dispatches.filter(outcome=DispatchOutcome.ACCEPTED).latest("number")
        assert dispatch.pdf is not None
        path = Path(settings.VAR_DIR) / "minh-hoa" / dispatch.pdf.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with dispatch.pdf.content.open() as kept:
            path.write_bytes(kept.read())
        self.stdout.write(f"Consolidated report (PDF): {path}")
        self.stdout.write(f"  {dispatch.document}")
        self.stdout.write(f"Sign in at /admin/ (password of everybody: {PASSWORD}); examples:")
        for username, what in (
            ("stc.nhaplieu", "enters figures at the department of finance"),
            ("ctk.pho", "approves figures at the statistics office (one report waits)"),
            ("stc.vanthu", "gives number and date, sends"),
            ("skhdt.tiepnhan", "receives at the lead agency; matrix of who has reported"),
            ("skhdt.tonghop", "consolidates at the lead agency"),
            ("vp.tiepnhan", "receives for the provincial committee"),
            ("admin", "administers Wagtail and the portal"),
        ):
            self.stdout.write(f"  {username:<16} {what}")
        self.stdout.write("All of them: manage.py demo_accounts")
        if not settings.REQUIRE_TOTP:
            self.stdout.write(
                "Second factor for those who approve, send or administer: PORTAL_REQUIRE_TOTP=True make run"
            )
