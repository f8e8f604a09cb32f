"""The only writer of figures: postings and releases."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.text import slugify

from home.audit.services import record
from home.organisations.models import Organisation
from indicators.models import Indicator
from indicators.numbers import CellValue, format_cell, format_number

from .amounts import is_storable
from .contents import Content, content_of
from .models import (
    ADDRESS,
    Figure,
    Posting,
    PostingCounter,
    Release,
    Source,
    Standing,
)
from .released import bring
from .rows import write_rows

if TYPE_CHECKING:
    from home.accounts.models import User

#: The values of ``models.ADDRESS``.
Address = tuple[int, int, str, str, str, str]

#: Clocks of several servers differ; more than this is somebody writing history anew.
CLOCK_DIFFERENCE = timedelta(minutes=5)


class StoreError(Exception):
    """Base of what the store refuses; ``str()`` is Vietnamese."""


class SupplierConflict(StoreError):
    """Another organisation already supplies a figure for the same address (R14)."""

    def __init__(self, figures: list[Figure]) -> None:
        self.figures = figures
        named = "; ".join(
            f"{figure.indicator.name} – {figure.subject.label} – {figure.period} "
            f"(đã có của {figure.supplier.label})"
            for figure in figures[:5]
        )
        more = f" và {len(figures) - 5} số liệu khác" if len(figures) > 5 else ""
        super().__init__(
            f"Số liệu đã có cơ quan khác cung cấp: {named}{more}. "
            "Hai cơ quan thống nhất một nơi cung cấp, rồi bỏ số liệu này khỏi một trong hai biểu mẫu."
        )


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One figure about to be posted. ``value`` is in the indicator's measure; ``place`` is the cell it came from."""

    indicator_id: int
    subject_id: int
    period: str
    value_type: str
    value: CellValue
    plan_basis: str = ""
    disaggregation: str = ""
    place: str = ""
    note: str = ""

    @property
    def address(self) -> Address:
        return (
            self.indicator_id,
            self.subject_id,
            self.period,
            self.value_type,
            self.plan_basis,
            self.disaggregation,
        )


def address_of(figure: Figure) -> Address:
    return tuple(getattr(figure, name) for name in ADDRESS)  # type: ignore[return-value]


def _locked_counter() -> PostingCounter:
    """Who holds the row posts next (SQLite: the IMMEDIATE transaction). Take it before reading what stands."""
    PostingCounter.objects.get_or_create(pk=1)
    return PostingCounter.objects.select_for_update().get(pk=1)


def _posting_moment(at: datetime) -> datetime:
    """``at``, never before the last posting: ``as_of`` resolves a moment to a posting (nothing is back-dated).

    Raises:
        StoreError: it lies further back than clocks differ.
    """
    last = Posting.objects.order_by("-number").values_list("posted_at", flat=True).first()
    if last is None or at >= last:
        return at
    if last - at > CLOCK_DIFFERENCE:
        raise StoreError(
            f"Không ghi lùi số liệu: lần ghi trước vào lúc {timezone.localtime(last):%H:%M %d/%m/%Y}, "
            f"lần này lại ghi thời điểm {timezone.localtime(at):%H:%M %d/%m/%Y}. "
            "Ghi các lần theo đúng thứ tự thời gian."
        )
    return last


def _checked(entries: Iterable[FigureEntry]) -> dict[Address, FigureEntry]:
    """The entries with a value, by address.

    Raises:
        StoreError: two different values for one address, or an amount that the store cannot keep exactly.
    """
    wanted: dict[Address, FigureEntry] = {}
    for entry in entries:
        if entry.value.is_blank:
            continue
        if too_long := next((amount for amount in _amounts(entry.value) if not is_storable(amount)), None):
            raise StoreError(
                f"{_named(entry)}: số {format_number(too_long)} quá dài, kho số liệu chỉ giữ được "
                "15 chữ số có nghĩa và 6 chữ số thập phân. Làm tròn số, hoặc dùng đơn vị tính lớn hơn."
            )
        other = wanted.setdefault(entry.address, entry)
        if other.value != entry.value:
            raise StoreError(
                f"{_named(entry)}: hai ô cho cùng một số liệu có giá trị khác nhau, {format_cell(other.value)} "
                f"({other.place}) và {format_cell(entry.value)} ({entry.place}). Sửa một trong hai ô, "
                "hoặc bỏ một dòng khỏi biểu mẫu."
            )
    return wanted


def _amounts(value: CellValue) -> tuple[Decimal, ...]:
    if value.target is not None:
        return value.target.amounts
    return () if value.amount is None else (value.amount,)


def _named(entry: FigureEntry) -> str:
    indicator = Indicator.objects.get(pk=entry.indicator_id)
    return f"Chỉ tiêu “{indicator.name}”, kỳ {entry.period}"


class _Open(NamedTuple):
    """What a posting asks of an open version; an instance of the model for each costs several times as much."""

    pk: int
    supplier_id: int
    content: str
    amount: Decimal | None
    amount_to: Decimal | None
    code: str
    text: str
    note: str

    def says(self, entry: FigureEntry) -> bool:
        return self[2:] == (*content_of(entry.value), entry.note)


