"""Who reads what: inside the organisation, among officials, in public. One predicate for page, API and export."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from home.accounts.models import DutyKind
from indicators.store.models import Figure, Release, Standing, ValueType
from indicators.store.services import StoreError, release

from ...conftest import make_person
from ..factories import MORNING, amounts, entry, make_indicator, post_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(db):
    return make_indicator()


@pytest.fixture
def figures(indicator, department, other_department, lead, publisher):
    """1 inside the department, 2 inside the other, 3 accepted, 4 released."""
    post_figures(entry(indicator, department, "1"), supplier=department, standing=Standing.UNIT)
    post_figures(entry(indicator, other_department, "2"), supplier=other_department, standing=Standing.UNIT)
    post_figures(entry(indicator, department, "3"), supplier=department)
    post_figures(entry(indicator, other_department, "4"), supplier=other_department)
    release(
        Figure.objects.filter(amount=4), title="Tháng 5/2024", organisation=lead, by=publisher, at=MORNING
    )


@pytest.mark.requirement("R125", part="public readers see releases only")
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("clerk", [1, 3, 4]),
        ("leader", [1, 3, 4]),
        ("outsider", [2, 3, 4]),
        ("receiver", [3, 4]),
        ("publisher", [3, 4]),
        ("monitor", [4]),
        ("root", [1, 2, 3, 4]),
    ],
)
@pytest.mark.requirement("R119", part="read across units within rights")
def test_inside_to_its_own_organisation_accepted_to_officials_released_to_all(figures, who, seen, request):
    reader = request.getfixturevalue(who)

    assert sorted(amounts(Figure.objects.visible_to(reader))) == seen


@pytest.mark.requirement("R125", part="public readers see releases only")
def test_anonymous_people_read_what_is_released(figures):
    assert amounts(Figure.objects.visible_to(AnonymousUser())) == [4]


def test_somebody_without_any_duty_reads_as_the_public_does(figures):
    assert amounts(Figure.objects.visible_to(make_person("khongviec"))) == [4]


@pytest.mark.requirement("R51", part="monitoring reads no figures")
@pytest.mark.parametrize("kind", [DutyKind.MONITOR, DutyKind.SYSTEM_ADMIN])
def test_technical_duties_give_no_figures(figures, department, kind):
    assert amounts(Figure.objects.visible_to(make_person("kythuat", department, kind))) == [4]


def test_a_duty_that_has_ended_gives_no_figures(figures, clerk):
    clerk.duties.update(valid_to="2020-01-01")

    assert amounts(Figure.objects.visible_to(clerk)) == [4]


def test_only_accepted_figures_of_indicators_that_may_be_released_are_released(
    figures, indicator, lead, publisher
):
    with pytest.raises(StoreError, match="chưa được tiếp nhận"):
        release(Figure.objects.filter(amount__in=[1, 3]), title="Sai", organisation=lead, by=publisher)
    indicator.may_release = False
    indicator.save()
    with pytest.raises(StoreError, match="không thuộc diện được công khai"):
        release(Figure.objects.filter(amount=3), title="Sai", organisation=lead, by=publisher)

    assert Release.objects.count() == 1


@pytest.mark.requirement("X14", part="released value kept")
def test_a_correction_is_not_public_before_its_own_release(
    figures, indicator, other_department, lead, publisher
):
    post_figures(
        entry(indicator, other_department, "5"), supplier=other_department, at=MORNING + timedelta(hours=1)
    )
    assert amounts(Figure.objects.visible_to(AnonymousUser())) == [4]

    release(Figure.objects.filter(amount=5), title="Đính chính", organisation=lead, by=publisher)

    assert amounts(Figure.objects.visible_to(AnonymousUser()).order_by("-known_from")) == [5, 4]


def test_released_until_a_moment_leaves_out_later_releases(figures):
    assert amounts(Figure.objects.released(until=MORNING)) == [4]
    assert amounts(Figure.objects.released(until=MORNING - timedelta(seconds=1))) == []


@pytest.mark.requirement("X8", part="which kind is shown")
@pytest.mark.requirement("X8", part="plan, estimate, actual, official")
def test_who_asks_for_one_figure_gets_official_else_actual_else_estimate_never_a_plan(indicator, department):
    kinds = [ValueType.PLAN, ValueType.ESTIMATE, ValueType.ACTUAL, ValueType.OFFICIAL]
    shown = []
    for number, kind in enumerate(kinds, 1):
        post_figures(
            entry(indicator, department, str(number), value_type=kind),
            supplier=department,
            at=MORNING + timedelta(minutes=number),
        )
        best = Figure.objects.current().best_first().first()
        shown.append(best and best.value_type)

    assert shown == [None, ValueType.ESTIMATE, ValueType.ACTUAL, ValueType.OFFICIAL]


def test_releasing_many_figures_takes_a_fixed_number_of_queries(
    indicator, department, lead, publisher, django_assert_max_num_queries
):
    post_figures(
        *[entry(indicator, department, "1", period=f"{year}") for year in range(1990, 2020)],
        supplier=department,
    )

    with django_assert_max_num_queries(14):
        release(Figure.objects.all(), title="Chuỗi năm", organisation=lead, by=publisher)
