"""The script that adds up Vietnamese numbers and says them in words, run in the browser it is written for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reports.entry

pytestmark = pytest.mark.browser

SCRIPT = Path(reports.entry.__file__).parent / "static" / "entry" / "numbers.js"


@pytest.fixture(scope="module")
def numbers(chromium):
    """Evaluates an expression over the functions of the module."""
    page = chromium.new_page()
    page.evaluate(
        "async text => { window.numbers = await import(`data:text/javascript,${encodeURIComponent(text)}`) }",
        SCRIPT.read_text(encoding="utf-8"),
    )
    yield lambda expression, argument=None: page.evaluate(
        f"argument => {{ const {{ read, write, sum, mean, inWords, aloud, isLong }} = window.numbers; return {expression}; }}",
        argument,
    )
    page.close()


WORDS = {
    "0": "không",
    "1": "một",
    "4": "bốn",
    "5": "năm",
    "10": "mười",
    "11": "mười một",
    "14": "mười bốn",
    "15": "mười lăm",
    "20": "hai mươi",
    "21": "hai mươi mốt",
    "24": "hai mươi tư",
    "25": "hai mươi lăm",
    "55": "năm mươi lăm",
    "91": "chín mươi mốt",
    "100": "một trăm",
    "101": "một trăm linh một",
    "104": "một trăm linh bốn",
    "105": "một trăm linh năm",
    "110": "một trăm mười",
    "115": "một trăm mười lăm",
    "121": "một trăm hai mươi mốt",
    "999": "chín trăm chín mươi chín",
    "1.000": "một nghìn",
    "1.001": "một nghìn không trăm linh một",
    "1.010": "một nghìn không trăm mười",
    "1.024": "một nghìn không trăm hai mươi tư",
    "1.839": "một nghìn tám trăm ba mươi chín",
    "7.213,5": "bảy nghìn hai trăm mười ba phẩy năm",
    "10.000": "mười nghìn",
    "21.000": "hai mươi mốt nghìn",
    "100.005": "một trăm nghìn không trăm linh năm",
    "1.200.000": "một triệu hai trăm nghìn",
    "1.000.001": "một triệu không trăm linh một",
    "1.001.000": "một triệu không trăm linh một nghìn",
    "24.005.000": "hai mươi tư triệu không trăm linh năm nghìn",
    "1.000.000.000": "một tỷ",
    "1.005.000.000": "một tỷ không trăm linh năm triệu",
    "2.021.004.015": "hai tỷ không trăm hai mươi mốt triệu không trăm linh bốn nghìn không trăm mười lăm",
    "1.000.000.000.000": "một nghìn tỷ",
    "1.500.000.000.000": "một nghìn năm trăm tỷ",
    "1.000.000.000.000.000.000": "một tỷ tỷ",
    "-5": "âm năm",
    "−1.000": "âm một nghìn",
    "0,5": "không phẩy năm",
    "0,05": "không phẩy không năm",
    "0,125": "không phẩy một trăm hai mươi lăm",
    "8,50": "tám phẩy năm",
    "8,00": "tám",
    "32,24": "ba mươi hai phẩy hai mươi tư",
    "3,1416": "ba phẩy một bốn một sáu",
    "1402,5": "một nghìn bốn trăm linh hai phẩy năm",
    "1 402": "một nghìn bốn trăm linh hai",
    "8,5 %": "tám phẩy năm",
}


@pytest.mark.requirement("X10", part="a number read back in words")
def test_numbers_are_said_as_one_reads_them_aloud(numbers):
    said = numbers("argument.map((text) => inWords(read(text)))", list(WORDS))

    assert dict(zip(WORDS, said, strict=True)) == WORDS


def test_what_is_no_plain_number_is_not_said(numbers):
    texts = ["", "-", "…", "x", "0.125", "1.5", "1.839.5", "1,839,000", "8,0–8,5", "trên 5", "1.402,", "12a"]

    assert numbers("argument.map(read).filter(Boolean).length", texts) == 0


def test_a_number_is_said_with_its_measure(numbers):
    measures = {
        "Triệu đồng": "triệu đồng",
        "%": "phần trăm",
        "USD": "USD",
        "Lượt người": "lượt người",
        "": "",
    }

    said = numbers("argument.map((measure) => aloud(read('1.000'), measure))", list(measures))

    assert said == [f"một nghìn {measure}".strip() for measure in measures.values()]


def test_numbers_of_four_digits_and_more_are_long(numbers):
    texts = ["999,99", "1.000", "-1.000", "0,12345"]

    assert numbers("argument.map((text) => isLong(read(text)))", texts) == [False, True, True, False]


@pytest.mark.parametrize(
    ("texts", "total", "average"),
    [
        (["0,1", "0,2"], "0,3", "0,15"),
        (["1.402,5", "300", "7"], "1.709,5", "569,833"),
        (["1", "1", "0"], "2", "0,67"),
        (["-1", "-1", "0"], "-2", "-0,67"),
        (["999.999.999.999.999", "0,000001"], "999.999.999.999.999,000001", "499.999.999.999.999,5000005"),
        (["5", "-5"], "0", "0"),
    ],
)
def test_sums_and_averages_are_exact(numbers, texts, total, average):
    assert numbers("[write(sum(argument.map(read))), write(mean(argument.map(read)))]", texts) == [
        total,
        average,
    ]


def test_what_is_written_is_read_back(numbers):
    texts = [f"{n:,}".replace(",", ".") + f",{n % 97:02}1" for n in (0, 7, 999, 1_000, 123_456, 10**12 + 7)]

    assert numbers("argument.map((text) => write(read(text)))", texts) == texts
    assert all(re.fullmatch(r"[0-9.]+,[0-9]{2}1", text) for text in texts)
