"""Vectors from an OpenAI-compatible server, through the `openai` package; loaded only when one is configured."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import openai

from council.errors import CouncilError
from speech.engine.addresses import is_this_machine
from transcripts.embedding.base import Vector, checked_size, clean

_REQUEST_TEXTS: Final = 64  # per request
_TIMEOUT_S: Final = 30.0


class ServerEmbedder:
    """Any server that speaks OpenAI's `/v1/embeddings`."""

    def __init__(self, *, base_url: str, api_key: str, model: str) -> None:
        self.model = model
        self._base_url = base_url
        self._api_key = api_key or "not-needed"
        # The e5 family was trained with these prefixes and is much worse without them (its model card); a server does
        # not add them. Others get the bare text.
        prefixed = "e5" in model.lower()
        self._query_prefix, self._passage_prefix = ("query: ", "passage: ") if prefixed else ("", "")

    @cached_property
    def _client(self) -> openai.OpenAI:
        """Made at first use: forked children must not share its connections. Proxies are for other machines."""
        http_client = openai.DefaultHttpx2Client(follow_redirects=False, trust_env=not is_this_machine(self._base_url))
        return openai.OpenAI(
            base_url=self._base_url,
            api_key=self._api_key,
            timeout=_TIMEOUT_S,
            max_retries=1,
            http_client=http_client,
        )

    def query(self, text: str) -> Vector:
        return self._embed([self._query_prefix + clean(text)])[0]

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), _REQUEST_TEXTS):
            batch = [self._passage_prefix + clean(text) for text in texts[start : start + _REQUEST_TEXTS]]
            vectors.extend(self._embed(batch))
        return vectors

    def _embed(self, texts: list[str]) -> list[Vector]:
        try:
            answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        except openai.OpenAIError as error:
            raise CouncilError("embeddings_unavailable", retryable=True, detail=str(error)) from error
        if len(answer.data) != len(texts):
            raise CouncilError("embeddings_unavailable", detail=f"{len(answer.data)} vectors for {len(texts)} texts")
        return [checked_size(item.embedding) for item in sorted(answer.data, key=lambda item: item.index)]
