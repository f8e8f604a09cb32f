"""The Vietnamese of third-party strings: complete, and safe to put in the place of the English."""

import gettext
import os
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import polib
import pytest
import wagtail

from portal.messages import compile_catalogues

ROOT = Path(__file__).resolve().parents[2]
WAGTAIL = Path(wagtail.__file__).parent
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))

PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sdr](?!\w)|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@cache
def read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), encoding="utf-8")


def texts(entry: polib.POEntry) -> list[str]:
    """The translations of an entry: one, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def disagreements(pattern: re.Pattern[str]) -> list[str]:
    """Translations that hold other matches of ``pattern`` than their English.

    Vietnamese has one plural form, so it may follow the English singular or plural, which at times differ.
    """
    wrong = []
    for entry in (entry for path in CATALOGUES for entry in read(path)):
        english = [Counter(pattern.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text]
        wrong += [text for text in texts(entry) if Counter(pattern.findall(text)) not in english]
    return wrong


def keys(path: Path) -> set[tuple[str | None, str]]:
    """What a catalogue translates (an English catalogue: what there is to translate)."""
    return {(entry.msgctxt, entry.msgid) for entry in read(path) if not entry.obsolete}


def wagtail_english() -> list[Path]:
    return sorted(WAGTAIL.glob("**/locale/en/LC_MESSAGES/*.po"))


def package(path: Path) -> str:
    return f"{path.relative_to(WAGTAIL.parent).parts[:-4]}:{path.stem}"


def test_there_are_catalogues_for_python_and_for_javascript():
    assert [path.name for path in CATALOGUES] == ["django.po", "djangojs.po"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_every_entry_is_translated_once_and_not_in_doubt(path):
    entries = read(path)

    assert not [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete]
    assert not [entry.msgid for entry in entries if not all(text.strip() for text in texts(entry))]
    assert not [key for key, count in Counter((e.msgctxt, e.msgid) for e in entries).items() if count > 1]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_vietnamese_has_one_plural_form(path):
    assert read(path).metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert all(set(entry.msgstr_plural) == {0} for entry in read(path) if entry.msgid_plural)


def test_placeholders_are_those_of_the_english():
    assert disagreements(PLACEHOLDER) == []


def test_html_tags_are_those_of_the_english():
    assert disagreements(TAG) == []


def test_space_around_a_text_is_kept_because_pages_join_pieces():
    edges = re.compile(r"\A\s*|\s*\Z")

    assert disagreements(edges) == []


@pytest.mark.requirement("R21", part="the Wagtail shell")
@pytest.mark.parametrize("english", wagtail_english(), ids=package)
def test_wagtail_speaks_vietnamese(english):
    """All of it on Wagtail 8.0.1; the margin lets a patch release add a string before we translate it."""
    theirs = WAGTAIL / english.relative_to(WAGTAIL).parents[2] / "vi" / "LC_MESSAGES" / english.name
    ours = ROOT / "locale" / "vi" / "LC_MESSAGES" / english.name

    wanted = keys(english)
    vietnamese = keys(ours) | (keys(theirs) if theirs.exists() else set())

    assert len(wanted & vietnamese) / len(wanted) >= 0.95, sorted(text for _, text in wanted - vietnamese)


@pytest.fixture
def copy(tmp_path):
    """A project of nothing but our catalogues, none compiled."""
    shutil.copytree(ROOT / "locale", tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    return tmp_path


def test_catalogues_compile_without_msgfmt(copy):
    written = compile_catalogues(copy)

    assert [path.name for path in written] == ["django.mo", "djangojs.mo"]
    with written[0].open("rb") as stream:
        vietnamese = gettext.GNUTranslations(stream)
    assert vietnamese.gettext("Save draft") == "Lưu bản nháp"
    assert vietnamese.ngettext("%(count)s image", "%(count)s images", 7) == "%(count)s hình ảnh"
    assert vietnamese.pgettext("naturaltime-past", "%(num)d year") == "%(num)d năm"


def test_only_what_changed_is_compiled_again(copy):
    django, javascript = compile_catalogues(copy)
    assert compile_catalogues(copy) == []

    changed = javascript.stat().st_mtime_ns + 1
    os.utime(javascript.with_suffix(".po"), ns=(changed, changed))

    assert compile_catalogues(copy) == [javascript]
    assert django.exists()


def test_catalogues_of_installed_packages_are_left_alone(copy):
    foreign = copy / ".venv" / "locale" / "vi" / "LC_MESSAGES"
    shutil.copytree(copy / "locale" / "vi" / "LC_MESSAGES", foreign)

    compile_catalogues(copy)

    assert not list(foreign.glob("*.mo"))


def test_a_broken_catalogue_names_its_place_and_leaves_the_old_one(copy):
    django, _ = compile_catalogues(copy)
    before = django.read_bytes()
    source = django.with_suffix(".po")
    source.write_text('msgid "Save"\nLưu\n', encoding="utf-8")
    os.utime(source, ns=(django.stat().st_mtime_ns + 1,) * 2)

    with pytest.raises(OSError, match=r"django\.po.*line 2"):
        compile_catalogues(copy)

    assert django.read_bytes() == before
    assert {path.suffix for path in django.parent.iterdir()} == {".po", ".mo"}


def test_a_catalogue_that_cannot_be_put_in_place_leaves_no_pieces(copy):
    target = copy / "locale" / "vi" / "LC_MESSAGES" / "django.mo"
    target.mkdir()
    os.utime(target, (0, 0))

    with pytest.raises(OSError, match=r"django\.mo"):
        compile_catalogues(copy)

    assert {path.name for path in target.parent.iterdir()} == {"django.mo", "django.po", "djangojs.po"}
