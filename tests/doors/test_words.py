"""Vietnamese everywhere a user looks: no English word on any screen, in its labels or hints (R21)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .classification import ACTORS, door_of
from .walk import Outcome, addresses, knock

ENGLISH = frozenset((Path(__file__).parent / "english.txt").read_text(encoding="utf-8").split())

#: Address → words that stand there, and why they may.
EXCEPTIONS = {
    "wagtailusers_groups:*": "names of permissions are data of Django's, made in English; superusers alone see them",
    "wagtailadmin_workflows:*": "Wagtail's machinery under our approval steps; superusers alone see it",
    "wagtailsites:*": "one row that an installation sets up once; superusers alone see it",
}
#: The person who knocks is called so; Wagtail prints "None" on its own screens where it has no value.
NAME, NOTHING = "root", "none"

SHOWN_ATTRIBUTES = ("aria-label", "aria-description", "placeholder", "title", "alt", "label", "data-label")
#: Keys are called what stands on them.
UNSEEN = {"script", "style", "code", "pre", "noscript", "kbd"}


class Words(HTMLParser):
    """Gathers what a person reads on a page or hears of it. What is marked as another language is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._closed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._closed:
            if tag == self._closed[0]:
                self._closed.append(tag)
            return
        if tag in UNSEEN or given.get("lang", "vi") != "vi":
            self._closed.append(tag)
            return
        self.texts += [given[name] or "" for name in SHOWN_ATTRIBUTES if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value") or "")
        if tag == "meta" and given.get("name") == "description":
            self.texts.append(given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._closed and tag == self._closed[0]:
            self._closed.pop()

    def handle_data(self, data: str) -> None:
        if not self._closed:
            self.texts.append(data)


def english_in(page: str, allowed: Collection[str] = ()) -> list[str]:
    """The texts of a page that hold English words other than the ``allowed``, each with the words."""
    reader = Words()
    reader.feed(page)
    found = []
    for text in reader.texts:
        # A word beside a dot, slash, underscore, at sign or hyphen is part of a name: example.vn, van-ban, so_lieu.
        words = re.findall(r"(?<![\w./@:_-])[A-Za-z]+(?![\w/@_-]|\.\w)", text)
        if hits := [word for word in words if word.lower() in ENGLISH - set(allowed)]:
            found.append(f"{', '.join(hits)} – “{' '.join(text.split())[:120]}”")
    return found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>Tìm kiếm số liệu</p>", False),
        ("<p>Search results</p>", True),
        ('<button aria-label="Close dialog"></button>', True),
        ('<input placeholder="Type here">', True),
        ('<p lang="en">Search results</p>', False),
        ("<script>var save = 1</script><p>Lưu</p>", False),
        ("<p>hoten@example.vn, /admin/pages/, search_text</p>", False),
        ("<p>Sở Kế hoạch và Đầu tư, in văn bản, an toàn, con số</p>", False),
    ],
)
def test_the_reader_knows_english_when_it_sees_it(page, found):
    assert bool(english_in(page)) is found


@pytest.mark.slow
@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.requirement("R21", part="our own screens")
def test_no_screen_speaks_english(actor, visitor, samples):
    wrong: Counter[str] = Counter()
    for address in addresses():
        door, path = door_of(address), address.path(samples)
        if actor not in door.reads or any(fnmatchcase(address.key, pattern) for pattern in EXCEPTIONS):
            continue
        outcome, response = knock(visitor, "GET", path)
        if (
            outcome == Outcome.IN
            and not response.streaming
            and "text/html" in response.get("Content-Type", "")
        ):
            allowed = {NAME, NOTHING} if address.key.startswith("wagtail") else {NAME}
            wrong.update(
                {f"{text} ({address.key})" for text in english_in(response.content.decode(), allowed)}
            )

    assert not wrong, "\n".join(sorted(wrong))
