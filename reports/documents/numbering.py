"""Numbers of documents: typed from the agency's register, or counted by the portal where it was made the register.

Decree 30/2020, Articles 3.16, 15 and 18; X6. Whoever gives a number or changes how numbers come holds the organisation's
row, so the two ways never meet in one moment.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from home.audit.services import record
from home.organisations.models import Organisation

from .errors import NumberRefused
from .models import Document, NumberRegister
from .printable import unprintable
from .services import content_of

if TYPE_CHECKING:
    from home.accounts.models import User

#: Groups of letters and digits joined by hyphens, the kind of document first: BC-STC, BC-SKHĐT, BC-SNN&PTNT.
_SYMBOL = re.compile(r"[A-ZĐ0-9]+(?:&[A-ZĐ0-9]+)*(?:-[A-ZĐ0-9]+(?:&[A-ZĐ0-9]+)*)+")
_REASON_LIMIT = 400
#: Numbers begin anew each year; more digits are a slip of the hand.
HIGHEST = 999_999


def _lock(organisation_id: int) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


# ------------------------------------------------------------------ the register


@transaction.atomic
def open_register(
    organisation: Organisation,
    *,
    year: int,
    basis: str,
    by: User,
    series: str = "BC",
    starts_after: int = 0,
    at: datetime | None = None,
) -> NumberRegister:
    """From now on the portal counts the organisation's numbers of this series, this year and those that follow.

    ``basis`` names the decision of the head of the agency; ``starts_after`` the last number already in its book.

    Raises:
        NumberRefused: no basis, a year that has passed, counted already, or numbers above ``starts_after`` exist.
    """
    at = at or timezone.now()
    _lock(organisation.pk)
    basis = " ".join(basis.split())[:300]
    if not basis:
        raise NumberRefused("Ghi văn bản của người đứng đầu cơ quan giao cấp số trên hệ thống (số, ngày).")
    if year < timezone.localdate(at).year:
        raise NumberRefused(f"Năm {year} đã qua; số văn bản của năm đó giữ nguyên như đã cấp.")
    if found := counted_by(organisation, series, year):
        raise NumberRefused(f"{found} đã mở, căn cứ {found.basis}.")
    highest = _highest(organisation, series, year)
    if starts_after < highest:
        raise NumberRefused(
            f"Năm {year} đã có văn bản số {highest:02} do văn thư cấp. Ghi số cuối cùng trong sổ của cơ quan, "
            f"từ {highest} trở lên; hệ thống cấp số tiếp theo."
        )
    register = NumberRegister.objects.create(
        organisation=organisation,
        series=series,
        year=year,
        starts_after=starts_after,
        last_number=starts_after,
        basis=basis,
        opened_by=by,
        opened_at=at,
    )
    record(
        "document.open_register",
        register,
        by=by,
        organisation=organisation.code,
        at=at,
        year=year,
        starts_after=starts_after,
        basis=basis,
    )
    return register


@transaction.atomic
def end_register(register: NumberRegister, *, by: User, at: datetime | None = None) -> NumberRegister:
    """No register opens by itself next year: its numbers will be typed. This year goes on being counted."""
    _lock(register.organisation_id)
    register.goes_on = False
    register.save(update_fields=["goes_on"])
    record("document.end_register", register, by=by, organisation=register.organisation.code, at=at)
    return register


def counted_by(organisation: Organisation, series: str, year: int) -> NumberRegister | None:
    """The register that counts this year, or the one before it that goes on into it."""
    registers = NumberRegister.objects.filter(organisation=organisation, series=series)
    if of_year := registers.filter(year=year).first():
        return of_year
    last = registers.filter(year__lt=year).order_by("-year").first()
    return last if last and last.goes_on else None


def _highest(organisation: Organisation, series: str, year: int) -> int:
    given = Document.objects.filter(organisation=organisation, series=series, year=year)
    return given.aggregate(highest=Max("number"))["highest"] or 0


def _count(register: NumberRegister, year: int, at: datetime) -> int:
    """The next number. The row stays locked until the number is committed with its document, so none is lost."""
    if register.year != year:
        register = NumberRegister.objects.create(
            organisation=register.organisation,
            series=register.series,
            year=year,
            basis=register.basis,
            opened_by=register.opened_by,
            opened_at=at,
        )
    locked = NumberRegister.objects.select_for_update().get(pk=register.pk)
    locked.last_number += 1
    locked.save(update_fields=["last_number"])
    return locked.last_number


# ------------------------------------------------------------------ giving and voiding


@transaction.atomic
def give_number(
    document: Document,
    *,
    number: int | None,
    symbol: str,
    issued_on: date | None,
    by: User,
    at: datetime | None = None,
) -> Document:
    """Enter the number, symbol and date the agency's register gave; where the portal is that register, ``number`` None
    takes the next one, of today.

    ``document`` itself carries them afterwards. Its PDF is the draft's until it is rendered again.

    Raises:
        NumberRefused: already numbered, badly formed, dated in the future, or the number is another document's; typed
            where the portal counts, or not typed where it does not; the organisation has ended by then; a letter of the text cannot be printed.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    _lock(document.organisation_id)
    document.refresh_from_db(from_queryset=Document.objects.select_for_update())
    symbol = unicodedata.normalize("NFC", symbol).strip().upper()
    if document.is_issued:
        raise NumberRefused(f"Văn bản đã có số {document.number_and_symbol}; số đã cấp không thay đổi được.")
    if not _SYMBOL.fullmatch(symbol) or not symbol.startswith(f"{document.series}-") or len(symbol) > 30:
        raise NumberRefused(
            f"Ký hiệu “{symbol[:40]}” chưa đúng. Ghi chữ viết tắt của loại văn bản và của cơ quan, nối bằng "
            f"dấu gạch nối, không có dấu cách, ví dụ {document.series}-{document.organisation.document_code or 'STC'}."
        )
    if issued_on and issued_on > today:
        raise NumberRefused(
            f"Ngày ban hành {issued_on:%d/%m/%Y} ở sau hôm nay ({today:%d/%m/%Y}). Ghi ngày đã đăng ký ở văn thư."
        )
    _require_existing(document.organisation, issued_on or today)
    _require_printable(document)
    register = counted_by(document.organisation, document.series, (issued_on or today).year)
    if register:
        if number is not None or issued_on not in {None, today}:
            raise NumberRefused(
                f"Hệ thống cấp số cho văn bản của cơ quan (căn cứ {register.basis}). "
                f"Để trống ô số và ghi ngày hôm nay ({today:%d/%m/%Y}); hệ thống cấp số tiếp theo."
            )
        number, issued_on = _count(register, today.year, at), today
    if number is None or issued_on is None:
        raise NumberRefused("Ghi số và ngày đã đăng ký ở văn thư.")
    if not 1 <= number <= HIGHEST:
        raise NumberRefused(f"Số văn bản là số nguyên từ 1 đến {HIGHEST}.")
    document.number, document.symbol = number, symbol
    document.issued_on, document.year = issued_on, issued_on.year
    document.issued_at, document.issued_by = at, by
    try:
        with transaction.atomic():
            document.save(update_fields=["number", "symbol", "issued_on", "year", "issued_at", "issued_by"])
    except IntegrityError:
        raise _taken(document) from None
    record(
        "document.issue",
        document,
        by=by,
        organisation=document.organisation.code,
        at=at,
        number=document.number_and_symbol,
        issued_on=issued_on.isoformat(),
        counted=register is not None,
    )
    return document


