"""The grid of 500 rows × 10 columns through its own addresses: opened, typed into, pasted into, saved whole.

The floor of autosave is a raw upsert behind the same server: middleware, session, JSON, one statement, one commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import reverse

from bench.measuring import Row
from bench.recomputing import after_a_save
from bench.stage import stage

ROWS, COLUMNS = 500, 10
PASTED = (20, 10)
NAMESPACE = "wagtailsnippets_submissions_submission"


def raw_upsert(request: HttpRequest) -> JsonResponse:
    """The floor of autosave: who is signed in, one statement, no rule."""
    assert request.user.is_authenticated
    data = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM bench_cell WHERE id = %s", [data["row"]])
        cursor.execute(
            "INSERT INTO bench_cell (id, value) VALUES (%s, %s) "
            "ON CONFLICT (id) DO UPDATE SET value = excluded.value",
            [data["row"], data["text"]],
        )
    return JsonResponse({"saved": True})


def rows() -> Iterator[Row]:
    from indicators.numbers import CellValue
    from reports.submissions.cells import CellEntry, save_cells

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_cell (id varchar(20) PRIMARY KEY, value varchar(40))"
        )
    submission, people = stage(ROWS, COLUMNS)
    sheet = submission.sheets.get()
    client = Client(headers={"X-Requested-With": "XMLHttpRequest"})
    client.force_login(people["clerk"])
    numbers = count(1000)

    def address(name: str) -> str:
        return reverse(f"{NAMESPACE}:{name}", args=[submission.pk])

    def post(url: str, **data: object) -> HttpResponse:
        answer = client.post(url, data, content_type="application/json")
        assert answer.status_code == 200, answer.content[:300]
        return answer

    def save_all() -> None:
        number = next(numbers)
        entries = [
            CellEntry(sheet.pk, f"r{row}", f"c{column}", value=CellValue(Decimal(number * 10 + column)))
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
        save_cells(submission, entries, by=people["clerk"])

    def open_screen() -> None:
        answer = client.get(address("edit"))
        assert answer.status_code == 200
        assert answer.content.count(b"<input") >= ROWS * COLUMNS

    seen: list[int] = []

    def type_one() -> None:
        if not seen:
            seen.append(sheet.cells.get(row="r7", column="c3").version)
        answer = post(
            address("cell"), sheet=sheet.pk, row="r7", column="c3", text=str(next(numbers)), seen=seen[0]
        )
        seen[0] = json.loads(answer.content)["version"]

    def paste() -> None:
        number = next(numbers)
        lines = ["\t".join(str(number + column) for column in range(PASTED[1])) for _ in range(PASTED[0])]
        seen = [
            [cell.row, cell.column, cell.version]
            for cell in sheet.cells.filter(row__in=[f"r{row}" for row in range(PASTED[0])])
        ]
        post(address("paste"), sheet=sheet.pk, row="r0", column="c0", text="\n".join(lines), seen=seen)

    save_all_limit = 200 if connection.vendor == "postgresql" else 450
    yield Row("save all cells of 500 × 10", save_all, at_most=save_all_limit)
    yield Row("open the form of 500 × 10", open_screen, at_most=120)
    yield Row("paste 200 cells", paste, at_most=80)
    yield Row(
        "autosave of one cell",
        type_one,
        floor=lambda: post("/bench/upsert/", row="r7c3", text=str(next(numbers))),
        ratio_at_least=0.30,
        runs=41,
    )
    yield Row(
        "recompute after a save, 500 × 10", after_a_save(submission, people["clerk"]), at_most=20, runs=21
    )
