"""Charts as the server draws them."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from indicators.charts import Chart, ChartError, Form, Point, Series, chart_option, drawing, render_chart

SVG = "{http://www.w3.org/2000/svg}"


def option(name="Thành phố Nha Trang", *, title="Thu ngân sách", form=Form.LINE, count=3):
    months = tuple(f"{month % 12 + 1}/{2020 + month // 12}" for month in range(count))
    points = {
        month: Point(Decimal(place + 1) * 1000, f"{place + 1}.000") for place, month in enumerate(months)
    }
    other = Series("Cam Ranh", points, 1)
    return chart_option(Chart(title, "tỷ đồng", months, (Series(name, points), other), form))


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("form", Form)
def test_a_chart_is_drawn_with_vietnamese_names_and_numbers(form):
    svg = render_chart(option(form=form), width=600, height=300)

    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height"), root.get("role")) == ("600", "300", "img")
    said = texts(svg)
    assert {"1/2020", "2/2020", "3/2020", "tỷ đồng", "3.000"} <= set(said)
    assert "Thành phố Nha Trang" in " ".join(" ".join(said).split())  # a long name takes two lines


@pytest.mark.requirement("R159", part="content security policy")
def test_a_picture_brings_neither_style_nor_script_nor_address():
    svg = render_chart(option(form=Form.BAR), width=600, height=300)

    assert not re.search(r"<style|<script|\sstyle=|\sclass=|\son\w+=|javascript:|pointer-events|ecmeta", svg)
    hosts = set(re.findall(r'https?://[^"\s]+', svg))
    assert hosts <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_hostile_names_stay_text():
    hostile = '"><script>alert(1)</script><image href="http://x/"/>'
    svg = render_chart(option(hostile, title=hostile), width=600, height=300)

    names = {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(svg).iter()}
    assert names <= {"svg", "title", "rect", "path", "text", "g", "defs", "clipPath", "pattern", "tspan"}
    assert hostile in ElementTree.fromstring(svg).findtext(f"{SVG}title")


def test_the_picture_carries_its_description():
    chosen = option()

    title = ElementTree.fromstring(render_chart(chosen, width=600, height=300)).findtext(f"{SVG}title")

    assert title == chosen["aria"]["label"]["description"]


def test_vietnamese_letters_are_measured_as_wide_as_they_are():
    """Unmeasured, each of them counts as one em, and every other name is left out for want of room."""
    names = tuple(f"ửữựứừệ {number}" for number in range(7))
    points = {name: Point(Decimal(1), "1") for name in names}
    chosen = chart_option(Chart("Thu", "tỷ đồng", names, (Series("A", points),), Form.BAR))

    assert set(names) <= set(texts(render_chart(chosen, width=650, height=300)))


def test_a_chart_is_drawn_once_and_kept(monkeypatch):
    first = render_chart(option(), width=600, height=300)
    monkeypatch.setattr(drawing._engine, "draw", lambda *_: pytest.fail("It was drawn again."))

    assert render_chart(option(), width=600, height=300) == first
    with pytest.raises(pytest.fail.Exception):
        render_chart(option(), width=601, height=300)


# V8 answers once more after it has been told to stop; its driver grumbles.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_takes_too_long_is_given_up_and_the_next_chart_is_drawn(monkeypatch):
    monkeypatch.setattr(drawing, "TIMEOUT_SECONDS", 0.000001)
    with pytest.raises(ChartError, match="Số liệu vẫn có đủ trong bảng"):
        render_chart(option(count=4), width=600, height=300)
    monkeypatch.undo()

    assert render_chart(option(count=4), width=600, height=300).startswith("<svg")


def test_what_takes_too_much_memory_is_given_up_and_the_next_chart_is_drawn(monkeypatch):
    drawing._engine.close()
    monkeypatch.setattr(drawing, "MEMORY_BYTES", 1024 * 1024)
    with pytest.raises(ChartError):
        render_chart(option(count=5), width=600, height=300)
    monkeypatch.undo()

    assert render_chart(option(count=5), width=600, height=300).startswith("<svg")


def test_a_chart_is_drawn_in_a_thread_that_runs_an_event_loop():
    async def draw() -> str:
        return render_chart(option(count=9), width=600, height=300)

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, draw()).result().startswith("<svg")


def test_a_machine_without_v8_says_so(monkeypatch):
    drawing._engine.close()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)

    with pytest.raises(ChartError, match="Không vẽ được biểu đồ trên máy chủ"):
        render_chart(option(count=6), width=600, height=300)


def test_a_worker_forked_from_a_process_that_draws_is_told_so_instead_of_waiting_for_ever():
    render_chart(option(count=7), width=600, height=300)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            render_chart(option(count=8), width=600, height=300)
        except ChartError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)

    assert b"forked" in os.read(reading, 1000)
    os.waitpid(child, 0)
    os.close(reading)


@pytest.mark.slow
def test_an_interpreter_that_drew_ends_by_itself():
    """V8 left open hangs at exit now and then."""
    drawn = (
        "import django; django.setup();"
        "from indicators.charts import render_chart;"
        "print(render_chart({'series': []}, width=60, height=60)[:4])"
    )

    done = subprocess.run(
        [sys.executable, "-c", drawn], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "<svg"
