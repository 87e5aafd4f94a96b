"""The best passages put in order by a model that reads question and passage together, where one is configured.

Spoken to as vLLM, llama.cpp, Infinity, LiteLLM and Jina do beside their OpenAI API: POST `{base}/rerank` with `model`,
`query`, `documents`; the answer's `results` hold `index` and `relevance_score`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.conf import settings

from council.errors import CouncilError
from speech.engine.addresses import is_this_machine
from transcripts.embedding.base import clean

PASSAGES: Final = 30
"""How many are read; a cross-encoder reads each anew, so this is what it costs."""
_TIMEOUT_S: Final = 5.0
_PASSAGE_CHARS: Final = 2_000


def is_configured() -> bool:
    return bool(settings.RERANKER_BASE_URL)


def order(question: str, passages: Sequence[str], *, egress_allowed: bool) -> list[int]:
    """Indexes of `passages`, best first; those that the server left out keep their order at the end. Blocks.

    Raises:
        CouncilError: "egress_off", "reranker_unavailable".
    """
    base_url = settings.RERANKER_BASE_URL
    if not egress_allowed and not is_this_machine(base_url):
        raise CouncilError("egress_off")
    import openai  # half a second of imports that a deployment without a reranker spares

    http_client = openai.DefaultHttpx2Client(follow_redirects=False, trust_env=not is_this_machine(base_url))
    wish = {
        "model": settings.RERANKER_MODEL or "default",
        "query": clean(question),
        "documents": [clean(passage)[:_PASSAGE_CHARS] for passage in passages],
        "top_n": len(passages),
    }
    try:
        with openai.OpenAI(
            base_url=base_url, api_key=settings.RERANKER_API_KEY or "not-needed", timeout=_TIMEOUT_S, max_retries=0,
            http_client=http_client,
        ) as client:  # fmt: skip
            answer = client.post("/rerank", body=wish, cast_to=object)
    except openai.OpenAIError as error:
        raise CouncilError("reranker_unavailable", detail=str(error)) from error
    scores = _scores(answer, len(passages))
    return sorted(range(len(passages)), key=lambda index: (-scores.get(index, float("-inf")), index))


def _scores(answer: object, count: int) -> dict[int, float]:
    results = answer.get("results") if isinstance(answer, dict) else None
    scores = {}
    for row in results if isinstance(results, list) else ():
        index, score = (row.get("index"), row.get("relevance_score")) if isinstance(row, dict) else (None, None)
        if type(index) is int and 0 <= index < count and isinstance(score, int | float) and score == score:  # no NaN
            scores[index] = float(score)
    if not scores:
        raise CouncilError("reranker_unavailable", detail="no results")
    return scores
