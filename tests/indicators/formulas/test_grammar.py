import time
import unicodedata
from dataclasses import FrozenInstanceError

import pytest

from indicators.formulas.grammar import FUNCTIONS, MAX_DEPTH, MAX_LENGTH, FormulaError, Ref, parse


def refused(text):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value


@pytest.mark.requirement("R54", part="formulas refer to rows, columns and cells")
@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("[luy_ke] / [ke_hoach]", {Ref(column="luy_ke"), Ref(column="ke_hoach")}),
        ("SUM({I.1}; {I.2*})", {Ref(row="I.1"), Ref(row="I.2*")}),
        ("{TONG}[thang] - {TONG}[thang]", {Ref("TONG", "thang")}),
        ("{a} [b]", {Ref("a", "b")}),
        ("{ dsach/01J9Z-x_2 }", {Ref(row="dsach/01J9Z-x_2")}),
        ("[Kế hoạch năm]", {Ref(column="Kế hoạch năm")}),
        ("{BM02!I.1}[thang]", {Ref("I.1", "thang", form="BM02")}),
        ("{BM02!I.1} + {BM-03 ! I.1}", {Ref("I.1", form="BM02"), Ref("I.1", form="BM-03")}),
        ("[thang]@KY_TRUOC", {Ref(column="thang", period="KY_TRUOC")}),
        ("{I.1}@cung_ky", {Ref("I.1", period="CUNG_KY")}),
        ("{BM02!I.1}[thang]@LUY_KE", {Ref("I.1", "thang", "BM02", "LUY_KE")}),
        ("DANH_GIA([a]; [b])", {Ref(column="a"), Ref(column="b")}),
        (unicodedata.normalize("NFD", "[Đường bộ]"), {Ref(column="Đường bộ")}),
        ("1 + 2", set()),
    ],
)
def test_a_formula_says_what_it_reads(text, references):
    assert parse(text).references == references


def test_a_formula_says_where_it_first_reads_something():
    assert parse("[a] + {r}[b] * [a]").positions == {Ref(column="a"): 0, Ref("r", "b"): 6}


def test_a_formula_cannot_be_changed():
    formula = parse("[a]")

    with pytest.raises(FrozenInstanceError):
        formula.text = "[b]"
    with pytest.raises(TypeError):
        formula.positions[Ref(column="b")] = 0
    assert formula == parse("[a]") != parse("[b]")
    assert str(formula) == "[a]"


