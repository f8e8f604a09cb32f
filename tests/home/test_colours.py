import pytest

from home.colours import BLACK, WHITE, contrast, mixed, readable


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that text on white may have (WCAG)
        ("#0b3f73", "#ffffff", 10.61),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.05)


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert readable("#0b3f73", [WHITE], 4.5, BLACK) == "#0b3f73"


@pytest.mark.parametrize("colour", ["#ffcc00", "#00ff00", "#ff69b4", "#ffffff"])
def test_a_pale_colour_is_darkened_no_more_than_it_needs(colour):
    found = readable(colour, [WHITE, "#ebf0f5"], 4.5, BLACK)

    assert contrast(found, "#ebf0f5") >= 4.5
    assert contrast(mixed(found, colour, 0.1), "#ebf0f5") < 4.5
