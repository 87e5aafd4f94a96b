"""Minutes as plain text."""

from __future__ import annotations

from assistant.minutes import markup
from assistant.minutes.document import Document, plain


def write_text(document: Document) -> bytes:
    lines = [document.heading, document.subtitle]
    if document.status:
        lines.append(document.status)
    for section in document.sections:
        lines += ["", section.title.upper(), ""]
        for block in markup.blocks_of(section.text):
            lines += _lines(block)
    return ("\n".join(lines) + "\n").encode()


def _lines(block: markup.Block) -> list[str]:
    if isinstance(block, markup.Heading):
        return ["", plain(block.runs), ""]
    if isinstance(block, markup.Paragraph):
        return [plain(block.runs)]
    if isinstance(block, markup.Items):
        return [f"- {plain(item)}" for item in block.items]
    return [" | ".join(plain(cell).strip() for cell in row) for row in (block.header, *block.rows)]
