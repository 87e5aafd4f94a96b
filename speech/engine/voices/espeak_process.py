"""A program of its own: reads text on standard input, writes WAV or phonemes on standard output.

espeak-ng is GPL-3; it is never loaded into the product's process. Run as
`python -I -S espeak_process.py LIBRARY DATA_FOLDER VOICE WORDS_PER_MINUTE PITCH VOLUME < text > sound.wav` or
`python -I -S espeak_process.py LIBRARY DATA_FOLDER VOICE < lines > lines of phonemes (IPA)`, with the library and data
of the optional package `espeakng-loader`. Imports nothing but the standard library, so it starts in 20 ms.
Exit codes: 0 done, 2 the library cannot be used, 3 unknown voice, 4 synthesis failed.
"""

from __future__ import annotations

import ctypes
import io
import sys
import wave

# espeak-ng/speak_lib.h
AUDIO_OUTPUT_SYNCHRONOUS = 2
ESPEAK_RATE = 1
ESPEAK_VOLUME = 2
ESPEAK_PITCH = 3
ESPEAK_CHARS_UTF8 = 1
POS_CHARACTER = 1
EE_OK = 0
ESPEAK_PHONEMES_IPA = 2

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def opened(library: str, data_folder: str, voice: str) -> tuple[ctypes.CDLL, int]:
    """The library speaking as `voice`, and its sample rate; SystemExit with the codes above on failure."""
    try:
        espeak = ctypes.CDLL(library)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error
    sample_rate_hz = espeak.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data_folder.encode(), 0)
    if sample_rate_hz <= 0:
        raise SystemExit(2)
    if espeak.espeak_SetVoiceByName(voice.encode()) != EE_OK:
        raise SystemExit(3)
    return espeak, sample_rate_hz


def phonemes(espeak: ctypes.CDLL, text: str) -> str:
    """IPA of one line of text; what the library takes for several clauses is joined by blanks."""
    translate = espeak.espeak_TextToPhonemes
    translate.restype = ctypes.c_char_p
    translate.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    encoded = ctypes.create_string_buffer(text.encode())
    place = ctypes.c_void_p(ctypes.addressof(encoded))
    clauses = []
    while place.value:  # the library moves it past each clause, and to nothing at the end
        clauses.append((translate(ctypes.byref(place), ESPEAK_CHARS_UTF8, ESPEAK_PHONEMES_IPA) or b"").decode())
    return " ".join(" ".join(clauses).split())


def synthesize(library: str, data_folder: str, voice: str, parameters: dict[int, int], text: str) -> bytes:
    """WAV bytes (mono, 16 bit, the library's own rate) of `text`; SystemExit with the codes above on failure."""
    espeak, sample_rate_hz = opened(library, data_folder, voice)
    for parameter, value in parameters.items():
        espeak.espeak_SetParameter(parameter, value, 0)
    pcm = bytearray()

    def collect(samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            pcm.extend(ctypes.string_at(samples, count * 2))
        return 0

    callback = _CALLBACK(collect)
    espeak.espeak_SetSynthCallback(callback)
    encoded = text.encode()
    state = espeak.espeak_Synth(
        encoded, ctypes.c_size_t(len(encoded) + 1), 0, POS_CHARACTER, 0, ESPEAK_CHARS_UTF8, None, None
    )
    if state != EE_OK or espeak.espeak_Synchronize() != EE_OK:
        raise SystemExit(4)
    target = io.BytesIO()
    with wave.open(target, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(sample_rate_hz)
        wav.writeframes(pcm)
    return target.getvalue()


if __name__ == "__main__":
    library_path, data_path, voice_name, *numbers = sys.argv[1:]
    given = sys.stdin.buffer.read().decode()
    if numbers:
        settings = dict(zip((ESPEAK_RATE, ESPEAK_PITCH, ESPEAK_VOLUME), map(int, numbers), strict=True))
        sys.stdout.buffer.write(synthesize(library_path, data_path, voice_name, settings, given))
    else:
        translator, _rate = opened(library_path, data_path, voice_name)
        sys.stdout.buffer.write("\n".join(phonemes(translator, line) for line in given.split("\n")).encode())
