"""Publishing a design: it is checked, compiled to canonical JSON, and kept as an immutable version.

``FormVersion.compiled``: ``schema``, ``code``, ``title``, ``note``, ``basis``, ``rows`` (fields of ``grid.Row``),
``columns`` (fields of ``grid.Column``), ``checks`` (fields of ``grid.CheckRule``) where there are any.

``RegimeVersion.compiled``: what rounds and reports need (``compile_regime`` is the list). Organisations, form
versions and indicators are named by their primary keys, days as ``2026-05-14``; a tier's ``due`` is the JSON of
``reports.deadlines.due_dates.DueRule``; ``window.first`` and ``last`` are null unless the rule is ``fixed``.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from home.accounts.models import User
from home.audit.services import record
from indicators.numbers import canonical as plain

from . import checks
from .form_checks import form_problems
from .models import (
    WORDED,
    ColumnKind,
    Content,
    DueAnchor,
    FormCheck,
    FormColumn,
    FormRow,
    FormVersion,
    RegimePage,
    RegimeTier,
    RegimeVersion,
    ReportForm,
    RowKind,
    WindowRule,
)
from .permissions import may_design
from .problems import CannotPublish, NotDesigner

FORM_SCHEMA = "portal.form/1"
REGIME_SCHEMA = "portal.regime/1"

_VERDICT = re.compile(r"\b(VERDICT|DANH_GIA)\s*\(", re.IGNORECASE)


def compile_form(report_form: ReportForm) -> dict[str, Any]:
    """The form as it stands, saved or not, in the shape of ``FormVersion.compiled``. Checks nothing."""
    columns = [_column(column) for column in report_form.columns.all()]
    rows = list(report_form.rows.select_related("indicator__measure"))
    judged = any(
        _VERDICT.search(item)
        for item in [*(row.formula for row in rows), *(column["formula"] for column in columns)]
    )
    return {
        "schema": FORM_SCHEMA,
        "code": report_form.code,
        "title": report_form.title,
        "note": report_form.note,
        "basis": str(report_form.basis or ""),
        "rows": [_row(row, judged=judged) for row in rows],
        "columns": columns,
        # Left out where there are none: a form of before that has not changed stays the version it is.
        **({"checks": found} if (found := [_check(check) for check in report_form.checks.all()]) else {}),
    }


def problems_of_form(report_form: ReportForm) -> list[str]:
    """Why the form cannot be published, in Vietnamese; empty if it can."""
    return [str(problem) for problem in form_problems(report_form, compile_form(report_form), designs_of)]


def designs_of(codes: Collection[str]) -> dict[str, dict[str, Any]]:
    return {
        form.code: compile_form(form)
        for form in ReportForm.objects.filter(code__in=codes).select_related("basis")
    }


@transaction.atomic
def publish_form(report_form: ReportForm, *, by: User | None, at: datetime | None = None) -> FormVersion:
    """Compile the saved form into its next version; unchanged content gives the latest version again (R57).

    ``by`` None is the portal itself.

    Raises:
        NotDesigner: ``by`` does not design for the organisation that owns the form.
        CannotPublish: the form has faults; all are listed.
    """
    report_form = (
        ReportForm.objects.select_for_update(of=("self",)).select_related("owner").get(pk=report_form.pk)
    )
    if by is not None and not may_design(by, report_form.owner_id):
        raise NotDesigner(by, report_form.owner)
    compiled = compile_form(report_form)
    if problems := form_problems(report_form, compiled, designs_of):
        raise CannotPublish(problems)
    compiled, sha256 = canonical(compiled)
    latest = report_form.latest_version
    if latest is not None and latest.sha256 == sha256:
        return latest
    version = FormVersion.objects.create(
        report_form=report_form,
        number=latest.number + 1 if latest else 1,
        compiled=compiled,
        sha256=sha256,
        published_at=at or timezone.now(),
        published_by=by,
    )
    record(
        "form.publish",
        report_form,
        by=by,
        organisation=report_form.owner.code,
        at=at,
        version=version.number,
        sha256=sha256,
    )
    return version


def compile_regime(page: RegimePage) -> dict[str, Any]:
    """The page as it stands in the shape of ``RegimeVersion.compiled``, with the latest versions of its forms.

    Forms never published are left out; ``checks.problems`` tells of them.
    """
    return {
        "schema": REGIME_SCHEMA,
        "code": page.code,
        "title": page.title,
        "kind": page.kind,
        "legal_class": page.legal_class,
        "content": page.content,
        "description": page.description,
        "frequency": page.frequency,
        "method": page.method,
        "instructions": page.instructions,
        "approval_policy": page.approval_policy,
        "review_steps": page.review_steps,
        "requires_signature": page.requires_signature,
        "requires_number": page.requires_number,
        "window": window_rule(page),
        "tiers": [
            {
                "number": tier.number,
                "name": tier.name,
                "recipient": tier.recipient_id,
                "due": due_rule(tier, page),
                "opens_days_before": tier.opens_days_before,
                "closes_days_after": tier.closes_days_after,
            }
            for tier in sorted(page.tiers.all(), key=lambda tier: tier.number)
        ],
        "subjects": _subjects(page),
        "outline": _outline(page),
        "lead": page.lead_id,
        "related": [related.organisation_id for related in page.related_organisations.all()],
        "addressees": _lines(page.addressees),
        "copies": _lines(page.copies),
        "document_title": page.document_title or page.title,
        "basis": str(page.basis or ""),
        "audience": page.audience,
    }


@transaction.atomic
def publish_regime(page: RegimePage, *, by: User | None, at: datetime | None = None) -> RegimeVersion:
    """Compile the page into its next version; unchanged content gives the latest version again (R57).

    Called by ``RegimePage.save`` alone, as the page goes live.

    Raises:
        CannotPublish: a mandatory element is missing or against the rules; all are listed.
    """
    page = RegimePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    for children in (page.tiers, page.subjects, page.related_organisations):
        # Read once: checks and compiler go through them again and again.
        children.get_object_list()
    if blocking := [problem for problem in checks.problems(page) if problem.blocks]:
        raise CannotPublish(blocking)
    compiled, sha256 = canonical(compile_regime(page))
    latest = page.latest_version
    if latest is not None and latest.sha256 == sha256:
        return latest
    version = RegimeVersion.objects.create(
        page=page,
        number=latest.number + 1 if latest else 1,
        code=page.code,
        title=page.title,
        compiled=compiled,
        sha256=sha256,
        published_at=at or timezone.now(),
        published_by=by,
    )
    version.form_versions.set({form for subject in compiled["subjects"] for form in subject["forms"]})
    record(
        "regime.publish",
        page,
        by=by,
        organisation=page.lead.code if page.lead else "",
        at=at,
        version=version.number,
        sha256=sha256,
    )
    return version


def canonical(compiled: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """``compiled`` as it is kept (NFC, sorted keys), and the SHA-256 of its canonical JSON."""
    text = json.dumps(compiled, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text = unicodedata.normalize("NFC", text)
    return json.loads(text), hashlib.sha256(text.encode()).hexdigest()


def due_rule(tier: RegimeTier, page: RegimePage) -> dict[str, Any]:
    """The tier's due day as the JSON of a ``DueRule``; only the parts that count with its anchor."""
    rule: dict[str, Any] = {"anchor": tier.due_anchor, "working_days": tier.due_working_days}
    if tier.due_anchor == DueAnchor.LAST_MONTH:
        rule |= {"day_of_month": tier.due_day_of_month, "month_offset": tier.due_month_offset}
    if tier.due_anchor == DueAnchor.FIXED:
        rule["on"] = tier.due_on.isoformat() if tier.due_on else ""
    if tier.due_time:
        rule["at"] = f"{tier.due_time:%H:%M}"
    if page.basis:
        rule["basis"] = f"{page.basis.kind} {page.basis.number}"
    return rule


