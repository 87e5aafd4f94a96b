"""Piper's neural voices (VITS in ONNX): offline, much better than espeak-ng, which it needs for its phonemes.

Not the GPL-3 package `piper-tts`: the model and its description are used directly, as the MIT-licensed original does
(rhasspy/piper, src/python_run/piper/voice.py; phoneme ids as in rhasspy/piper-phonemize). A voice is two files, such as
`pl_PL-gosia-medium.onnx` and `pl_PL-gosia-medium.onnx.json`, from huggingface.co/rhasspy/piper-voices.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import unicodedata
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from speech.engine.errors import EngineError
from speech.engine.model_manager import MODELS, ModelKey
from speech.engine.reading import split_sentences
from speech.engine.voices.base import MP3, checked_text
from speech.engine.voices.espeak import phonemes
from speech.engine.voices.mp3 import encode_mp3
from speech.engine.voices.names import PIPER_SPEAKERS, parse_voice

logger = logging.getLogger(__name__)

_CLAUSE_END: Final = re.compile(r"([.,;:!?…]+)(?=[\s\"”»’)\]]|$)")
_THREADS: Final = 4
"""A sentence gains nothing from more, and a server with many cores has other work."""
_PHONEMES_AT_ONCE: Final = 700
"""About 45 s of speech; the model's memory grows with the square of it."""
_PAD, _BEGIN, _END = "_", "^", "$"


@dataclass(frozen=True, slots=True)
class PiperModel:
    """A loaded voice: the ONNX session and what its description says."""

    session: Any
    sample_rate_hz: int
    phoneme_ids: dict[str, list[int]]
    espeak_voice: str
    noise: float
    length: float
    noise_width: float
    speakers: int


class PiperVoice:
    """One voice whose files lie in `folder`.

    Args:
        speaker: such as pl_PL-gosia-medium.
        to_phonemes: clauses and espeak-ng's voice to IPA; espeak-ng in a process of its own.

    Raises:
        EngineError: voice_unknown, voice_not_polish, voice_unavailable (the files are not there).
    """

    media_type = MP3
    needs_network = False

    def __init__(
        self,
        speaker: str,
        folder: Path,
        *,
        to_phonemes: Callable[[list[str], str], list[str]] = lambda clauses, voice: phonemes(clauses, voice=voice),
    ) -> None:
        voice_id = parse_voice(f"piper:{speaker}")
        self._file = folder / f"{voice_id.speaker}.onnx"
        try:
            state = self._file.stat()
        except OSError as error:
            raise EngineError("voice_unavailable", f"{self._file.name} is not installed") from error
        self.name = str(voice_id)
        self.fingerprint = f"{self.name} {state.st_size} {state.st_mtime_ns}"
        self.label_pl = f"{voice_id.speaker.split('-')[1].capitalize()} (Piper, bez internetu)"
        self._key = ModelKey(
            "tts", self.name, variant=f"{self._file} {state.st_mtime_ns}", expected_bytes=state.st_size
        )
        self._to_phonemes = to_phonemes

    async def stream(self, text: str, *, speed: float = 1.0) -> AsyncGenerator[bytes, None]:
        """See Voice.stream. The first sentence of a process waits for the model."""
        for sentence in split_sentences(checked_text(text, speed)):
            yield await asyncio.to_thread(self._mp3, sentence, speed)

    def _mp3(self, sentence: str, speed: float) -> bytes:
        with MODELS.using(self._key, lambda: load(self._file)) as model:
            symbols = pronounced(sentence, lambda clauses: self._to_phonemes(clauses, model.espeak_voice))
            parts = [symbols[at : at + _PHONEMES_AT_ONCE] for at in range(0, len(symbols), _PHONEMES_AT_ONCE)]
            samples = np.concatenate([_samples(model, part, speed) for part in parts])
            rate_hz = model.sample_rate_hz
        if not np.isfinite(samples).all() or not (peak := float(np.abs(samples).max())):
            raise EngineError("voice_incomplete", f"{self.name} made no sound", retryable=True)
        pcm = (samples * (32_767 / max(peak, 0.01))).astype("<i2")  # each sentence at full level, as Piper itself does
        return encode_mp3(pcm.tobytes(), rate_hz)


