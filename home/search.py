"""Finding things on the public site as people type: with or without diacritics, tones in either place (X22).

Each app says through the hook ``portal_search`` what can be found in it, as a ``SearchKind``; the page
``/tim-kiem/`` puts them side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, TypeVar

from django.db import models
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from wagtail import hooks

from .text import fold

#: Letters of a search that are read; nobody types more.
QUERY_LIMIT = 100
#: Letters of the text shown under a title.
EXCERPT = 220

#: Written short as often as in full; folded.
ABBREVIATIONS = {
    "nsnn": "ngan sach nha nuoc",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "kt-xh": "kinh te - xa hoi",
    "ktxh": "kinh te - xa hoi",
    "grdp": "tong san pham tren dia ban",
    "iip": "chi so san xuat cong nghiep",
    "cntt": "cong nghe thong tin",
    "gtvt": "giao thong van tai",
    "gd-dt": "giao duc dao tao",
}

M = TypeVar("M", bound=models.Model)


#: Untyped, as Wagtail's pages are: mypy then takes no relation of theirs for a manager.
_Model: Any = models.Model


class Searchable(_Model):
    """A page found by what it says: ``search_text`` is folded, the weightiest words first."""

    search_text = models.TextField(editable=False, blank=True, default="")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(" ".join(self.searched()))
        super().save(*args, **kwargs)

    def searched(self) -> list[str]:
        """What it is found by."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found. ``facts`` stand under the title, ``text`` says what it is about; both may be empty."""

    title: str
    url: str
    text: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchKind:
    """One kind of thing that can be found. ``key`` stands in the address; ``order`` says where it stands on the page.

    ``find`` gives what the request may see and the folded words all occur in, the best first; ``show`` makes the things of
    one sheet presentable; ``titles`` are those among which a word typed wrongly is looked for.
    """

    key: str
    label: str
    icon: str
    order: int
    find: Callable[[HttpRequest, list[str]], QuerySet[Any]]
    show: Callable[[Iterable[Any]], list[Found]]
    titles: Callable[[HttpRequest], Iterable[str]]


def kinds() -> list[SearchKind]:
    """What the apps offer, in order."""
    return sorted((offer() for offer in hooks.get_hooks("portal_search")), key=lambda kind: kind.order)


def cut(text: str) -> str:
    """What is read of a search: no more than ``QUERY_LIMIT`` letters, no control characters."""
    return (
        "".join(char if char.isprintable() else " " for char in text[: 2 * QUERY_LIMIT])
        .strip()[:QUERY_LIMIT]
        .strip()
    )


def words_of(text: str) -> list[str]:
    """The folded words of a search, each once; what holds neither letter nor digit finds nothing and is left out."""
    return [word for word in dict.fromkeys(fold(text).split()) if any(char.isalnum() for char in word)]


def also_written(words: Sequence[str]) -> dict[str, list[str]]:
    """Word → what may stand in its place: abbreviations that two neighbouring words of the search are spelt out of.

    >>> also_written(["thu", "ngan", "sach"])
    {'ngan': ['nsnn'], 'sach': ['nsnn']}
    >>> also_written(["nsnn"])
    {'nsnn': ['ngan sach nha nuoc']}
    """
    found: dict[str, list[str]] = {}
    for short, phrase in ABBREVIATIONS.items():
        if short in words:
            found.setdefault(short, []).append(phrase)
        for one, other in pairwise(words):
            if f"{one} {other}" in phrase:
                for word in (one, other):
                    if short not in found.setdefault(word, []):
                        found[word].append(short)
    return found


def having(found: QuerySet[M, M], words: Sequence[str], *fields: str) -> QuerySet[Any]:
    """Those in one of whose ``fields`` (folded) all words occur: first those that begin with them, then those with the phrase."""
    phrase = " ".join(words)
    every, begins, holds = Q(), Q(), Q()
    others = also_written(words)
    for word in words:
        forms = [word, *others.get(word, [])]
        every &= Q(*((f"{field}__contains", form) for field in fields for form in forms), _connector=Q.OR)
    for field in fields:
        begins |= Q(**{f"{field}__startswith": phrase})
        holds |= Q(**{f"{field}__contains": phrase})
    fit = Case(When(begins, then=Value(0)), When(holds, then=Value(1)), default=Value(2))
    return (
        found.filter(every)
        .annotate(search_fit=fit)
        .order_by("search_fit", *(found.query.order_by or ()), "pk")
    )


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text with the words found in ``<mark>``, as they are written in it."""
    words = [*words, *(short for forms in also_written(words).values() for short in forms)]
    parts = []
    for part in re.split(r"(\s+)", text):
        folded = fold(part)
        hit = part.strip() and any(word in folded for word in words)
        parts.append(f"<mark>{conditional_escape(part)}</mark>" if hit else conditional_escape(part))
    return mark_safe("".join(parts).replace("</mark> <mark>", " "))


def excerpt(text: str, words: Sequence[str]) -> str:
    """The part of a long text around the first word found, whole words only."""
    tokens = text.split()
    if len(text) <= EXCERPT:
        return " ".join(tokens)
    hit = next((place for place, token in enumerate(tokens) if any(word in fold(token) for word in words)), 0)
    first = max(0, hit - 8)
    taken: list[str] = []
    for token in tokens[first:]:
        if sum(map(len, taken)) + len(taken) + len(token) > EXCERPT:
            break
        taken.append(token)
    before, after = "… " if first else "", " …" if first + len(taken) < len(tokens) else ""
    return before + " ".join(taken) + after


def meant(words: Sequence[str], titles: Iterable[str]) -> str:
    """What may have been meant by a search that found nothing: each word as the closest one of the titles is written.

    Words nothing is close to are left out; "" where none is left or nothing would change.
    """
    known: dict[str, str] = {}
    for title in titles:
        for token in re.findall(r"\w+", title):
            known.setdefault(fold(token), token.lower())
    close = {
        word: [word] if word in known else get_close_matches(word, known, n=1, cutoff=0.7) for word in words
    }
    guessed = [known[found[0]] for found in close.values() if found]
    return " ".join(guessed) if [fold(word) for word in guessed] != list(words) else ""