@pytest.mark.requirement("R54", part="errors name the place")
@pytest.mark.parametrize(
    ("text", "position", "expected", "words"),
    [
        ("SUM([a], [b])", 7, '";"', 'các đối số cách nhau bằng dấu ";"'),
        ("1.5", 1, "hết công thức", 'phần thập phân viết sau dấu ","'),
        ("1.839,5", 1, "hết công thức", "không dùng dấu phân cách hàng nghìn"),
        ("1,5,2", 3, '"+", "-"', 'gặp "," không đúng chỗ'),
        ("[a] +", 5, "số", "dừng giữa chừng"),
        ("[a] +   ", 5, "[cột]", "dừng giữa chừng"),
        ("SUM([a]; [b]", 12, '")"', "dừng giữa chừng"),
        ("[a] * * [b]", 6, "{dòng}", 'gặp "*" không đúng chỗ'),
        ("[a] [b]", 4, '"*", "/"', 'gặp "[b]" không đúng chỗ'),
        ("[a])", 3, "hết công thức", 'gặp ")"'),
        ("()", 1, "hàm", 'gặp ")"'),
        ("1 < 2 < 3", 6, "hết công thức", 'gặp "<"'),
        ("[a]^2", 3, "phép so sánh", 'gặp "^"'),
        ("SUM([a]:[b])", 7, '";"', "dấu : chỉ nối hai {dòng} trong một hàm"),
        ("{a}:{b}", 3, "hết công thức", "dấu : chỉ nối hai {dòng}"),
        ("BM02!{a}", 4, '"("', "biểu khác viết trong ngoặc nhọn"),
        ("[a]@NAM_NGOAI", 3, "KY_TRUOC", 'không có kỳ "NAM_NGOAI"'),
        ("[a]@", 3, "CUNG_KY", 'không có kỳ ""'),
        ("ABS({a}:{b})", 0, "SUM", "hàm ABS không nhận khoảng dòng"),
        ("SUM", 3, '"("', "dừng giữa chừng"),
        ("1 + [a", 4, "số", 'phải đóng bằng "]"'),
        ("{I.1", 0, "số", 'phải đóng bằng "}"'),
        ("", 0, "[cột]", "chưa có nội dung"),
        ("   ", 0, "[cột]", "chưa có nội dung"),
        ('"chữ"', 0, "hàm", "gặp"),
        ("TONG([a])", 0, "SUM", 'không có hàm "TONG"'),
    ],
)
def test_an_error_names_the_place_and_what_was_expected(text, position, expected, words):
    error = refused(text)

    assert error.position == position
    assert f"ở ký tự thứ {position + 1}:" in str(error)
    assert expected in error.expected
    assert words in str(error)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("1 + IF([a]; 1)", 4, "hàm IF cần 3 đối số, ở đây có 2"),
        ("ABS([a]; [b])", 0, "hàm ABS cần 1 đối số, ở đây có 2"),
        ("ROUND([a])", 0, "hàm ROUND cần 2 đối số"),
        ("ROUND([a]; [b])", 0, "số nguyên từ -15 đến 6"),
        ("ROUND([a]; 1,5)", 0, "số nguyên từ -15 đến 6"),
        ("ROUND([a]; 7)", 0, "số nguyên từ -15 đến 6"),
        ("[]", 1, "thiếu tên cột"),
        ("VERDICT([a])", 0, "hàm VERDICT cần từ 2 đến 3 đối số, ở đây có 1"),
        ("{!I.1}", 1, "thiếu mã biểu trước dấu !"),
        ("{BM02!}", 6, "thiếu mã dòng"),
        ("{BM02!I.1!I.2}", 9, 'mã dòng không được có ký tự "!"'),
        ("[BM02!a]", 5, 'tên cột không được có ký tự "!"'),
        ("SUM({BM02!a}:{b})", 4, "khoảng dòng chỉ đọc được trong chính biểu này"),
        ("{  }", 1, "thiếu mã dòng"),
        ("[thang$1]", 6, 'không được có ký tự "$"'),
    ],
)
def test_what_reads_well_but_means_nothing_is_refused_too(text, position, words):
    error = refused(text)

    assert error.position == position
    assert words in str(error)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_known_in_either_case(name):
    arguments = {"ROUND": "[a]; 2", "IF": "[a] > 0; 1; 2", "VERDICT": "[a]; [b]"}.get(name, "[a]")

    assert parse(f"{name}({arguments})").root == parse(f"{name.lower()}({arguments})").root


def test_a_total_of_many_rows_is_not_deep():
    text = " + ".join(f"{{dong/{number}}}" for number in range(400))

    assert len(parse(text).references) == 400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os').system('id')", 'gặp "\'"'),
        ("__import__([a])", 'không có hàm "__import__"'),
        ("[a].__class__", "gặp"),
        ("{{a}}", "gặp"),
        ("lambda: 0", "gặp"),
        ("(" * 9_000, "dừng giữa chừng"),
        (")" * 9_000, "gặp"),
        ("ABS(" * 1_900 + "1" + ")" * 1_900, f"quá {MAX_DEPTH} phép tính lồng nhau"),
        ("-" * 9_000 + "[a]", f"quá {MAX_DEPTH} phép tính lồng nhau"),
        ("[a]" + "%" * 9_000, f"quá {MAX_DEPTH} phép tính lồng nhau"),
        ("[a]" + "*2" * 4_000, f"quá {MAX_DEPTH} phép tính lồng nhau"),
        ("9" * 10_240, f"dài 10240 ký tự, nhiều nhất là {MAX_LENGTH}"),
        ("[" + "a" * 9_990, "phải đóng"),
        ("\x00", "gặp"),
        ("[a]\u202e+1", "gặp"),
    ],
)
def test_hostile_text_is_refused_in_the_same_words_and_fast(text, words):
    started = time.perf_counter()

    error = refused(text)

    assert words in str(error)
    assert time.perf_counter() - started < 2


def test_brackets_alone_are_not_depth():
    assert parse("(" * 2_000 + "[a]" + ")" * 2_000).root == parse(" " * 2_000 + "[a]").root


def test_an_error_within_a_table_keeps_its_place():
    error = refused("[a] +").within('cột "Lũy kế"')

    assert str(error).startswith('Công thức của cột "Lũy kế" sai ở ký tự thứ 6: ')
    assert (error.position, error.place) == (5, 'cột "Lũy kế"')
    assert "[cột]" in error.expected
