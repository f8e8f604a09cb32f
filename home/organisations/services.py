"""What happens to organisations. Each verb is one transaction, is audited, and leaves the closure table right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from home.audit.services import entry, record, record_all
from home.text import one_line

from .inheritance import Passing, closure
from .models import (
    Affiliation,
    AffiliationKind,
    CodeScheme,
    Division,
    LegalAct,
    Organisation,
    OrganisationCode,
    OrganisationPath,
    Succession,
    SuccessionKind,
    SuccessionPath,
    on_day,
    overlapping,
)

if TYPE_CHECKING:
    from home.accounts.models import User

ALWAYS = date(1900, 1, 1)
_ONE_DAY = timedelta(days=1)

_HEIRS = ("predecessor_id", "heir_id", "answers", "valid_from")

#: Organisations from the ancestor down, and the first and last day on which they stand so.
_Path = tuple[tuple[int, ...], date, date | None]


class OrganisationError(Exception):
    """What was asked cannot be done to the organisation; ``str()`` says why, in Vietnamese. ``field`` is the argument
    at fault, where it is one.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AffiliationCycle(OrganisationError):
    """Somebody would stand beneath himself. ``chain`` goes from superior to subordinate and ends where it began."""

    def __init__(self, chain: Sequence[Organisation]) -> None:
        self.chain = list(chain)
        names = " → ".join(f"{organisation.name} ({organisation.code})" for organisation in chain)
        super().__init__(f"Quan hệ tạo thành vòng tròn, từ cấp trên xuống cấp dưới: {names}.")


_inside: ContextVar[bool] = ContextVar("reorganising", default=False)


@contextmanager
def reorganising() -> Iterator[None]:
    """One transaction with one rebuild of the paths at its end, however many services are called within.

    Raises:
        AffiliationCycle: at the end, if the changes taken together close a circle.
    """
    if _inside.get():
        with transaction.atomic():
            yield
        return
    token = _inside.set(True)
    try:
        with transaction.atomic():
            # Reorganisations queue behind the first row: two at once could close a circle that neither sees.
            list(Organisation.objects.select_for_update(no_key=True).order_by("pk").values("pk")[:1])
            yield
            rebuild_paths()
    finally:
        _inside.reset(token)


def create_organisation(
    code: str, *, name: str, kind: str, level: str, by: User | None = None, **more: Any
) -> Organisation:
    """Enter an organisation; ``more`` are further fields of the model.

    Raises:
        OrganisationError: the code is taken, or it would end before it begins.
    """
    organisation = Organisation(code=code, name=name, kind=kind, level=level, **more)
    return create_organisations([NewOrganisation(organisation)], by=by)[0]


@dataclass(frozen=True)
class NewOrganisation:
    """An organisation to be entered, with the superiors (kind of relation, code) and codes (scheme, value) it has
    had as long as it exists.
    """

    organisation: Organisation
    superiors: Sequence[tuple[str, str]] = ()
    codes: Sequence[tuple[str, str]] = ()


