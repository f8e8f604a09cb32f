"""Publishing a page compiles the version that rounds hold, whichever way it is published."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from home.audit.models import AuditEntry
from reports.regimes.compiling import publish_form, publish_regime
from reports.regimes.models import Content, RegimeKind, RegimePage, RegimeVersion


def fresh(page: RegimePage) -> RegimePage:
    return RegimePage.objects.get(pk=page.pk)


@pytest.mark.requirement("R59", part="regimes are set up with all their elements")
@pytest.mark.requirement("R77", part="lead and related organisations")
@pytest.mark.requirement("R66", part="basis document recorded")
def test_a_version_holds_what_rounds_need(
    regime, lead, committee, department, other_department, figures_form, consolidated_form
):
    compiled = regime.latest_version.compiled

    assert compiled["schema"] == "portal.regime/1"
    assert (compiled["code"], compiled["kind"], compiled["content"]) == ("KTXH-THANG", "periodic", "both")
    assert (compiled["requires_signature"], compiled["requires_number"]) == (False, True)
    assert compiled["window"] == {"rule": "default", "first": None, "last": None}
    assert [(tier["number"], tier["recipient"], tier["due"]) for tier in compiled["tiers"]] == [
        (
            1,
            lead.pk,
            {"anchor": "cutoff_end", "working_days": 2, "basis": "Quyết định 01/2023/QĐ-UBND"},
        ),
        (
            2,
            committee.pk,
            {
                "anchor": "last_month",
                "working_days": 0,
                "day_of_month": 25,
                "month_offset": 0,
                "basis": "Quyết định 01/2023/QĐ-UBND",
            },
        ),
    ]
    form, total = figures_form.latest_version.pk, consolidated_form.latest_version.pk
    assert compiled["subjects"] == [
        {"tier": 1, "organisation": department.pk, "forms": [form]},
        {"tier": 1, "organisation": other_department.pk, "forms": [form]},
        {"tier": 2, "organisation": lead.pk, "forms": [total]},
    ]
    assert [(section["key"], section["required"]) for section in compiled["outline"]] == [
        ("danh-gia", True),
        ("kien-nghi", False),
    ]
    assert compiled["copies"] == ["Như trên", "Lưu: VT"]
    assert compiled["lead"] == lead.pk
    assert compiled["basis"].startswith("Quyết định số 01/2023/QĐ-UBND ngày 10/01/2023")
    assert set(regime.latest_version.form_versions.values_list("pk", flat=True)) == {form, total}


def test_publishing_again_unchanged_makes_no_new_version(regime):
    regime.save_revision().publish()

    assert [version.number for version in regime.versions.all()] == [1]


@pytest.mark.requirement("R57", part="amendments of a regime make a new version")
def test_a_changed_page_makes_a_new_version_and_leaves_the_old(regime, root):
    regime.approval_policy = "together"
    regime.save_revision().publish(user=root)

    versions = {version.number: version.compiled["approval_policy"] for version in regime.versions.all()}
    assert versions == {1: "data_then_report", 2: "together"}
    entry = AuditEntry.objects.about(regime).last()
    assert (entry.verb, entry.person, entry.data["version"]) == ("regime.publish", root, 2)


def test_publishing_takes_the_latest_version_of_each_form(regime, figures_form, department):
    figures_form.rows.filter(key="I.3").update(label="Thu khác còn lại")
    second = publish_form(figures_form, by=None)

    regime.save_revision().publish()

    compiled = fresh(regime).latest_version.compiled
    assert compiled["subjects"][0] == {"tier": 1, "organisation": department.pk, "forms": [second.pk]}


def test_several_lines_of_one_organisation_are_one_subject(draft_regime, department, consolidated_form):
    draft_regime.subjects.create(tier_number=1, organisation=department, report_form=consolidated_form)
    draft_regime.save_revision().publish()

    subject = fresh(draft_regime).latest_version.compiled["subjects"][0]
    assert (subject["organisation"], len(subject["forms"])) == (department.pk, 2)


def test_a_draft_may_be_saved_incomplete_and_has_no_version(draft_regime):
    draft_regime.tiers.clear()
    draft_regime.description = ""

    draft_regime.save_revision()

    assert not RegimeVersion.objects.exists()
    assert not fresh(draft_regime).live


def test_a_script_cannot_publish_what_the_editor_would_refuse(draft_regime):
    draft_regime.description = ""
    draft_regime.method = ""

    with pytest.raises(ValidationError) as refused:
        draft_regime.save_revision().publish()

    assert refused.value.message_dict == {
        "description": ["Chế độ báo cáo chưa có nội dung yêu cầu báo cáo."],
        "method": ["Chế độ báo cáo chưa có phương thức gửi, nhận."],
    }
    assert not fresh(draft_regime).live
    assert not RegimeVersion.objects.exists()


def test_a_live_page_keeps_its_version_when_a_new_draft_is_refused(regime):
    regime.tiers.first().delete()
    regime.refresh_from_db()
    draft = fresh(regime)
    draft.title = "Tên khác"

    with pytest.raises(ValidationError):
        draft.save_revision().publish()

    assert fresh(regime).title == "Báo cáo tình hình kinh tế – xã hội tháng"
    assert regime.versions.count() == 1


def test_if_compiling_fails_the_page_is_not_live(draft_regime, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("reports.regimes.compiling.publish_regime", broken)

    with pytest.raises(RuntimeError):
        draft_regime.save_revision().publish()

    assert not fresh(draft_regime).live


def test_a_page_published_by_the_schedule_is_compiled_when_it_goes_live(draft_regime):
    draft_regime.go_live_at = timezone.now() + timedelta(hours=1)
    revision = draft_regime.save_revision()
    revision.publish()
    assert not RegimeVersion.objects.exists()

    past = timezone.now() - timedelta(minutes=1)
    revision.refresh_from_db()
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    call_command("publish_scheduled")

    assert fresh(draft_regime).live
    assert fresh(draft_regime).latest_version.number == 1


def test_the_moment_of_publishing_may_be_told(draft_regime):
    moment = datetime(2024, 1, 20, tzinfo=UTC)

    draft_regime.publish(draft_regime.save_revision(), at=moment)

    assert fresh(draft_regime).latest_version.published_at == moment


def test_an_ad_hoc_request_without_outline_is_one_free_section(draft_regime, department, lead):
    draft_regime.kind, draft_regime.content, draft_regime.outline = (
        RegimeKind.AD_HOC,
        Content.NARRATIVE,
        None,
    )
    draft_regime.method = draft_regime.instructions = ""
    for subject in draft_regime.subjects.all():
        subject.report_form = None
        draft_regime.subjects.add(subject)

    draft_regime.save_revision().publish()

    assert [section["key"] for section in fresh(draft_regime).latest_version.compiled["outline"]] == [
        "noi-dung"
    ]
    assert fresh(draft_regime).latest_version.compiled["subjects"][0]["forms"] == []


def test_the_code_of_a_published_regime_stays(regime):
    regime.code = "KHAC"

    with pytest.raises(ValidationError, match="đã công bố với mã “KTXH-THANG”"):
        regime.save_revision().publish()


def test_a_copy_is_a_draft_with_a_code_of_its_own(regime, regime_section):
    copies = [regime.copy(to=regime_section, update_attrs={"slug": f"ban-sao-{n}"}) for n in (1, 2)]

    assert [(copy.code, copy.live) for copy in copies] == [("KTXH-THANG-2", False), ("KTXH-THANG-3", False)]
    assert copies[0].get_latest_revision_as_object().code == "KTXH-THANG-2"
    assert not RegimeVersion.objects.exclude(page=regime).exists()


def test_a_regime_has_no_alias(regime, regime_section):
    with pytest.raises(PermissionDenied):
        regime.create_alias(parent=regime_section, update_slug="bi-danh")


def test_publish_regime_refuses_what_is_not_fit(draft_regime):
    draft_regime.tiers.all().delete()

    with pytest.raises(ValueError, match="chưa có cơ quan nhận và thời hạn gửi"):
        publish_regime(draft_regime, by=None)
