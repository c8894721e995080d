"""Briefings as files: all forces in all formats, what they say when read back, and how they are made."""

import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from pypdf import PdfReader

import comparator
from comparator.analysis import words
from comparator.analysis.briefing import asked, briefing, speaking_notes
from comparator.analysis.comparison import compare
from comparator.analysis.document import Document, Group, Heading, Paragraph, Picture, Section, Table
from comparator.documents.files import FileNameError, write
from comparator.documents.formats import NAMES, render
from comparator.documents.pictures import illustrations

SNAPSHOT = comparator.open_snapshot()
MOST_PAGES = 6
PLACEHOLDER = re.compile(r"\bnan\b|\bNone\b|\binf\b|TODO|lorem")


def made(document, form):
    return render(document, illustrations(SNAPSHOT, document), form)


def flat(text):
    return re.sub(r"\s+", " ", text)


def text_of_word(content):
    file = docx.Document(io.BytesIO(content))
    body = (node.text or "" for node in file.element.body.iter(qn("w:t")))
    return " ".join(body)


def text_of_pdf(content):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


class Texts(HTMLParser):
    """The texts of an HTML file that a reader sees."""

    def __init__(self):
        super().__init__()
        self.found, self._unseen = [], 0

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 (the parser gives them)
        self._unseen += tag in ("style", "title")

    def handle_endtag(self, tag):
        self._unseen -= tag in ("style", "title")

    def handle_data(self, data):
        if not self._unseen:
            self.found.append(data)


def text_of_html(content):
    parser = Texts()
    parser.feed(content.decode())
    return " ".join(parser.found)


READERS = {"docx": text_of_word, "pdf": text_of_pdf, "html": text_of_html}


def figures(force):
    """Return, for every measure, what must stand in a row beside each other: its name and its figures."""
    rows = []
    for measure in SNAPSHOT.measures.values():
        if "quarter" in measure.windows and measure.last_period is None:
            found = compare(SNAPSHOT, force=force, measure=measure.id, window="year")
            row = [measure.title, words.count(found.numerator)]
            if force != "city-of-london":
                row += [words.rate(value, measure.decimals) for value in (found.value, found.group_average)]
                row += [f"{found.rank} of {found.of}"]
            rows.append(" ".join(row))
    return rows


@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_each_format_of_each_force_says_what_compare_finds_and_holds_nothing_empty(force):
    choice = asked(SNAPSHOT, force=force)
    document = briefing(SNAPSHOT, choice)
    drawn = illustrations(SNAPSHOT, document)
    for form, read in READERS.items():
        content = render(document, drawn, form)
        text = flat(read(content))
        for row in figures(force):
            assert row in text, (form, row)
        for section in document.sections:
            assert section.title in text, (form, section.title)
        for point in document.sections[0].blocks[0].items:
            assert flat(point.text) in text, (form, point.text)
        assert not PLACEHOLDER.search(text), form
        if form == "pdf":
            assert 3 <= len(PdfReader(io.BytesIO(content)).pages) <= MOST_PAGES
    notes = speaking_notes(SNAPSHOT, choice)
    texts = {form: flat(read(made(notes, form))) for form, read in READERS.items()}
    for block in notes.sections[0].blocks:
        assert all(block.text in text for text in texts.values())


CLEVELAND = briefing(SNAPSHOT, asked(SNAPSHOT, force="cleveland", period="2025-12"))
PICTURES = [block for section in CLEVELAND.sections for block in section.blocks if isinstance(block, Picture)]


@pytest.fixture(scope="module")
def word_file():
    return docx.Document(io.BytesIO(made(CLEVELAND, "docx")))


def test_word_is_made_of_real_styles(word_file):
    styles = {paragraph.style.name for paragraph in word_file.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "List Number", "List Bullet", "Caption"} <= styles
    assert [one.text for one in word_file.paragraphs if one.style.name == "Heading 1"] == [
        section.title for section in CLEVELAND.sections
    ]
    assert word_file.core_properties.title == "Policing briefing: Cleveland"


def test_no_heading_or_caption_of_word_is_left_alone_at_the_foot_of_a_page(word_file):
    for name in ("Heading 1", "Heading 2", "Caption"):
        assert word_file.styles[name].paragraph_format.keep_with_next, name


