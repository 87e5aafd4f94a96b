"""Model files are whole or absent."""

import threading
from pathlib import Path

import pytest

from speech.engine.errors import EngineError
from speech.engine.models import _assemble, whisper_model_path
from speech.engine.recognizers.faster_whisper import refuse_model


def test_the_bundled_model_is_put_together_once(tmp_path: Path) -> None:
    paths: list[str] = []
    threads = [
        threading.Thread(target=lambda: paths.append(whisper_model_path("base", tmp_path / "cache"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 1
    assert {p.name for p in Path(paths[0]).iterdir()} == {
        "model.bin", "config.json", "tokenizer.json", "vocabulary.txt",
    }  # fmt: skip
    assert [p.name for p in (tmp_path / "cache").iterdir() if p.is_dir()] == [Path(paths[0]).name]


def test_of_other_models_the_repository_or_folder_is_given(tmp_path: Path) -> None:
    assert whisper_model_path("large", tmp_path) == "Systran/faster-whisper-large-v3"
    assert whisper_model_path("/models/mine", tmp_path) == "/models/mine"


def test_other_bytes_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    parts = tmp_path / "one", tmp_path / "two"
    for number, folder in enumerate(parts, 1):
        folder.mkdir()
        (folder / f"model.bin.part{number}").write_bytes(b"x" * 10)
    with pytest.raises(EngineError) as caught:
        _assemble(list(parts), tmp_path / "model", "0" * 64)
    assert caught.value.code == "model_corrupt"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize(
    "model", ["distil-large-v3", "Systran/faster-distil-whisper-small.en", "base.en", "/m/small.en/"]
)
def test_english_models_are_refused_for_polish(model: str) -> None:
    with pytest.raises(EngineError) as caught:
        refuse_model(model, "pl")
    assert caught.value.code == "model_not_polish"
    refuse_model("large-v3-turbo", "pl")
