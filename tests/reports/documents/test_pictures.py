from __future__ import annotations

import pytest
from PIL import Image

from .pictures import FOLDER, difference, pictures_of
from .samples import SAMPLES, picture_name

#: A letter that comes or goes makes a tile differ by 10 and more; another version of poppler by 3.
TOLERANCE = 6


@pytest.mark.slow
@pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")
@pytest.mark.parametrize("name", SAMPLES)
def test_pages_look_as_approved(name):
    """What has changed on purpose is approved anew: docs/how-to/approve-paper.md."""
    pages = pictures_of(SAMPLES[name]())

    assert {picture_name(name, page) for page in range(1, len(pages) + 1)} == {
        path.name for path in FOLDER.glob(f"{name}-*.png")
    }
    for number, picture in enumerate(pages, 1):
        approved = Image.open(FOLDER / picture_name(name, number)).convert("L")
        assert difference(picture, approved) < TOLERANCE, picture_name(name, number)


def test_a_moved_block_and_a_missing_letter_are_seen():
    page = Image.open(FOLDER / picture_name("issued", 1)).convert("L")
    moved = Image.new("L", page.size, 255)
    moved.paste(page, (0, 2))
    holed = page.copy()
    holed.paste(255, (70, 252, 90, 262))

    assert difference(page, page) == 0
    assert difference(page, moved) > TOLERANCE
    assert difference(page, holed) > TOLERANCE
