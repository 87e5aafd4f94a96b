"""Which language is spoken: Whisper's languages by code and English name, and how its model tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from speech.engine.recognizers.packing import pack_windows
from speech.engine.types import SAMPLE_RATE_HZ, Audio, Span

_MIN_SAMPLES: Final = SAMPLE_RATE_HZ // 10

# fmt: off
NAMES: Final = {
    "af": "afrikaans", "am": "amharic", "ar": "arabic", "as": "assamese", "az": "azerbaijani", "ba": "bashkir",
    "be": "belarusian", "bg": "bulgarian", "bn": "bengali", "bo": "tibetan", "br": "breton", "bs": "bosnian",
    "ca": "catalan", "cs": "czech", "cy": "welsh", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fo": "faroese",
    "fr": "french", "gl": "galician", "gu": "gujarati", "ha": "hausa", "haw": "hawaiian", "he": "hebrew",
    "hi": "hindi", "hr": "croatian", "ht": "haitian creole", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "is": "icelandic", "it": "italian", "ja": "japanese", "jw": "javanese", "ka": "georgian", "kk": "kazakh",
    "km": "khmer", "kn": "kannada", "ko": "korean", "la": "latin", "lb": "luxembourgish", "ln": "lingala", "lo": "lao",
    "lt": "lithuanian", "lv": "latvian", "mg": "malagasy", "mi": "maori", "mk": "macedonian", "ml": "malayalam",
    "mn": "mongolian", "mr": "marathi", "ms": "malay", "mt": "maltese", "my": "myanmar", "ne": "nepali", "nl": "dutch",
    "nn": "nynorsk", "no": "norwegian", "oc": "occitan", "pa": "punjabi", "pl": "polish", "ps": "pashto",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sa": "sanskrit", "sd": "sindhi", "si": "sinhala",
    "sk": "slovak", "sl": "slovenian", "sn": "shona", "so": "somali", "sq": "albanian", "sr": "serbian",
    "su": "sundanese", "sv": "swedish", "sw": "swahili", "ta": "tamil", "te": "telugu", "tg": "tajik", "th": "thai",
    "tk": "turkmen", "tl": "tagalog", "tr": "turkish", "tt": "tatar", "uk": "ukrainian", "ur": "urdu", "uz": "uzbek",
    "vi": "vietnamese", "yi": "yiddish", "yo": "yoruba", "yue": "cantonese", "zh": "chinese",
}
"""Whisper's codes and its own names for them (openai/whisper, tokenizer.py)."""

LATIN: Final = frozenset((
    "af", "az", "bs", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fo", "fr", "gl", "ha", "haw", "hr",
    "ht", "hu", "id", "is", "it", "jw", "la", "lb", "ln", "lt", "lv", "mg", "mi", "ms", "mt", "nl", "nn", "no", "oc",
    "pl", "pt", "ro", "sk", "sl", "sn", "so", "sq", "su", "sv", "sw", "tk", "tl", "tr", "uz", "vi", "yo",
))
"""Languages in Latin script; where one is spoken, words in other scripts are taken for the model's inventions."""
# fmt: on
WRITTEN: Final = frozenset(NAMES) - {"ja", "lo", "my", "th", "yue", "zh"}
"""Languages whose speech can be written down; the others have no blanks between words, and words here are joined by
blanks (openai/whisper, tokenizer.py, names the same six)."""
_CODES: Final = {name: code for code, name in NAMES.items()}


def language_code(named: str) -> str:
    """Whisper's code of a language named by it ("pl", "PL"), with a region ("pl-PL") or in English ("polish"); "" for
    what is none.
    """
    name = named.strip().lower()
    code = _CODES.get(name, name.replace("_", "-").partition("-")[0])
    return code if code in NAMES else ""


def detect_language(model: Any, audio: Audio, speech: Sequence[Span]) -> list[tuple[str, float]]:
    """Codes with probabilities, the most probable first, by the first window of speech; empty without speech.

    `model` is faster-whisper's `WhisperModel`; one that knows only English is sure of English.
    """
    windows = pack_windows(audio, speech)
    if not windows:
        return []
    if not model.model.is_multilingual:
        return [("en", 1.0)]
    samples = windows[0].samples(audio)
    _, _, probabilities = model.detect_language(np.pad(samples, (0, max(0, _MIN_SAMPLES - len(samples)))))
    return [(code, float(probability)) for code, probability in probabilities]
