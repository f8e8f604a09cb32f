"""Reports at each stage, as in the tests of their life, and signed-in browsers for the cast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from home.accounts.models import User
from home.audit.models import AuditEntry
from reports.regimes.models import FormVersion
from reports.submissions.models import Cell, CellChange, Decision, Dispatch, Section, Sheet, Submission
from tests.reports.submissions.conftest import (  # noqa: F401 the fixtures of its stages
    accepted,
    approved,
    draft,
    in_review,
    issued,
    sent,
    submission,
)

from . import boards

NAMESPACE = "wagtailsnippets_submissions_submission"


def address(name: str, *args: object) -> str:
    return reverse(f"{NAMESPACE}:{name}", args=args)


def fingerprint() -> tuple[Any, ...]:
    """All that a refused request must leave as it is."""
    return (
        list(
            Submission.objects.order_by("pk").values_list(
                "pk", "status", "snapshot_id", "accepted_snapshot_id"
            )
        ),
        list(Cell.objects.order_by("pk").values_list("pk", "amount", "code", "text", "version")),
        CellChange.objects.count(),
        list(Section.objects.order_by("pk").values_list("pk", "body", "version")),
        list(
            Submission.objects.values_list("attachments__pk", "attachments__removed_at").order_by(
                "attachments__pk"
            )
        ),
        Decision.objects.count(),
        list(Dispatch.objects.order_by("pk").values_list("pk", "outcome")),
        AuditEntry.objects.count(),
    )


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client(headers={"X-Requested-With": "XMLHttpRequest"})
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return signed_in


@pytest.fixture
def send_json(as_user):
    """POST JSON to one of the report's addresses as a person."""

    def sent_as(user: User, name: str, report: Submission, **data: Any):
        return as_user(user).post(address(name, report.pk), data, content_type="application/json")

    return sent_as


@pytest.fixture
def type_in(send_json):
    """Type into one cell as a person; the answer of the server."""

    def typed(
        user: User, report: Submission, row: str, column: str, text: str, *, seen: int = 0, sheet: int = 0
    ):
        sheet = sheet or report.sheets.get().pk
        return send_json(user, "cell", report, sheet=sheet, row=row, column=column, text=text, seen=seen)

    return typed


def cell_of(report: Submission, row: str, column: str) -> Cell | None:
    return Cell.objects.filter(sheet__submission=report, row=row, column=column).first()


def wide_form(code: str, rows: int, columns: int, figures_form) -> FormVersion:
    """A form of so many rows and input columns, with a total row and nothing bound."""
    row = {**boards.ROW, "label": "Dòng", "level": 0, "measure": ""}
    total = {**row, "key": "tong", "kind": "computed", "required": False, "formula": "SUM({d0}; {d1})"}
    return boards.publish(
        code,
        figures_form,
        [*({**row, "key": f"d{n}"} for n in range(rows)), total],
        [{**boards.COLUMN, "key": f"c{n}", "label": f"Cột {n}"} for n in range(columns)],
        title="Biểu lớn",
    )


@pytest.fixture
def wide_report(submission, figures_form) -> Callable[[int, int], Sheet]:
    """The department's report with one sheet of so many rows and columns instead of its own."""

    def widened(rows: int, columns: int) -> Sheet:
        CellChange.objects.filter(sheet__submission=submission).delete()
        Cell.objects.filter(sheet__submission=submission).delete()
        Sheet.objects.filter(submission=submission).delete()
        version = wide_form(f"RONG{rows}", rows, columns, figures_form)
        return Sheet.objects.create(submission=submission, form_version=version)

    return widened


@pytest.fixture
def grid(visit):
    """The report open in a browser of this person."""

    def opened(user, report) -> Page:
        page = visit(user)
        page.goto(address("edit", report.pk), wait_until="domcontentloaded")
        expect(page.get_by_text("Tự động lưu khi rời ô")).to_be_visible()
        return page

    return opened


@pytest.fixture
def board_report(submission, figures_form) -> Submission:
    """The department's report with one sheet to travel over instead of its own."""
    Cell.objects.filter(sheet__submission=submission).delete()
    Sheet.objects.filter(submission=submission).delete()
    version = boards.publish("DI-LAI", figures_form, boards.rows(), boards.columns())
    Sheet.objects.create(submission=submission, form_version=version)
    return submission


@pytest.fixture
def board(visit, board_report):
    """That report open in a browser of this person."""

    def opened(person, *, width: int = 1280) -> Board:
        page = visit(person, width=width)
        page.goto(address("edit", board_report.pk), wait_until="domcontentloaded")
        expect(page.locator("[data-count]:not(:empty), td[tabindex='0']").first).to_be_attached()
        return Board(page)

    return opened


def cell(page: Page, row: str, column: int) -> Locator:
    """The input of a row by its key; 6 is the estimate, 7 the cumulative column."""
    return page.locator(f'tr[data-row="{row}"] > :nth-child({column}) input')


class Board:
    """A sheet in a browser, its cells by row key and place of the column."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keyboard = page.keyboard
        self.said = page.locator("[data-sheet-status] [role=status]")
        self.reading = page.locator("[data-reading]")

    def td(self, row: str, column: int) -> Locator:
        return self.page.locator(f'tr[data-row="{row}"] > :nth-child({column + 4})')

    def cell(self, row: str, column: int) -> Locator:
        return self.td(row, column).locator("input, textarea")

    def enter(self, row: str, column: int) -> None:
        self.td(row, column).evaluate("td => (td.querySelector('input, textarea') || td).focus()")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)

    def here(self) -> tuple[str, int]:
        """Where the focus is."""
        row, column = self.page.evaluate(
            """() => {
                const td = document.activeElement.closest("td");
                return td ? [td.parentElement.dataset.row, td.cellIndex - 3] : ["", -1];
            }"""
        )
        return row, column

    def settled(self) -> None:
        expect(self.page.locator("td.saving")).to_have_count(0)
        expect(self.page.get_by_text("Đã lưu lúc")).to_be_visible()

    def paste(self, text: str) -> None:
        self.page.evaluate(
            """text => {
                const clipboardData = new DataTransfer();
                clipboardData.setData("text/plain", text);
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })
                );
            }""",
            text,
        )

    def copied(self) -> str:
        """What Ctrl+C puts on the clipboard."""
        return self.page.evaluate(
            """() => {
                const clipboardData = new DataTransfer();
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true })
                );
                return clipboardData.getData("text/plain");
            }"""
        )
