"""How long the verbs of a report of 500 cells take, and what concurrent autosaves cost and lose.

Every verb runs as an ordinary person, through the services that the pages call.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

from bench.stage import COLUMNS, ROWS, START

ROUNDS = 5
CLIENTS, SAVES = 8, 60


def verbs(submission, people) -> dict[str, float]:
    """Median milliseconds of each verb over the rounds; every round changes all cells and is returned or adjusted."""
    from decimal import Decimal

    from indicators.numbers import CellValue
    from reports.submissions import services
    from reports.submissions.cells import CellEntry, save_cells
    from reports.submissions.models import Submission

    sheet = submission.sheets.get()
    taken: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[[], object]) -> None:
        began = time.perf_counter()
        call()
        taken.setdefault(name, []).append((time.perf_counter() - began) * 1000)

    for number in range(1, ROUNDS + 1):
        at = START + timedelta(days=number)
        entries = [
            CellEntry(
                sheet.pk, f"r{row}", f"c{column}", value=CellValue(Decimal(number * 1000 + row + column))
            )
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
        timed("save all", lambda e=entries, a=at: save_cells(submission, e, by=people["clerk"], at=a))
        fresh = Submission.objects.get(pk=submission.pk)
        timed("submit", lambda s=fresh, a=at: services.submit(s, by=people["clerk"], at=a))
        fresh = Submission.objects.get(pk=submission.pk)
        seen = fresh.snapshot.sha256
        timed(
            "approve data",
            lambda s=fresh, a=at, h=seen: services.approve_data(s, by=people["deputy"], seen=h, at=a),
        )
        timed(
            "approve report",
            lambda s=fresh, a=at, h=seen: services.approve_report(s, by=people["head"], seen=h, at=a),
        )
        services.issue(fresh, by=people["registrar"], number=number, issued_on=date(2026, 5, 15), at=at)
        timed("send", lambda s=fresh, a=at: services.send(s, by=people["registrar"], at=a))
        timed("accept", lambda s=fresh, a=at: services.accept(s, by=people["receiver"], at=a))
        services.demand_adjustment(fresh, by=people["receiver"], reason="Đo", at=at + timedelta(minutes=1))
    return {name: statistics.median(times) for name, times in taken.items()}


def race(submission, clerk) -> tuple[int, int, list[float]]:
    """Threads that autosave each their own cells: how many saves stand, how many were lost, milliseconds of each."""
    from decimal import Decimal

    from django.db import connection

    from indicators.numbers import CellValue
    from reports.submissions.cells import CellEntry, save_cells
    from reports.submissions.models import Cell

    sheet = submission.sheets.get()
    ready = threading.Barrier(CLIENTS)
    durations: list[float] = []
    lost = 0

    def client(number: int) -> None:
        nonlocal lost
        ready.wait()
        for turn in range(SAVES):
            entry = CellEntry(
                sheet.pk,
                f"r{turn % ROWS}",
                f"c{number}",
                value=CellValue(Decimal(10**6 + turn * 10 + number)),
            )
            began = time.perf_counter()
            try:
                save_cells(submission, [entry], by=clerk)
            except Exception as error:  # every failure is a lost save
                sys.stdout.write(f"  lost: {error}\n")
                lost += 1
            durations.append((time.perf_counter() - began) * 1000)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {
        (f"r{turn % ROWS}", f"c{number}"): 10**6 + turn * 10 + number
        for number in range(CLIENTS)
        for turn in range(SAVES)
    }
    standing = {(cell.row, cell.column): cell.amount for cell in Cell.objects.filter(sheet=sheet)}
    lost += sum(standing.get(key) != amount for key, amount in expected.items())
    return CLIENTS * SAVES - lost, lost, durations
