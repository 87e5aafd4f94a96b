"""Model files are whole or absent; a model is loaded once."""

import threading
import time
from pathlib import Path

import pytest

from speech.engine.errors import EngineError
from speech.engine.models import ModelManager, _assemble, whisper_model_path
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


def test_other_models_are_passed_on(tmp_path: Path) -> None:
    assert whisper_model_path("large-v3", tmp_path) == "large-v3"
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


def test_many_ask_one_loads_and_a_failure_is_not_remembered() -> None:
    manager: ModelManager[str] = ModelManager()
    loads: list[int] = []

    def load() -> str:
        loads.append(1)
        time.sleep(0.05)
        return "model"

    def fail() -> str:
        raise EngineError("model_unavailable")

    with pytest.raises(EngineError):
        manager.get("m", fail)
    threads = [threading.Thread(target=manager.get, args=("m", load)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert manager.loaded() == ("m",)
    manager.unload("m")
    assert manager.loaded() == ()
