"""One test for a whole family of faults: the client fails with its own error, and pays once."""

import pytest

from clientlib import Client, Pace, VideoError


@pytest.mark.reelmock_faults("http_error", "reset", "truncated_json", phases="poll", times=1)
def test_a_bad_answer_while_polling_is_survived(reelmock):
    with _client(reelmock) as client:
        client.submit("a cat in a garden").wait(deadline=20)
    reelmock.assert_called("kie.generate", times=1)


@pytest.mark.reelmock(scenario="fail")
def test_a_job_that_fails_costs_nothing(reelmock):
    with _client(reelmock) as client, pytest.raises(VideoError):
        client.submit("a cat in a garden").wait(deadline=20)
    reelmock.assert_spent(max=0)


def test_a_creation_in_doubt_is_never_repeated(reelmock):
    reelmock.fault("truncated_json", times=1, when={"call_phase": "create"})
    with _client(reelmock) as client, pytest.raises(VideoError):
        client.submit("a cat in a garden")
    assert len(reelmock.tasks) == 1


def _client(reelmock):
    url, key = reelmock.base_url("kie"), reelmock.api_key
    return Client("kie", base_url=url, api_key=key, pace=Pace(0.01))
