"""The decree's numbers (Decree 30/2020/NĐ-CP, Annex I) against what lies on the page, in millimetres and points."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.documents.content import DocumentSection

from .conftest import make_table, rendered
from .measuring import POINT, Sheet

pytestmark = [pytest.mark.slow, pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")]

PARAGRAPH = "giá trị sản xuất công nghiệp trên địa bàn tỉnh tiếp tục tăng so với cùng kỳ năm trước, " * 4
#: The text's own edges: margins of 30 and 15 mm.
LEFT, RIGHT = 30, 195
AXIS = (LEFT + RIGHT) / 2


@pytest.fixture
def pages(content) -> list[Sheet]:
    """Three pages: the first, one more of text, an annex."""
    section = DocumentSection("I. Thu ngân sách", "".join(f"<p>Đoạn {n}: {PARAGRAPH}</p>" for n in range(9)))
    pdf = rendered(replace(content, sections=(section,), tables=(make_table(3),)))
    return [Sheet(pdf, number) for number in (1, 2, 3)]


def test_the_paper_is_a4_and_annexes_lie_across(pages):
    assert [tuple(round(side) for side in page.size) for page in pages] == [
        (210, 297),
        (210, 297),
        (297, 210),
    ]


def test_the_margins(pages):
    """Top and bottom 20–25, left 30–35, right 15–20."""
    first, second, _ = pages
    text = [line for line in first.lines + second.lines if line.text != "2"]

    assert 30 <= min(line.left for line in text) <= 35
    assert 15 <= 210 - max(line.right for line in text) <= 20
    assert 20 <= min(line.top for line in text) <= 25
    assert 297 - max(line.bottom for line in first.lines) >= 20


def test_the_page_number_stands_in_the_middle_of_the_top_margin_from_the_second_page(pages):
    first, second, annex = pages
    number = second.line("2")

    assert number.text == "2"
    assert number.middle == pytest.approx(AXIS, abs=0.5)
    assert 5 < number.top < number.bottom < 20
    assert not any(line.text.isdigit() for line in first.lines)
    assert not any(line.text.isdigit() and line.top < 20 for line in annex.lines)


def test_the_motto_stands_under_the_name_of_the_state_and_its_rule_is_as_long(pages):
    state, motto = pages[0].line("CỘNG HÒA"), pages[0].line("Độc lập")
    rule = pages[0].rule_below(motto)

    assert motto.middle == pytest.approx(state.middle, abs=0.5)
    assert rule.width == pytest.approx(motto.width, abs=1)
    assert rule.middle == pytest.approx(motto.middle, abs=0.5)
    # Single spacing: 13 pt by 1.2 at most, from line to line.
    assert 4 < motto.bottom - state.bottom < 13 * 1.3 * POINT
    assert rule.top - motto.bottom < 2


def test_the_agency_stands_under_its_superior_and_its_rule_is_a_third_to_a_half_as_long(pages):
    superior, agency = pages[0].line("TỈNH KHÁNH HÒA"), pages[0].line("SỞ TÀI CHÍNH")
    rule = pages[0].rule_below(agency)

    assert superior.top == pytest.approx(pages[0].line("ỦY BAN").top + 12 * 1.2 * POINT, abs=0.5)
    assert agency.middle == pytest.approx(superior.middle, abs=0.5)
    assert 1 / 3 <= rule.width / agency.width <= 1 / 2
    assert rule.middle == pytest.approx(agency.middle, abs=0.5)


def test_number_and_place_stand_on_one_line_each_under_its_column(pages):
    number, place = pages[0].line("Số: 05/BC-STC"), pages[0].line("Khánh Hòa, ngày")

    assert number.bottom == pytest.approx(place.bottom, abs=0.3)
    assert number.middle == pytest.approx(pages[0].line("SỞ TÀI CHÍNH").middle, abs=0.5)
    assert place.middle == pytest.approx(pages[0].line("CỘNG HÒA").middle, abs=0.5)


def test_kind_and_title_stand_in_the_middle_with_a_rule_of_a_third_to_a_half(pages):
    kind, title = pages[0].line("BÁO CÁO"), pages[0].line("Tình hình thu")
    rule = pages[0].rule_below(title)

    assert kind.middle == pytest.approx(AXIS, abs=0.5)
    assert title.middle == pytest.approx(AXIS, abs=0.5)
    assert 1 / 3 <= rule.width / title.width <= 1 / 2
    assert rule.middle == pytest.approx(AXIS, abs=0.5)


def test_the_text_is_justified_indented_and_spaced(pages):
    """First line 10 or 12,7 mm in; 6 pt at least between paragraphs; single spacing to 1,5 lines."""
    lines = [line for line in pages[1].lines if line.text != "2"]
    starts = [index for index, line in enumerate(lines) if line.text.startswith("Đoạn")]
    start = next(index for index in starts if index and index + 2 < len(lines))
    first, second = lines[start], lines[start + 1]
    step = second.bottom - first.bottom

    assert first.left - LEFT == pytest.approx(12.7, abs=0.3)
    assert second.left == pytest.approx(LEFT, abs=0.3)
    assert first.right == pytest.approx(RIGHT, abs=0.5)
    assert 14 * 1.0 * POINT <= step <= 14 * 1.15 * 1.5 * POINT
    assert lines[start].bottom - lines[start - 1].bottom - step == pytest.approx(6 * POINT, abs=0.2)


def test_the_signature_stands_level_with_the_recipients_and_its_lines_on_one_axis(pages):
    page = pages[1]
    recipients, role, office, name = map(
        page.line, ("Nơi nhận", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn")
    )

    assert recipients.left == pytest.approx(LEFT, abs=0.3)
    assert page.line("- Như trên;").left == pytest.approx(LEFT, abs=0.3)
    assert recipients.top == pytest.approx(role.top, abs=1)
    assert office.middle == pytest.approx(role.middle, abs=0.5)
    assert name.middle == pytest.approx(role.middle, abs=0.5)
    assert role.left > AXIS
    # Room for the hand and the seal.
    assert 20 < name.top - office.bottom < 35


def test_several_addressees_stand_in_one_column_under_the_colon(content):
    page = Sheet(rendered(replace(content, addressees=("Ủy ban nhân dân tỉnh", "Sở Du lịch"))))
    called, first, second = page.line("Kính gửi"), page.line("- Ủy ban"), page.line("- Sở Du lịch.")

    assert first.left == pytest.approx(second.left, abs=0.2)
    assert first.left == pytest.approx(called.right, abs=3)


def test_an_annex_is_headed_in_the_middle(pages):
    annex = pages[2]
    axis = (30 + 297 - 15) / 2

    for beginning in ("Phụ lục", "MỘT SỐ CHỈ TIÊU", "(Kèm theo"):
        assert annex.line(beginning).middle == pytest.approx(axis, abs=0.5)
    assert min(line.left for line in annex.lines) >= 30
    assert max(line.right for line in annex.lines) <= 297 - 15
