"""What a figure says, in one sentence; and how it is cited."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from indicators.models import Indicator, Nature
from indicators.numbers import NoValue, format_number
from indicators.store.amounts import EXACT
from indicators.store.derive import is_additive

from .series import SeriesRow

#: Rates are compared in points, not in per cent of a per cent.
_RATES = {"%": "điểm phần trăm", "‰": "điểm phần nghìn"}


def sentence(indicator: Indicator, subject: str, row: SeriesRow) -> str:
    """Value, kind, period, change against the same period of last year, share of the plan.

    Ví dụ: "6 tháng đầu năm 2024, Thu ngân sách nhà nước của Tỉnh Khánh Hòa đạt 9.522,8 tỷ đồng (ước thực hiện),
    tăng 22,9 % so với cùng kỳ năm trước (7.748,4 tỷ đồng), bằng 57,1 % kế hoạch năm (HĐND giao: 16.692,0 tỷ đồng)."
    """
    measure = indicator.measure.symbol or _small(indicator.measure.name)
    when = row.period_label if indicator.nature == Nature.FLOW else f"Cuối kỳ {_small(row.period_label)}"
    kind = row.kind_label.lower()
    if row.amount is None:
        said = "không phát sinh" if row.value_text == NoValue.NIL else f"là {row.value_text}"
        return f"{when}, {_small(indicator.name)} của {subject} {said} ({kind})."
    verb = "đạt" if is_additive(indicator) else "là"
    parts = [f"{when}, {_small(indicator.name)} của {subject} {verb} {row.value_text} {measure} ({kind})"]
    parts += _change(row, measure, indicator.decimals)
    for target in row.plans[:1]:
        if target.share is not None:
            which = "kế hoạch năm" if target.of_year else "kế hoạch"
            by = f"{target.basis}: " if target.basis else ""
            parts.append(
                f"bằng {format_number(target.share, 1)} % {which} ({by}{target.value_text} {measure})"
            )
    return f"{', '.join(parts)}."


def _change(row: SeriesRow, measure: str, decimals: int) -> list[str]:
    if row.last_amount is None or row.amount is None:
        return []
    before = f"so với cùng kỳ năm trước ({row.last_year_text} {measure})"
    difference = EXACT.subtract(row.amount, row.last_amount)
    if not difference:
        return [f"bằng cùng kỳ năm trước ({row.last_year_text} {measure})"]
    way = "tăng" if difference > 0 else "giảm"
    if row.growth is not None:
        return [f"{way} {format_number(abs(row.growth), 1)} % {before}"]
    places = max(decimals, _places(difference))
    return [f"{way} {format_number(abs(difference), places)} {_RATES.get(measure, measure)} {before}"]


def _places(amount: Decimal) -> int:
    exponent = amount.normalize(EXACT).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _small(text: str) -> str:
    """The first letter small, unless it begins an abbreviation: "GRDP bình quân" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def citation(
    indicator: Indicator, publisher: str, released_at: datetime, address: str, *, today: date
) -> str:
    """How to cite what stands on the page; ``address`` is the permalink, whose figures do not change."""
    day = timezone.localtime(released_at)
    return (
        f"{publisher} ({day.year}). {indicator.name} ({indicator.measure.name}), bản công khai ngày "
        f"{day:%d/%m/%Y}. {address} (truy cập ngày {today:%d/%m/%Y})."
    )
