"""Who authors pages where: a Wagtail group for each organisation's sections, kept by the duties (R64, R65).

Wagtail asks groups about pages; everything else asks the duties. Nobody changes these groups by hand: what is changed
there is put back with the next duty, and each night, when duties begin and lapse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from celery import shared_task
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from .accounts.models import Duty, DutyKind
from .models import HomePage, SectionPage
from .organisations.models import Organisation, SuccessionPath

REGIMES_SLUG = "che-do-bao-cao"
_MAY = ("add_page", "change_page", "publish_page")


def group_name(organisation: Organisation) -> str:
    return f"Soạn trang của {organisation.code}"


@transaction.atomic
def keep_authors(day: date | None = None, *, opening: bool = True) -> int:
    """Bring groups, their members and their sections to what the duties say on ``day`` (today in Việt Nam by default).

    With ``opening``, an organisation whose first designer is named gets a section, beneath the one of regimes where
    there is one. Returns how many organisations have sections.
    """
    # Who names designers at the same moment queues here: each brings all groups to what has been committed.
    if not HomePage.objects.select_for_update(no_key=True, of=("self",)).order_by("path").first():
        return 0
    day = day or timezone.localdate()
    designers: dict[int, set[int]] = defaultdict(set)
    held = Duty.objects.on(day).filter(kind=DutyKind.DESIGN)
    for organisation_id, person_id in held.values_list("organisation_id", "person_id"):
        designers[organisation_id].add(person_id)
    if opening:
        _open_sections(designers)
    for path in SuccessionPath.objects.filter(answers=True, valid_from__lte=day):
        designers[path.predecessor_id] |= designers.get(path.heir_id, set())
    sections: dict[int, list[int]] = defaultdict(list)
    owned = SectionPage.objects.exclude(organisation=None)
    for organisation_id, page_id in owned.values_list("organisation_id", "pk"):
        sections[organisation_id].append(page_id)
    for organisation in Organisation.objects.filter(pk__in=sections):
        _keep(group_name(organisation), sections[organisation.pk], designers.get(organisation.pk, set()))
    return len(sections)


def _open_sections(designers: Collection[int]) -> None:
    home = HomePage.objects.order_by("path").first()
    assert home is not None
    parent = SectionPage.objects.child_of(home).filter(slug=REGIMES_SLUG).first() or home
    owned = SectionPage.objects.exclude(organisation=None).values("organisation")
    lacking = Organisation.objects.filter(pk__in=designers).exclude(pk__in=owned)
    if not lacking.exists():
        return
    # Its children are counted on the object, and others may be adding some.
    above = Page.objects.select_for_update().get(pk=parent.pk)
    for organisation in lacking:
        above.add_child(
            instance=SectionPage(
                title=f"Chế độ báo cáo của {organisation.name}",
                slug=f"co-quan-{organisation.code.lower()}",
                organisation=organisation,
            )
        )


def _keep(name: str, pages: Collection[int], members: set[int]) -> None:
    group, _ = Group.objects.get_or_create(name=name)
    permissions = Permission.objects.filter(codename__in=_MAY, content_type__app_label="wagtailcore")
    wanted = {(page, permission) for page in pages for permission in permissions.values_list("pk", flat=True)}
    there = {
        (given.page_id, given.permission_id): given
        for given in GroupPagePermission.objects.filter(group=group)
    }
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission_id=permission)
        for page, permission in sorted(wanted - there.keys())
    )
    GroupPagePermission.objects.filter(pk__in=[there[key].pk for key in there.keys() - wanted]).delete()
    if set(group.user_set.values_list("pk", flat=True)) != members:
        group.user_set.set(members)


@shared_task(name="home.keep_authors")
def keep_authors_tonight() -> int:
    """Duties begin and lapse at midnight."""
    return keep_authors()


def _after_duty(instance: Duty, **signal: Any) -> None:
    if instance.kind == DutyKind.DESIGN:
        keep_authors()


def _after_page(instance: SectionPage | HomePage, created: bool, **signal: Any) -> None:
    if isinstance(instance, SectionPage):
        keep_authors(opening=False)
    elif created:
        keep_authors()


def connect() -> None:
    post_save.connect(_after_duty, sender=Duty, dispatch_uid="authors of a duty")
    for page in (HomePage, SectionPage):
        post_save.connect(_after_page, sender=page, dispatch_uid=f"authors of {page.__name__}")
