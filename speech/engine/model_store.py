"""Model weights on disk: which are there, fetching them from the Hugging Face Hub, taking them away.

The folder is laid out as huggingface_hub's cache, so that what faster-whisper fetched by itself is found too.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from speech.engine import model_table
from speech.engine.errors import EngineError
from speech.engine.models import BUNDLED_MODEL, bundled_folder, is_bundled, whisper_model_path

Fetch = Callable[[str, Path], object]
"""Gets a repository's weights into a cache folder, as `fetch_from_hub` does."""

_WHISPER: Final = model_table.TABLE[0]
"""Repositories that the table does not know hold Whisper models."""


def weights(model: str, models_dir: Path) -> str:
    """What to give the engine: a folder when the weights are on disk, else the repository they are fetched from.

    Raises:
        EngineError: as `models.whisper_model_path`.
    """
    folder = _snapshot(model, models_dir)
    return str(folder) if folder else whisper_model_path(model, models_dir)


def is_installed(model: str, models_dir: Path) -> bool:
    """Whether the model can be loaded without a network. Cheap: a few looks at the disk."""
    return _bundled(model) or Path(model).is_dir() or _snapshot(model, models_dir) is not None


def download(model: str, models_dir: Path, fetch: Fetch | None = None) -> bool:
    """Have the weights on disk; False when they already were.

    Raises:
        EngineError: `model_unknown` (no such repository, or it is closed), `model_unavailable` (the hub cannot be
            reached), `disk_full`, and for the bundled model `model_missing`, `model_corrupt`.
    """
    if _bundled(model):
        there = bundled_folder(models_dir).is_dir()
        whisper_model_path(model, models_dir)
        return not there
    if is_installed(model, models_dir):
        return False
    models_dir.mkdir(parents=True, exist_ok=True)
    try:
        (fetch or fetch_from_hub)(model_table.canonical_id(model), models_dir)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise EngineError("disk_full", f"{model}: {error}"[:600], retryable=True) from error
        raise EngineError("model_unavailable", f"{model}: {error}"[:600], retryable=True) from error
    return True


def delete(model: str, models_dir: Path) -> bool:
    """Take downloaded weights off the disk; False when there were none. Folders elsewhere are never touched."""
    folder = bundled_folder(models_dir) if _bundled(model) else _repository(model, models_dir)
    if not folder.is_dir():
        return False
    # renamed first: whoever looks meanwhile finds a whole model or none
    leaving = folder.with_name(f".leaving-{folder.name}")
    shutil.rmtree(leaving, ignore_errors=True)
    folder.rename(leaving)
    shutil.rmtree(leaving)
    return True


def fetch_from_hub(repository: str, models_dir: Path) -> object:
    """Download a repository's model files. What was fetched before an interruption is not fetched again.

    Raises:
        EngineError: `model_unknown`.
        OSError: whatever else the hub's client fails at.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    try:
        return snapshot_download(repository, cache_dir=models_dir, allow_patterns=list(_files(repository)))
    except (RepositoryNotFoundError, GatedRepoError, HFValidationError) as error:
        raise EngineError("model_unknown", f"{repository}: {error}"[:600]) from error


def _bundled(model: str) -> bool:
    row = model_table.find(model)
    return row is not None and row.name == BUNDLED_MODEL and is_bundled()


def _repository(model: str, models_dir: Path) -> Path:
    """The folder of a repository inside `models_dir`: slashes of the id become dashes, so it cannot lead out."""
    return models_dir / f"models--{model_table.canonical_id(model).replace('/', '--')}"


def _snapshot(model: str, models_dir: Path) -> Path | None:
    """The folder with the weights of the repository's main branch, when they are whole."""
    repository = _repository(model, models_dir)
    try:
        commit = (repository / "refs" / "main").read_text().strip()
    except (OSError, ValueError):  # not there, or its name is too long or holds a zero byte
        return None
    folder = repository / "snapshots" / commit
    row = model_table.find(model)
    needed = row.needed if row else _WHISPER.needed
    return folder if commit.isalnum() and all((folder / name).is_file() for name in needed) else None


def _files(repository: str) -> tuple[str, ...]:
    row = model_table.find(repository)
    return row.files if row else _WHISPER.files
