"""How long the verbs of a report of 500 cells take, and what concurrent autosaves cost, on SQLite and PostgreSQL.

``python -m bench.verbs`` prints a table per database. Absolute times depend on the machine; compare the two columns,
and runs of one machine. Every verb runs as an ordinary person, through the services that the pages call.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

ROWS, COLUMNS = 50, 10
ROUNDS = 5
CLIENTS, SAVES = 8, 60
START = datetime(2026, 5, 15, 2, tzinfo=UTC)


def main() -> int:
    """Measure both databases, each in a process of its own."""
    from tests.servers import postgresql

    if os.environ.get("BENCH_DATABASE"):
        return measure(os.environ["BENCH_DATABASE"])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "-m", "bench.verbs"], env={**environment, "BENCH_DATABASE": "SQLite"}, check=True
    )
    with postgresql() as url:
        subprocess.run(
            [sys.executable, "-m", "bench.verbs"],
            env={**environment, "BENCH_DATABASE": "PostgreSQL", "DATABASE_URL": url},
            check=True,
        )
    return 0


def measure(database: str) -> int:
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        submission, people = stage()
        out = sys.stdout.write
        out(f"\n{database}: {ROWS * COLUMNS} cells, median of {ROUNDS} rounds\n")
        for verb, milliseconds in verbs(submission, people).items():
            out(f"  {verb:<16} {milliseconds:8.0f} ms\n")
        saved, lost, durations = race(submission, people["clerk"])
        p95 = statistics.quantiles(durations, n=20)[-1]
        out(
            f"  autosave, {CLIENTS} clients × {SAVES}: {saved} saved, {lost} lost, "
            f"median {statistics.median(durations):.0f} ms, p95 {p95:.0f} ms\n"
        )
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0 if lost == 0 else 1


def stage():
    """One organisation that owes a report of one sheet of 500 bound cells, and the people of the cycle."""
    from django.contrib.auth.models import Permission
    from wagtail.models import Page

    from home.accounts.models import Appointment, DutyKind
    from home.organisations.models import OrganisationKind
    from indicators.models import Indicator, Measure
    from indicators.periods import Period
    from reports.deadlines.services import open_round
    from reports.regimes.compiling import publish_form
    from reports.regimes.models import (
        FormColumn,
        FormRow,
        OutlinePage,
        OutlineSection,
        RegimePage,
        RegimeSubject,
        RegimeTier,
        ReportForm,
    )
    from reports.submissions import services
    from tests.conftest import make_organisation, make_person

    assert Permission.objects.exists()
    department = make_organisation("STC", "Sở Tài chính", OrganisationKind.DEPARTMENT, document_code="STC")
    lead = make_organisation("SKHDT", "Sở KHĐT", OrganisationKind.DEPARTMENT, document_code="SKHDT")
    people = {
        name: make_person(name, organisation, *kinds)
        for name, organisation, kinds in (
            ("clerk", department, (DutyKind.ENTER,)),
            ("deputy", department, (DutyKind.APPROVE_DATA,)),
            ("head", department, (DutyKind.APPROVE_REPORT,)),
            ("registrar", department, (DutyKind.ISSUE, DutyKind.SEND)),
            ("receiver", lead, (DutyKind.RECEIVE,)),
        )
    }
    Appointment.objects.create(person=people["head"], organisation=department, title="Giám đốc")
    measure_ = Measure.objects.create(code="ty-dong", name="Tỷ đồng")
    form = ReportForm.objects.create(code="BM500", title="Năm trăm ô", owner=lead)
    for row in range(ROWS):
        indicator = Indicator.objects.create(code=f"CT{row}", name=f"Chỉ tiêu {row}", measure=measure_)
        FormRow.objects.create(
            report_form=form, sort_order=row, key=f"r{row}", label=indicator.name, indicator=indicator
        )
    for column in range(COLUMNS):
        FormColumn.objects.create(
            report_form=form,
            sort_order=column,
            key=f"c{column}",
            label=f"Cột {column}",
            value_type="plan",
            plan_basis=f"B{column}",
        )
    publish_form(form, by=None, at=START)
    root = Page.get_first_root_node()
    outline = root.add_child(instance=OutlinePage(title="Đề cương", slug="de-cuong"))
    outline.sections = [OutlineSection(sort_order=0, key="ket-qua", heading="Kết quả", required=False)]
    outline.save()
    page = RegimePage(
        title="Đo", slug="do", code="DO", lead=lead, outline=outline, description="<p>Đo</p>",
        instructions="<p>Đo</p>", requires_signature=False, document_title="Đo", live=False,
    )  # fmt: skip
    page.tiers = [
        RegimeTier(number=1, name="Báo cáo", recipient=lead, due_anchor="cutoff_end", due_working_days=2)
    ]
    page.subjects = [RegimeSubject(tier_number=1, organisation=department, report_form=form)]
    root.add_child(instance=page)
    page.publish(page.save_revision(), at=START)
    round_ = open_round(page.latest_version, Period.parse("2026-M05"), by=None, at=START)
    obligation = round_.tiers.get().obligations.get()
    return services.open_submission(obligation, at=START), people


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


if __name__ == "__main__":
    sys.exit(main())
