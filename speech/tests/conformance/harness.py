"""What every probe is made of; see probes.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import openai

IMPLEMENTED, IGNORED, REFUSED = "implemented", "ignored", "refused"


class Client(NamedTuple):
    """`api` is typed loosely: its types differ between versions of the package."""

    api: Any
    root: str
    sound: Path
    key: str


@dataclass(frozen=True)
class Probe:
    route: str
    option: str
    state: str
    run: Callable[[Client], None]


PROBES: list[Probe] = []


def probe(route: str, option: str, state: str = IMPLEMENTED) -> Callable[[Callable[[Client], None]], None]:
    def add(run: Callable[[Client], None]) -> None:
        PROBES.append(Probe(route, option, state, run))

    return add


def check(holds: object, what: object = "") -> None:
    if not holds:
        raise AssertionError(what)


def refused(call: Callable[[], object], *, status: int, param: str | None = None) -> None:
    try:
        answer = call()
    except openai.APIStatusError as error:
        check(error.status_code == status, f"{error.status_code} instead of {status}: {error.message}")
        check(error.request_id, "no request id")
        check(param is None or error.param == param, f"param is {error.param}")
        return
    raise AssertionError(f"not refused: {answer}")


def sent(client: Client, path: str, part: str = "file", **fields: Any) -> Any:
    """A form that the client has no method for."""
    options = {"headers": {"Content-Type": "multipart/form-data"}}
    files = [(part, ("upload", client.sound.read_bytes()))]
    return client.api.post(path, body=fields, files=files, options=options, cast_to=object)
