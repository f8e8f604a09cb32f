"""The tree as of a date."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.organisations import services
from home.organisations.models import (
    Affiliation,
    AffiliationKind,
    Level,
    Organisation,
    OrganisationKind,
    OrganisationPath,
)

pytestmark = pytest.mark.django_db

REFORM = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)


def organisation(code: str, kind: str = OrganisationKind.DEPARTMENT, level: str = Level.PROVINCE, **more):
    return services.create_organisation(code, name=f"Cơ quan {code}", kind=kind, level=level, **more)


def codes(queryset) -> set[str]:
    return set(queryset.values_list("code", flat=True))


def within(root, day, **more) -> set[str]:
    return codes(Organisation.objects.within(root, day=day, **more))


def above(leaf, day, **more) -> set[str]:
    return codes(Organisation.objects.above(leaf, day=day, **more))


@pytest.mark.requirement("R3", part="lower level under a named superior, per date")
def test_the_tree_of_three_levels_reaches_from_province_to_commune() -> None:
    province, district, commune = (organisation(code) for code in ("T", "H", "X"))
    services.affiliate(district, province)
    services.affiliate(commune, district)

    assert within(province, REFORM) == {"T", "H", "X"}
    assert within(district, REFORM) == {"H", "X"}
    assert above(commune, REFORM) == {"T", "H", "X"}


def test_everybody_stands_beneath_himself_in_every_kind_of_relation() -> None:
    alone = organisation("A")

    assert {within(alone, REFORM, kind=kind) == {"A"} for kind in AffiliationKind.values} == {True}


@pytest.mark.requirement("R2", part="outside the chain of command, yet reporting")
def test_a_vertical_agency_reports_to_the_province_and_is_not_commanded_by_it() -> None:
    province = organisation("UBND", OrganisationKind.PEOPLES_COMMITTEE)
    treasury = organisation("KBNN", OrganisationKind.VERTICAL, Level.CENTRAL)
    services.affiliate(treasury, province, kind=AffiliationKind.REPORTING)

    assert within(province, REFORM, kind=AffiliationKind.REPORTING) == {"UBND", "KBNN"}
    assert within(province, REFORM) == {"UBND"}


def test_a_path_holds_on_the_days_on_which_all_its_steps_hold() -> None:
    top, middle, leaf = (organisation(code) for code in ("T", "M", "L"))
    services.affiliate(middle, top, valid_from=date(2020, 1, 1), valid_to=date(2023, 12, 31))
    services.affiliate(leaf, middle, valid_from=date(2022, 1, 1), valid_to=date(2024, 12, 31))

    path = OrganisationPath.objects.get(ancestor=top, descendant=leaf)

    assert (path.valid_from, path.valid_to, path.depth) == (date(2022, 1, 1), date(2023, 12, 31), 2)


def test_an_organisation_that_has_ended_is_not_in_the_tree_and_nothing_passes_through_it() -> None:
    province, leaf = organisation("T"), organisation("X")
    district = organisation("H", valid_to=BEFORE)
    services.affiliate(district, province)
    services.affiliate(leaf, district)

    assert within(province, BEFORE) == {"T", "H", "X"}
    assert within(province, REFORM) == {"T"}


@pytest.mark.requirement("X17", part="change of superior")
def test_a_change_of_superior_moves_the_whole_branch_from_its_day_on() -> None:
    old, new, moved, leaf = (organisation(code) for code in ("CU", "MOI", "D", "L"))
    relation = services.affiliate(moved, old)
    services.affiliate(leaf, moved)

    with services.reorganising():
        services.end_affiliation(relation, on=REFORM)
        services.affiliate(moved, new, valid_from=REFORM)

    assert within(old, BEFORE) == {"CU", "D", "L"}
    assert within(old, REFORM) == {"CU"}
    assert within(new, BEFORE) == {"MOI"}
    assert within(new, REFORM) == {"MOI", "D", "L"}
    assert above(leaf, BEFORE) == {"CU", "D", "L"}
    assert above(leaf, REFORM) == {"MOI", "D", "L"}


@pytest.mark.requirement("X17", part="merge")
def test_two_communes_that_merge_stand_in_the_tree_until_the_day_before_and_the_new_one_from_the_day_on() -> (
    None
):
    province = organisation("T")
    first, second = organisation("XA", level=Level.COMMUNE), organisation("XB", level=Level.COMMUNE)
    for commune in (first, second):
        services.affiliate(commune, province)
    merged = organisation("XM", level=Level.COMMUNE, valid_from=REFORM)

    services.succeed([first, second], [merged], kind="sap_nhap", on=REFORM, by=None)

    assert within(province, BEFORE) == {"T", "XA", "XB"}
    assert within(province, REFORM) == {"T", "XM"}
    assert above(first, BEFORE) == {"T", "XA"}
    assert above(first, REFORM) == set()


def test_a_circle_is_refused_and_names_the_chain() -> None:
    first, second, third = (organisation(code) for code in ("A", "B", "C"))
    services.affiliate(second, first)
    services.affiliate(third, second)
    paths = OrganisationPath.objects.count()

    with pytest.raises(services.AffiliationCycle, match="vòng tròn") as refused:
        services.affiliate(first, third)

    assert "Cơ quan A (A) → Cơ quan B (B) → Cơ quan C (C) → Cơ quan A (A)" in str(refused.value)
    assert [one.code for one in refused.value.chain] == ["A", "B", "C", "A"]
    assert OrganisationPath.objects.count() == paths
    assert Affiliation.objects.count() == 2


def test_an_organisation_is_not_its_own_superior() -> None:
    alone = organisation("A")

    with pytest.raises(services.AffiliationCycle, match=r"Cơ quan A \(A\) → Cơ quan A \(A\)"):
        services.affiliate(alone, alone)


def test_those_who_were_superior_and_subordinate_may_change_places_at_another_time() -> None:
    first, second = organisation("A"), organisation("B")
    services.affiliate(second, first, valid_to=BEFORE)
    services.affiliate(first, second, valid_from=REFORM)

    assert within(first, BEFORE) == {"A", "B"}
    assert within(first, REFORM) == {"A"}
    assert within(second, REFORM) == {"A", "B"}


def test_a_circle_closed_by_two_relations_entered_together_is_refused_with_both() -> None:
    first, second = organisation("A"), organisation("B")

    def together() -> None:
        with services.reorganising():
            services.affiliate(first, second)
            services.affiliate(second, first)

    with pytest.raises(services.AffiliationCycle):
        together()
    assert not Affiliation.objects.exists()


def test_many_changes_together_rebuild_the_paths_once(django_assert_max_num_queries, monkeypatch) -> None:
    built = []
    rebuild = services.rebuild_paths
    monkeypatch.setattr(services, "rebuild_paths", lambda: built.append(rebuild()))

    with services.reorganising():
        root = organisation("T")
        for number in range(20):
            services.affiliate(organisation(f"D{number}"), root)

    assert built == [21 * 3 + 20]


DAYS = [date(2020, 1, 1) + timedelta(days=30 * number) for number in range(6)]
SPANS = [(first, last) for first in DAYS for last in (*DAYS, None) if last is None or first <= last]
EDGES = [(parent, child) for child in range(6) for parent in range(child)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lives=st.lists(st.sampled_from(SPANS), min_size=6, max_size=6),
    relations=st.dictionaries(st.sampled_from(EDGES), st.sampled_from(SPANS), min_size=4, max_size=10),
)
def test_the_closure_says_on_every_day_what_walking_the_relations_says(lives, relations) -> None:
    OrganisationPath.objects.all().delete()
    Affiliation.objects.all().delete()
    Organisation.objects.all().delete()
    units = Organisation.objects.bulk_create(
        Organisation(code=f"O{n}", name=f"O{n}", kind="so", level="tinh", valid_from=first, valid_to=last)
        for n, (first, last) in enumerate(lives)
    )
    Affiliation.objects.bulk_create(
        Affiliation(parent=units[parent], child=units[child], valid_from=first, valid_to=last)
        for (parent, child), (first, last) in relations.items()
    )

    services.rebuild_paths()

    def holds(days: tuple[date, date | None], day: date) -> bool:
        return days[0] <= day and (days[1] is None or day <= days[1])

    def walked(root: int, day: date) -> set[int]:
        found, waiting = set(), [root] if holds(lives[root], day) else []
        while waiting:
            found.add(here := waiting.pop())
            waiting += [
                child
                for (parent, child), days in relations.items()
                if parent == here and holds(days, day) and holds(lives[child], day)
            ]
        return found

    numbers = {unit.pk: number for number, unit in enumerate(units)}
    paths = list(OrganisationPath.objects.filter(kind=AffiliationKind.SUBORDINATION))
    for day in DAYS:
        standing = [path for path in paths if holds((path.valid_from, path.valid_to), day)]
        for root in range(6):
            beneath = {numbers[path.descendant_id] for path in standing if numbers[path.ancestor_id] == root}
            assert beneath == walked(root, day)
