"""How long the verbs of a report of 500 cells take, and what concurrent autosaves cost and lose.

Every verb runs as an ordinary person, through the services that the pages call; autosaves go to a server of several processes.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from http.client import HTTPConnection

from bench.measuring import Result, Row, counted, judged, milliseconds, p95, runs_of
from bench.stage import COLUMNS, ROWS, START, stage

ROUNDS = 5
CLIENTS, SAVES = 8, 60
#: Processes of the server they type at.
WORKERS = 4
#: As a page holds it in its cookie and sends it along.
TOKEN = "b" * 32
#: Milliseconds of the verbs that are held to any; the others are told.
LIMIT = 100
LIMITED = frozenset({"submit", "approve data", "approve report", "accept"})
AUTOSAVE = f"autosave at {CLIENTS} clients, p95"


def rows() -> Iterator[Result]:
    submission, people = stage()
    taken: dict[str, list[float]] = {}
    queries: dict[str, int] = {}
    rounds = runs_of(Row("", Row, runs=ROUNDS))
    for number in range(rounds + 1):
        for name, verb in cycle(submission, people, number + 1):
            if number:
                taken.setdefault(name, []).append(milliseconds(verb))
            else:
                queries[name] = counted(verb)
    for name, durations in taken.items():
        limit = LIMIT if name in LIMITED else None
        row = Row(f"{name}, {ROWS * COLUMNS} cells", Row, at_most=limit)
        yield judged(row, statistics.median(durations), queries=queries[name])
    submission.refresh_from_db()
    lost, durations = race(submission, people)
    yield judged(Row(AUTOSAVE, Row, at_most=80), p95(durations), failed=lost > 0)


def cycle(submission, people, number: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """The verbs of a report in turn, to be called as they come; all cells say something else in each round ``number``.

    What follows the last verb opens the accepted report for the next round.
    """
    from indicators.numbers import CellValue
    from reports.submissions import services
    from reports.submissions.cells import CellEntry, save_cells
    from reports.submissions.models import Submission
    from reports.submissions.status import Status

    sheet = submission.sheets.get()
    at = START + timedelta(days=number)
    if Submission.objects.get(pk=submission.pk).status == Status.ACCEPTED:
        services.demand_adjustment(submission, by=people["receiver"], reason="Đo", at=at)
    entries = [
        CellEntry(sheet.pk, f"r{row}", f"c{column}", value=CellValue(Decimal(number * 1000 + row + column)))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    yield "save all", lambda: save_cells(submission, entries, by=people["clerk"], at=at)
    fresh = Submission.objects.get(pk=submission.pk)
    yield "submit", lambda: services.submit(fresh, by=people["clerk"], at=at)
    fresh = Submission.objects.get(pk=submission.pk)
    seen = fresh.snapshot.sha256
    yield "approve data", lambda: services.approve_data(fresh, by=people["deputy"], seen=seen, at=at)
    yield "approve report", lambda: services.approve_report(fresh, by=people["head"], seen=seen, at=at)
    services.issue(fresh, by=people["registrar"], number=number, issued_on=date(2026, 5, 15), at=at)
    yield "send, with its PDF", lambda: services.send(fresh, by=people["registrar"], at=at)
    yield "accept", lambda: services.accept(fresh, by=people["receiver"], at=at)


def race(submission, people) -> tuple[int, list[float]]:
    """Clients that type into their own columns at once: how many saves were lost, milliseconds of each.

    They are threads here; the portal is a server of ``WORKERS`` processes, as in production.
    """
    from django.db import connection

    from reports.submissions import services
    from reports.submissions.models import Cell
    from tests.servers import gunicorn

    if submission.accepted_snapshot_id:
        services.demand_adjustment(submission, by=people["receiver"], reason="Đo")
    sheet = submission.sheets.get()
    saves = runs_of(Row("", Row, runs=SAVES))
    versions = {(cell.row, cell.column): cell.version for cell in sheet.cells.all()}
    browsers = [Browser(people["clerk"], submission) for _ in range(CLIENTS)]
    ready = threading.Barrier(CLIENTS)
    durations: list[float] = []
    refused: list[str] = []

    def amount(turn: int, number: int) -> int:
        return 10**6 + turn * 10 + number

    def client(port: int, number: int) -> None:
        seen = {row: versions.get((row, f"c{number}"), 0) for row in (f"r{place}" for place in range(ROWS))}

        def save(turn: int) -> None:
            row = f"r{turn % ROWS}"
            data = {
                "sheet": sheet.pk,
                "row": row,
                "column": f"c{number}",
                "text": str(amount(turn, number)),
                "seen": seen[row],
            }
            status, answer = browsers[number].post(port, data)
            if status == HTTPStatus.OK:
                seen[row] = json.loads(answer)["version"]
            else:
                refused.append(f"{status}: {answer[:200]!r}")

        ready.wait()
        durations.extend([milliseconds(lambda turn=turn: save(turn)) for turn in range(saves)])

    with gunicorn(
        WORKERS, DJANGO_SETTINGS_MODULE="bench.settings", BENCH_SERVED=str(connection.settings_dict["NAME"])
    ) as port:
        threads = [threading.Thread(target=client, args=(port, number)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for why in refused[:3]:
        sys.stdout.write(f"  lost: {why}\n")
    expected = {
        (f"r{turn % ROWS}", f"c{number}"): amount(turn, number)
        for number in range(CLIENTS)
        for turn in range(saves)
    }
    standing = {(cell.row, cell.column): cell.amount for cell in Cell.objects.filter(sheet=sheet)}
    lost = sum(standing.get(key) != value for key, value in expected.items())
    return lost, durations


class Browser:
    """The page of one person who types into a report; each save is a connection of its own, as behind nginx."""

    def __init__(self, person, submission) -> None:
        from django.test import Client
        from django.urls import reverse

        self.address = reverse("wagtailsnippets_submissions_submission:cell", args=[submission.pk])
        client = Client()
        client.force_login(person)
        session = client.cookies["sessionid"].value
        self.headers = {
            "Host": "testserver",
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "X-Requested-With": "XMLHttpRequest",
            "Content-Type": "application/json",
        }

    def post(self, port: int, data: dict[str, object]) -> tuple[int, bytes]:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as link:
            link.request("POST", self.address, json.dumps(data), self.headers)
            answer = link.getresponse()
            return answer.status, answer.read()
