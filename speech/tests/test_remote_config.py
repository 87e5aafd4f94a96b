"""A deployment's choice of server: a wrong one is a sentence at the start, a right one makes the recogniser."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from speech.engine.recognizers.asr_webservice import AsrWebserviceRecognizer
from speech.engine.recognizers.build import RecognizerConfig, build_recognizer
from speech.engine.recognizers.openai_api import OpenAiApiRecognizer
from speech.engine.recognizers.remote_config import RemoteConfig, check_remote

GOOD = RemoteConfig("https://api.openai.com/v1/", "sk-1", "whisper-1")


def test_a_good_choice_loses_only_its_last_slash() -> None:
    assert check_remote("openai_api", GOOD) == replace(GOOD, base_url="https://api.openai.com/v1")
    assert check_remote("asr_webservice", RemoteConfig("http://10.0.0.5:9000")).base_url == "http://10.0.0.5:9000"


@pytest.mark.parametrize(
    ("kind", "changed", "setting"),
    [
        ("openai_api", {"base_url": ""}, "TRANSCRIPTION_BASE_URL=''"),
        ("openai_api", {"base_url": "api.openai.com/v1"}, "TRANSCRIPTION_BASE_URL='api.openai.com/v1'"),
        ("openai_api", {"base_url": "ftp://host/v1"}, "TRANSCRIPTION_BASE_URL"),
        ("openai_api", {"base_url": "http://host:99999/v1"}, "TRANSCRIPTION_BASE_URL"),
        ("openai_api", {"base_url": "http://[::1/v1"}, "TRANSCRIPTION_BASE_URL"),
        ("openai_api", {"base_url": "http://host/v1?key=1"}, "TRANSCRIPTION_BASE_URL"),
        ("asr_webservice", {"base_url": ""}, "ASR_BASE_URL=''"),
        ("asr_webservice", {"base_url": "http:// asr"}, "ASR_BASE_URL"),
        ("openai_api", {"model": ""}, "TRANSCRIPTION_MODEL"),
        ("openai_api", {"api_key": "zażółć"}, "TRANSCRIPTION_API_KEY"),
        ("openai_api", {"api_key": "a\nb"}, "TRANSCRIPTION_API_KEY"),
        ("asr_webservice", {"min_speakers": 5, "max_speakers": 2}, "ASR_MAX_SPEAKERS=2"),
    ],
)
def test_a_wrong_choice_is_named(kind: str, changed: dict[str, object], setting: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        check_remote(kind, replace(GOOD, **changed))  # type: ignore[arg-type]
    assert setting in str(caught.value)
    assert "zażółć" not in str(caught.value)


def test_the_kind_makes_its_recogniser(tmp_path: Path) -> None:
    made = build_recognizer(RecognizerConfig(tmp_path, "openai_api", remote=GOOD))
    assert isinstance(made, OpenAiApiRecognizer)
    assert (made.name, made.model_id) == ("openai_api", "whisper-1")
    other = build_recognizer(RecognizerConfig(tmp_path, "asr_webservice", remote=GOOD))
    assert isinstance(other, AsrWebserviceRecognizer)
    assert other.name == "asr_webservice"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CHUNK_LIMIT": "20M"}, "CHUNK_LIMIT='20M'"),
        ({"CHUNK_LIMIT": "1h30"}, "CHUNK_LIMIT='1h30'"),
        ({"CHUNK_SIZE_MB": "twenty"}, "CHUNK_SIZE_MB='twenty'"),
        ({"CHUNK_OVERLAP_SECONDS": "-1"}, "CHUNK_OVERLAP_SECONDS='-1'"),
        ({"RECOGNIZER": "openai_api"}, "TRANSCRIPTION_BASE_URL=''"),
        ({"RECOGNIZER": "openai"}, "RECOGNIZER='openai'"),
        ({"RECOGNIZER": "asr_webservice", "ASR_BASE_URL": "asr:9000"}, "ASR_BASE_URL='asr:9000'"),
    ],
)
def test_the_product_does_not_start_with_a_wrong_setting(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env={"PATH": os.defpath, "DATA_DIR": str(tmp_path), **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert f"config.env.ConfigError: {sentence}" in done.stderr
