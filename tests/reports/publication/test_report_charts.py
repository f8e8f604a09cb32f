"""The charts of a public report: as they were handed in, as pictures with words and tables beside them."""

from __future__ import annotations

import re

import pytest

from indicators.catalogue import pictures
from indicators.charts import ChartError
from reports.publication.models import PublishedDocument
from reports.publication.services import publish_submission
from tests.reports.consolidation.story import hour
from tests.reports.submissions.stages import choose_chart, stated


@pytest.fixture
def figures_form(figures_form, department):
    """Its designer chose a chart; the month before stands for the province."""
    choose_chart(figures_form)
    stated(department, "2026-M04", "6999.5", at=hour(-1))
    return figures_form


@pytest.fixture
def published(accepted, publisher) -> PublishedDocument:
    return publish_submission(accepted, by=publisher, at=hour(30))


def test_each_chart_has_its_name_its_words_and_its_table(client, published):
    html = client.get(published.get_absolute_url()).content.decode()
    (figure,) = re.findall(r'<figure class="chart".*?</figure>', html, re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", " ", figure).split())

    assert "Hình 1. Thu nội địa (Tỷ đồng)" in text
    assert "4/2026 là 6.999,5 (Thực hiện); 5/2026 là 7.213,5 (Ước thực hiện)" in text
    assert "5/2026 7.213,5 (ước thực hiện)" in text
    assert 'aria-describedby="mo-ta-bieu-do1"' in figure
    assert 'id="mo-ta-bieu-do1"' in figure
    assert 'href="#bieu-do"' in html
    assert 'id="bieu-do"' in html


@pytest.mark.parametrize(("query", "ground"), [({}, "#ffffff"), ({"nen": "toi"}, "#18212b")])
def test_the_pictures_are_drawn_for_either_ground(client, published, query, ground):
    picture = client.get(f"{published.get_absolute_url()}hinh-1.svg", query)

    assert picture["Content-Type"].startswith("image/svg+xml")
    assert picture.content.decode().startswith("<svg")
    assert ground in picture.content.decode()
    assert 'width="380"' in client.get(f"{published.get_absolute_url()}hinh-1.svg?rong=hep").content.decode()


@pytest.mark.parametrize("place", ["hinh-0.svg", "hinh-2.svg", "hinh-x.svg"])
def test_there_is_no_other_picture(client, published, place):
    assert client.get(f"{published.get_absolute_url()}{place}").status_code == 404


def test_where_nothing_can_be_drawn_words_and_table_stand(client, published, monkeypatch):
    def fail(*args, **kwargs):
        raise ChartError("Không vẽ được biểu đồ trên máy chủ.")

    monkeypatch.setattr(pictures, "render_chart", fail)

    assert client.get(f"{published.get_absolute_url()}hinh-1.svg").status_code == 503
    assert "7.213,5" in client.get(published.get_absolute_url()).content.decode()


def test_a_report_of_a_form_without_charts_says_nothing_of_them(client, published):
    document = published.document
    type(document).objects.filter(pk=document.pk).update(content={**document.content, "charts": []})

    html = client.get(published.get_absolute_url()).content.decode()

    assert "Biểu đồ" not in html
    assert "chart.css" not in html