def window_rule(page: RegimePage) -> dict[str, str | None]:
    fixed = page.window_rule == WindowRule.FIXED
    first, last = (page.window_first, page.window_last) if fixed else (None, None)
    return {
        "rule": page.window_rule,
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
    }


def _row(row: FormRow, *, judged: bool) -> dict[str, Any]:
    indicator = row.indicator
    return {
        "key": row.key,
        "number": row.number,
        "label": row.label,
        "kind": row.kind,
        "level": row.level,
        "indicator": row.indicator_id,
        "indicator_code": indicator.code if indicator else "",
        "measure": indicator.measure.name if indicator else "",
        "symbol": indicator.measure.symbol if indicator else "",
        "decimals": indicator.decimals if indicator else None,
        "disaggregation": row.disaggregation,
        "subject": row.subject_id,
        "formula": row.formula,
        "required": row.required,
        "help": row.help_text,
        # Only where it was chosen: a form of before that has not changed stays the version it is.
        **({"charted": True} if row.charted else {}),
        **(_list(row) if row.kind == RowKind.LIST else {}),
        **({"direction": indicator.direction} if judged and indicator else {}),
    }


def _list(row: FormRow) -> dict[str, Any]:
    return {"least": row.least, "most": row.most, "add_label": row.add_label, "totalled": row.totalled}


