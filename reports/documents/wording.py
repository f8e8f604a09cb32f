"""The words of each box of Decree 30/2020/NĐ-CP, Annex I, the same on PDF and DOCX. Pure.

Boxes are numbered as in the decree's drawing (Annex I, part I, IV).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from textwrap import wrap

from .content import DocumentContent
from .markup import clean

DRAFT_MARK = "DỰ THẢO"
DEMO_MARK = "BẢN MINH HỌA – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
END_MARK = "./."
NOTHING_SAID = "(Báo cáo không có nội dung)"
NO_ROWS = "(Biểu không có dòng nào)"
NBSP = "\u00a0"


def written_date(day: date) -> str:
    """``ngày 05 tháng 01 năm 2026``: a 0 before days under 10 and months 1 and 2 (box 4).

    >>> written_date(date(2026, 3, 2)), written_date(date(2026, 2, 10))
    ('ngày 02 tháng 3 năm 2026', 'ngày 10 tháng 02 năm 2026')
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def roman(number: int) -> str:
    """Annexes count in Roman numerals.

    >>> roman(4), roman(19)
    ('IV', 'XIX')
    """
    text = ""
    for value, sign in (
        (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        text += sign * count
    return text


_LOCALITY = re.compile(r"(.+) ((?:TỈNH|THÀNH PHỐ|HUYỆN|THỊ XÃ|QUẬN|PHƯỜNG|XÃ|THỊ TRẤN|ĐẶC KHU) .+)")


def agency_name(name: str) -> str:
    """Box 2. ``ỦY BAN NHÂN DÂN / TỈNH KHÁNH HÒA``: a name too long for its column is broken before the locality."""
    name = name.upper()
    if match := _LOCALITY.fullmatch(name):
        return f"{match[1]} {match[2].replace(' ', NBSP)}"
    return name


def subject(content: DocumentContent) -> str:
    """Box 5a: the trích yếu without the kind of document, which stands above it already."""
    title, kind = content.title.strip(), f"{content.kind_name.lower()} "
    if not title.lower().startswith(kind):
        return title
    title = title[len(kind) :].lstrip()
    return title[:1].upper() + title[1:]


#: Stands for NBSP while lines are broken: to textwrap that one is white space like any other.
_GLUE = "\0"
#: So many letters of 14 pt bold fit in the width of the title.
_TITLE_WIDTH = 60


def balanced(title: str) -> list[str]:
    """The title in as few lines as it needs, about equally long; "tháng 6" and "kinh tế - xã hội" are not parted."""
    kept = re.sub(r"\S+ \S+ [-–] \S+ \S+|\S+ (?=\d)", lambda words: words[0].replace(" ", _GLUE), title)
    fewest = len(wrap(kept, _TITLE_WIDTH, break_on_hyphens=False)) or 1
    widths = range(len(kept) // fewest, _TITLE_WIDTH)
    tries = (wrap(kept, max(width, 1), break_on_hyphens=False, break_long_words=False) for width in widths)
    lines = next((lines for lines in tries if len(lines) <= fewest), [kept])
    return [line.replace(_GLUE, NBSP) for line in lines]


def number_line(content: DocumentContent) -> str:
    """Box 3. A draft leaves room for the number; what is never numbered has no such line."""
    if content.number_and_symbol:
        return f"Số: {content.number_and_symbol}"
    return f"Số:{NBSP * 8}/{content.symbol or 'BC-' + NBSP * 8}" if content.draft else ""


def _written(day: date | None) -> str:
    """The date, or room for day, month and year."""
    return written_date(day) if day else f"ngày{NBSP * 6}tháng{NBSP * 6}năm{NBSP * 9}"


def place_line(content: DocumentContent) -> str:
    """Box 4. What is neither dated nor a draft names the place alone."""
    when = _written(content.issued_on) if content.issued_on or content.draft else ""
    return ", ".join(filter(None, [content.place_name, when]))


def addressee_lines(content: DocumentContent) -> list[str]:
    """Box 9a, where there are several: a line each, ";" between, "." at the end."""
    last = len(content.addressees) - 1
    return [f"{name}{'.' if place == last else ';'}" for place, name in enumerate(content.addressees)]


def annex_names(count: int) -> list[str]:
    """``Phụ lục`` alone, ``Phụ lục I`` and so on for several."""
    return ["Phụ lục"] if count == 1 else [f"Phụ lục {roman(number + 1)}" for number in range(count)]


def annex_sentence(names: Sequence[str]) -> str:
    """The text must name its annexes; "" without any."""
    if not names:
        return ""
    named = f"{names[0]} đến {names[-1]}" if len(names) > 2 else " và ".join(names)
    return f"(Số liệu chi tiết tại {named} kèm theo)"


def annex_of(content: DocumentContent) -> str:
    """What each annex belongs to; an electronic document may leave number and date open."""
    number = content.number_and_symbol or f"{NBSP * 6}/{content.symbol}".rstrip("/")
    numbered = f" số {number}" if content.number_and_symbol or content.draft else ""
    day = f" {_written(content.issued_on)}" if content.issued_on or content.draft else ""
    return f"(Kèm theo {content.kind_name.capitalize()}{numbered}{day} của {content.organisation_name})"


#: Below a chart that shows what is not final.
ESTIMATE_MARK = "Viền hoặc nét đứt: số ước, số suy ra từ số lũy kế."


def chart_name(number: int, title: str) -> str:
    return f"Hình {number}. {title}"


def sections_of(content: DocumentContent) -> list[tuple[str, str]]:
    """Box 6 as (heading, clean HTML): opening and sections; those that nobody wrote anything under are left out."""
    parts = [("", paragraphs(content.opening))] if content.opening else []
    return parts + [(part.heading, body) for part in content.sections if (body := clean(part.body))]


def paragraphs(text: str) -> str:
    """Plain text as HTML, a paragraph for each line that says something."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


_END = re.compile(r"\.*\s*((?:</(?:p|li|ul|ol|b|strong|i|em|u|s|sub|sup|h[345]|blockquote)>\s*|<br>\s*)*)$")


def ended(html: str) -> str:
    """The text with "./." for its last full stop; after a table, on a line of its own."""
    end = _END.search(html)
    assert end is not None
    text = html[: end.start()]
    return f"{html}<p>{END_MARK}</p>" if not text or text.endswith(">") else f"{text}{END_MARK}{end[1]}"


def copies(content: DocumentContent) -> list[str]:
    """Box 9b: "Như trên" first where there are addressees, the file copy last; ";" between, "." at the end."""
    lines = [line.strip().lstrip("-–").strip().rstrip(";.").strip() for line in content.copies]
    kept = [line for line in lines if line and not line.lower().startswith(("như trên", "lưu"))]
    if content.addressees:
        kept.insert(0, "Như trên")
    archive = next((line for line in lines if line.lower().startswith("lưu")), "")
    kept.append(archive or ", ".join(filter(None, ["Lưu: VT", content.drafter])))
    return [f"{line}{'.' if place == len(kept) - 1 else ';'}" for place, line in enumerate(kept)]
