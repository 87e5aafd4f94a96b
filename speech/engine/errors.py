"""Errors of the engine: a stable code and whether trying again can help. No sentences for people here."""

from __future__ import annotations


class EngineError(Exception):
    """Anything the engine refuses or fails at. `code` is stable; `detail` is for logs, never for people."""

    def __init__(self, code: str, detail: str = "", *, retryable: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retryable = retryable
