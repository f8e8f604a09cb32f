"""The narrative is saved section by section, cleaned, and never over somebody's head."""

from __future__ import annotations

import pytest

from .conftest import address, fingerprint


@pytest.mark.requirement("R91", part="narrative per section")
def test_a_section_is_saved_cleaned(send_json, submission, clerk):
    body = (
        '<p style="color:red">Thu <b>tăng</b></p><script>alert(1)</script><table><tr><td>1</td></tr></table>'
    )

    answer = send_json(clerk, "section", submission, key="danh-gia", body=body, seen=0)

    section = submission.sections.get(key="danh-gia")
    assert answer.json()["version"] == section.version == 1
    assert section.body == "<p>Thu <b>tăng</b></p><table><tbody><tr><td>1</td></tr></tbody></table>"


def test_a_conflict_shows_the_other_text_and_changes_nothing(send_json, submission, clerk, colleague):
    send_json(colleague, "section", submission, key="danh-gia", body="<p>Của họ</p>", seen=0)

    refused = send_json(clerk, "section", submission, key="danh-gia", body="<p>Của tôi</p>", seen=0)

    assert refused.status_code == 409
    theirs = refused.json()["conflict"]
    assert (theirs["body"], theirs["version"], theirs["who"]) == ("<p>Của họ</p>", 1, str(colleague))
    assert submission.sections.get(key="danh-gia").body == "<p>Của họ</p>"


def test_unknown_sections_and_locked_reports_are_refused(send_json, in_review, clerk):
    before = fingerprint()

    assert send_json(clerk, "section", in_review, key="danh-gia", body="<p>x</p>", seen=1).status_code == 409
    assert send_json(clerk, "section", in_review, key=3, body="<p>x</p>", seen=1).status_code == 400
    assert fingerprint() == before


def test_an_unknown_section_is_refused(send_json, submission, clerk):
    assert send_json(clerk, "section", submission, key="khong-co", body="<p>x</p>", seen=0).status_code == 400


@pytest.mark.requirement("R60", part="outlines")
@pytest.mark.requirement("R63", part="narrative")
def test_the_screen_lays_out_the_outline_with_its_guidance(as_user, submission, clerk):
    page = as_user(clerk).get(address("edit", submission.pk)).content.decode()

    assert "Nêu kết quả và nguyên nhân." in page
    assert page.count('contenteditable="true"') == 2
    assert "0/1 mục thuyết minh" in page


@pytest.mark.requirement("R30", part="legacy text in the narrative is shown before it is changed")
def test_what_was_kept_in_an_old_font_is_not_asked_about_again(send_json, submission, clerk):
    legacy = "<p>Tæng s¶n phÈm trªn ®Þa bµn</p>"
    first = {"key": "danh-gia", "body": legacy, "seen": 0}

    asked = send_json(clerk, "section", submission, **first)
    assert asked.status_code == 422
    assert asked.json()["repair"]["repaired"] == "<p>Tổng sản phẩm trên địa bàn</p>"
    assert send_json(clerk, "section", submission, **first, as_is=True).status_code == 200

    longer = {"key": "danh-gia", "body": f"{legacy}<p>Tăng khá.</p>", "seen": 1}
    assert send_json(clerk, "section", submission, **longer).status_code == 200
    another = {"key": "danh-gia", "body": f"{legacy}<p>Tyû leä hoä ngheøo giaûm</p>", "seen": 2}
    assert send_json(clerk, "section", submission, **another).json()["repair"]["encoding"] == "VNI"
