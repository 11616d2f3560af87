"""The job succeeds, but while it runs its status is a word that no document lists."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.scenario import BadInput, Plan, PlanRequest, Scenario, success

DEFAULT_WORD = "in_review"


def _make(request: PlanRequest) -> Plan:
    word = str(request.options.get("word", DEFAULT_WORD))
    if not word or len(word) > 64:
        raise BadInput("strange_word.word", word, "1 to 64 characters")
    plan = success(request)
    steps = tuple(
        replace(step, word=word) if step.phase == "running" else step for step in plan.steps
    )
    return replace(plan, steps=steps)


SCENARIO = Scenario(
    "strange_word",
    "succeeds, but while it runs its status is a word that no document lists",
    _make,
    {"word": f"that word; {DEFAULT_WORD} by default"},
    breaks="words_are_documented",
)
