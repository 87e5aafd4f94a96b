"""Minutes as DOCX: real headings, lists and tables with header rows, marked as Polish, so that screen readers and the
office's own templates understand them."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph

from assistant.minutes import markup
from assistant.minutes.document import Document

LANGUAGE = "pl-PL"


def write_docx(document: Document) -> bytes:
    word = docx.Document()
    _speak_polish(word)
    properties = word.core_properties
    properties.title, properties.author = document.heading[:255], document.council_name[:255]
    properties.language, properties.comments = LANGUAGE, ""
    word.add_heading(document.heading, level=0)
    word.add_paragraph(document.subtitle)
    if document.status:
        word.add_paragraph().add_run(document.status).bold = True
    for section in document.sections:
        word.add_heading(section.title, level=1)
        for block in markup.blocks_of(section.text):
            _write(word, block, document)
    sink = BytesIO()
    word.save(sink)
    return sink.getvalue()


def _write(word: Word, block: markup.Block, document: Document) -> None:
    if isinstance(block, markup.Heading):
        _runs(word.add_heading(level=2), block.runs, document)
    elif isinstance(block, markup.Paragraph):
        _runs(word.add_paragraph(), block.runs, document)
    elif isinstance(block, markup.Items):
        for item in block.items:
            _runs(word.add_paragraph(style="List Bullet"), item, document)
    else:
        _table(word, block, document)


def _table(word: Word, block: markup.Table, document: Document) -> None:
    table = word.add_table(rows=1 + len(block.rows), cols=len(block.header), style="Table Grid")
    for row, cells in zip(table.rows, (block.header, *block.rows), strict=True):
        for cell, runs in zip(row.cells, cells, strict=True):
            _runs(cell.paragraphs[0], runs, document)
    for run in (run for cell in table.rows[0].cells for run in cell.paragraphs[0].runs):
        run.bold = True
    header = OxmlElement("w:tblHeader")  # repeated on every page, and read as the columns' names
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)


def _runs(paragraph: WordParagraph, runs: markup.Runs, document: Document) -> None:
    for run in runs:
        if run.at_ms is None:
            paragraph.add_run(run.text)
        else:
            _link(paragraph, run.text, document.link(run.at_ms))


def _link(paragraph: WordParagraph, text: str, address: str) -> None:
    """A hyperlink; python-docx writes none of its own."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _speak_polish(word: Word) -> None:
    defaults = word.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), LANGUAGE)
