"""What a failure of yt-dlp means for a person. yt-dlp states most of its reasons in English sentences only."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from yt_dlp.networking.exceptions import CertificateVerifyError, TransportError
from yt_dlp.utils import ContentTooShortError, GeoRestrictedError, UnsupportedError, UserNotLive

from council.errors import CouncilError

_STATUS: Final = re.compile(r"HTTP Error (\d{3})")
_LOGIN_PATH: Final = re.compile(r"log-?_?in|sign-?_?in|logowanie|zaloguj|/auth\b|/sso\b", re.IGNORECASE)
# In the order they are tried; the sentences are yt-dlp's own and those of the sites it quotes.
_SENTENCES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("link_upcoming", re.compile(r"premieres? in|will begin in|not (yet )?(started|begun|aired)", re.I)),
    ("link_processing", re.compile(r"live (event|stream) has ended|processing this video", re.I)),
    ("link_removed", re.compile(r"live stream recording is not available", re.I)),
    ("link_live", re.compile(r"live event|currently live", re.I)),
    (
        "link_bot_wall",
        re.compile(r"not a bot|captcha|unusual traffic|too many requests|rate.?limit|not available on this app", re.I),
    ),
    ("link_age", re.compile(r"confirm your age|age.restricted|inappropriate for some users", re.I)),
    ("link_members_only", re.compile(r"members[- ]only|join this channel|subscribers? only|channel.s members", re.I)),
    ("link_private", re.compile(r"private video|video is private|is private\b", re.I)),
    ("link_geo_blocked", re.compile(r"your (country|region|location)|geo.?(restrict|block)", re.I)),
    ("link_login", re.compile(r"log(ged)?[ -]?in|sign in|--cookies|password|authenticat|registered", re.I)),
    ("link_removed", re.compile(r"removed|deleted|terminated|no longer (available|exist)|taken down", re.I)),
    ("link_dead", re.compile(r"unavailable|does(n't| not) exist|no longer|not found", re.I)),
    ("media_empty", re.compile(r"did not get any data blocks|downloaded file is empty", re.I)),
    ("link_unsupported", re.compile(r"unsupported url|no video formats|DRM|not a valid url|extractor error", re.I)),
)


def error_for(error: BaseException, *, has_begun: bool) -> CouncilError:
    """The product's error for a failure inside yt-dlp.

    Args:
        error: what was caught.
        has_begun: True when media bytes had arrived; a failure of the network is then an interruption that another
            attempt may get over, whatever its form (an expired link, a missing segment, a closed connection).
    """
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, CouncilError):
            return cause
    detail = " | ".join(dict.fromkeys(str(cause) for cause in causes))
    if any(getattr(cause, "errno", None) in {errno.ENOSPC, errno.EDQUOT} for cause in causes) or "Errno 28" in detail:
        return CouncilError("storage_full", retryable=True, detail=detail)
    status = _STATUS.search(detail)
    if status is not None:
        return _error_for_status(int(status.group(1)), detail, has_begun=has_begun)
    if has_begun and not any(pattern.search(detail) for code, pattern in _SENTENCES if code == "media_empty"):
        return CouncilError("link_interrupted", retryable=True, detail=detail)
    return _error_for_kind(causes, detail)


def _error_for_status(status: int, detail: str, *, has_begun: bool) -> CouncilError:
    if has_begun:
        return CouncilError("link_interrupted", retryable=True, detail=detail)
    if status == 429:
        return CouncilError("link_bot_wall", retryable=True, detail=detail)
    if status == 410:
        return CouncilError("link_removed", detail=detail)
    if status == 451:
        return CouncilError("link_geo_blocked", detail=detail)
    if status in {401, 402, 403, 407}:
        return CouncilError("link_login", detail=detail)
    return CouncilError("link_dead", retryable=status in {408, 425} or status >= 500, detail=detail)


def _error_for_kind(causes: list[BaseException], detail: str) -> CouncilError:
    for cause in causes:
        if isinstance(cause, UnsupportedError):
            is_login = _LOGIN_PATH.search(urlsplit(cause.url).path) is not None  # where redirects ended
            return CouncilError("link_login" if is_login else "link_unsupported", detail=detail)
        if isinstance(cause, GeoRestrictedError):
            return CouncilError("link_geo_blocked", detail=detail)
        if isinstance(cause, UserNotLive):
            return CouncilError("link_upcoming", detail=detail)
        if isinstance(cause, CertificateVerifyError):
            return CouncilError("link_dead", detail=detail)
        if isinstance(cause, TransportError | ContentTooShortError | ConnectionError | TimeoutError):
            return CouncilError("link_dead", retryable=True, detail=detail)
    for code, pattern in _SENTENCES:
        if pattern.search(detail):
            return CouncilError(code, detail=detail)
    return CouncilError("link_unsupported", detail=detail)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all it says it came from, each once; yt-dlp keeps causes in attributes of its own."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        exc_info = getattr(current, "exc_info", None)
        waiting += [
            exc_info[1] if isinstance(exc_info, tuple) else None,
            getattr(current, "cause", None),
            current.__cause__,
            current.__context__,
        ]
