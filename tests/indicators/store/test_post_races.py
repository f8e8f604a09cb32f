"""Two postings at once: one after the other, whichever comes first."""

import threading

import pytest
from django.db import connection

from indicators.store.models import Figure, Posting
from indicators.store.services import SupplierConflict

from ..factories import entry, make_indicator, make_source, post_figures

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads that start together; give what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_postings_at_once_get_numbers_one_after_the_other(department):
    indicators = [make_indicator(f"ct-{number}", f"Chỉ tiêu {number}") for number in range(6)]
    sources = [make_source() for _ in indicators]

    at_once(
        *[
            lambda indicator=indicator, source=source: post_figures(
                entry(indicator, department, "1"), supplier=department, source=source
            )
            for indicator, source in zip(indicators, sources, strict=True)
        ]
    )

    assert list(Posting.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Figure.objects.current().count() == 6


def test_of_two_suppliers_at_once_one_posts_and_the_other_is_told(department, other_department):
    indicator = make_indicator()
    sources = make_source(), make_source()

    results = at_once(
        *[
            lambda supplier=supplier, source=source: post_figures(
                entry(indicator, department, "1"), supplier=supplier, source=source
            )
            for supplier, source in zip((department, other_department), sources, strict=True)
        ]
    )

    assert sorted(type(result).__name__ for result in results) == [
        Posting.__name__,
        SupplierConflict.__name__,
    ]
    assert Figure.objects.count() == 1


def test_two_corrections_at_once_leave_one_open_version(department):
    indicator = make_indicator()
    post_figures(entry(indicator, department, "1"), supplier=department)
    sources = make_source(), make_source()

    at_once(
        *[
            lambda text=text, source=source: post_figures(
                entry(indicator, department, text), supplier=department, source=source
            )
            for text, source in zip(("2", "3"), sources, strict=True)
        ]
    )

    assert Figure.objects.count() == 3
    assert Figure.objects.current().count() == 1
