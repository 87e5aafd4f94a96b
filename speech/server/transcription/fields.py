"""Single fields of a form or query, checked: each function takes what was sent and names the field it refuses."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Final

from speech.engine.recognizers.language import WRITTEN, language_code
from speech.server.catalogue.models import RECOGNITION, chosen_recogniser, find_model
from speech.server.errors import ApiError, invalid

LANGUAGE_DEFAULT: Final = "pl"
DETECT: Final = "auto"
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})
_HINT_CHARS: Final = 4_000
"""More than the half of the decoder's memory that hints may fill, in any language; the rest would only cost time."""
_SPECIAL_TOKEN: Final = re.compile(r"<\|[^|\n]{0,40}\|>")
"""<|startoftranscript|> is the longest; without a limit a row of "<|" would be searched to its end from each one."""


def required_model(name: str) -> str:
    """What `recognition.recognizer` is to be asked for, by a name from `/v1/models`."""
    if not name:
        raise invalid("'model' is required.", "model", code="missing_required_parameter")
    return known_model(name)


def known_model(name: str) -> str:
    """As `required_model`, but nothing means the configured model."""
    if name and find_model(name, RECOGNITION) is None:
        message = f"The model '{name[:200]}' does not exist here; see GET /v1/models."
        raise ApiError(404, message, code="model_not_found", param="model")
    return chosen_recogniser(name) if name else ""


def number(value: str, param: str, *, default: float, lowest: float, highest: float = math.inf) -> float:
    """A number from `lowest` to `highest`; "inf" only where there is no highest. NaN is none."""
    try:
        found = float(value) if value.strip() else default
    except ValueError:
        found = math.nan
    if not lowest <= found <= highest:
        limits = f"of at least {lowest:g}" if math.isinf(highest) else f"from {lowest:g} to {highest:g}"
        raise invalid(f"'{param}' must be a number {limits}.", param)
    return found


def milliseconds(value: str, param: str, *, default: int, highest: int) -> int:
    """Whole milliseconds; fractions are rounded."""
    return round(number(value, param, default=default, lowest=0, highest=highest))


def check_temperature(value: str) -> None:
    """Checked only: the engine never samples, so that the same recording gives the same words."""
    number(value, "temperature", default=0, lowest=0, highest=1)


def choice(value: str, param: str, known: Collection[str], default: str) -> str:
    if value == "":
        return default
    if value in known:
        return value
    raise invalid(f"'{param}' must be one of {', '.join(known)}.", param, code="unsupported_value")


def spoken_language(value: str, param: str = "language", *, translate: bool = False) -> str:
    """Whisper's code of a language named as `language_code` reads it, or DETECT.

    What is spoken is written down, so some languages will not do; unless it is translated (then they will).
    """
    language = value.strip().lower() or LANGUAGE_DEFAULT
    if language == DETECT:
        return DETECT
    code = language_code(language)
    if code and (translate or code in WRITTEN):
        return code
    if code:
        raise invalid(f"'{param}': this server cannot write a language without blanks between words.", param)
    raise invalid(f"'{param}' must be the code of a language that Whisper knows, such as pl, or {DETECT}.", param)


def flag(value: str, param: str) -> bool:
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise invalid(f"'{param}' must be true or false.", param)


def earlier_text(prompt: str) -> str:
    """The end of a prompt, where it joins the recording, without the model's own control words."""
    return _SPECIAL_TOKEN.sub(" ", prompt).strip()[-_HINT_CHARS:]


def names(values: Collection[str]) -> str:
    """Names and terms to prefer, as one text."""
    plain = (_SPECIAL_TOKEN.sub(" ", value).strip() for value in values)
    return ", ".join(value for value in plain if value)[:_HINT_CHARS]