def _column(column: FormColumn) -> dict[str, Any]:
    return {
        "key": column.key,
        "label": column.label,
        "path": [part.strip() for part in column.header_path.split("|") if part.strip()],
        "kind": column.kind,
        "value_type": column.value_type,
        "period_role": column.period_role,
        "plan_basis": column.plan_basis,
        "formula": column.formula,
        "decimals": column.decimals,
        **({"choices": _lines(column.choices)} if column.kind == ColumnKind.CHOICE else {}),
        **({"required": True} if column.required and column.kind in WORDED else {}),
    }


def _check(check: FormCheck) -> dict[str, Any]:
    return {
        "key": check.key,
        "label": check.label,
        "kind": check.kind,
        "effect": check.effect,
        "rows": _keys(check.rows),
        "columns": _keys(check.columns),
        "expression": check.expression,
        "other_form": check.other_form,
        "other_expression": check.other_expression,
        "lowest": None if check.lowest is None else plain(check.lowest),
        "highest": None if check.highest is None else plain(check.highest),
        "tolerance": plain(check.tolerance),
        "message": check.message,
    }


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(";") if key.strip()]


def _subjects(page: RegimePage) -> list[dict[str, Any]]:
    """One entry per organisation and tier, in page order, with the forms of all its lines."""
    subjects = list(page.subjects.all())
    latest = checks.latest_versions(subject.report_form_id for subject in subjects)
    forms: dict[tuple[int, int], list[int]] = {}
    for subject in subjects:
        named = forms.setdefault((subject.tier_number, subject.organisation_id), [])
        version = latest.get(subject.report_form_id)
        if version is not None and version not in named and page.content != Content.NARRATIVE:
            named.append(version)
    return [
        {"tier": tier, "organisation": organisation, "forms": named}
        for (tier, organisation), named in forms.items()
    ]


def _outline(page: RegimePage) -> list[dict[str, Any]]:
    """The sections to write. An ad hoc request needs no outline (X4): there it is one section, freely written."""
    if page.content == Content.FIGURES:
        return []
    if page.outline is None:
        return [{"key": "noi-dung", "heading": "Nội dung báo cáo", "guidance": "", "required": True}]
    return [
        {
            "key": section.key,
            "heading": section.heading,
            "guidance": section.guidance,
            "required": section.required,
        }
        for section in page.outline.sections.all()
    ]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
