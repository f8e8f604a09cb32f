import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home import text
from home.text import Repair, fold, repair_vietnamese

TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng

# TCVN 5712:1993 in the order of TONES, written as codes so that nothing is copied from the module.
TCVN3 = {
    "a": "b5 b8 b6 b7 b9",
    "ă": "bb be bc bd c6",
    "â": "c7 ca c8 c9 cb",
    "e": "cc d0 ce cf d1",
    "ê": "d2 d5 d3 d4 d6",
    "i": "d7 dd d8 dc de",
    "o": "df e3 e1 e2 e4",
    "ô": "e5 e8 e6 e7 e9",
    "ơ": "ea ed eb ec ee",
    "u": "ef f3 f1 f2 f4",
    "ư": "f5 f8 f6 f7 f9",
    "y": "fa fd fb fc fe",
}
TCVN3_PLAIN = {"ă": "a8", "â": "a9", "đ": "ae", "ê": "aa", "ô": "ab", "ơ": "ac", "ư": "ad"}
TCVN3_CAPITALS = {"Ă": "a1", "Â": "a2", "Đ": "a7", "Ê": "a3", "Ô": "a4", "Ơ": "a5", "Ư": "a6"}

VNI = {
    "a": "aø aù aû aõ aï",
    "ă": "aè aé aú aü aë",
    "â": "aà aá aå aã aä",
    "e": "eø eù eû eõ eï",
    "ê": "eà eá eå eã eä",
    "i": "ì í æ ó ò",
    "o": "oø où oû oõ oï",
    "ô": "oà oá oå oã oä",
    "ơ": "ôø ôù ôû ôõ ôï",
    "u": "uø uù uû uõ uï",
    "ư": "öø öù öû öõ öï",
    "y": "yø yù yû yõ î",
}
VNI_PLAIN = {"ă": "aê", "â": "aâ", "đ": "ñ", "ê": "eâ", "ô": "oâ", "ơ": "ô", "ư": "ö"}


def toned(vowel, codes):
    return [
        (code, unicodedata.normalize("NFC", vowel + tone))
        for code, tone in zip(codes.split(), TONES, strict=True)
    ]


TCVN3_LETTERS = [
    (bytes.fromhex(code).decode("latin-1"), letter)
    for code, letter in [
        *[pair for vowel, codes in TCVN3.items() for pair in toned(vowel, codes)],
        *[(code, letter) for letter, code in (TCVN3_PLAIN | TCVN3_CAPITALS).items()],
    ]
]
VNI_SMALL = [
    *[pair for vowel, codes in VNI.items() for pair in toned(vowel, codes)],
    *[(code, letter) for letter, code in VNI_PLAIN.items()],
]
VNI_LETTERS = VNI_SMALL + [(code.upper(), letter.upper()) for code, letter in VNI_SMALL]


@pytest.mark.requirement("X22", part="every letter of TCVN3")
@pytest.mark.parametrize(("code", "letter"), TCVN3_LETTERS, ids=[letter for _, letter in TCVN3_LETTERS])
def test_every_letter_of_tcvn3_is_repaired(code, letter):
    assert len(TCVN3_LETTERS) == 74

    assert repair_vietnamese(f"Tæng s¶n phÈm {code}") == Repair(f"Tổng sản phẩm {letter}", "TCVN3")


@pytest.mark.requirement("X22", part="every letter of VNI")
@pytest.mark.parametrize(("code", "letter"), VNI_LETTERS, ids=[letter for _, letter in VNI_LETTERS])
def test_every_letter_of_vni_is_repaired(code, letter):
    assert len(VNI_LETTERS) == 134

    assert repair_vietnamese(f"Toång saûn phaåm {code}") == Repair(f"Tổng sản phẩm {letter}", "VNI")


@pytest.mark.requirement("R30", part="legacy encodings are recognised and converted")
@pytest.mark.requirement("X22", part="legacy encodings are recognised")
@pytest.mark.parametrize(
    ("found", "right", "encoding"),
    [
        ("Tæng s¶n phÈm trªn ®Þa bµn", "Tổng sản phẩm trên địa bàn", "TCVN3"),
        ("Tû lÖ hé nghÌo", "Tỷ lệ hộ nghèo", "TCVN3"),
        ("Th\xad¬ng m¹i", "Thương mại", "TCVN3"),  # ư is the soft hyphen
        ("§¾k L¾k", "Đắk Lắk", "TCVN3"),
        ("X·", "Xã", "TCVN3"),
        ("Céng", "Cộng", "TCVN3"),  # all its letters are right ones, but "céng" is no syllable
        ("phÈm", "phẩm", "TCVN3"),  # a capital inside a word
        ("Tèt", "Tốt", "TCVN3"),  # before t only the tones sắc and nặng
        ("Ngê", "Ngờ", "TCVN3"),  # before ê it would be ngh
        ("§Êt (m²)", "Đất (m²)", "TCVN3"),
        ("1090/Q§-UBND", "1090/QĐ-UBND", "TCVN3"),
        ("Toång saûn phaåm treân ñòa baøn", "Tổng sản phẩm trên địa bàn", "VNI"),
        ("Tyû leä hoä ngheøo", "Tỷ lệ hộ nghèo", "VNI"),
        ("Nöôùc ngoaøi", "Nước ngoài", "VNI"),
        ("Giaù", "Giá", "VNI"),  # "giàu", but never "giaù"
        ("CAÙC ÑÔN VÒ", "CÁC ĐƠN VỊ", "VNI"),
        ("Chính phuû", "Chính phủ", "VNI"),  # "chính" is written alike in both
        ("HÑND tænh", "HĐND tỉnh", "VNI"),
    ],
)
def test_legacy_text_is_converted(found, right, encoding):
    assert repair_vietnamese(found) == Repair(right, encoding)


