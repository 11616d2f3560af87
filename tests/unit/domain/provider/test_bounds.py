"""How much of a submission is kept."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.domain.input.errors import REASON_CHARS, Refusal
from mockserver.domain.provider.bounds import MAX_PROMPT_BYTES, MAX_REST_BYTES, check_size
from mockserver.domain.provider.command import Read, Submit, UpgradeVideo
from mockserver.providers.apiyi.models import BY_NAME

TIMING = next(iter(BY_NAME.values())).timing


def submission(**changes: Any) -> Submit:
    return Submit(
        **({"model": "m", "prompt": "a cat", "price_micros": 1, "timing": TIMING} | changes)
    )


@pytest.mark.parametrize("letter", ["a", "猫"])
def test_a_prompt_is_kept_whole_up_to_the_bound_and_refused_above(letter: str) -> None:
    most = MAX_PROMPT_BYTES // len(letter.encode())
    check_size(submission(prompt=letter * most))
    with pytest.raises(Refusal, match=r"prompt: got 6\d+ bytes, expected at most 65536"):
        check_size(submission(prompt=letter * (most + 1)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"params": {"note": "x" * MAX_REST_BYTES}}, "note"),
        ({"params": {"note": "x" * 40_000, "other": "y" * 50_000}}, "other"),
        ({"images": ("https://a.example/" + "x" * MAX_REST_BYTES,)}, "images"),
        ({"callback_url": "https://a.example/" + "x" * MAX_REST_BYTES}, "callback"),
    ],
)
def test_what_else_a_submission_holds_is_bounded_together(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refusal, match=f"{field}: got ") as refused:
        check_size(submission(**changes))
    assert refused.value.kind == "too_large"


def test_a_prompt_that_is_echoed_counts_once() -> None:
    prompt = "a" * 60_000
    check_size(submission(prompt=prompt, params={"prompt": prompt, "model": "veo3"}))


def test_an_upgrade_s_callback_is_bounded_and_what_is_only_read_is_not_looked_at() -> None:
    with pytest.raises(Refusal, match="callback: got "):
        check_size(UpgradeVideo("t", "4k", 1, callback_url="https://a.example/" + "x" * 70_000))
    check_size(Read("x" * 70_000))


def test_a_reason_is_clipped_whatever_it_names() -> None:
    assert len(Refusal("k", "x" * 10_000).reason) == REASON_CHARS
