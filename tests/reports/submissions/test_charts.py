"""What the charts of a report show: the rows its designer chose, as they stood when it was handed in."""

from __future__ import annotations

import json
from copy import copy
from dataclasses import replace
from functools import partial

import pytest

from indicators.charts import Chart, Form
from indicators.models import Aggregation
from indicators.store.models import Figure, Standing, ValueType
from reports.regimes.compiling import publish_form
from reports.regimes.models import FormVersion
from reports.submissions import paper, services
from reports.submissions.charts import charts_of
from reports.submissions.content import live_sheets
from reports.submissions.models import Submission

from . import stages

pytestmark = pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")


@pytest.fixture
def figures_form(figures_form):
    """BM01 whose designer wants a chart of domestic revenue."""
    stages.choose_chart(figures_form)
    return figures_form


@pytest.fixture
def state(department):
    """``state("2026-M03", "75")``: what stands for the province about the department's domestic revenue."""
    return partial(stages.stated, department)


def chart_of(submission: Submission) -> Chart:
    (chart,) = charts_of(submission, live_sheets(submission))
    return chart


def shown(chart: Chart) -> dict[str, tuple[str, str, bool]]:
    return {
        name: (point.text, point.kind, point.is_estimate) for name, point in chart.series[0].points.items()
    }


def test_twelve_periods_end_with_the_report_and_its_own_cell(draft, state):
    state("2026-M04", "75")
    state("2025-M06", "60", kind=ValueType.OFFICIAL)
    state("2025-M05", "50")

    chart = chart_of(draft)

    assert (chart.title, chart.measure, chart.form) == ("Thu nội địa", "Tỷ đồng", Form.BAR)
    assert (chart.categories[0], chart.categories[-1], len(chart.categories)) == ("6/2025", "5/2026", 12)
    assert shown(chart) == {
        "6/2025": ("60,0", "Chính thức", False),
        "4/2026": ("75,0", "Thực hiện", False),
        "5/2026": ("100,0", "Ước thực hiện", True),
    }


def test_a_chart_begins_with_the_first_period_that_is_known_and_keeps_later_gaps(draft, state):
    state("2026-M02", "75")

    assert chart_of(draft).categories == ("2/2026", "3/2026", "4/2026", "5/2026")


def test_a_month_nobody_stated_follows_from_the_sums_around_it(draft, state):
    state("2026-Q1", "240")
    state("2026-2M", "140")

    assert shown(chart_of(draft))["3/2026"] == ("100,0", "Suy ra", True)


def test_the_best_kind_is_shown_and_never_a_plan(draft, state):
    state("2026-M04", "70", kind=ValueType.ESTIMATE)
    state("2026-M04", "75", kind=ValueType.ACTUAL)
    state("2026-M03", "99", kind=ValueType.PLAN)
    state("2026-M05", "101", kind=ValueType.OFFICIAL)

    assert shown(chart_of(draft)) == {
        "4/2026": ("75,0", "Thực hiện", False),
        "5/2026": ("101,0", "Chính thức", False),
    }


def test_what_is_not_accepted_or_of_a_part_is_not_shown(draft, state):
    state("2026-M04", "75")
    state("2026-M03", "70", standing=Standing.UNIT)
    state("2026-M02", "30", part="khu-vuc=thanh-thi")

    assert set(shown(chart_of(draft))) == {"4/2026", "5/2026"}


def test_what_does_not_add_up_is_a_line(draft, state, indicators):
    state("2026-M04", "75")
    state("2026-Q1", "240")
    state("2026-2M", "140")
    indicator = indicators["THU-NOI-DIA"]
    indicator.time_aggregation = Aggregation.LAST
    indicator.save()

    chart = chart_of(draft)

    assert chart.form == Form.LINE
    assert set(shown(chart)) == {"4/2026", "5/2026"}


def test_one_figure_alone_is_not_drawn(draft):
    assert charts_of(draft, live_sheets(draft)) == []


def test_it_takes_two_queries_and_none_where_nothing_is_chosen(draft, state, django_assert_num_queries):
    state("2026-M04", "75")
    draft = Submission.objects.select_related("obligation__tier__round").get(pk=draft.pk)
    sheets = live_sheets(draft)
    with django_assert_num_queries(2):
        charts_of(draft, sheets)
    for sheet in sheets:
        sheet.grid = copy(sheet.grid)  # Grids are shared by all that hold the version.
        sheet.grid.rows = [replace(row, charted=False) for row in sheet.grid.rows]
    with django_assert_num_queries(0):
        assert charts_of(draft, sheets) == []


def test_the_document_shows_what_stood_when_it_was_handed_in(
    draft, clerk, data_leader, leader, registrar, state
):
    state("2026-M04", "75")
    services.submit(draft, by=clerk, at=stages.hour(1))
    draft.refresh_from_db()
    frozen = draft.snapshot.sha256
    state("2026-M04", "80")
    assert shown(chart_of(draft))["4/2026"] == ("80,0", "Thực hiện", False)

    report = stages.approve(draft, data_leader, leader, at=stages.hour(2))
    report = stages.issue(report, registrar, at=stages.hour(3))

    assert report.snapshot.sha256 == frozen
    (chart,) = report.document.content["charts"]
    assert ["4/2026", "75", "75,0", "Thực hiện", False] in chart["series"][0]["points"]
    assert Chart.from_json(json.loads(report.snapshot.content)["charts"][0]) == Chart.from_json(chart)
    before = report.document.content
    Figure.objects.all().update(amount=1)
    assert (
        paper.content_of(report, report.snapshot, at=stages.hour(2)).to_json()["charts"] == before["charts"]
    )


def test_a_report_handed_in_before_there_were_charts_has_none(draft, clerk, data_leader, leader, state):
    state("2026-M04", "75")
    snapshot = services.submit(draft, by=clerk, at=stages.hour(1)).snapshot
    data = {name: value for name, value in snapshot.data.items() if name != "charts"}
    snapshot.content = json.dumps(data)

    snapshot.__dict__.pop("data", None)
    assert paper.content_of(draft, snapshot).charts == ()


def test_a_form_that_chose_no_chart_keeps_its_version(consolidated_form):
    first = consolidated_form.latest_version

    assert publish_form(consolidated_form, by=None).pk == first.pk
    assert all("charted" not in row for row in FormVersion.objects.get(pk=first.pk).compiled["rows"])
