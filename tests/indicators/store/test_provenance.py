"""From a figure to where it comes from."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from indicators.store.models import Figure, Standing
from indicators.store.provenance import drill
from indicators.store.services import release

from ..factories import MORNING, amounts, entry, make_indicator, make_source, post_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected(department, leader, lead, publisher):
    """100 accepted and released, then corrected to 101 and 102."""
    indicator = make_indicator()
    for number, text in enumerate(("100", "101", "102")):
        post_figures(
            entry(indicator, department, text),
            supplier=department,
            by=leader,
            at=MORNING + timedelta(hours=number),
            source=make_source(citation=f"Báo cáo lần {number + 1}"),
        )
        if not number:
            release(Figure.objects.all(), title="Lần đầu", organisation=lead, by=publisher)
    post_figures(
        entry(indicator, department, "7"),
        supplier=department,
        standing=Standing.UNIT,
        at=MORNING + timedelta(hours=4),
    )
    return Figure.objects.accepted().current().get()


@pytest.mark.requirement("R15", part="source of a figure")
def test_an_official_drills_to_source_posting_place_and_every_version(corrected, receiver, leader):
    found = drill(corrected, user=receiver)

    assert found.source.citation == "Báo cáo lần 3"
    assert found.posting.posted_by == leader
    assert found.place == "BM01/thu-ns/thuc-hien"
    assert amounts(found.versions) == [102, 101, 100]
    assert found.versions[1].known_to == found.posting


def test_the_public_drills_to_released_versions_only(corrected):
    first = Figure.objects.released().get()

    assert amounts(drill(first, user=AnonymousUser()).versions) == [100]
    with pytest.raises(Figure.DoesNotExist):
        drill(corrected, user=AnonymousUser())


def test_figures_inside_an_organisation_have_versions_of_their_own(corrected, clerk, outsider):
    inside = Figure.objects.get(standing=Standing.UNIT)

    assert amounts(drill(inside, user=clerk).versions) == [7]
    with pytest.raises(Figure.DoesNotExist):
        drill(inside, user=outsider)


def test_a_drill_takes_one_query(corrected, receiver, django_assert_num_queries):
    receiver.duties.count()
    list(Figure.objects.visible_to(receiver))

    with django_assert_num_queries(1):
        found = drill(corrected, user=receiver)
        (
            str(found.source),
            str(found.supplier),
            str(found.posting.posted_by),
            str(found.figure.indicator.measure),
        )
