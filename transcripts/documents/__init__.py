"""Documents of meetings read into pages of text: PDF, DOCX, HTML, plain text; scans by OCR where tesseract is there.

A document comes from outside and may be made to harm, so it is opened in a child process with little memory, little
time and no right to write files (child.py). `read_document` is the door.
"""

from transcripts.documents.reading import MOST_BYTES, ReadDocument, read_document

__all__ = ["MOST_BYTES", "ReadDocument", "read_document"]
