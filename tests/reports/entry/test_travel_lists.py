"""In a list the name of a row is a cell like the others: entered, passed through, filled and emptied."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reports.regimes.grid import LABEL
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.list_rows import add_rows

from .conftest import Board, address, cell_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def listed(visit, submission, projects, clerk):
    """Two rows of projects, the first of 5; and their keys."""
    keys = [f"DA/{row.key}" for row in add_rows(submission, projects.pk, "DA", by=clerk, count=2)]
    column = projects.form_version.compiled["columns"][0]["key"]
    save_cells(
        submission,
        [
            CellEntry(projects.pk, keys[0], LABEL, text="Cầu A"),
            CellEntry(projects.pk, keys[1], LABEL, text="Đường B"),
        ],
        by=clerk,
    )
    page = visit(clerk)
    page.goto(address("edit", submission.pk), wait_until="domcontentloaded")
    page.get_by_role("tab", name="BM-DA").click()
    expect(page.locator("#bieu-BM-DA tr.listed")).to_have_count(2)
    return Board(page), keys, column


def test_the_name_of_a_row_is_reached_and_left_with_arrows(listed):
    grid, (first, second), _ = listed

    grid.enter(first, 0)
    grid.press("ArrowLeft")
    assert grid.here() == (first, -2)
    grid.press("ArrowDown")
    assert grid.here() == (second, -2)
    grid.press("ArrowRight")
    assert grid.here() == (second, 0)


def test_names_of_rows_are_found_by_the_filter(listed):
    grid, (first, second), _ = listed

    grid.enter(first, 0)
    grid.press("/")
    grid.keyboard.type("duong")

    expect(grid.page.locator(f'tr[data-row="{first}"]')).to_be_hidden()
    expect(grid.page.locator(f'tr[data-row="{second}"]')).to_be_visible()


def test_a_row_of_a_list_is_filled_from_the_one_above(listed, submission):
    grid, (first, second), column = listed
    grid.enter(first, 0)
    grid.keyboard.type("5")
    grid.press("ArrowDown", "Control+d")

    expect(grid.cell(second, 0)).to_have_value("5,0")
    assert cell_of(submission, second, column).amount == 5


def test_a_sheet_opens_also_where_its_tab_shows_the_count(listed):
    grid, *_ = listed
    count = grid.page.locator("#tab-label-bieu-BM01 small").bounding_box()

    grid.page.mouse.click(count["x"] + count["width"] / 2, count["y"] + count["height"] / 2)

    expect(grid.page.locator("#bieu-BM01")).to_be_visible()
