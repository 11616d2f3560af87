"""A filter that no entry can match is a slip, and is told so."""

import httpx
import pytest


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [("kind=exchnge", "exchange"), ("provider=kei", "kie"), ("call_phase=pol", "poll")],
)
def test_a_word_that_no_entry_has_names_the_nearest_one(
    client: httpx.Client, query: str, suggestion: str
) -> None:
    reply = client.get(f"/_mock/v1/sandboxes/current/journal?{query}")
    assert reply.status_code == 422
    assert f"did you mean '{suggestion}'?" in reply.json()["detail"]
