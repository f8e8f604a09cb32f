"""Explanations: what must be explained before submitting, how it travels with the number, and what it silences."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators.periods import Period
from indicators.store.models import Figure, ValueType
from reports.deadlines.models import Round
from reports.regimes.compiling import publish_form
from reports.regimes.grid import place_of
from reports.regimes.models import FormCheck
from reports.submissions import services
from reports.submissions.cells import CellEntry, save_cells
from reports.submissions.checks.explaining import explain
from reports.submissions.checks.findings import State
from reports.submissions.checks.report import findings_of
from reports.submissions.completeness import problems
from reports.submissions.content import SCHEMA, frozen_sheets, live_sheets, sha256_of
from reports.submissions.errors import Incomplete, Locked, NotAllowed, SubmissionError
from reports.submissions.models import Explanation, Snapshot
from reports.submissions.paper import content_of
from tests.conftest import make_person
from tests.reports.submissions import stages

pytestmark = pytest.mark.django_db

WHY = "Điều chỉnh giảm theo kết luận thanh tra ngày 5/5."
PLACE = ("I.1", "luyke")


@pytest.fixture
def fallen(submission, department, clerk):
    """The department's report, complete, of which one cumulative is less than what was accepted for April."""
    stages.stated(department, "2026-4M", "9000", kind=ValueType.ESTIMATE)
    stages.fill(submission, clerk)
    return submission


def found_in(submission):
    return [(one.kind, one.key, one.state) for one in findings_of(submission, live_sheets(submission))]


def say(submission, by, text=WHY, **more):
    return explain(submission, submission.sheets.get().pk, PLACE, "falls", text, by=by, **more)


@pytest.mark.requirement("R88", part="accuracy")
def test_what_is_not_explained_is_not_submitted_and_the_refusal_leads_to_its_cell(
    fallen, clerk, data_leader, leader
):
    with pytest.raises(Incomplete) as refused:
        services.submit(fallen, by=clerk, at=stages.START)

    grid = live_sheets(fallen)[0].grid
    assert place_of(grid, PLACE) in str(refused.value)
    assert "thấp hơn lũy kế 4 tháng đầu năm 2026" in str(refused.value)
    assert "giải trình ở mục “Kiểm tra số liệu”" in str(refused.value)
    assert [problem.cell for problem in problems(fallen)] == [PLACE]

    say(fallen, clerk, at=stages.START)

    assert problems(fallen) == []
    services.submit(fallen, by=clerk, at=stages.hour(1))


def test_an_explanation_speaks_of_the_number_it_was_written_for(fallen, clerk):
    say(fallen, clerk, at=stages.START)
    sheet = fallen.sheets.get()

    save_cells(fallen, [CellEntry(sheet.pk, *PLACE, value=stages.number("120"))], by=clerk, at=stages.hour(1))
    assert found_in(fallen) == [("falls", PLACE, State.OPEN)]

    save_cells(fallen, [CellEntry(sheet.pk, *PLACE, value=stages.number("100"))], by=clerk, at=stages.hour(2))
    assert found_in(fallen) == [("falls", PLACE, State.EXPLAINED)]


def test_it_can_be_written_anew_and_taken_back_and_all_of_it_is_kept(fallen, clerk):
    say(fallen, clerk, at=stages.START)
    say(fallen, clerk, "Lý do khác, đã kiểm tra lại sổ.", at=stages.hour(1))
    assert live_sheets(fallen)[0].explanations == {(*PLACE, "falls"): "Lý do khác, đã kiểm tra lại sổ."}

    say(fallen, clerk, "", at=stages.hour(2))

    assert found_in(fallen) == [("falls", PLACE, State.OPEN)]
    history = Explanation.objects.values_list("text", "superseded_at")
    assert list(history) == [(WHY, stages.hour(1)), ("Lý do khác, đã kiểm tra lại sổ.", stages.hour(2))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("…", "ít nhất 10 chữ cái"),
        ("đúng rồi", "ít nhất 10 chữ cái"),
        ("a" * 501, "nhiều nhất 500"),
        ("Do lũ lụt kéo dài 🌊", "không in được"),
    ],
)
def test_what_says_nothing_or_cannot_be_printed_is_no_explanation(fallen, clerk, text, told):
    with pytest.raises(SubmissionError, match=told):
        say(fallen, clerk, text, at=stages.START)

    assert not Explanation.objects.exists()


def test_only_who_types_the_row_explains_it_and_only_while_it_can_be_typed(
    fallen, clerk, department, data_leader, leader
):
    from home.accounts.models import DutyKind

    other = make_person("dong2", department, DutyKind.ENTER, scopes=["row:BM01/I.2"])
    for stranger in (leader, other):
        with pytest.raises(NotAllowed):
            say(fallen, stranger, at=stages.START)
    say(fallen, clerk, at=stages.START)
    services.submit(fallen, by=clerk, at=stages.hour(1))
    with pytest.raises(Locked):
        say(fallen, clerk, "Đổi ý sau khi đã trình rồi.", at=stages.hour(2))


