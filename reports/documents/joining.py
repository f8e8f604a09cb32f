"""Several PDFs made one: pages one after another, their tags in one tree, what is attached to the first kept."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, Pdf


def join(parts: Iterable[bytes]) -> bytes:
    """The parts of one document, each tagged by itself, as one PDF.

    Everything that belongs to the document as a whole (title, language, PDF/A claim, colours, attachments) is the
    first part's. The same parts give the same bytes.
    """
    streams = iter(parts)
    whole = Pdf.open(io.BytesIO(next(streams)))
    _forget_named_places(whole)
    for stream in streams:
        with Pdf.open(io.BytesIO(stream)) as part:
            _append(whole, part)
    out = io.BytesIO()
    whole.save(out, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return out.getvalue()


def _append(whole: Pdf, part: Pdf) -> None:
    before = len(whole.pages)
    whole.pages.extend(part.pages)
    tree = whole.Root.StructTreeRoot
    # Its elements name the pages that were copied just now: copied twice, a page stays one.
    theirs = whole.copy_foreign(part.Root.StructTreeRoot)
    document = tree.K[0]
    for element in theirs.K[0].K:
        element.P = document
        document.K.append(element)
    # Each page finds its elements under its number in the parent tree.
    numbers = theirs.ParentTree.Nums
    shift = int(max(tree.ParentTree.Nums[0::2])) + 1  # type: ignore[call-overload]
    for number, elements in zip(list(numbers)[0::2], list(numbers)[1::2], strict=True):  # type: ignore[call-overload]
        tree.ParentTree.Nums.append(int(number) + shift)
        tree.ParentTree.Nums.append(elements)
    for page in whole.pages[before:]:
        page.StructParents = int(page.StructParents) + shift
    _outline(whole, part, before)


def _outline(whole: Pdf, part: Pdf, before: int) -> None:
    """Headings of the part go below the title of the document."""
    with part.open_outline() as theirs:
        found = [(item.title, _page_of(part, item)) for item in theirs.root]
    with whole.open_outline() as ours:
        under = ours.root[0].children if ours.root else ours.root
        under.extend(OutlineItem(title, before + page) for title, page in found if page is not None)


def _page_of(part: Pdf, item: OutlineItem) -> int | None:
    place = item.destination if item.destination is not None else getattr(item.action, "D", None)
    if not isinstance(place, Array):
        return None
    return next((index for index, page in enumerate(part.pages) if page.objgen == place[0].objgen), None)


def _forget_named_places(pdf: Pdf) -> None:
    """Names of rows and blocks served to find them again."""
    names = pdf.Root.get(Name.Names)
    if isinstance(names, Dictionary) and Name.Dests in names:
        del names.Dests