@reorganising()
def create_organisations(drafts: Sequence[NewOrganisation], *, by: User | None = None) -> list[Organisation]:
    """Enter many at once, in a few statements; superiors may be among them.

    Raises:
        AffiliationCycle: somebody would stand beneath himself.
        OrganisationError: a code is taken or stated twice, a superior is unknown, or one would end before it begins.
    """
    made = [draft.organisation for draft in drafts]
    for organisation in made:
        _check_days(organisation.valid_from, organisation.valid_to)
        organisation.fill_search_text()
    codes = Counter(organisation.code for organisation in made)
    codes.update(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
    if taken := [code for code, count in codes.items() if count > 1]:
        raise OrganisationError(
            f"Mã {', '.join(taken)} đã được dùng cho cơ quan khác. Hãy chọn mã khác.", "code"
        )
    Organisation.objects.bulk_create(made, batch_size=500)

    above = {code for draft in drafts for _, code in draft.superiors}
    superiors = {row.code: row for row in Organisation.objects.filter(code__in=above)}
    if unknown := sorted(above - superiors.keys()):
        raise OrganisationError(f"Không có đơn vị nào mang mã {', '.join(unknown)}.")
    Affiliation.objects.bulk_create(
        (
            Affiliation(child=draft.organisation, parent=superiors[code], kind=kind)
            for draft in drafts
            for kind, code in draft.superiors
        ),
        batch_size=500,
    )
    stated = {pair for draft in drafts for pair in draft.codes}
    carried = OrganisationCode.objects.filter(value__in={value for _, value in stated})
    for known in carried.select_related("organisation"):
        if (known.scheme, known.value) in stated:
            raise OrganisationError(f"{known} đã là mã của {known.organisation.name}.")
    OrganisationCode.objects.bulk_create(
        (
            OrganisationCode(organisation=draft.organisation, scheme=scheme, value=value)
            for draft in drafts
            for scheme, value in draft.codes
        ),
        batch_size=500,
    )
    fields = [field.name for field in Organisation._meta.fields if field.editable and not field.primary_key]
    record_all(
        entry(
            "organisation.create",
            draft.organisation,
            by,
            _jsonable({name: value for name in fields if (value := getattr(draft.organisation, name))})
            | {"superiors": [*map(list, draft.superiors)], "codes": [*map(list, draft.codes)]},
            organisation=draft.organisation.code,
        )
        for draft in drafts
    )
    return made


@reorganising()
def change_organisation(organisation: Organisation, *, by: User | None, **changes: Any) -> Organisation:
    """Correct what is recorded about an organisation; what stays the same is not logged.

    A change decided by an act (another name, a merger) is a succession, not a correction.

    Raises:
        OrganisationError: it would end before it begins.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = {
        name: (getattr(organisation, name), value)
        for name, value in changes.items()
        if getattr(organisation, name) != value
    }
    if not changed:
        return organisation
    for name, (_, value) in changed.items():
        setattr(organisation, name, value)
    _check_days(organisation.valid_from, organisation.valid_to)
    organisation.save()
    old = _jsonable({name: pair[0] for name, pair in changed.items()})
    new = _jsonable({name: pair[1] for name, pair in changed.items()})
    _record("change", organisation, by, old=old, new=new)
    return organisation


@reorganising()
def affiliate(
    child: Organisation,
    parent: Organisation,
    *,
    kind: str = AffiliationKind.SUBORDINATION,
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: User | None = None,
) -> Affiliation:
    """Put ``child`` beneath ``parent``. Without days: for as long as both exist.

    Raises:
        AffiliationCycle: ``parent`` stands beneath ``child`` on one of these days.
        OrganisationError: they stand so already, or the relation would end before it begins.
    """
    if child.pk == parent.pk:
        raise AffiliationCycle([parent, child])
    valid_from = valid_from or ALWAYS
    _check_days(valid_from, valid_to)
    same = Affiliation.objects.filter(child=child, parent=parent, kind=kind)
    if known := same.filter(overlapping(valid_from, valid_to)).first():
        raise OrganisationError(
            f"{child.name} đã có quan hệ “{known.get_kind_display()}” với {parent.name} "
            f"{span(known.valid_from, known.valid_to)}. Hãy kết thúc quan hệ đó trước, hoặc chọn ngày khác."
        )
    affiliation = Affiliation.objects.create(
        child=child, parent=parent, kind=kind, valid_from=valid_from, valid_to=valid_to
    )
    days = _jsonable({"valid_from": valid_from, "valid_to": valid_to})
    _record("affiliate", child, by, parent=parent.code, kind=kind, **days)
    return affiliation


@reorganising()
def end_affiliation(affiliation: Affiliation, *, on: date, by: User | None = None) -> Affiliation:
    """The relation no longer holds from ``on``; its last day is the day before.

    Raises:
        OrganisationError: it had not begun, or has already ended by then.
    """
    affiliation = (
        Affiliation.objects.select_for_update().select_related("child", "parent").get(pk=affiliation.pk)
    )
    if not affiliation.valid_from < on or (affiliation.valid_to and affiliation.valid_to < on):
        raise OrganisationError(
            f"Quan hệ của {affiliation.child.name} với {affiliation.parent.name} có hiệu lực "
            f"{span(affiliation.valid_from, affiliation.valid_to)}; không thể kết thúc từ ngày {on:%d/%m/%Y}."
        )
    affiliation.valid_to = on - _ONE_DAY
    affiliation.save(update_fields=["valid_to"])
    _record(
        "end_affiliation",
        affiliation.child,
        by,
        parent=affiliation.parent.code,
        kind=affiliation.kind,
        on=on.isoformat(),
    )
    return affiliation


@transaction.atomic
def give_code(
    organisation: Organisation,
    scheme: CodeScheme | str,
    value: str,
    *,
    valid_from: date | None = None,
    by: User | None = None,
) -> OrganisationCode:
    """From ``valid_from`` on the organisation carries this code; what it carried of that scheme ends the day before.

    Raises:
        OrganisationError: another organisation carries the code then, or a later code is known.
    """
    valid_from = valid_from or ALWAYS
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    same = OrganisationCode.objects.filter(scheme=scheme).filter(overlapping(valid_from, None))
    label = CodeScheme(scheme).label
    if other := same.filter(value=value).exclude(organisation=organisation).first():
        raise OrganisationError(f"{label} {value} đang là mã của {other.organisation.name}.")
    for old in same.filter(organisation=organisation):
        if old.valid_from >= valid_from:
            raise OrganisationError(
                f"{organisation.name} đã có {label} {old.value} từ ngày {old.valid_from:%d/%m/%Y}. "
                "Hãy chọn ngày sau ngày đó."
            )
        old.valid_to = valid_from - _ONE_DAY
        old.save(update_fields=["valid_to"])
    code = OrganisationCode.objects.create(
        organisation=organisation, scheme=scheme, value=value, valid_from=valid_from
    )
    _record("give_code", organisation, by, scheme=scheme, value=value, valid_from=valid_from.isoformat())
    return code


@transaction.atomic
def open_division(
    organisation: Organisation,
    code: str,
    name: str,
    *,
    valid_from: date | None = None,
    by: User | None = None,
) -> Division:
    """Enter a division of the organisation (R6).

    Raises:
        OrganisationError: the organisation has a division of this code.
    """
    if organisation.divisions.filter(code=code).exists():
        raise OrganisationError(f"{organisation.name} đã có phòng, ban mang mã {code}. Hãy chọn mã khác.")
    division = organisation.divisions.create(code=code, name=name, valid_from=valid_from or ALWAYS)
    _record("open_division", organisation, by, code=code, name=name)
    return division


@transaction.atomic
def rename_division(division: Division, name: str, *, by: User | None = None) -> Division:
    """The division bears another name; its code, people and work stay.

    Raises:
        OrganisationError: no name is given, another division of the organisation bears it, or this one is closed.
    """
    division = (
        Division.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=division.pk)
    )
    name, old = one_line(name), division.name
    if not name:
        raise OrganisationError("Hãy ghi tên phòng, ban.", "name")
    if division.valid_to is not None:
        raise OrganisationError(f"{old} đã kết thúc ngày {division.valid_to:%d/%m/%Y}.")
    others = Division.objects.filter(organisation=division.organisation_id, valid_to=None, name=name)
    if others.exclude(pk=division.pk).exists():
        raise OrganisationError(f"{division.organisation.name} đã có {name}. Hãy chọn tên khác.", "name")
    if name != old:
        division.name = name
        division.save(update_fields=["name"])
        _record("rename_division", division.organisation, by, code=division.code, old=old, new=name)
    return division


@reorganising()
def succeed(
    predecessors: Sequence[Organisation],
    successors: Sequence[Organisation],
    *,
    kind: SuccessionKind | str,
    on: date,
    legal_act: LegalAct | None = None,
    shares: Mapping[Organisation, Decimal] | None = None,
    answering: Organisation | None = None,
    by: User | None,
) -> list[Succession]:
    """``predecessors`` pass into ``successors`` from ``on`` (R127, X17).

    A predecessor ends the day before, with its relations, codes and divisions, unless it is itself among the
    successors (one absorbs another, or a part splits off) or functions alone are transferred. A successor that was
    to begin later begins on ``on``; one without a superior takes the superiors of its predecessors. What stood
    beneath a predecessor stands beneath the one successor; where there are several or none, it must be moved first.

    ``shares`` says how much of each predecessor goes to which successor and must add up to 1; one successor takes
    all. Abolition has no successor. All successors read what a predecessor that ends has sent; ``answering``, or the
    only one, takes its work over and acts for it: what it still owes, receives or leads.

    Raises:
        OrganisationError: there are too few or too many of them for this kind, one is named twice or would succeed
            itself, shares are missing or do not add up, it is not said which of several takes the work over, a
            predecessor does not exist on the day before or a successor not on the day, or somebody would be left
            without a superior.
    """
    _check_shape(SuccessionKind(kind), predecessors, successors)
    last_day = on - _ONE_DAY
    staying = {*predecessors} if kind == SuccessionKind.TRANSFER else {*predecessors} & {*successors}
    leaving = [organisation for organisation in predecessors if organisation not in staying]
    for gone in leaving:
        if gone.valid_from > last_day or (gone.valid_to and gone.valid_to < last_day):
            raise OrganisationError(
                f"{gone.name} hoạt động {span(gone.valid_from, gone.valid_to)}; "
                f"không thể kết thúc từ ngày {on:%d/%m/%Y}.",
                "predecessors" if gone.valid_to and gone.valid_to < last_day else "on",
            )
    for field, others in (("predecessors", staying), ("successors", successors)):
        for other in others:
            if other.valid_to and other.valid_to < on:
                raise OrganisationError(
                    f"{other.name} đã kết thúc hoạt động ngày {other.valid_to:%d/%m/%Y}; không thể tham gia sắp xếp "
                    f"từ ngày {on:%d/%m/%Y}. Hãy chọn đơn vị đang hoạt động, hoặc lập đơn vị mới.",
                    field,
                )
    if known := Succession.objects.filter(
        predecessor__in=predecessors, successor__in=successors, kind=kind, on=on
    ).first():
        raise OrganisationError(f"Việc kế thừa {known} đã được ghi.", "successors")
    parts = _shares(successors, shares)
    taking_over = _taking_over(leaving, successors, answering)

    for successor in successors:
        if successor.valid_from > on:
            change_organisation(successor, valid_from=on, by=by)
            successor.valid_from = on
    _hand_over_subordinates(leaving, successors, on, by)
    _place_newcomers(predecessors, leaving, successors, on, by)
    for gone in leaving:
        _end(gone, last_day, by)

    rows = Succession.objects.bulk_create(
        Succession(
            predecessor=old,
            successor=new,
            kind=kind,
            on=on,
            share=parts.get(new, 1),
            answers=old in leaving and new is not None and new == taking_over,
            legal_act=legal_act,
        )
        for old in predecessors
        for new in successors or [None]  # type: ignore[list-item]
    )
    for old in predecessors:
        _record(
            "succeed",
            old,
            by,
            kind=kind,
            on=on.isoformat(),
            successors=[new.code for new in successors],
            answering=taking_over.code if taking_over and old in leaving else "",
            legal_act=legal_act.number if legal_act else "",
        )
    return rows


def rebuild_paths() -> int:
    """Compute the closure of all affiliations and successions anew and write what differs; the number of paths.

    A path holds on the days on which each of its steps holds and each organisation on it exists.

    Raises:
        AffiliationCycle: the affiliations of one day close a circle.
    """
    existing = {row.pk: row for row in Organisation.objects.all()}
    wanted: set[tuple[int, int, str, int, date, date | None]] = set()
    for kind in AffiliationKind.values:
        beneath = defaultdict(list)
        for row in Affiliation.objects.filter(kind=kind):
            beneath[row.parent_id].append((row.child_id, row.valid_from, row.valid_to))
        paths: list[_Path] = [((pk,), row.valid_from, row.valid_to) for pk, row in existing.items()]
        while paths:
            wanted |= {
                (chain[0], chain[-1], kind, len(chain) - 1, first, last) for chain, first, last in paths
            }
            longer: list[_Path] = []
            for chain, first, last in paths:
                for child, child_from, child_to in beneath[chain[-1]]:
                    own = existing[child]
                    begins = max(first, child_from, own.valid_from)
                    ends = _earliest(last, child_to, own.valid_to)
                    if ends is not None and ends < begins:
                        continue
                    if child in chain:
                        raise AffiliationCycle([existing[pk] for pk in (*chain, child)])
                    longer.append(((*chain, child), begins, ends))
            paths = longer

    fields = ("ancestor_id", "descendant_id", "kind", "depth", "valid_from", "valid_to")
    _write_paths(OrganisationPath, fields, wanted)
    _write_paths(SuccessionPath, _HEIRS, closure(_passings(existing)))
    return len(wanted)


def _write_paths(model: type[models.Model], fields: Sequence[str], wanted: Collection[Any]) -> None:
    rows = model._default_manager
    known = {tuple(row[1:]): row[0] for row in rows.values_list("pk", *fields)}
    gone = [pk for path, pk in known.items() if path not in wanted]
    for start in range(0, len(gone), 500):
        rows.filter(pk__in=gone[start : start + 500]).delete()
    rows.bulk_create(
        [model(**dict(zip(fields, path, strict=True))) for path in wanted if path not in known],
        batch_size=1000,
    )


def _passings(existing: Mapping[int, Organisation]) -> list[Passing]:
    """What has ended, and to whom it passed; what still exists answers for itself."""
    passed = Succession.objects.filter(successor__isnull=False)
    rows = passed.values_list("predecessor", "successor", "answers", "on")
    ends = {pk: organisation.valid_to for pk, organisation in existing.items()}
    return [row for row in map(Passing._make, rows) if (last := ends[row.predecessor]) and last < row.on]


def span(first: date, last: date | None) -> str:
    """The days in words: “từ ngày 01/07/2025 đến hết ngày 31/12/2025”."""
    begins = "" if first <= ALWAYS else f"từ ngày {first:%d/%m/%Y}"
    ends = f"đến hết ngày {last:%d/%m/%Y}" if last else ""
    return f"{begins} {ends}".strip() or "không giới hạn thời gian"


def _check_shape(
    kind: SuccessionKind, predecessors: Sequence[Organisation], successors: Sequence[Organisation]
) -> None:
    for field, named in (("predecessors", predecessors), ("successors", successors)):
        if twice := [one for one, times in Counter(named).items() if times > 1]:
            raise OrganisationError(f"{_names(twice)} được nêu hai lần.", field)
    if not predecessors:
        raise OrganisationError("Hãy chọn đơn vị được sắp xếp.", "predecessors")
    if kind == SuccessionKind.ABOLITION:
        if successors:
            raise OrganisationError(
                "Kết thúc hoạt động thì không có đơn vị kế thừa. Nếu có, hãy chọn hình thức khác.",
                "successors",
            )
        return
    if not successors:
        raise OrganisationError("Hãy nêu đơn vị kế thừa.", "successors")
    if {*predecessors} == {*successors} or (
        kind == SuccessionKind.TRANSFER and {*predecessors} & {*successors}
    ):
        raise OrganisationError(f"{_names(successors)} không thể kế thừa chính mình.", "successors")
    if (
        kind in (SuccessionKind.RENAME, SuccessionKind.UPGRADE, SuccessionKind.SPLIT)
        and len(predecessors) > 1
    ):
        raise OrganisationError(f"{kind.label} chỉ ghi cho một đơn vị một lần.", "predecessors")
    if kind == SuccessionKind.SPLIT and len(successors) < 2:
        raise OrganisationError(
            "Chia, tách có từ hai đơn vị trở lên; đơn vị bị tách mà vẫn hoạt động cũng nêu trong các đơn vị kế thừa.",
            "successors",
        )
    if kind in (SuccessionKind.RENAME, SuccessionKind.UPGRADE, SuccessionKind.MERGE) and len(successors) > 1:
        raise OrganisationError(f"{kind.label} chỉ có một đơn vị kế thừa.", "successors")


def _hand_over_subordinates(
    leaving: Sequence[Organisation], successors: Sequence[Organisation], on: date, by: User | None
) -> None:
    beneath = [
        row
        for row in Affiliation.objects.filter(on_day(on), parent__in=leaving).select_related(
            "child", "parent"
        )
        if row.child not in leaving
    ]
    if beneath and len(successors) != 1:
        children = sorted({row.child for row in beneath}, key=str)
        raise OrganisationError(
            f"Khi {_names(leaving)} kết thúc, các đơn vị sau sẽ không còn cấp trên: {_names(children)}. "
            f"Hãy chuyển các đơn vị này sang cấp trên mới từ ngày {on:%d/%m/%Y} trước.",
            "predecessors",
        )
    for child, kind in {(row.child, row.kind): None for row in beneath}:
        heir = successors[0]
        standing = Affiliation.objects.filter(on_day(on), child=child, parent=heir, kind=kind)
        if child != heir and not standing.exists():
            affiliate(child, heir, kind=kind, valid_from=on, by=by)


def _place_newcomers(
    predecessors: Sequence[Organisation],
    leaving: Sequence[Organisation],
    successors: Sequence[Organisation],
    on: date,
    by: User | None,
) -> None:
    above = Affiliation.objects.filter(on_day(on - _ONE_DAY), child__in=predecessors).select_related("parent")
    superiors = {(row.parent, row.kind): None for row in above if row.parent not in leaving}
    for successor in successors:
        placed = Affiliation.objects.filter(on_day(on), child=successor).exists()
        if successor in predecessors or placed:
            continue
        for parent, kind in superiors:
            if parent != successor:
                affiliate(successor, parent, kind=kind, valid_from=on, by=by)


def _end(organisation: Organisation, last_day: date, by: User | None) -> None:
    still_open = models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=last_day)
    begun = models.Q(valid_from__lte=last_day)
    relations = Affiliation.objects.filter(models.Q(child=organisation) | models.Q(parent=organisation))
    for rows in (relations, organisation.codes, organisation.divisions):
        rows.filter(still_open, begun).update(valid_to=last_day)
    change_organisation(organisation, valid_to=last_day, by=by)
    organisation.valid_to = last_day


def _taking_over(
    leaving: Sequence[Organisation], successors: Sequence[Organisation], answering: Organisation | None
) -> Organisation | None:
    if answering is not None and answering not in successors:
        raise OrganisationError(f"{answering.name} không phải là đơn vị kế thừa.", "answering")
    if answering is None and leaving and len(successors) > 1:
        raise OrganisationError(
            f"Hãy nêu đơn vị tiếp nhận công việc còn lại của {_names(leaving)} trong các đơn vị kế thừa: "
            f"{_names(successors)}.",
            "answering",
        )
    return answering or (successors[0] if len(successors) == 1 else None)


def _shares(
    successors: Sequence[Organisation], shares: Mapping[Organisation, Decimal] | None
) -> Mapping[Organisation, Decimal]:
    if len(successors) < 2 and not shares:
        return {}
    missing = [successor.name for successor in successors if successor not in (shares or {})]
    if missing:
        raise OrganisationError(
            f"Hãy nêu phần mà từng đơn vị kế thừa; còn thiếu: {', '.join(missing)}. Các phần cộng lại bằng 1.",
            "shares",
        )
    assert shares is not None
    total = sum(shares.values(), Decimal(0))
    # Thirds are kept with six decimals.
    if abs(total - 1) > Decimal("0.00001"):
        raise OrganisationError(
            f"Các phần kế thừa cộng lại bằng {total.normalize():f}".replace(".", ",") + "; phải bằng 1.",
            "shares",
        )
    return shares


def _check_days(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise OrganisationError(
            f"Ngày kết thúc ({last:%d/%m/%Y}) đứng trước ngày bắt đầu ({first:%d/%m/%Y}). Hãy sửa một trong hai ngày."
        )


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _jsonable(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _record(verb: str, organisation: Organisation, by: User | None, **data: Any) -> None:
    record(f"organisation.{verb}", organisation, by=by, organisation=organisation.code, **data)


def _names(organisations: Iterable[Organisation]) -> str:
    return ", ".join(f"{organisation.name} ({organisation.code})" for organisation in organisations)