def test_pictures_of_word_have_a_text_alternative_and_a_caption(word_file):
    described = [node.get("descr") for node in word_file.element.body.iter(qn("wp:docPr"))]
    assert described == [illustrations(SNAPSHOT, CLEVELAND)[picture].alt for picture in PICTURES]
    assert all("Cleveland" in text for text in described)
    captions = {one.text for one in word_file.paragraphs if one.style.name == "Caption"}
    assert {picture.caption for picture in PICTURES} <= captions


def test_tables_of_word_repeat_their_headers_and_cut_no_row(word_file):
    assert len(word_file.tables) == 3
    for table in word_file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        plain = [row for row in table.rows if len(set(row.cells)) > 1]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in plain)


def test_links_of_word_lead_to_the_sources(word_file):
    addresses = {relation.target_ref for relation in word_file.part.rels.values() if relation.is_external}
    assert SNAPSHOT.sources["recorded-crime"].address in addresses


def test_the_pdf_is_tagged_a4_named_and_embeds_its_fonts():
    reader = PdfReader(io.BytesIO(made(CLEVELAND, "pdf")))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in catalogue
    assert reader.metadata.title == "Policing briefing: Cleveland"
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert "page 1" in reader.pages[0].extract_text()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "LiberationSans" in descendant["/BaseFont"]
            assert "/FontFile2" in descendant["/FontDescriptor"]


def test_the_web_page_needs_nothing_beside_it():
    page = made(CLEVELAND, "html").decode()
    root = etree.HTML(page)
    assert root.xpath("//img | //script | //link | //iframe") == []
    assert "@import" not in page
    assert re.search(r"url\(\s*['\"]?http", page) is None
    assert root.xpath("/html/@lang") == ["en-GB"]
    assert [one.text for one in root.xpath("//h2")] == [section.title for section in CLEVELAND.sections]
    figures = root.xpath("//figure/div[@role='img']")
    assert [one.get("aria-label") for one in figures] == [
        illustrations(SNAPSHOT, CLEVELAND)[picture].alt for picture in PICTURES
    ]
    assert all(one.xpath(".//*[local-name()='svg']") for one in figures)


HOSTILE = '<script>alert(1)</script> & "quoted" #eval("x") $x$ \\n {{ 7*7 }} *bold* <w:p/>'


@pytest.mark.parametrize("form", NAMES)
def test_a_text_is_never_taken_for_markup(form):
    section = Section(
        HOSTILE,
        (
            Paragraph(HOSTILE, HOSTILE),
            Heading(HOSTILE),
            Table(HOSTILE, (HOSTILE, "b"), (1, 1), (Group(HOSTILE, ((HOSTILE, "1"),)),)),
        ),
    )
    document = Document(CLEVELAND.force, CLEVELAND.period_end, HOSTILE, HOSTILE, HOSTILE, (section,))
    content = render(document, {}, form)
    text = re.sub(r"\s+", "", READERS[form](content))
    assert text.count(re.sub(r"\s+", "", HOSTILE)) >= 8
    if form == "html":
        assert etree.HTML(content.decode()).xpath("//script") == []


def test_a_word_file_is_a_sound_archive():
    with zipfile.ZipFile(io.BytesIO(made(CLEVELAND, "docx"))) as archive:
        assert archive.testzip() is None


def test_a_file_is_written_whole_into_a_new_folder(tmp_path):
    path = tmp_path / "new" / "kent.pdf"
    write(SNAPSHOT, asked(SNAPSHOT, force="kent"), "speaking-notes", path)
    assert "Speaking notes: Kent" in text_of_pdf(path.read_bytes())
    assert list(path.parent.iterdir()) == [path]


def test_another_ending_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(FileNameError, match=r"kent\.txt must end in \.docx, \.pdf, \.html"):
        write(SNAPSHOT, asked(SNAPSHOT, force="kent"), "briefing", tmp_path / "kent.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path):
    path = tmp_path / "kent.html"
    path.mkdir()
    (path / "kept").write_text("kept")
    with pytest.raises(OSError, match=r"kent\.html"):
        write(SNAPSHOT, asked(SNAPSHOT, force="kent"), "speaking-notes", path)
    assert (path / "kept").read_text() == "kept"
    assert list(tmp_path.iterdir()) == [path]