def _open_versions(
    addresses: Collection[Address], standing: str, supplier: Organisation
) -> dict[Address, _Open]:
    if not addresses:
        return {}
    indicators, subjects, periods = (set(part) for part in list(zip(*addresses, strict=True))[:3])
    figures = Figure.objects.filter(
        standing=standing,
        known_to__isnull=True,
        indicator_id__in=indicators,
        subject_id__in=subjects,
        period__in=periods,
    )
    if standing == Standing.UNIT:
        figures = figures.filter(supplier=supplier)
    size = len(ADDRESS)
    rows = figures.values_list(*ADDRESS, *_Open._fields)
    return {row[:size]: _Open(*row[size:]) for row in rows if row[:size] in addresses}


@transaction.atomic
def post(
    entries: Iterable[FigureEntry],
    *,
    source: Source,
    standing: str,
    supplier: Organisation,
    by: User | None,
    at: datetime | None = None,
    retracted: Iterable[Address] = (),
) -> Posting | None:
    """Enter figures into the store: unchanged ones are left, changed ones get a new version, nothing is overwritten.

    Blank values post nothing. ``retracted`` are addresses whose open version of this supplier ends without a successor
    (a cell that was emptied by an adjustment). Returns None where nothing changed.

    Raises:
        SupplierConflict: another supplier's accepted figure stands at one of the addresses (R14).
        StoreError: two values for one address, an amount too long to keep, or ``at`` before the last posting.
    """
    wanted = _checked(entries)
    counter = _locked_counter()
    ended = set(retracted) - wanted.keys()
    found = _open_versions(wanted.keys() | ended, standing, supplier)
    if conflicts := [
        figure.pk
        for address, figure in found.items()
        if address in wanted and figure.supplier_id != supplier.pk
    ]:
        raise SupplierConflict(list(Figure.objects.filter(pk__in=conflicts)))
    fresh = [
        entry for address, entry in wanted.items() if address not in found or not found[address].says(entry)
    ]
    closing = [found[entry.address].pk for entry in fresh if entry.address in found] + [
        figure.pk
        for address, figure in found.items()
        if address in ended and figure.supplier_id == supplier.pk
    ]
    if not fresh and not closing:
        return None
    counter.last += 1
    counter.save(update_fields=["last"])
    posting = Posting.objects.create(
        number=counter.last,
        source=source,
        standing=standing,
        supplier=supplier,
        posted_at=_posting_moment(at or timezone.now()),
        posted_by=by,
    )
    Figure.objects.filter(pk__in=closing).update(known_to=posting)
    field = Figure._meta.get_field("amount")
    prepared = partial(field.get_db_prep_save, connection=connection)
    shared = (supplier.pk, standing, connection.ops.adapt_datefield_value(source.stated_on), posting.pk)
    write_rows(
        Figure,
        (
            *("supplier_id", "standing", "stated_on", "known_from_id"),
            *ADDRESS,
            *("content", "amount", "amount_to", "code", "text", "place", "note"),
        ),
        [
            (
                *shared,
                *entry.address,
                content.kind,
                prepared(content.amount),
                prepared(content.amount_to),
                *(content.code, content.text, entry.place, entry.note),
            )
            for entry in fresh
            for content in [content_of(entry.value)]
        ],
    )
    return posting


@transaction.atomic
def release(
    figures: Iterable[Figure],
    *,
    title: str,
    organisation: Organisation,
    by: User,
    period: str = "",
    note: str = "",
    at: datetime | None = None,
) -> Release:
    """Make these figure versions public (R125). Whether ``by`` may, the caller asks ``permissions.may_publish``.

    Raises:
        StoreError: a figure is not accepted, or its indicator may not be released; nothing is released then.
    """
    at = at or timezone.now()
    figures = list(figures)
    prefetch_related_objects(figures, "indicator")
    for figure in figures:
        if figure.standing != Standing.ACCEPTED:
            raise StoreError(
                f"Số liệu “{figure.indicator.name}” chưa được tiếp nhận nên không công khai được."
            )
        if not figure.indicator.may_release:
            raise StoreError(
                f"Chỉ tiêu “{figure.indicator.name}” không thuộc diện được công khai. "
                "Bỏ chỉ tiêu này, hoặc đánh dấu “được phép công khai” trong danh mục chỉ tiêu."
            )
    _locked_counter()
    code = slugify(title.replace("đ", "d").replace("Đ", "D"))[:45] or "cong-khai"
    entry = Release.objects.create(
        code=f"{code}-{Release.objects.count() + 1}",
        title=title,
        organisation=organisation,
        period=period,
        note=note,
        released_at=at,
        released_by=by,
    )
    bring(entry, figures)
    record("release.publish", entry, by=by, organisation=organisation.code, at=at, figures=len(figures))
    return entry


class Written(Protocol):
    """What a figure says: ``Figure``, or its values read without it."""

    @property
    def indicator(self) -> Indicator: ...
    @property
    def content(self) -> str: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def amount_to(self) -> Decimal | None: ...
    @property
    def code(self) -> str: ...
    @property
    def text(self) -> str: ...


def written(figure: Written) -> str:
    """The figure as a person reads it, without its measure: ``7.995,5``, ``8,0 – 8,5``, ``trên 95``, ``…``."""
    value = Content(figure.content, figure.amount, figure.amount_to, figure.code, figure.text).value
    return format_cell(value, figure.indicator.decimals)


def describe(figure: Figure) -> str:
    """The figure with its measure, as a person reads it: ``7.995,5 tỷ đồng``; range and bound in words."""
    shown = written(figure)
    return shown if figure.amount is None else f"{shown} {figure.indicator.measure.name}"
