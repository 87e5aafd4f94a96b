"""Minutes as PDF/UA-1 by typst: tagged, in Polish, with the fonts of the wheel inside the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typst

from assistant.minutes import markup
from assistant.minutes.document import Document
from council.errors import CouncilError

_PAGE: Final = Path(__file__).with_name("minutes.typ")


def write_pdf(document: Document) -> bytes:
    """Raises CouncilError("minutes_pdf_failed") when the text cannot be set as an accessible PDF."""
    data = {
        "heading": document.heading,
        "subtitle": document.subtitle,
        "council": document.council_name,
        "status": document.status,
        "sections": [
            {"title": part.title, "blocks": [_block(block, document) for block in markup.blocks_of(part.text)]}
            for part in document.sections
        ],
    }
    try:
        made = typst.compile(
            _PAGE.read_bytes(),
            format="pdf",
            ignore_system_fonts=True,  # the same file on every computer
            sys_inputs={"minutes": json.dumps(data, ensure_ascii=False)},
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        raise CouncilError("minutes_pdf_failed", detail=str(error)) from error
    return bytes(made)


def _block(block: markup.Block, document: Document) -> dict[str, Any]:
    if isinstance(block, markup.Heading):
        return {"kind": "heading", "runs": _runs(block.runs, document)}
    if isinstance(block, markup.Paragraph):
        return {"kind": "paragraph", "runs": _runs(block.runs, document)}
    if isinstance(block, markup.Items):
        return {"kind": "items", "items": [_runs(item, document) for item in block.items]}
    return {
        "kind": "table",
        "header": [_runs(cell, document) for cell in block.header],
        "cells": [_runs(cell, document) for row in block.rows for cell in row],
    }


def _runs(runs: markup.Runs, document: Document) -> list[dict[str, str]]:
    return [{"text": run.text, "address": "" if run.at_ms is None else document.link(run.at_ms)} for run in runs]
