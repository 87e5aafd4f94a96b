"""What the search tests share: an embedder that needs no model, and recordings that are ready to be searched."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import pytest
from django.utils import timezone

from council.models import Council
from council.tenancy import tenant_scope
from transcripts import embedding, lexemes
from transcripts.models import EMBEDDING_DIMENSIONS, Passage, Recording, RecordingState, SourceKind
from transcripts.passages import Said, build_passages

SAME_MEANING = {"śmieci": "odpady", "komunalne": "odpady"}


class WordEmbedder:
    """Texts with the same words get the same direction; words of SAME_MEANING count as the same word."""

    model = "words-of-the-tests"

    def query(self, text: str) -> embedding.Vector:
        vector = [0.001] * EMBEDDING_DIMENSIONS
        for word in text.lower().replace("?", " ").replace(".", " ").replace(",", " ").split():
            meaning = SAME_MEANING.get(word, word)
            vector[int(hashlib.sha256(meaning.encode()).hexdigest(), 16) % EMBEDDING_DIMENSIONS] += 1.0
        return vector

    def passages(self, texts: Sequence[str]) -> list[embedding.Vector]:
        return [self.query(text) for text in texts]


def asked_in_words(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """From now on the product asks a `WordEmbedder`."""
    words = WordEmbedder()
    monkeypatch.setattr(embedding, "embedder", lambda own=None, *, egress_allowed: words)
    monkeypatch.setattr(embedding, "configured_model", lambda own=None: words.model)
    return words


def searchable(
    council: Council,
    turns: Sequence[tuple[str, str]],
    *,
    title: str = "Sesja XXIII",
    held_on: date | None = date(2026, 3, 26),
    published: bool = False,
    embedder: embedding.Embedder | None = None,
) -> Recording:
    """A ready recording with passages made of (speaker, text) turns of ten seconds, by the product's own code."""
    said = [Said(n * 10_000, (n + 1) * 10_000, text, speaker, []) for n, (speaker, text) in enumerate(turns)]
    passages = build_passages(said, title=title, held_on=held_on)
    vectors = embedder.passages([f"{p.header}\n{p.text}" for p in passages]) if embedder else [None] * len(passages)
    with tenant_scope(council.pk):
        recording = Recording.objects.create(
            council=council, title=title, held_on=held_on, source_kind=SourceKind.TRANSCRIPT,
            state=RecordingState.READY, published_at=timezone.now() if published else None,
        )  # fmt: skip
        for index, (passage, vector) in enumerate(zip(passages, vectors, strict=True)):
            words = lexemes.document_lexemes(passage.header, passage.text)
            Passage.objects.create(
                council=council, recording=recording, index=index, start_ms=passage.start_ms, end_ms=passage.end_ms,
                speaker=passage.speaker, header=passage.header, text=passage.text, pieces=passage.pieces,
                lexemes=words.vector, lexeme_count=words.count, embedding=vector,
                embedding_model=embedder.model if embedder else "",
            )  # fmt: skip
    return recording