def test_a_cell_of_which_nothing_was_found_takes_no_explanation(fallen, clerk):
    with pytest.raises(SubmissionError, match="không còn gì phải giải trình"):
        explain(fallen, fallen.sheets.get().pk, ("I.2", "luyke"), "falls", WHY, by=clerk, at=stages.START)
    with pytest.raises(SubmissionError, match="không thuộc báo cáo"):
        explain(fallen, 0, PLACE, "falls", WHY, by=clerk, at=stages.START)


def with_check(submission, figures_form, **check) -> None:
    """The report's form has this check besides."""
    FormCheck.objects.create(report_form=figures_form, key="kt", label="Kiểm tra", **check)
    sheet = submission.sheets.get()
    sheet.form_version = publish_form(figures_form, by=None)
    sheet.save()


def test_what_is_blocked_cannot_be_explained_away_and_a_warning_stops_nobody(
    submission, figures_form, clerk, data_leader, leader
):
    with_check(submission, figures_form, kind="range", highest=Decimal(50), columns="uoc", effect="block")
    stages.fill(submission, clerk)

    assert len(problems(submission)) == 4  # three rows and their total
    with pytest.raises(SubmissionError, match="không giải trình được"):
        explain(submission, submission.sheets.get().pk, ("I.1", "uoc"), "kt", WHY, by=clerk, at=stages.START)

    FormCheck.objects.update(effect="warn")
    sheet = submission.sheets.get()
    sheet.form_version = publish_form(figures_form, by=None)
    sheet.save()
    assert {finding.effect for finding in findings_of(submission, live_sheets(submission))} == {"warn"}
    services.submit(submission, by=clerk, at=stages.hour(1))


def test_who_explains_is_an_author_and_approves_nothing(fallen, clerk, colleague, data_leader, leader):
    say(fallen, colleague, at=stages.START)
    services.submit(fallen, by=clerk, at=stages.hour(1))

    fallen.refresh_from_db()
    assert colleague.pk in fallen.snapshot.author_ids


def test_who_takes_an_explanation_back_is_an_author_too(fallen, clerk, colleague):
    said = say(fallen, clerk, at=stages.START)
    explain(fallen, said.sheet_id, (said.row, said.column), said.rule, "", by=colleague, at=stages.hour(1))

    assert colleague.pk in services.authors_since_acceptance(fallen)


@pytest.fixture
def explained(fallen, clerk, data_leader, leader):
    """Submitted with its explanation."""
    say(fallen, clerk, at=stages.START)
    return services.submit(fallen, by=clerk, at=stages.hour(1))


def test_the_snapshot_holds_it_and_its_hash_covers_it(explained):
    snapshot = explained.snapshot
    sheet = snapshot.data["sheets"][0]

    assert snapshot.data["schema"] == SCHEMA == "portal.submission/2"
    assert sheet["explanations"] == [[*PLACE, "falls", WHY]]
    frozen = frozen_sheets(snapshot)
    assert frozen[0].explanations == {(*PLACE, "falls"): WHY}
    assert [one.state for one in findings_of(explained, frozen)] == [State.EXPLAINED]
    other = {**sheet, "explanations": [[*PLACE, "falls", "Khác"]]}
    assert snapshot.sheet_hashes["BM01"] == _hash(sheet) != _hash(other)


