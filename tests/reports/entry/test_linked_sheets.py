"""What is typed in one sheet changes others on the screen; plans are typed as ranges and bounds."""

from __future__ import annotations

import pytest

from reports.submissions.models import Sheet
from tests.reports.linked import overview

from .conftest import address, cell_of


@pytest.fixture
def linked(submission, lead) -> Sheet:
    return Sheet.objects.create(
        submission=submission, form_version=overview(lead).latest_version, sort_order=1
    )


@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_saved_cell_brings_the_computed_cells_of_other_sheets(type_in, submission, linked, clerk):
    own = submission.sheets.first().pk

    answer = type_in(clerk, submission, "I.1", "uoc", "1.402,5", sheet=own).json()

    assert answer["computed"] == [["I", "uoc", "1.402,5"]]
    [other] = answer["elsewhere"]
    assert other["sheet"] == linked.pk
    assert ["THU", "uoc", "1.402,50"] in other["computed"] or ["THU", "uoc", "1.402,5"] in other["computed"]


@pytest.mark.requirement("X11", part="formulas across forms")
def test_a_pasted_block_and_its_undoing_bring_them_too(send_json, submission, linked, clerk):
    own = submission.sheets.first().pk
    pasted = send_json(
        clerk, "paste", submission, sheet=own, row="I.1", column="uoc", text="10\n20", seen=[]
    ).json()
    undone = send_json(clerk, "undo", submission, batch=pasted["batch"]).json()

    assert ["THU", "uoc", "30"] in pasted["elsewhere"][0]["computed"]
    assert ["THU", "uoc", ""] in undone["elsewhere"][0]["computed"]


def test_a_sheet_that_no_other_reads_answers_for_itself_alone(type_in, submission, linked, clerk):
    answer = type_in(clerk, submission, "GRDP", "uoc", "7,18", sheet=linked.pk).json()

    assert answer["elsewhere"] == []


@pytest.mark.requirement("X9", part="range, bound and text")
@pytest.mark.requirement("X9", part="verdict")
@pytest.mark.parametrize(
    ("typed", "shown", "verdict"),
    [
        ("7,5-8,0", "7,50 – 8,00", "Không đạt"),
        ("khoảng 7", "khoảng 7,00", "Đạt"),
        ("<7", "dưới 7,00", "Không đạt"),
        ("7", "7,00", "Vượt"),
        ("Xuất siêu", "Xuất siêu", ""),
    ],
)
def test_a_plan_is_typed_as_people_write_it_and_judged_at_once(
    type_in, submission, linked, clerk, typed, shown, verdict
):
    type_in(clerk, submission, "GRDP", "uoc", "7,18", sheet=linked.pk)

    answer = type_in(clerk, submission, "GRDP", "ke-hoach", typed, sheet=linked.pk).json()

    assert answer["text"] == shown
    assert ["GRDP", "danh-gia", verdict] in answer["computed"]


@pytest.mark.requirement("X10", part="a number that could mean two things is refused")
@pytest.mark.parametrize(
    ("column", "typed", "words"),
    [
        ("uoc", "7,5-8,0", "“7,5-8,0” là một khoảng hoặc giới hạn; chỉ ô kế hoạch ghi được như vậy"),
        ("uoc", "dưới 3", "chỉ ô kế hoạch ghi được như vậy"),
        ("ke-hoach", "8-7", "không phải khoảng: 8 không nhỏ hơn 7"),
        ("ke-hoach", "7.5-8.0", "“7.5” không đọc được"),
        ("ke-hoach", "0,7 (còn 4,33)", "không đọc được"),
    ],
)
def test_what_is_no_plan_or_stands_elsewhere_is_refused_with_words(
    type_in, submission, linked, clerk, column, typed, words
):
    answer = type_in(clerk, submission, "GRDP", column, typed, sheet=linked.pk)

    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert cell_of(submission, "GRDP", column) is None


def test_a_range_is_pasted_and_its_history_tells_it(as_user, send_json, submission, linked, clerk):
    send_json(
        clerk,
        "paste",
        submission,
        sheet=linked.pk,
        row="GRDP",
        column="ke-hoach",
        text="7,5-8,0\t7,18",
        seen=[],
    )

    screen = as_user(clerk).get(address("edit", submission.pk)).content.decode()
    told = (
        as_user(clerk)
        .get(address("about_cell", submission.pk, linked.pk, "GRDP", "ke-hoach"))
        .content.decode()
    )

    assert 'value="7,50 – 8,00"' in screen
    assert "Không đạt" in screen
    assert "7,50 – 8,00" in told


@pytest.mark.requirement("R88", part="completeness checked before submitting")
def test_a_plan_in_words_counts_as_filled_in(type_in, submission, linked, clerk):
    answer = type_in(clerk, submission, "GRDP", "ke-hoach", "Xuất siêu", sheet=linked.pk).json()

    assert answer["done"] == 1


def test_words_of_a_plan_in_an_old_encoding_are_asked_about_like_all_words(
    type_in, submission, linked, clerk
):
    answer = type_in(clerk, submission, "GRDP", "ke-hoach", "XuÊt siªu", sheet=linked.pk)

    assert answer.status_code == 422
    assert "Xuất siêu" in str(answer.json())
    assert cell_of(submission, "GRDP", "ke-hoach") is None
