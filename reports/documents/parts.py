"""A long document laid out run by run, so that memory does not grow with it, and joined into one.

A run ends where a page begins with a new block of text or a new row: what had begun the page after is laid out again
with the next run. So the pages are those that one pass would give (docs/decisions/0009).
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import html as lxml_html
from weasyprint.document import Page

from .content import DocumentContent, DocumentSection
from .enclosures import Enclosure
from .joining import join
from .layout import AnnexPiece, Piece, annexes_of, body_parts, lay_out, render_html, write
from .markup import clean
from .tables import DocumentTable

#: A document of more than this is laid out in parts; in rows, of which a page holds about 20.
LONG = 600
#: How much is laid out at once.
RUN = 300
#: So many letters of text take as much room as a row.
_LETTERS_PER_ROW = 150
#: How much of each table and text a preview shows.
PREVIEW_ROWS = 200

#: The opening tag of a block.
_NAME = re.compile(r"^<(\w+)")

#: Told (done, in all) after each part, in rows.
Told = Callable[[int, int], None]


def is_long(content: DocumentContent) -> bool:
    return weight_of(content) > LONG


def weight_of(content: DocumentContent) -> int:
    """The size of a document in rows."""
    letters = sum(len(section.body) for section in content.sections)
    return letters // _LETTERS_PER_ROW + sum(len(table.rows) for table in content.tables)


@dataclass
class _Flow:
    """Blocks or rows that follow one another: ``weights`` of each, and how a run of them is laid out."""

    weights: list[int]
    piece: Callable[[int, int, int], Piece]

    def end_of_run(self, start: int, size: int) -> int:
        total, end = 0, start
        while end < len(self.weights) and total < size:
            total += self.weights[end]
            end += 1
        return end


def render_in_parts(
    content: DocumentContent,
    *,
    attachments: Iterable[Enclosure] = (),
    told: Told = lambda done, total: None,
    run: int = RUN,
) -> bytes:
    """The same PDF as ``render_pdf``, with memory for one part at a time.

    Its tables are one for each part to who reads them by their tags.
    """
    flows = [_text(content), *_annexes(content)]
    total = sum(sum(flow.weights) for flow in flows)

    def parts() -> Iterator[bytes]:
        enclosed, before = tuple(attachments), 0
        for flow in flows:
            for pdf, done in _runs(flow, content, enclosed, run):
                enclosed = ()
                told(before + done, total)
                yield pdf
            before += sum(flow.weights)

    return join(parts())


def _runs(
    flow: _Flow, content: DocumentContent, attachments: tuple[Enclosure, ...], run: int
) -> Iterator[tuple[bytes, int]]:
    """Each part as PDF, with how much of the flow is done."""
    start, page, size, last = 0, 1, run, len(flow.weights)
    while True:
        stop = flow.end_of_run(start, size)
        laid = lay_out(render_html(content, flow.piece(start, stop, page)))
        kept = len(laid.pages) if stop == last else _last_fresh(laid.pages)
        if not kept:
            # One block goes on over all these pages: take more of what follows it.
            size *= 2
            continue
        if stop < last:
            start += _first_block(laid.pages[kept])
        pages = laid.pages[:kept]
        yield (
            write(laid.copy(pages), content, attachments=attachments),
            sum(flow.weights[: stop if stop == last else start]),
        )
        page, size, attachments = page + kept, run, ()
        del laid, pages
        # Boxes point at one another; left to itself the collector comes when several parts lie about.
        gc.collect()
        if stop == last:
            return


def _last_fresh(pages: list[Page]) -> int:
    """The last page, not the first, that begins with a new block; 0 without any."""
    for index in range(len(pages) - 1, 0, -1):
        if pages[index].anchors and not _blocks(pages[index]) & _blocks(pages[index - 1]):
            return index
    return 0


def _blocks(page: Page) -> set[int]:
    return {int(name[1:]) for name in page.anchors if name[1:].isdigit()}


def _first_block(page: Page) -> int:
    return min(_blocks(page))


def _text(content: DocumentContent) -> _Flow:
    blocks = [block for part in body_parts(content) for block in blocks_of(part)]
    last = len(blocks)

    def piece(start: int, stop: int, page: int) -> Piece:
        named = [_NAME.sub(rf'<\1 id="d{number}"', block) for number, block in enumerate(blocks[start:stop])]
        return Piece(named, page=page, opens=start == 0, ends=stop == last)

    return _Flow([len(block) // _LETTERS_PER_ROW + 1 for block in blocks], piece)


def _annexes(content: DocumentContent) -> Iterator[_Flow]:
    for annex in annexes_of(content):
        bands = list(annex.tables)
        for place, band in enumerate(bands):
            yield _Flow([1] * len(band.rows), _rows_of(annex, band, opens=place == 0))


def _rows_of(annex: AnnexPiece, band: DocumentTable, *, opens: bool) -> Callable[[int, int, int], Piece]:
    def piece(start: int, stop: int, page: int) -> Piece:
        return Piece(
            annexes=[
                replace(
                    annex,
                    tables=[band],
                    rows=f"{start}:{stop}",
                    page=page,
                    opens=opens and start == 0,
                    continued=start > 0,
                    unfinished=stop < len(band.rows),
                    anchored=True,
                )
            ]
        )

    return piece


def blocks_of(html: str) -> list[str]:
    """HTML cut into its outermost elements; loose text becomes a paragraph.

    >>> blocks_of("<p>một</p>hai<ul><li>ba</li></ul>")
    ['<p>một</p>', '<p>hai</p>', '<ul><li>ba</li></ul>']
    """
    found = []
    for node in lxml_html.fragments_fromstring(html):
        if isinstance(node, str):
            element = lxml_html.Element("p")
            element.text = node
        else:
            element, node.tail = node, None
        if element.tag == "figure" or (element.text_content() or "").strip():
            found.append(lxml_html.tostring(element, encoding="unicode"))
    return found


def shortened(content: DocumentContent) -> DocumentContent:
    """The beginning of each table and text of a long document, saying so: a preview that does not take minutes."""
    if not is_long(content):
        return content
    tables = tuple(
        replace(
            table,
            rows=table.rows[:PREVIEW_ROWS],
            marks=tuple(mark for mark in table.marks if mark[0] < PREVIEW_ROWS),
            footnotes=(
                *table.footnotes,
                f"Bản xem trước in {PREVIEW_ROWS} dòng đầu trong {len(table.rows)} dòng.",
            ),
        )
        if len(table.rows) > PREVIEW_ROWS
        else table
        for table in content.tables
    )
    return replace(content, sections=tuple(map(_shortened, content.sections)), tables=tables)


def _shortened(section: DocumentSection) -> DocumentSection:
    room, blocks = PREVIEW_ROWS * _LETTERS_PER_ROW, blocks_of(clean(section.body))
    kept: list[str] = []
    for block in blocks:
        room -= len(block)
        if room < 0:
            said = (
                f"<p><i>(Bản xem trước in {len(kept)} đoạn đầu trong {len(blocks)} đoạn của mục này)</i></p>"
            )
            return replace(section, body="".join([*kept, said]))
        kept.append(block)
    return section
