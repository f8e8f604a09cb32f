"""The one door into the store."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from indicators.numbers import CellValue
from indicators.store.models import ContentKind, Figure, Posting, Standing, ValueType
from indicators.store.services import FigureEntry, StoreError, SupplierConflict, describe

from ..factories import MORNING, amounts, entry, make_indicator, make_measure, make_source, post_figures

pytestmark = pytest.mark.django_db
NOON = MORNING + timedelta(hours=3)
EVENING = MORNING + timedelta(hours=9)


@pytest.fixture
def indicator(db):
    return make_indicator()


@pytest.mark.requirement("R15", part="source of a figure")
def test_a_figure_names_supplier_source_place_and_the_sources_own_date(indicator, department, leader):
    source = make_source(stated_on=date(2024, 6, 13))

    posting = post_figures(
        entry(indicator, department, "7.995,5"), supplier=department, by=leader, source=source
    )

    figure = Figure.objects.get()
    assert figure.amount == Decimal("7995.5")
    assert (figure.supplier, figure.known_from, figure.known_to) == (department, posting, None)
    assert figure.stated_on == date(2024, 6, 13)
    assert figure.place == "BM01/thu-ns/thuc-hien"
    assert (posting.source, posting.posted_by, posting.posted_at) == (source, leader, MORNING)
    assert describe(figure) == "7.995,5 tỷ đồng"


def test_posting_the_same_again_makes_no_version_and_no_posting(indicator, department):
    post_figures(entry(indicator, department, "7.995,5"), supplier=department)

    again = post_figures(entry(indicator, department, "7.995,50"), supplier=department, at=NOON)

    assert again is None
    assert Figure.objects.count() == Posting.objects.count() == 1


@pytest.mark.requirement("X14", part="old value kept")
@pytest.mark.requirement("X8", part="revisions")
def test_a_changed_figure_closes_the_old_version_and_opens_a_new_one(indicator, department):
    first = post_figures(
        entry(indicator, department, "7.995,5"),
        entry(indicator, department, "100", period="2024-M04"),
        supplier=department,
    )

    second = post_figures(
        entry(indicator, department, "8.012"),
        entry(indicator, department, "100", period="2024-M04"),
        supplier=department,
        at=NOON,
    )

    old, new = Figure.objects.filter(period="2024-M05").order_by("known_from")
    assert (old.amount, old.known_from, old.known_to) == (Decimal("7995.5"), first, second)
    assert (new.amount, new.known_from, new.known_to) == (Decimal("8012"), second, None)
    assert Figure.objects.current().count() == 2
    assert Figure.objects.filter(period="2024-M04").count() == 1


def test_as_of_says_what_was_known_before_between_and_after(indicator, department):
    post_figures(entry(indicator, department, "1"), supplier=department, at=MORNING)
    post_figures(entry(indicator, department, "2"), supplier=department, at=EVENING)

    def known(moment):
        return amounts(Figure.objects.as_of(moment))

    assert known(MORNING - timedelta(seconds=1)) == []
    assert known(MORNING) == [1]
    assert known(NOON) == [1]
    assert known(EVENING) == [2]
    assert amounts(Figure.objects.current()) == [2]


def test_a_retracted_figure_ends_without_successor_and_only_the_suppliers_own(
    indicator, department, other_department
):
    mine, theirs = (
        entry(indicator, department, "1"),
        entry(indicator, other_department, "2"),
    )
    post_figures(mine, supplier=department)
    post_figures(theirs, supplier=other_department)

    posting = post_figures(supplier=department, retracted=[mine.address, theirs.address], at=NOON)

    assert amounts(Figure.objects.current()) == [2]
    assert Figure.objects.get(amount=1).known_to == posting


def test_a_figure_given_and_retracted_at_once_is_given(indicator, department):
    kept = entry(indicator, department, "5")
    post_figures(kept, supplier=department)

    post_figures(kept, supplier=department, retracted=[kept.address], at=NOON)

    assert amounts(Figure.objects.current()) == [5]


def test_blank_posts_nothing_and_leaves_what_stands(indicator, department):
    assert post_figures(entry(indicator, department, None), supplier=department) is None
    post_figures(entry(indicator, department, "5"), supplier=department)
    post_figures(entry(indicator, department, None), supplier=department, at=NOON)

    assert amounts(Figure.objects.current()) == [5]


@pytest.mark.parametrize("code", ["-", "…", "x"])
def test_each_code_without_value_is_kept_as_it_is_and_apart_from_zero(indicator, department, code):
    post_figures(entry(indicator, department, "0"), supplier=department)

    post_figures(entry(indicator, department, code), supplier=department, at=NOON)

    figure = Figure.objects.current().get()
    assert (figure.content, figure.amount, figure.code) == (ContentKind.CODE, None, code)
    assert Figure.objects.count() == 2
    assert describe(figure) == code


@pytest.mark.requirement("R14", part="one supplier per figure")
def test_another_suppliers_accepted_figure_is_refused_with_its_name_and_nothing_is_posted(
    indicator, department, other_department
):
    post_figures(entry(indicator, department, "1"), supplier=department)

    with pytest.raises(SupplierConflict, match=r"Thu ngân sách nhà nước.*Sở Tài chính"):
        post_figures(
            entry(indicator, department, "1"),
            entry(indicator, other_department, "9"),
            supplier=other_department,
            at=NOON,
        )

    assert amounts(Figure.objects.current()) == [1]
    assert Posting.objects.count() == 1


def test_figures_inside_organisations_stand_beside_each_other_and_beside_the_accepted(
    indicator, department, other_department
):
    inside = entry(indicator, department, "1")
    for supplier in (department, other_department):
        post_figures(inside, supplier=supplier, standing=Standing.UNIT)
    post_figures(inside, supplier=department, standing=Standing.ACCEPTED)

    assert Figure.objects.current().filter(standing=Standing.UNIT).count() == 2
    assert Figure.objects.current().accepted().count() == 1

    post_figures(entry(indicator, department, "2"), supplier=department, standing=Standing.UNIT, at=NOON)

    assert amounts(Figure.objects.current().accepted()) == [1]
    assert sorted(amounts(Figure.objects.current().filter(standing=Standing.UNIT))) == [1, 2]


def test_two_values_for_one_figure_are_refused_with_both_cells(indicator, department):
    with pytest.raises(StoreError, match=r"1 \(BM01/a/x\) và 2 \(BM01/b/x\)"):
        post_figures(
            entry(indicator, department, "1", place="BM01/a/x"),
            entry(indicator, department, "2", place="BM01/b/x"),
            supplier=department,
        )

    post_figures(
        entry(indicator, department, "1", place="BM01/a/x"),
        entry(indicator, department, "1", place="BM01/b/x"),
        supplier=department,
    )
    assert Figure.objects.count() == 1


@pytest.mark.parametrize("amount", [Decimal("0.1234567"), Decimal("1234567890.123456"), Decimal(10) ** 18])
def test_an_amount_that_would_be_rounded_is_refused(indicator, department, amount):
    too_long = FigureEntry(indicator.pk, department.pk, "2024", ValueType.ACTUAL, CellValue(amount))

    with pytest.raises(StoreError, match=r"Thu ngân sách nhà nước.*15 chữ số"):
        post_figures(too_long, supplier=department)

    assert not Figure.objects.exists()


def test_postings_are_numbered_without_gaps_even_where_nothing_changed(indicator, department):
    for text in ("1", "1", "2", "3"):
        post_figures(entry(indicator, department, text), supplier=department)

    assert list(Posting.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_a_posting_that_fails_takes_no_number(indicator, department, other_department):
    post_figures(entry(indicator, department, "1"), supplier=department)
    with pytest.raises(SupplierConflict):
        post_figures(entry(indicator, department, "2"), supplier=other_department)

    assert post_figures(entry(indicator, department, "3"), supplier=department).number == 2


def test_nothing_is_posted_before_the_last_posting(indicator, department):
    post_figures(entry(indicator, department, "1"), supplier=department, at=NOON)

    with pytest.raises(StoreError, match="Không ghi lùi số liệu"):
        post_figures(entry(indicator, department, "2"), supplier=department, at=MORNING)

    assert amounts(Figure.objects.current()) == [1]


def test_clocks_that_differ_a_little_do_not_stop_a_posting(indicator, department):
    post_figures(entry(indicator, department, "1"), supplier=department, at=NOON)

    later = post_figures(
        entry(indicator, department, "2"), supplier=department, at=NOON - timedelta(seconds=2)
    )

    assert later.posted_at == NOON


def test_the_database_itself_refuses_a_second_open_accepted_version(indicator, department):
    post_figures(entry(indicator, department, "1"), supplier=department)
    copy = Figure.objects.get()
    copy.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_posting_many_figures_takes_few_queries(department, django_assert_max_num_queries):
    """SQLite takes 999 parameters at once, hence some two inserts."""
    measure = make_measure()
    indicators = [
        make_indicator(f"ct-{number}", f"Chỉ tiêu {number}", measure=measure) for number in range(100)
    ]
    source = make_source()
    post_figures(entry(indicators[0], department, "1", period="2020"), supplier=department)

    with django_assert_max_num_queries(12):
        post_figures(
            *[entry(indicator, department, "1") for indicator in indicators],
            supplier=department,
            source=source,
        )
