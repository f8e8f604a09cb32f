"""Dates and numbers as they are written in Việt Nam, wherever Django formats or reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, timezone

pytestmark = pytest.mark.requirement("R21", part="dates and numbers")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("03/02/2026", date(2026, 2, 3)),  # Django's own Vietnamese reads 2 March
        ("3/2/2026", date(2026, 2, 3)),
        ("31-12-2026", date(2026, 12, 31)),
        ("05.06.2026", date(2026, 6, 5)),
        ("2026-06-05", date(2026, 6, 5)),
    ],
)
def test_the_day_is_typed_before_the_month(typed, day):
    assert forms.DateField().clean(typed) == day


def test_a_month_that_does_not_exist_is_refused():
    with pytest.raises(forms.ValidationError):
        forms.DateField().clean("02/13/2026")


@pytest.mark.parametrize(
    ("source", "value", "written"),
    [
        ("{{ value }}", Decimal("1234567.5"), "1.234.567,5"),
        ("{{ value|date }}", date(2026, 2, 3), "03/02/2026"),
        (
            "{{ value|date:'SHORT_DATETIME_FORMAT' }}",
            datetime(2026, 2, 3, 1, 5, tzinfo=UTC),
            "08:05 03/02/2026",
        ),
    ],
)
def test_templates_write_as_people_read(source, value, written):
    with timezone.override("Asia/Ho_Chi_Minh"):
        assert Template(source).render(Context({"value": value})) == written


def test_the_week_begins_on_monday():
    assert formats.get_format("FIRST_DAY_OF_WEEK", lang="vi") == 1
