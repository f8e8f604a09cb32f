"""What the regimes in force ask of an organisation, and that who is given a part of it may enter that part alone."""

import pytest

from home.accounts.assigning import board
from home.accounts.models import DutyKind
from reports.regimes.owed import reports_owed
from reports.submissions.permissions import enterable_rows
from reports.submissions.services import open_submission
from tests.conftest import make_person
from tests.reports.submissions import stages

pytestmark = pytest.mark.django_db


def test_forms_and_the_rows_that_people_fill_in(regime, department, lead, other_department) -> None:
    (report,) = reports_owed(department)
    (form,) = report.forms

    assert (report.scope, form.scope) == ("regime:KTXH-THANG", "form:BM01")
    assert form.row_scopes == {f"row:BM01/{key}" for key in ("I.1", "I.2", "I.3", "ghi-chu")}
    assert [row.label for row in form.rows[:2]] == ["A THU NGÂN SÁCH", "I Tổng thu"]
    assert [one.scope for one in reports_owed(lead)] == ["regime:KTXH-THANG"]


def test_a_regime_taken_out_of_force_asks_nothing(regime, department) -> None:
    regime.unpublish()

    assert reports_owed(department) == []


@pytest.mark.requirement("R6", part="their forms and rows")
@pytest.mark.requirement("R35", part="only rows assigned")
def test_who_is_given_a_row_on_the_screen_enters_that_row(client, obligation, department) -> None:
    administrator = make_person("quantridonvi", department, DutyKind.UNIT_ADMIN)
    person = make_person("chuyenvien", department, DutyKind.VIEW)
    client.force_login(administrator)
    url = f"/admin/co-quan/{department.pk}/phan-cong/theo-dong/?bieu=BM01&nguoi=p{person.pk}"
    seen = board(department, DutyKind.ENTER).seen

    client.post(url, {"seen": seen, "give": [f"p{person.pk}|row:BM01/I.2"]})

    submission = open_submission(obligation, at=stages.START)
    assert enterable_rows(person, submission, "BM01", ["I.1", "I.2", "I.3"]) == {"I.2"}
