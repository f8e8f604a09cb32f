from datetime import date
from decimal import Decimal

import pytest

from home.organisations import services
from home.organisations.inheritance import Passing, closure
from home.organisations.models import SuccessionPath

from .test_services import BEFORE, REFORM, commune

LATER = date(2026, 1, 1)
HALF = Decimal("0.5")


def closed(*passings: tuple[int, int, bool, date]) -> list[tuple[int, int, bool, date]]:
    return sorted(tuple(way) for way in closure(map(Passing._make, passings)))


def test_who_takes_over_takes_over_what_was_taken_over_before() -> None:
    assert closed((1, 2, True, REFORM), (2, 3, True, LATER)) == [
        (1, 2, True, REFORM),
        (1, 3, True, LATER),
        (2, 3, True, LATER),
    ]


def test_one_answers_through_a_chain_only_if_each_link_does() -> None:
    assert (1, 3, False, LATER) in closed((1, 2, False, REFORM), (2, 3, True, LATER))


def test_parts_that_come_together_again_answer_if_one_of_them_did() -> None:
    split = [(1, 2, True, REFORM), (1, 3, False, REFORM)]
    joined = [(2, 4, True, LATER), (3, 4, True, LATER)]

    assert (1, 4, True, LATER) in closed(*split, *joined)
    assert (1, 4, True, LATER) in closed(*reversed(split), *joined)


def test_a_circle_ends() -> None:
    assert closed((1, 2, True, REFORM), (2, 1, True, LATER)) == [(1, 2, True, REFORM), (2, 1, True, LATER)]


@pytest.mark.django_db
@pytest.mark.requirement("X17", part="one successor answers")
def test_of_several_successors_the_one_that_is_named_takes_the_work_over() -> None:
    old, first, second = commune("XA"), commune("XB"), commune("XC")
    shares = {first: HALF, second: HALF}

    with pytest.raises(services.OrganisationError, match=r"nêu đơn vị tiếp nhận công việc còn lại của Xã XA"):
        services.succeed([old], [first, second], kind="chia_tach", on=REFORM, shares=shares, by=None)
    with pytest.raises(services.OrganisationError, match="Xã XA không phải là đơn vị kế thừa"):
        services.succeed(
            [old], [first, second], kind="chia_tach", on=REFORM, shares=shares, answering=old, by=None
        )
    services.succeed(
        [old], [first, second], kind="chia_tach", on=REFORM, shares=shares, answering=second, by=None
    )

    old.refresh_from_db()
    assert set(SuccessionPath.objects.values_list("heir__code", "answers")) == {("XB", False), ("XC", True)}
    assert [old.answering(BEFORE), old.answering(REFORM)] == [old, second]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["chuyen_giao", "chia_tach"])
def test_what_goes_on_answers_for_itself(kind) -> None:
    rest, part = commune("XA"), commune("XB")
    heirs = [part] if kind == "chuyen_giao" else [rest, part]
    shares = {} if kind == "chuyen_giao" else dict.fromkeys(heirs, HALF)

    services.succeed([rest], heirs, kind=kind, on=REFORM, shares=shares, by=None)

    assert not SuccessionPath.objects.exists()
    assert rest.answering(LATER) == rest


@pytest.mark.django_db
def test_nobody_answers_for_what_was_abolished() -> None:
    gone = commune("XA")

    services.succeed([gone], [], kind="ket_thuc", on=REFORM, by=None)

    gone.refresh_from_db()
    assert gone.answering(LATER) == gone


@pytest.mark.django_db
def test_a_successor_that_has_ended_itself_has_passed_on_what_it_had_taken_over() -> None:
    first, second, third = commune("XA"), commune("XB"), commune("XC")
    services.succeed([first], [second], kind="doi_ten", on=REFORM, by=None)
    services.succeed([second], [third], kind="sap_nhap", on=LATER, by=None)

    first.refresh_from_db()
    assert [first.answering(REFORM), first.answering(LATER)] == [second, third]