def _hash(sheet) -> str:
    return sha256_of(json.dumps(sheet, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def test_a_sheet_of_which_nothing_was_said_keeps_the_hash_it_had_before_there_were_explanations(
    draft, clerk, data_leader, leader
):
    submitted = services.submit(draft, by=clerk, at=stages.hour(1))

    sheet = submitted.snapshot.data["sheets"][0]
    assert set(sheet) == {"form", "form_version", "form_sha256", "cells"}


def test_a_snapshot_of_the_first_schema_still_reads(explained):
    data = {**explained.snapshot.data, "schema": "portal.submission/1"}
    for sheet in data["sheets"]:
        sheet.pop("explanations")
    old = Snapshot(submission=explained, number=9, content=json.dumps(data))

    assert frozen_sheets(old)[0].explanations == {}
    assert frozen_sheets(old)[0].values == frozen_sheets(explained.snapshot)[0].values


def test_it_stands_as_a_note_to_its_number_on_paper(explained):
    table = content_of(explained, explained.snapshot).tables[0]

    assert table.notes == (WHY,)
    (line, place, number), *more = table.marks
    assert (table.rows[line].label, number, more) == ("Thu nội địa", 1, [])
    assert table.rows[line].values[place] == "100,0"


@pytest.mark.slow
def test_it_goes_into_the_store_with_the_number_for_whoever_reads_it_there(
    explained, data_leader, leader, registrar, receiver
):
    stages.approve(explained, data_leader, leader, at=stages.hour(2))
    stages.issue(explained, registrar, at=stages.hour(3))
    stages.send(explained, registrar, at=stages.hour(4))
    services.accept(explained, by=receiver, at=stages.hour(5))

    noted = Figure.objects.accepted().current().exclude(note="")
    assert [(one.period, one.amount, one.note) for one in noted] == [("2026-5M", 100, WHY)]


@pytest.mark.slow
def test_giving_an_adjustment_up_brings_back_what_was_said(
    explained, data_leader, leader, registrar, receiver, clerk
):
    stages.approve(explained, data_leader, leader, at=stages.hour(2))
    stages.issue(explained, registrar, at=stages.hour(3))
    stages.send(explained, registrar, at=stages.hour(4))
    services.accept(explained, by=receiver, at=stages.hour(5))
    services.demand_adjustment(explained, by=receiver, reason="Rà lại", at=stages.hour(6))
    say(explained, clerk, "Một lời giải thích khác hẳn.", at=stages.hour(7))

    services.cancel_adjustment(explained, by=clerk, at=stages.hour(8))

    assert live_sheets(explained)[0].explanations == {(*PLACE, "falls"): WHY}
    assert Explanation.objects.count() == 3


def test_giving_an_adjustment_up_brings_back_what_was_said_though_the_same_was_said_of_another_number(
    accepted_last_year, clerk, receiver
):
    report, sheet = accepted_last_year, accepted_last_year.sheets.get()
    services.demand_adjustment(report, by=receiver, reason="Rà lại", at=stages.hour(6))
    entry = CellEntry(sheet.pk, *PLACE, value=stages.number("200"))
    save_cells(report, [entry], by=clerk, at=stages.hour(7))
    say(report, clerk, WHY, at=stages.hour(7))

    services.cancel_adjustment(report, by=clerk, at=stages.hour(8))

    assert live_sheets(report)[0].explanations == {(*PLACE, "falls"): WHY}


# ------------------------------------------------------------------ the year after


def next_year(regime, department, clerk, *, before: str, month: int = 5):
    """The same report of 2027, filled in with 100 everywhere; ``before`` is what was accepted the month before."""
    period = Period.parse(f"2027-M{month:02}")
    at = datetime(2027, month, 11, 1, tzinfo=UTC)
    report = stages.following(regime, department, str(period))
    stages.stated(department, str(period.previous().year_to_date()), before, kind=ValueType.ESTIMATE, at=at)
    stages.fill(report, clerk, at=at)
    return report


@pytest.fixture
def accepted_last_year(explained, data_leader, leader, registrar, receiver):
    stages.approve(explained, data_leader, leader, at=stages.hour(2))
    stages.issue(explained, registrar, at=stages.hour(3))
    stages.send(explained, registrar, at=stages.hour(4))
    services.accept(explained, by=receiver, at=stages.hour(5))
    explained.refresh_from_db()
    return explained


@pytest.mark.requirement("R88", part="accuracy")
@pytest.mark.parametrize(
    ("before", "month", "state"),
    [
        ("9000", 5, State.SILENCED),  # fallen as far
        ("300", 5, State.SILENCED),  # not as far
        ("9000", 6, State.OPEN),  # another month
    ],
)
def test_the_like_of_it_in_the_same_month_next_year_is_quiet(
    accepted_last_year, regime, department, clerk, before, month, state
):
    report = next_year(regime, department, clerk, before=before, month=month)

    found = [one for one in findings_of(report, live_sheets(report)) if one.kind == "falls"]

    assert [one.state for one in found] == [state]
    assert found[0].said_in == ("Tháng 5/2026" if state == State.SILENCED else "")
    assert bool(problems(report)) == (state == State.OPEN)


def test_what_was_said_in_another_regime_is_not_told_in_this_one(
    accepted_last_year, regime, department, clerk
):
    version = accepted_last_year.obligation.tier.round.regime_version
    version.pk, version.number, version.code = None, 0, "KHAC"
    version.save(force_insert=True)
    Round.objects.filter(pk=accepted_last_year.obligation.tier.round_id).update(regime_version=version)
    report = next_year(regime, department, clerk, before="9000")

    assert ("falls", PLACE, State.OPEN) in found_in(report)


def test_what_was_never_accepted_silences_nothing(explained, regime, department, clerk):
    report = next_year(regime, department, clerk, before="9000")

    assert ("falls", PLACE, State.OPEN) in found_in(report)


# ------------------------------------------------------------------ what it costs


def test_the_whole_report_is_weighed_with_the_same_few_queries(fallen, django_assert_num_queries, department):
    contents = live_sheets(fallen)

    # History, additive indicators, explanations of earlier years.
    with django_assert_num_queries(3):
        findings_of(fallen, contents)
