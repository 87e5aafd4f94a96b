"""The recognition models this product knows: their names, sizes, languages, and which one fits a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

AUTO: Final = "auto"
"""Setting that leaves the model to `choose`."""
Device = Literal["cpu", "cuda"]
Engine = Literal["whisper", "parakeet"]
_GB: Final = 1_000_000_000
_FILES: Final[Mapping[Engine, tuple[str, ...]]] = {
    "whisper": ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"),
    "parakeet": ("config.json", "vocab.txt", "encoder-model.int8.onnx", "decoder_joint-model.int8.onnx"),
}
"""What faster-whisper reads (its utils.download_model) and what onnx-asr reads of a model in 8 bits."""
_NEEDED: Final[Mapping[Engine, tuple[str, ...]]] = {
    "whisper": ("model.bin", "config.json"),
    "parakeet": _FILES["parakeet"],
}
PARAKEET_LANGUAGES: Final = (
    "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "hu", "it", "lv", "lt", "mt", "pl", "pt", "ro", "sk", "sl",
    "es", "sv",
)  # fmt: skip
"""As on the card of nvidia/parakeet-tdt-0.6b-v3, without the four that are not written in Latin letters."""


@dataclass(frozen=True, slots=True)
class WhisperModelRow:
    """`repo` is the Hugging Face repository of its CTranslate2 weights; `memory_bytes` what it takes, by precision.

    The float16 figures count weights and room for decoding on a card; they are this table's estimates, not
    measurements, and a precision that is not listed takes what the nearest larger one does. `engine` runs it;
    `languages` are codes, empty for all of Whisper's.
    """

    name: str
    repo: str
    aliases: tuple[str, ...]
    download_bytes: int
    memory_bytes: Mapping[str, int]
    english_only: bool = False
    engine: Engine = "whisper"
    languages: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Patterns of what is fetched of the repository."""
        return _FILES[self.engine]

    @property
    def needed(self) -> tuple[str, ...]:
        """Names without which the weights are not whole."""
        return _NEEDED[self.engine]

    def memory(self, precision: str) -> int:
        """Estimate for a CTranslate2 precision."""
        if precision in ("float32", "int16"):
            return 2 * self.memory_bytes["float16"]
        return self.memory_bytes["int8" if precision.startswith("int8") else "float16"]


def _row(name: str, repo: str, size_mb: int, float16_gb: float, int8_gb: float, *aliases: str) -> WhisperModelRow:
    memory = {"float16": round(float16_gb * _GB), "int8": round(int8_gb * _GB)}
    english = name.endswith(".en") or name.startswith("distil-")
    return WhisperModelRow(name, repo, aliases, size_mb * 1_000_000, memory, english)


_S: Final = "Systran/faster-"
TABLE: Final[tuple[WhisperModelRow, ...]] = (
    _row("large-v3", _S + "whisper-large-v3", 3_090, 6, 3, "large", "openai/whisper-large-v3", "whisper-large-v3"),
    _row(
        "large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_620, 4, 2, "turbo",
        "deepdml/faster-whisper-large-v3-turbo-ct2", "Systran/faster-whisper-large-v3-turbo",
        "openai/whisper-large-v3-turbo", "whisper-large-v3-turbo",
    ),
    _row("large-v2", _S + "whisper-large-v2", 3_090, 6, 3, "openai/whisper-large-v2"),
    _row("large-v1", _S + "whisper-large-v1", 3_090, 6, 3),
    _row("medium", _S + "whisper-medium", 1_530, 5, 2.5, "openai/whisper-medium"),
    _row("small", _S + "whisper-small", 490, 2, 1, "openai/whisper-small"),
    _row("base", _S + "whisper-base", 145, 1, 0.5, "openai/whisper-base"),
    _row("tiny", _S + "whisper-tiny", 78, 1, 0.4, "openai/whisper-tiny"),
    _row("medium.en", _S + "whisper-medium.en", 1_530, 5, 2.5),
    _row("small.en", _S + "whisper-small.en", 490, 2, 1),
    _row("base.en", _S + "whisper-base.en", 145, 1, 0.5),
    _row("tiny.en", _S + "whisper-tiny.en", 78, 1, 0.4),
    _row("distil-large-v3", _S + "distil-whisper-large-v3", 1_520, 4, 2),
    _row("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 1_520, 4, 2),
    _row("distil-large-v2", _S + "distil-whisper-large-v2", 1_520, 4, 2),
    _row("distil-medium.en", _S + "distil-whisper-medium.en", 790, 3, 1.5),
    _row("distil-small.en", _S + "distil-whisper-small.en", 340, 2, 1),
    WhisperModelRow(
        "parakeet-tdt-0.6b-v3", "istupakov/parakeet-tdt-0.6b-v3-onnx",
        ("parakeet", "nvidia/parakeet-tdt-0.6b-v3", "nemo-parakeet-tdt-0.6b-v3"),
        670_000_000, {"float16": 3 * _GB, "int8": round(1.5 * _GB)}, engine="parakeet", languages=PARAKEET_LANGUAGES,
    ),
)  # fmt: skip
"""Repositories as in faster-whisper 1.2 (utils._MODELS); distil-* and *.en know only English."""

_DOWN: Final = ("medium", "small", "base")
"""What a model that does not fit gives way to. Not tiny: too little of its Polish is right."""


def find(name: str) -> WhisperModelRow | None:
    """The row of a name, repository or alias, in any case of letters; None for models the table does not know."""
    wanted = name.strip().lower()
    for row in TABLE:
        if wanted in (row.name.lower(), row.repo.lower(), *(alias.lower() for alias in row.aliases)):
            return row
    return None


def canonical_id(name: str) -> str:
    """The repository of a known model; anything else (a folder, another repository) as it is."""
    row = find(name)
    return row.repo if row else name


def expected_bytes(name: str, precision: str) -> int:
    """What a model takes in memory by the table; 0 for models it does not know."""
    row = find(name)
    return row.memory(precision) if row else 0


def smaller(name: str) -> list[str]:
    """Multilingual models to try instead when `name` does not fit, largest first; all of them for an unknown one."""
    row = find(name)
    known = [other for other in TABLE if other.name in _DOWN]
    if row is None:
        return [other.name for other in known]
    return [other.name for other in known if other.memory("int8") < row.memory("int8")]


def choose(memory_bytes: int | None, device: Device) -> tuple[str, str]:
    """The model and precision for a machine with that much memory (None: unknown).

    On a card: what leaves room to decode in batches. On a CPU speed sets the limit and not memory: medium runs slower
    than the sound itself on a few cores.
    """
    gb = (memory_bytes or 0) / _GB
    if device == "cpu":
        return ("small" if gb >= 6 else "base"), "int8"
    if memory_bytes is None:
        return "medium", "int8"  # a card that hides its memory: the ladder goes down from here if it must
    for least_gb, name, precision in _ON_A_CARD:
        if gb >= least_gb:
            return name, precision
    return "base", "int8"


_ON_A_CARD: Final = (
    (6.0, "large-v3", "float16"),
    (5.0, "large-v3", "int8"),
    (4.0, "medium", "int8"),
    (2.0, "small", "int8"),
)
