"""An assertion that fails says what was expected, what was seen, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from mockserver.domain.input.errors import BadInput

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock


def submit(reelmock: Reelmock, times: int = 1) -> None:
    for _ in range(times):
        httpx.post(
            reelmock.base_url("apiyi") + "/v1/videos",
            json={"model": "veo-3.1", "prompt": "a cat"},
            headers={"authorization": reelmock.api_key},
            trust_env=False,
        )


def test_spending_within_the_limit_passes(reelmock: Reelmock) -> None:
    submit(reelmock)
    reelmock.assert_spent(max=0.25)
    reelmock.assert_spent(max=0.25, provider="apiyi")


def test_spending_too_much_lists_every_job(reelmock: Reelmock) -> None:
    submit(reelmock, 2)
    with pytest.raises(AssertionError) as failed:
        reelmock.assert_spent(max=0.25)
    assert "spent 0.5 USD, expected at most 0.25" in str(failed.value)
    assert str(failed.value).count("apiyi video_") == 2


def test_spending_at_one_provider_is_in_its_own_unit(reelmock: Reelmock) -> None:
    submit(reelmock)
    with pytest.raises(AssertionError, match=r"spent 0\.25 USD"):
        reelmock.assert_spent(max=0.1, provider="apiyi")
    with pytest.raises(BadInput, match="apiyi"):
        reelmock.assert_spent(max=1, provider="apiy")


def test_a_call_that_was_made_passes(reelmock: Reelmock) -> None:
    submit(reelmock, 2)
    reelmock.assert_called("apiyi.create")
    reelmock.assert_called("apiyi.create", times=2)
    reelmock.assert_called("apiyi.status", times=0)


def test_a_call_that_was_not_made_lists_those_that_were(reelmock: Reelmock) -> None:
    submit(reelmock)
    with pytest.raises(AssertionError) as failed:
        reelmock.assert_called("apiyi.status")
    assert "apiyi.create: 1" in str(failed.value)


def test_a_client_that_missed_the_sandbox_is_told_to_check_url_and_key(reelmock: Reelmock) -> None:
    with pytest.raises(AssertionError, match="check base URL and key"):
        reelmock.assert_called("apiyi.create")


def test_an_operation_that_does_not_exist_is_refused_with_the_nearest(reelmock: Reelmock) -> None:
    with pytest.raises(BadInput, match=r"apiyi\.create"):
        reelmock.assert_called("apiyi.creat")


def test_a_client_that_made_no_call_has_shown_nothing(reelmock: Reelmock) -> None:
    with pytest.raises(AssertionError, match="nothing to judge: check base URL and key"):
        reelmock.assert_no_findings()


def test_a_client_that_did_nothing_wrong_passes(reelmock: Reelmock) -> None:
    url = reelmock.base_url("apiyi") + "/v1/models"
    httpx.get(url, headers={"authorization": reelmock.api_key}, trust_env=False)
    reelmock.assert_no_findings()


def test_a_finding_that_does_not_exist_cannot_be_ignored(reelmock: Reelmock) -> None:
    submit(reelmock)
    with pytest.raises(BadInput, match="did you mean 'key_in_url'"):
        reelmock.assert_no_findings(ignore=["key_in_ur"])


def test_a_finding_says_why_and_how_to_mend_it(reelmock: Reelmock) -> None:
    httpx.get(
        reelmock.base_url("apiyi") + "/v1/videos/undefined",
        headers={"authorization": reelmock.api_key},
        trust_env=False,
    )
    with pytest.raises(AssertionError) as failed:
        reelmock.assert_no_findings(ignore=["key_in_url"])
    text = str(failed.value)
    assert "error: ignored_envelope_code" in text
    assert "why:" in text
    assert "correct:" in text
    assert "ignored, but not found: key_in_url" in text
    reelmock.assert_no_findings(ignore=["ignored_envelope_code"])
