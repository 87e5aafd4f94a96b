"""What the sentences of yt-dlp and of the sites it knows mean; those sites cannot be asked in a test."""

from __future__ import annotations

import errno

import pytest
from yt_dlp.networking.exceptions import CertificateVerifyError, TransportError  # noqa: TID251 - what the room under test gets to see
from yt_dlp.utils import DownloadError, ExtractorError, GeoRestrictedError, YoutubeDLError  # noqa: TID251 - what the room under test gets to see

from transcripts.sources.ytdlp_errors import error_for


def as_raised(cause: BaseException) -> DownloadError:
    """The way YoutubeDL passes on what an extractor raised."""
    return DownloadError(f"ERROR: {cause}", (type(cause), cause, None))


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Private video. Sign in if you've been granted access to this video", "link_private"),
        ("Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies", "link_bot_wall"),
        ("Join this channel to get access to members-only content like this video", "link_members_only"),
        ("This video is only available for registered users", "link_login"),
        ("This video is protected by a password, use the --video-password option", "link_login"),
        ("Premieres in 3 hours", "link_upcoming"),
        ("This live event will begin in 20 minutes.", "link_upcoming"),
        ("This live event has ended.", "link_processing"),
        ("We're processing this video. Check back later.", "link_processing"),
        ("This live stream recording is not available.", "link_removed"),
        ("The web client only works when logged-in.", "link_login"),
        ("The following content is not available on this app.. Watch on the latest version", "link_bot_wall"),
        ("HTTP Error 410: Gone", "link_removed"),
        ("Video unavailable. This video has been removed by the uploader", "link_removed"),
        ("Video unavailable. This video is private", "link_private"),
        (
            "This video is no longer available because the YouTube account associated with it has been terminated",
            "link_removed",
        ),
        ("The uploader has not made this video available in your country", "link_geo_blocked"),
        ("Sign in to confirm your age. This video may be inappropriate for some users.", "link_age"),
        ("Video unavailable", "link_dead"),
        ("No video formats found!", "link_unsupported"),
        ("This video is DRM protected", "link_unsupported"),
        ("Requested format is not available", "link_unsupported"),
    ],
)
def test_sentence_of_an_extractor(sentence: str, code: str) -> None:
    error = error_for(as_raised(ExtractorError(sentence, expected=True)), has_begun=False)

    assert (error.code, error.retryable) == (code, False)


def test_recording_barred_in_this_country() -> None:
    assert error_for(as_raised(GeoRestrictedError("not from here")), has_begun=False).code == "link_geo_blocked"


def test_timeout_is_worth_another_attempt_and_a_bad_certificate_is_not() -> None:
    timeout = error_for(as_raised(ExtractorError("no", cause=TransportError("timed out"))), has_begun=False)
    certificate = error_for(as_raised(ExtractorError("no", cause=CertificateVerifyError("expired"))), has_begun=False)

    assert (timeout.code, timeout.retryable) == ("link_dead", True)
    assert (certificate.code, certificate.retryable) == ("link_dead", False)


@pytest.mark.parametrize("sentence", ["HTTP Error 403: Forbidden", "HTTP Error 404: Not Found", "read timed out"])
def test_failure_in_the_middle_is_an_interruption(sentence: str) -> None:
    error = error_for(DownloadError(f"ERROR: [download] Got error: {sentence}"), has_begun=True)

    assert (error.code, error.retryable) == ("link_interrupted", True)


def test_full_disk() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")

    assert error_for(full, has_begun=True).code == "storage_full"
    reported = YoutubeDLError("unable to write data: [Errno 28] No space left on device")
    assert error_for(reported, has_begun=True).code == "storage_full"
