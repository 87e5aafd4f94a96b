"""Which recogniser this deployment uses, everything besides the sound that changes what it writes, and what it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Final

from django.conf import settings as django_settings
from django.utils.translation import gettext, gettext_noop

from council.errors import CouncilError
from speech.configured import recognizer_config
from speech.engine.addresses import is_this_machine
from speech.engine.recognizers.base import Recognition, RecognitionOptions, Recognizer, SharesBatches
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.recognizers.remote_config import RemoteConfig
from transcripts.chosen_servers import ChosenServer


def settings(own: ChosenServer | None = None) -> dict[str, object]:
    """What besides the sound decides the words; never a key. `own` is the council's own server."""
    remote = _remote(own)
    way: dict[str, object] = {"model": django_settings.WHISPER_MODEL}
    if remote is not None:
        way = {
            "model": remote.model,
            "server": remote.base_url,
            "limits": asdict(remote.limits),
            "upload": remote.upload_format,
            "diarize": remote.diarize,
        }
    kind = own.dialect if own else django_settings.RECOGNIZER
    return {"recognizer": kind, **way, "options": asdict(RecognitionOptions()), "version": 3}


def check_egress(own: ChosenServer | None = None, *, egress_allowed: bool) -> None:
    """Refuse to send sound to a recogniser on another machine for a council whose data stays here.

    Raises:
        CouncilError: recognizer_elsewhere.
    """
    remote = _remote(own)
    if remote is not None and not egress_allowed and not is_this_machine(remote.base_url):
        raise CouncilError("recognizer_elsewhere")


_TRIAL_TIMEOUT_S: Final = 60


@lru_cache(maxsize=32)  # those with a model in memory are one: councils' own are clients of servers
def recognizer(own: ChosenServer | None = None) -> Recognizer:
    """This worker's recogniser: made at first use (never before a fork), kept as long as the process lives."""
    return build_recognizer(_config(own))


def chunks_at_once() -> int:
    """How many chunks a worker should have in hand: several where they share a card's batches."""
    wanted: int = django_settings.CHUNKS_AT_ONCE
    if wanted:
        return wanted
    engine = recognizer()
    return engine.chunks_at_once if isinstance(engine, SharesBatches) else 1


def on_trial(own: ChosenServer) -> Recognizer:
    """A client of the server that asks once and does not wait long; not kept."""
    remote = replace(_remote(own) or RemoteConfig(own.base_url), timeout_s=_TRIAL_TIMEOUT_S, attempts=1)
    return build_recognizer(replace(recognizer_config(), kind=own.dialect, remote=remote))


def _config(own: ChosenServer | None) -> RecognizerConfig:
    config = recognizer_config()
    return config if own is None else replace(config, kind=own.dialect, remote=_remote(own))


def _remote(own: ChosenServer | None) -> RemoteConfig | None:
    """The server that is asked, with the deployment's limits; None when this machine recognises by itself."""
    shared: RemoteConfig | None = django_settings.RECOGNITION_SERVER
    if own is None:
        return shared
    return replace(shared or RemoteConfig(""), base_url=own.base_url, api_key=own.api_key, model=own.model)


@dataclass(frozen=True, slots=True)
class UsedRecognizer:
    """What recognised `chunks` chunks of a recording. `precision` and `device` are empty for engines elsewhere.

    `steps` are sentences for people: why less than the configured model was used. None: it was the configured one.
    """

    model: str
    precision: str
    device: str
    device_label: str
    chunks: int
    steps: tuple[str, ...]


_DEVICES: Final = {"cuda": gettext_noop("karta graficzna"), "cpu": gettext_noop("procesor")}
_REASONS: Final = {
    "out_of_memory": gettext_noop("Zabrakło pamięci; dalej: {way}."),
    "model_unavailable": gettext_noop("Nie udało się pobrać modelu; dalej: {way}."),
    "precision_unsupported": gettext_noop("Karta nie liczy z tą dokładnością; dalej: {way}."),
    "device_unavailable": gettext_noop("Karta graficzna nie działa; dalej: {way}."),
}


def facts(result: Recognition) -> dict[str, object]:
    """What `ChunkResult.recognition` keeps of a chunk's recognition."""
    return {
        "model": result.model_id,
        "precision": result.precision,
        "device": result.device,
        "steps": [asdict(step) for step in result.degraded],
    }


def used_recognizers(chunks: Iterable[Mapping[str, Any]]) -> tuple[UsedRecognizer, ...]:
    """The facts of all chunks put together, the way most of them were done first."""
    counted: dict[tuple[str, str, str, tuple[str, ...]], int] = {}
    for chunk in chunks:
        if not chunk:
            continue  # recognised before it was kept
        steps = tuple(_sentence(step) for step in chunk["steps"])
        way = (chunk["model"], chunk["precision"], chunk["device"], steps)
        counted[way] = counted.get(way, 0) + 1
    return tuple(
        UsedRecognizer(model, precision, device, _device_label(device), count, steps)
        for (model, precision, device, steps), count in sorted(counted.items(), key=lambda item: -item[1])
    )


def stated_recognizers(stated: Iterable[Mapping[str, Any]]) -> tuple[UsedRecognizer, ...]:
    """What an imported transcript of this product says of itself (imports/own_json.py)."""
    return tuple(
        UsedRecognizer(
            entry["model"],
            entry["precision"],
            entry["device"],
            _device_label(entry["device"]),
            entry["chunks"],
            tuple(entry["steps"]),
        )
        for entry in stated
    )


def _sentence(step: Mapping[str, Any]) -> str:
    pieces = [step["model"], step["precision"], _device_label(step["device"])]
    batch = gettext("po %d naraz") % step["batch"]
    way = ", ".join([*(piece for piece in pieces if piece), batch])
    return gettext(_REASONS[step["reason"]]).format(way=way)


def _device_label(device: str) -> str:
    return gettext(_DEVICES[device]) if device in _DEVICES else device
