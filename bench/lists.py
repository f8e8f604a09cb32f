"""A list of 20,000 reports: the lead agency's receiver, to whom all were sent, against a superuser, who is asked nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

from bench.measuring import Row

ROUNDS, ORGANISATIONS = int(os.environ.get("BENCH_ROUNDS", "100")), 200
CHUNK = 2_000
_AT = datetime(2026, 5, 15, 2, tzinfo=UTC)


def rows() -> Iterator[Row]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.stage import stage
    from home.accounts.models import User

    first, people = stage(2, 2)
    _sent(first)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    receiver, root = Client(), Client()
    receiver.force_login(people["receiver"])
    root.force_login(User.objects.create_superuser("chu", must_change_password=False))
    for name, address in (
        (f"list of {ROUNDS * ORGANISATIONS} reports", "/admin/bao-cao/"),
        ("the same, searched", "/admin/bao-cao/?q=so+99"),
        ("the same, last page", f"/admin/bao-cao/?p={ROUNDS * ORGANISATIONS // 50}"),
        ("the same, accepted only", "/admin/bao-cao/?status=accepted"),
    ):
        counts = []
        for client in (receiver, root):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            counts.append(len(asked))
        yield Row(
            f"{name} ({counts[0]} queries, superuser {counts[1]})",
            lambda address=address: receiver.get(address),
            lambda address=address: root.get(address),
            ratio_at_most=1.3,
        )


def _sent(first) -> None:
    """Rounds × organisations: every report sent, every second one accepted."""
    from home.accounts.models import User
    from home.organisations.models import Organisation
    from reports.deadlines.models import Obligation, Round, Tier
    from reports.submissions.models import Dispatch, Snapshot, Submission

    tier, version = first.obligation.tier, first.obligation.tier.round.regime_version
    recipient, person = first.obligation.recipient, User.objects.first()
    organisations = [
        Organisation(code=f"CQ{n}", name=f"Sở số {n}", kind="so", level="tinh") for n in range(ORGANISATIONS)
    ]
    for organisation in organisations:
        organisation.fill_search_text()
    Organisation.objects.bulk_create(organisations)
    rounds = Round.objects.bulk_create(
        Round(
            regime_version=version, period=f"{2000 + n // 12}-M{n % 12 + 1:02}", title=f"Đợt {n}",
            window_first=date(2026, 4, 15), window_last=date(2026, 5, 14), opened_at=_AT,
        )
        for n in range(ROUNDS)
    )  # fmt: skip
    tiers = Tier.objects.bulk_create(
        Tier(
            round=one, number=1, name=tier.name, recipient=recipient, due_on=tier.due_on, due_at=tier.due_at,
            opens_on=tier.opens_on, closes_on=tier.closes_on,
        )
        for one in rounds
    )  # fmt: skip
    places = list(product(tiers, organisations))
    for start in range(0, len(places), CHUNK):
        obligations = Obligation.objects.bulk_create(
            Obligation(
                tier=place,
                organisation=organisation,
                recipient=recipient,
                due_on=place.due_on,
                due_at=place.due_at,
            )
            for place, organisation in places[start : start + CHUNK]
        )
        submissions = Submission.objects.bulk_create(
            Submission(
                obligation=obligation,
                status="accepted" if n % 2 else "sent",
                status_since=_AT,
                first_sent_at=_AT,
            )
            for n, obligation in enumerate(obligations)
        )
        snapshots = Snapshot.objects.bulk_create(
            Snapshot(
                submission=submission,
                number=1,
                content="{}",
                sha256=f"{submission.pk:064}",
                taken_at=_AT,
                taken_by=person,
            )
            for submission in submissions
        )
        Dispatch.objects.bulk_create(
            Dispatch(
                submission=snapshot.submission, number=1, snapshot=snapshot, sent_at=_AT, sent_by=person,
                recorded_at=_AT, receipt=f"R{snapshot.submission_id}",
                outcome="accepted" if snapshot.submission.status == "accepted" else "",
            )
            for snapshot in snapshots
        )  # fmt: skip
