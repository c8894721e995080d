"""A document as a Word file (.docx), made of Word's own styles, so that a letterhead or a house style fits over it."""

from __future__ import annotations

import io

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from comparator.analysis.document import Bullets, Document, Heading, Paragraph, Picture, Section, Table
from comparator.documents.pictures import Illustration, Illustrations, png

_FONT = "Arial"
_INK = RGBColor(0x12, 0x43, 0x6D)
_TEXT_WIDTH = Cm(17.0)
_PICTURE_WIDTH = Cm(14.5)
_SHADE = "E4E9EF"
_SIZES = {
    "Normal": 10,
    "Title": 20,
    "Subtitle": 10,
    "Heading 1": 14,
    "Heading 2": 11,
    "Caption": 9,
    "List Bullet": 10,
    "List Number": 10,
    "Table Grid": 8.5,
}


def word(document: Document, illustrations: Illustrations) -> bytes:
    """Return a document as the bytes of a .docx file."""
    file = docx.Document()
    _set_up(file, document)
    file.add_paragraph(document.title, style="Title")
    file.add_paragraph(document.subtitle, style="Subtitle")
    for section in document.sections:
        _add_section(file, section, illustrations)
    file.add_paragraph(document.made_from)
    content = io.BytesIO()
    file.save(content)
    return content.getvalue()


def _set_up(file: WordDocument, document: Document) -> None:
    file.core_properties.title = document.title
    file.core_properties.subject = document.subtitle
    file.core_properties.author = "Crime and Policing Comparator"
    file.core_properties.comments = document.made_from
    file.core_properties.language = "en-GB"
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.0)
    page.top_margin = page.bottom_margin = Cm(1.8)
    for name, size in _SIZES.items():
        style = file.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        # Word takes the fonts of a theme before the one that is named, unless they are named as well.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(script), None)
        if name in ("Title", "Heading 1", "Heading 2"):
            style.font.color.rgb = _INK
            style.font.bold = True
        if name in ("Subtitle", "Caption"):
            style.font.color.rgb = RGBColor(0x3D, 0x3D, 0x3D)
            style.font.italic = False
    file.styles["Normal"].paragraph_format.space_after = Pt(5)
    file.styles["Caption"].paragraph_format.keep_with_next = True
    file.styles["Heading 1"].paragraph_format.space_before = Pt(12)
    file.styles["Heading 2"].paragraph_format.space_before = Pt(8)
    for name in ("List Bullet", "List Number"):
        file.styles[name].paragraph_format.space_after = Pt(3)
    _number_pages(page.footer.paragraphs[0], document.title)


def _number_pages(footer: WordParagraph, title: str) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = footer.add_run(f"{title} · page ")
    run.font.size = Pt(8)
    number = footer.add_run()
    number.font.size = Pt(8)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        number._r.append(mark)  # noqa: SLF001 (fields have no other way in)


def _add_section(file: WordDocument, section: Section, illustrations: Illustrations) -> None:
    file.add_heading(section.title, 1)
    for block in section.blocks:
        match block:
            case Paragraph():
                _fill(file.add_paragraph(), block)
            case Heading():
                file.add_heading(block.text, 2)
            case Bullets():
                style = "List Number" if block.numbered else "List Bullet"
                for item in block.items:
                    _fill(file.add_paragraph(style=style), item)
            case Table():
                _add_table(file, block)
            case Picture():
                _add_picture(file, block, illustrations[block])


def _fill(paragraph: WordParagraph, content: Paragraph) -> None:
    if content.lead:
        lead = paragraph.add_run(content.lead)
        lead.bold = True
        if content.address:
            lead.font.color.rgb = _INK
            _link(paragraph, lead, content.address)
        paragraph.add_run(" ")
    paragraph.add_run(content.text)


def _link(paragraph: WordParagraph, lead: Run, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    lead._r.addprevious(link)  # noqa: SLF001 (links have no other way in)
    link.append(lead._r)  # noqa: SLF001


def _add_picture(file: WordDocument, picture: Picture, illustration: Illustration) -> None:
    file.add_paragraph(picture.caption, style="Caption")
    paragraph = file.add_paragraph()
    shape = paragraph.add_run().add_picture(io.BytesIO(png(illustration)), width=_PICTURE_WIDTH)
    described = shape._inline.docPr  # noqa: SLF001 (alternative text has no other way in)
    described.set("descr", illustration.alt)
    described.set("title", picture.caption)


def _add_table(file: WordDocument, content: Table) -> None:
    file.add_paragraph(content.caption, style="Caption")
    rows = sum(len(group.rows) + bool(group.title) for group in content.groups)
    table = file.add_table(rows=rows + 1, cols=len(content.columns), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, content.widths, strict=True):
        column.width = int(_TEXT_WIDTH * width / sum(content.widths))
    lines = iter(table.rows)
    heading = next(lines)
    _fill_row(heading, content.columns, content.of_words, bold=True, shade=True)
    _repeat(heading)
    for group in content.groups:
        if group.title:
            line = next(lines)
            cells = line.cells
            merged = cells[0].merge(cells[-1])
            _fill_cell(merged, group.title, bold=True, right=False)
            _keep_with_next(merged)
        for row in group.rows:
            _fill_row(next(lines), row, content.of_words)
    # A table that another follows at once would run into it.
    file.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill_row(row: _Row, texts: tuple[str, ...], of_words: int, *, bold: bool = False, shade: bool = False) -> None:
    _keep_whole(row)
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        _fill_cell(cell, text, bold=bold, right=place >= of_words)
        if shade:
            filling = OxmlElement("w:shd")
            filling.set(qn("w:val"), "clear")
            filling.set(qn("w:fill"), _SHADE)
            cell._tc.get_or_add_tcPr().append(filling)  # noqa: SLF001 (shading has no other way in)


def _fill_cell(cell: _Cell, text: str, *, bold: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(_SIZES["Table Grid"])


def _keep_with_next(cell: _Cell) -> None:
    cell.paragraphs[0].paragraph_format.keep_with_next = True


def _keep_whole(row: _Row) -> None:
    """Keep a row from being cut by the end of a page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 (rows have no other way in)


def _repeat(row: _Row) -> None:
    """Repeat a row at the top of each page that its table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 (rows have no other way in)
