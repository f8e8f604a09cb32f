from __future__ import annotations

from dataclasses import replace

import pytest

from reports.documents.content import DocumentSection
from reports.documents.errors import NumberRefused, UnprintableText
from reports.documents.layout import render_html
from reports.documents.numbering import give_number
from reports.documents.printable import lacking, printable, unprintable
from reports.documents.services import next_document, render

from .conftest import make_table


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("co\u0302ng", "công"),  # composed
        ("\uf0b7 Thu", "• Thu"),  # a bullet of Word's Symbol font
        ("thu\u200b\ufeff ngân\u00ad sách\x07", "thu ngân sách"),
        ("12\u00a0%", "12\u00a0%"),
    ],
)
def test_text_is_put_right_before_it_is_printed(text, printed):
    assert printable(text) == printed
    assert lacking(text) == []


def test_the_refusal_names_the_sign_and_its_place(content):
    bad = replace(
        content,
        title="Kết quả ✅",
        sections=(DocumentSection("I. Thu", "<p>Tổng thu &#x6C49; ước đạt</p>"),),
        tables=(
            replace(
                make_table(2),
                rows=(*make_table(2).rows[:2], replace(make_table(2).rows[2], label="Khách 🇻🇳")),
            ),
        ),
    )

    found = [str(one) for one in unprintable(bad)]

    assert found[0].startswith("ký tự “✅” (U+2705) ở trích yếu")
    assert found[1] == "ký tự “汉” (U+6C49) ở mục “I. Thu”, chỗ “I. Thu Tổng thu 汉 ước đạt”"
    assert "dòng “Khách 🇻🇳”" in found[2]
    assert unprintable(content) == []
    with pytest.raises(UnprintableText, match=r"U\+2705.*Thay bằng chữ"):
        render(bad)


def test_no_number_is_given_to_what_cannot_be_printed(department, content, registrar):
    document = next_document(department, "Báo cáo", replace(content, draft=True, title="Kết quả 😀"))

    with pytest.raises(NumberRefused, match=r"U\+1F600"):
        give_number(document, number=5, symbol="BC-STC", issued_on=None, by=registrar)

    document.refresh_from_db()
    assert not document.is_issued


def test_unseen_signs_do_not_reach_the_page(content):
    html = render_html(replace(content, opening="Thực\u200b hiện \uf0b7"))

    assert "Thực hiện •" in html
