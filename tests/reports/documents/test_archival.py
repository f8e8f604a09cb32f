"""What PDF/A-3a asks of a file's structure, as far as it can be read without a validator (docs/how-to/check-pdf-a.md)."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from indicators.charts import describe
from reports.documents.enclosures import Enclosure
from reports.documents.layout import render_pdf
from reports.documents.parts import render_in_parts

from .conftest import make_table
from .samples import CHART, ISSUED

pytestmark = [pytest.mark.slow, pytest.mark.requirement("X5", part="PDF in the layout of Decree 30/2020")]


@pytest.fixture(scope="module", params=["one pass", "parts"])
def pdf(request) -> pikepdf.Pdf:
    snapshot = [Enclosure("ban-trinh.json", b"{}", "Source"), Enclosure("phu-luc-1.csv", b"a,b")]
    if request.param == "parts":
        return pikepdf.open(
            io.BytesIO(
                render_in_parts(replace(ISSUED, tables=(make_table(60),)), attachments=snapshot, run=20)
            )
        )
    return pikepdf.open(io.BytesIO(render_pdf(ISSUED, attachments=snapshot)))


def dictionaries(pdf: pikepdf.Pdf) -> list[Any]:
    return [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]


def test_it_claims_pdf_a_3a_with_one_colour_profile(pdf):
    xmp = pdf.Root.Metadata.read_bytes().decode()

    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert "/Filter" not in pdf.Root.Metadata or pdf.Root.Metadata.Subtype == "/XML"
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    assert pdf.trailer.get("/ID") is not None
    assert not pdf.is_encrypted


def test_the_title_of_the_file_is_said_twice_alike(pdf):
    with pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == str(pdf.docinfo["/Title"])
        assert str(pdf.docinfo["/Title"]).startswith("BÁO CÁO 05/BC-STC")
    assert pdf.Root.ViewerPreferences.DisplayDocTitle in (True, "true")


def test_it_is_tagged_in_vietnamese_from_the_first_block_to_the_last(pdf):
    assert pdf.Root.Lang == "vi"
    assert pdf.Root.MarkInfo.Marked in (True, "true")
    kinds = [str(thing.S) for thing in dictionaries(pdf) if thing.get("/Type") == "/StructElem"]
    assert {
        "/Document",
        "/Sect",
        "/H1",
        "/H2",
        "/P",
        "/Table",
        "/THead",
        "/TR",
        "/TH",
        "/TD",
        "/Figure",
    } <= set(kinds)
    assert pdf.Root.StructTreeRoot.Type == "/StructTreeRoot"
    entries = list(pdf.Root.StructTreeRoot.ParentTree.Nums)[0::2]
    assert [int(page.StructParents) for page in pdf.pages] == [int(entry) for entry in entries]


def test_each_picture_has_words_and_each_head_of_a_column_its_scope(pdf):
    elements = [thing for thing in dictionaries(pdf) if thing.get("/Type") == "/StructElem"]

    figures = [element for element in elements if element.S == "/Figure"]
    assert [str(figure.Alt) for figure in figures] == [describe(CHART)]
    cells = [element for element in elements if element.S == "/TD"]
    assert sum("/Headers" in element.get("/A", {}) for element in cells) > len(cells) / 2


def test_a_chart_is_drawn_in_lines_not_in_dots(pdf):
    assert not [thing for thing in dictionaries(pdf) if thing.get("/Subtype") == "/Image"]


def test_every_font_is_embedded_with_a_way_back_to_letters(pdf):
    fonts = [
        thing for thing in dictionaries(pdf) if thing.get("/Type") == "/Font" and "/DescendantFonts" in thing
    ]

    assert fonts
    for font in fonts:
        assert "Tinos-Document" in str(font.BaseFont)
        assert "/ToUnicode" in font
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_no_text_is_set_in_a_font_of_the_reader(pdf):
    """Simple fonts would have to be embedded too; there are none."""
    kinds = {str(thing.Subtype) for thing in dictionaries(pdf) if thing.get("/Type") == "/Font"}

    assert kinds == {"/Type0", "/CIDFontType2"}


def test_nothing_is_packed_or_mixed_in_a_way_that_archives_refuse(pdf):
    """No LZW; where colours are laid over one another, the profile of the document says in which space."""
    for thing in dictionaries(pdf):
        assert "LZW" not in str(thing.get("/Filter", ""))
        assert "/TR" not in thing or thing.get("/Type") != "/ExtGState"
        assert thing.get("/BM", "/Normal") == "/Normal"
        assert str(thing.get("/ColorSpace", "")) != "/DeviceCMYK"


def test_nothing_in_it_acts(pdf):
    for thing in dictionaries(pdf):
        assert thing.get("/S") not in {"/JavaScript", "/Launch", "/URI", "/SubmitForm", "/Movie", "/Sound"}
        assert "/AA" not in thing
        assert "/JS" not in thing
    assert "/OpenAction" not in pdf.Root
    assert "/AcroForm" not in pdf.Root


def test_each_attachment_says_what_it_is_to_the_document(pdf):
    files = {str(spec.UF): spec for spec in pdf.Root.AF}

    assert {name: str(spec.AFRelationship) for name, spec in files.items()} == {
        "ban-trinh.json": "/Source",
        "phu-luc-1.csv": "/Data",
    }
    assert {str(spec.EF.F.Subtype) for spec in files.values()} == {"/application/json", "/text/csv"}
    assert all(spec.EF.F.Params.ModDate for spec in files.values())