def _require_existing(organisation: Organisation, day: date) -> None:
    last, heir = organisation.valid_to, organisation.answering(day)
    if last and day > last:
        instead = (
            f" Rút lại báo cáo, trình và duyệt lại để văn bản mang tên {heir}."
            if heir != organisation
            else ""
        )
        raise NumberRefused(f"{organisation} đã kết thúc hoạt động từ sau ngày {last:%d/%m/%Y}.{instead}")


def _require_printable(document: Document) -> None:
    if found := unprintable(content_of(document)):
        named = "; ".join(map(str, found[:3]))
        more = f" và {len(found) - 3} chỗ khác" if len(found) > 3 else ""
        raise NumberRefused(
            f"Phông chữ văn bản không in được {named}{more}. Rút lại báo cáo, thay bằng chữ thường rồi trình lại."
        )


def _taken(document: Document) -> NumberRefused:
    """Names the document that has the number, and leaves ``document`` as it is in the database."""
    number, year = document.number_and_symbol.split("/")[0], document.year
    other = Document.objects.get(
        organisation=document.organisation, series=document.series, year=year, number=document.number
    )
    document.refresh_from_db()
    voided = f" (đã hủy: {other.void_reason}; số đã hủy không dùng lại)" if other.is_voided else ""
    return NumberRefused(
        f"Số {number} năm {year} đã cấp cho văn bản {other.number_and_symbol} ngày {other.issued_on:%d/%m/%Y} "
        f"“{other.title}”{voided}. Kiểm tra lại sổ văn bản và ghi số khác."
    )


@transaction.atomic
def void_number(document: Document, *, reason: str, by: User, at: datetime | None = None) -> Document:
    """The number was given by mistake. It keeps its place in the register with the reason, and is never given again.

    Returns the same document once more, without a number; it takes the place of the voided one.

    Raises:
        NumberRefused: not numbered, voided already, or no reason.
    """
    at = at or timezone.now()
    document.refresh_from_db(from_queryset=Document.objects.select_for_update())
    reason = " ".join(reason.split())[:_REASON_LIMIT]
    if not document.is_issued:
        raise NumberRefused("Văn bản chưa có số nên không có gì để hủy.")
    if document.is_voided:
        raise NumberRefused(f"Số {document.number_and_symbol} đã hủy: {document.void_reason}.")
    if not reason:
        raise NumberRefused("Ghi lý do hủy số; lý do được lưu trong sổ văn bản.")
    document.voided_at, document.voided_by, document.void_reason = at, by, reason
    document.save(update_fields=["voided_at", "voided_by", "void_reason"])
    record(
        "document.void_number",
        document,
        by=by,
        organisation=document.organisation.code,
        at=at,
        number=document.number_and_symbol,
        reason=reason,
    )
    return Document.objects.create(
        organisation=document.organisation,
        title=document.title,
        series=document.series,
        content=document.content,
        replaces=document.replaces,
        created_at=at,
    )