def installed(folder: Path) -> list[str]:
    """Polish voices whose two files are in `folder`, the preferred one first."""
    there = {path.stem for path in folder.glob("pl_PL-*.onnx") if path.with_name(f"{path.name}.json").is_file()}
    return [*(name for name in PIPER_SPEAKERS if name in there), *sorted(there - PIPER_SPEAKERS.keys())]


def load(file: Path) -> PiperModel:
    """Read a voice's two files.

    Raises:
        EngineError: voice_unavailable (broken, missing, of another kind), voice_not_polish.
    """
    import onnxruntime  # takes a fifth of a second and 30 MB: only with a voice to load

    try:
        description = json.loads(file.with_name(f"{file.name}.json").read_bytes())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(_THREADS, os.cpu_count() or 1)
        with _onnx_failures():
            session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        model = _described(session, description)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise EngineError("voice_unavailable", f"{file.name}: {type(error).__name__}: {error}") from error
    if model.espeak_voice != "pl":
        raise EngineError("voice_not_polish", f"{file.name} speaks {model.espeak_voice}")
    return model


def pronounced(sentence: str, to_phonemes: Callable[[list[str]], list[str]]) -> list[str]:
    """The symbols a model is given for a sentence: decomposed IPA letters, with the punctuation that ends clauses."""
    pieces = _CLAUSE_END.split(sentence)
    clauses, ends = pieces[0::2], [*pieces[1::2], ""]
    spoken = [(clause, end) for clause, end in zip(clauses, ends, strict=True) if any(map(str.isalnum, clause))]
    if not spoken:
        raise EngineError("text_empty", "nothing in the text can be spoken")
    ipa = to_phonemes([clause for clause, _ in spoken])
    parts = [f"{sounds}{end[-1:].replace('…', '.')}" for sounds, (_, end) in zip(ipa, spoken, strict=True)]
    return list(unicodedata.normalize("NFD", " ".join(parts)))


def _samples(model: PiperModel, symbols: list[str], speed: float) -> npt.NDArray[np.float32]:
    unknown = {symbol for symbol in symbols if symbol not in model.phoneme_ids}
    if unknown:
        logger.warning("sounds this voice does not have are left out: %s", " ".join(sorted(unknown)))
    pad = model.phoneme_ids[_PAD]
    ids = [*model.phoneme_ids[_BEGIN], *pad]
    for symbol in symbols:
        if symbol not in unknown:
            ids += [*model.phoneme_ids[symbol], *pad]
    ids += model.phoneme_ids[_END]
    inputs: dict[str, Any] = {
        "input": np.array([ids], np.int64),
        "input_lengths": np.array([len(ids)], np.int64),
        "scales": np.array([model.noise, model.length / speed, model.noise_width], np.float32),
    }
    if model.speakers > 1:
        inputs["sid"] = np.array([0], np.int64)
    with _onnx_failures():
        samples: npt.NDArray[np.float32] = np.asarray(model.session.run(None, inputs)[0], np.float32).reshape(-1)
    if not samples.size:
        raise EngineError("voice_incomplete", "the model made no sound", retryable=True)
    return samples


@contextmanager
def _onnx_failures() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # onnxruntime's errors share no class of their own
        if not (isinstance(error, ValueError) or type(error).__module__.startswith("onnxruntime")):
            raise
        raise EngineError("voice_unavailable", f"{type(error).__name__}: {error}") from error


def _described(session: Any, description: Any) -> PiperModel:
    if description.get("phoneme_type", "espeak") != "espeak":
        raise ValueError(f"phonemes of another kind: {description['phoneme_type']}")
    inference = description.get("inference", {})
    phoneme_ids = {
        str(symbol): [int(number) for number in ids] for symbol, ids in description["phoneme_id_map"].items()
    }
    if not {_PAD, _BEGIN, _END} <= phoneme_ids.keys():
        raise ValueError("the phonemes have no marks for begin, end and between")
    rate_hz = int(description["audio"]["sample_rate"])
    if not 8_000 <= rate_hz <= 48_000:
        raise ValueError(f"a sample rate of {rate_hz}")
    return PiperModel(
        session=session,
        sample_rate_hz=rate_hz,
        phoneme_ids=phoneme_ids,
        espeak_voice=str(description["espeak"]["voice"]),
        noise=float(inference.get("noise_scale", 0.667)),
        length=float(inference.get("length_scale", 1.0)),
        noise_width=float(inference.get("noise_w", 0.8)),
        speakers=int(description.get("num_speakers", 1)),
    )
