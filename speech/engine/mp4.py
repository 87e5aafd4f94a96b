"""MP4 and MOV files cut short, told without decoding them."""

from __future__ import annotations

from pathlib import Path


def is_cut(path: Path) -> bool:
    """True when an MP4/MOV file ends inside one of its top-level boxes or has no `moov` index; False for others."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            return False
        position, kinds = 0, set()
        while position + 8 <= size:
            file.seek(position)
            header = file.read(16)
            length, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            elif length == 0:  # "up to the end of the file"
                length = size - position
            kinds.add(kind)
            if length < 8:
                break
            position += length
    return position > size or b"moov" not in kinds
