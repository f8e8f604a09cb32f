"""A form of sixty rows filled in Chromium by typing and by one paste: what is pressed, how long the portal takes.

``docs/explanation/filling-a-form.md`` sets the figures beside a spreadsheet that is mailed and retyped:
``pytest tests/reports/entry/test_filling.py -s -n 0`` prints them anew.
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from indicators.numbers import format_number
from reports.submissions.models import Cell, CellChange

from .boards import COLUMN, ROW, publish
from .conftest import address, cell
from .test_pasting import PASTE, strip

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROWS = 60
#: As monthly tables have them: some hundreds to some ten thousands, one decimal.
FIGURES = [
    [Decimal(1300 + 977 * row % 9000) / 10, Decimal(21_000 + 7919 * row % 90_000) / 10] for row in range(ROWS)
]


class Pressed:
    """Real key events, counted; a chord (Ctrl+V) is two."""

    def __init__(self, page: Page) -> None:
        self.keyboard, self.count = page.keyboard, 0

    def type(self, text: str) -> None:
        self.keyboard.type(text)
        self.count += len(text)

    def press(self, key: str) -> None:
        self.keyboard.press(key)
        self.count += key.count("+") + 1


@pytest.fixture
def form_of_sixty(submission, figures_form):
    submission.sheets.all().delete()
    rows = [
        {**ROW, "level": 0, "key": f"d{n}", "label": f"Chỉ tiêu {n + 1}", "measure": "tỷ đồng"}
        for n in range(ROWS)
    ]
    columns = [{**COLUMN, "key": key, "label": label} for key, label in (("m", "Tháng"), ("l", "Lũy kế"))]
    version = publish("SAU-MUOI", figures_form, rows, columns, title="Sáu mươi dòng")
    submission.sheets.create(form_version=version)
    return submission


@pytest.fixture
def opened(visit, form_of_sixty, clerk) -> Page:
    page = visit(clerk)
    page.goto(address("edit", form_of_sixty.pk), wait_until="domcontentloaded")
    expect(page.get_by_text("Tự động lưu khi rời ô")).to_be_visible()
    return page


def stands(report) -> list[list[Decimal]]:
    found = {(c.row, c.column): c.amount for c in Cell.objects.filter(sheet__submission=report)}
    return [[found[f"d{row}", column] for column in ("m", "l")] for row in range(ROWS)]


def told(way: str, pressed: int, seconds: float) -> None:
    sys.stdout.write(
        f"\n{way}: {pressed} key presses for {ROWS * 2} figures, {seconds:.1f} s of the machine\n"
    )


def test_typed_figure_by_figure(opened, form_of_sixty):
    keys = Pressed(opened)
    began = time.perf_counter()
    for column in range(2):
        cell(opened, "d0", 4 + column).focus()
        for row in range(ROWS):
            keys.type(format_number(FIGURES[row][column]).replace(".", ""))
            keys.press("Enter")
    expect(opened.locator("td.saved")).to_have_count(ROWS * 2, timeout=60_000)
    told("typing", keys.count, time.perf_counter() - began)

    assert stands(form_of_sixty) == FIGURES
    assert opened.get_by_role("list", name="Ô chưa lưu được").is_hidden()


def test_pasted_as_one_block(opened, form_of_sixty):
    keys = Pressed(opened)
    text = "\r\n".join("\t".join(format_number(figure) for figure in line) for line in FIGURES)
    began = time.perf_counter()
    cell(opened, "d0", 4).click()
    # The clipboard of a browser without a screen is not the machine's: the event is what Ctrl+V makes of it.
    opened.evaluate(PASTE, {"text": text})
    keys.count += 2
    expect(strip(opened)).to_contain_text(f"Đã dán {ROWS * 2} ô")
    told("one paste", keys.count, time.perf_counter() - began)

    assert stands(form_of_sixty) == FIGURES
    assert CellChange.objects.filter(sheet__submission=form_of_sixty).values("batch").distinct().count() == 1
