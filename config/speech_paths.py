"""Which addresses of the web process belong to the speech server. No council's slug may be one of these words."""

from __future__ import annotations

from typing import Final

_FIRST_PARTS: Final = frozenset({"v1", "asr", "detect-language", "docs", "openapi.json", "playground"})
_FOLDERS: Final = ("/api/ps", "/api/edge-tts")


def is_speech_path(path: str) -> bool:
    """Whether the whole subtree of this path is the speech server's, its 404s included."""
    if path.split("/", 2)[1:2] and path.split("/", 2)[1] in _FIRST_PARTS:
        return True
    return any(path == folder or path.startswith(f"{folder}/") for folder in _FOLDERS)
