"""What is public of a plan that is a range, a bound or words: never one end of it alone (X9)."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO

import pytest
from django.urls import reverse

from indicators.models import Aggregation
from indicators.numbers import parse_plan
from indicators.store.models import ValueType

from ..factories import entry, make_indicator, post_figures

pytestmark = pytest.mark.requirement("X9", part="range, bound and text")


@pytest.fixture
def growth(db):
    return make_indicator("grdp", "Tốc độ tăng GRDP", time_aggregation=Aggregation.NONE, decimals=2)


@pytest.fixture
def planned(growth, department, make_public):
    """Growth of 2024 beside this plan, released."""

    def act(text):
        plan = entry(growth, department, "1", period="2024", value_type=ValueType.PLAN)
        post_figures(
            replace(plan, value=parse_plan(text, None)),
            entry(growth, department, "7,18", period="2024"),
            supplier=department,
        )
        make_public()
        return growth

    return act


@pytest.mark.parametrize(
    ("text", "shown"), [("7,5-8,0", "7,50 – 8,00"), ("<7,6", "dưới 7,60"), ("Xuất siêu", "Xuất siêu")]
)
def test_the_page_shows_the_plan_whole_and_no_share_of_it(client, planned, text, shown):
    page = client.get(reverse("catalogue:indicator", args=[planned(text).code]), {"xem": "bang"})

    row = next(row for row in page.context["page_obj"] if str(row.period) == "2024")
    [target] = row.plans
    assert (target.value_text, target.amount, target.share) == (shown, None, None)
    assert shown in page.content.decode()


@pytest.mark.parametrize(
    ("text", "cells"),
    [("7,5-8,0", ("7,5", "8", "")), ("<7,6", ("7,6", "", "dưới")), ("Xuất siêu", ("", "", ""))],
)
def test_a_file_says_what_the_number_of_a_plan_is(client, planned, text, cells):
    indicator = planned(text)
    content = b"".join(client.get(reverse("catalogue:csv", args=[indicator.code])).streaming_content)
    rows = csv.DictReader(StringIO(content.decode("utf-8-sig")))
    plan = next(row for row in rows if row["Loại số liệu"] == "Kế hoạch")

    assert tuple(plan[name] for name in ("Giá trị", "Giá trị đến", "Giới hạn")) == cells


def test_the_json_says_it_too(client, planned):
    indicator = planned("không quá 3")
    content = b"".join(client.get(reverse("catalogue:json", args=[indicator.code])).streaming_content)
    plan = next(row for row in json.loads(content)["so_lieu"] if row["loai"] == "plan")

    assert (plan["gia_tri"], plan["gioi_han"]) == ("3", "không quá")
    assert plan["hien_thi"].startswith("không quá 3,00")
