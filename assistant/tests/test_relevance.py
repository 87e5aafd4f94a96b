"""Whether the evidence answers a question at all, by words alone; recognised speech misspells them."""

from __future__ import annotations

from uuid import UUID

import pytest

from assistant.relevance import judge
from assistant.retrieval import Piece
from transcripts.search import HitSegment


def piece(*sentences: str) -> Piece:
    segments = tuple(HitSegment(i * 20_000, i * 20_000 + 3_000, text, "") for i, text in enumerate(sentences))
    return Piece(1, UUID(int=1), "XXIII sesja", None, "", segments, similarity=0.85)


TALK = piece(
    "Chorał gregoriański jest wykonywany podczas uroczystych na Bożeństw.",
    "Droga do Brzózek jest dziurawa od lat.",
    "Wkład własny pochodzi z wolnych środków.",
)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Co jest wykonywane podczas uroczystych nabożeństw?", "Chorał"),  # a word that the recogniser wrote in two
        ("Jaka jest droga do Brzózek?", "dziurawa"),
        ("Skąd pochodzi wkład własny?", "wolnych środków"),
    ],
)
def test_a_question_in_the_words_of_the_talk_is_answered(question: str, quote: str) -> None:
    judgement = judge(question, [TALK])
    assert judgement.answers, judgement.reason
    assert quote in judgement.choices[0].place.text


@pytest.mark.parametrize(
    "question",
    ["Ile kosztowała nowa remiza?", "Kto zaśpiewał hymn na otwarciu stadionu?", "Czy droga do Lipowca jest równa?"],
)
def test_a_question_about_something_else_is_refused(question: str) -> None:
    assert not judge(question, [TALK]).answers