@pytest.mark.parametrize(
    ("found", "right"),
    [
        ("TæNG S¶N PHÈM", "TỔNG SẢN PHẨM"),
        ("HUYÖN Hµ TRUNG", "HUYỆN HÀ TRUNG"),
        ("TæNG S¶N PHÈM\nHµ Néi\r\n  x· ", "TỔNG SẢN PHẨM\nHà Nội\r\n  xã "),
        ("UBND tØnh, Së KH®T", "UBND tỉnh, Sở KHĐT"),
        ("Hµ T©y", "Hà Tây"),
        ("Hµ Tµ", "Hà Tà"),  # capital initials are not capitals
    ],
)
def test_tcvn3_letters_among_capitals_become_capitals(found, right):
    assert repair_vietnamese(found).text == right


@pytest.mark.requirement("R29", part="text is brought to NFC")
@pytest.mark.requirement("X22", part="decomposed text is composed")
def test_decomposed_text_is_composed():
    decomposed = unicodedata.normalize("NFD", "Tiếng Việt")
    assert len(decomposed) == 14

    repair = repair_vietnamese(decomposed)

    assert repair == Repair("Tiếng Việt", "NFD")
    assert len(repair.text) == 10


def test_tcvn3_that_was_decomposed_on_the_way_is_still_tcvn3():
    assert repair_vietnamese(unicodedata.normalize("NFD", "Tû lÖ hé nghÌo")) == Repair(
        "Tỷ lệ hộ nghèo", "TCVN3"
    )


@pytest.mark.requirement("X22", part="right text is left alone")
@pytest.mark.parametrize(
    "right",
    [
        "",
        "  ",
        "GRDP 2024",
        "Tổng sản phẩm trên địa bàn",
        " Tiếng Việt\t\n",
        "Công an xã",  # nothing beyond Latin-1
        "Hoá",  # would be "Hố" in VNI
        "Hà Nam «lân»",
        "Toàn xã hội ®",
        "Đồng ©2024 «thử» ½",
        "Bụi PM10 (µg/m³), chú ý Tæng s¶n phÈm",  # half and half: never converted
        "São Paulo",
        "München",
        "Noël, Zoë, Café, Orléans",
        "El Niño",
        "Kông Chro",
        "Krông Ana",
        "µm",
        "N·m",
        "3m×4m",
        "5 × 3 = ½",
        "§§ 5",
        "1ª",
        "Bieu so¹",  # a note's number
        "sÀn",
        "tÌnh",  # Ì is the same letter in VNI
        "på Tromsø når",  # one word of three would be a syllable
        "Bóý",  # would be a syllable with two tones
        "kinh\u00adtế",
        "bao\u00adcao",
    ],
)
def test_right_text_comes_back_unchanged(right):
    assert repair_vietnamese(right) == Repair(right, None)


@pytest.mark.parametrize("word", ["Sè", "hé", "tö", "ñi"])
def test_a_word_that_can_be_read_both_ways_is_left_alone(word):
    assert repair_vietnamese(word) == Repair(word, None)


# None goes beyond Latin-1, so none is recognised as Unicode at once.
RIGHT_WORDS = [
    "Khánh",
    "Hòa",
    "công",
    "an",
    "xã",
    "toàn",
    "Hà",
    "là",
    "ngành",
    "và",
    "quý",
    "hoá",
    "thuý",
    "quá",
    "gì",
]


@given(st.lists(st.sampled_from(RIGHT_WORDS)).map(" ".join))
def test_no_sentence_of_right_words_is_changed(sentence):
    assert repair_vietnamese(sentence) == Repair(sentence, None)


@given(st.text(alphabet=st.characters(max_codepoint=0x1EFF), max_size=30))
@pytest.mark.requirement("R29", part="text is brought to NFC")
def test_the_result_is_nfc_and_no_encoding_means_no_change(anything):
    repair = repair_vietnamese(anything)

    assert unicodedata.is_normalized("NFC", repair.text)
    assert (repair.encoding is None) == (repair.text == anything)


@pytest.mark.requirement("X22", part="search ignores marks and the place of the tone")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đắk Lắk", "dak lak"),
        ("HỘ NGHÈO", "ho ngheo"),
        ("  Tổng \u00a0 sản\nphẩm ", "tong san pham"),
        (unicodedata.normalize("NFD", "Tiếng Việt"), "tieng viet"),
        ("kinh\u00adtế", "kinhte"),
        ("km²", "km2"),
        ("tỷ đồng", "ti dong"),
        ("Kỳ lý mỹ hy sỹ", "ki li mi hi si"),
        ("tỷ-lệ", "ti-le"),
        ("thy sky Kyoto", "thy sky kyoto"),
        ("thủy tay yên vy", "thuy tay yen vy"),  # not after h, k, l, m, s, t, or not at the end
        ("", ""),
    ],
)
def test_fold_makes_the_search_key(text, key):
    assert fold(text) == key


@pytest.mark.requirement("X22", part="search ignores marks and the place of the tone")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("Thúy", "Thuý"),
        ("tỷ lệ", "tỉ lệ"),
        ("kỳ", "kì"),
        ("quý", "quí"),
        ("Mỹ", "mĩ"),
        ("bác sỹ", "bác sĩ"),
    ],
)
def test_two_ways_of_writing_have_one_key(one, other):
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_a_key_gives_the_key(anything):
    assert fold(fold(anything)) == fold(anything)


def test_the_examples_in_the_documentation_are_true():
    result = doctest.testmod(text)

    assert result.attempted > 0
    assert result.failed == 0
