"""Numbers that are none, or longer than any: each is named, and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mockserver.control import Control

DIGITS = "9" * 5000
STRANGE = ["nan", "inf", "-inf", DIGITS]


def _whole_video(client: httpx.Client, control: Control) -> str:
    body = {"prompt": "a cat [mock:instant]", "model": "veo3_fast"}
    task_id = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
    [file] = [one for one in control.task(task_id).files if one["variant"] == "720p"]
    return str(file["url"])


@pytest.fixture
def control(client: httpx.Client, key: str) -> Iterator[Control]:
    client.get("/apiyi/v1/models")
    with Control(str(client.base_url), key=key) as control:
        yield control


@pytest.mark.parametrize("span", [f"0-{DIGITS}", f"{DIGITS}-", f"-{DIGITS}"])
def test_a_range_of_thousands_of_digits_is_ignored(
    client: httpx.Client, control: Control, span: str
) -> None:
    url = _whole_video(client, control)
    whole = client.get(url)
    asked = client.get(url, headers={"range": f"bytes={span}"})
    assert (asked.status_code, asked.content) == (200, whole.content)


@pytest.mark.parametrize("given", STRANGE)
@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "http_error", "with": {"status": "?"}},
        {"fault": "media_truncated", "with": {"at": "?"}},
        {"fault": "quota_requests", "with": {"limit": "?"}},
        {"fault": "latency", "with": {"delay": "?"}},
        {"fault": "http_error", "when": {"call": "?"}},
        {"fault": "http_error", "until": "?"},
        {"fault": "stream_stall", "when": {"chunk": "?"}},
    ],
    ids=lambda rule: "-".join(rule),
)
def test_a_rule_with_a_number_that_is_none_is_refused(
    client: httpx.Client, control: Control, rule: dict[str, object], given: str
) -> None:
    filled = {
        name: {k: given for k in value} if isinstance(value, dict) else value
        for name, value in rule.items()
    }
    if "until" in filled:
        filled["until"] = given
    refused = client.post("/_mock/v1/sandboxes/current/faults", json=filled)
    assert refused.status_code == 422
    assert len(refused.content) < 2000


def test_a_made_up_stamp_revives_no_expired_link(client: httpx.Client, control: Control) -> None:
    url = _whole_video(client, control)
    folder, _, name = url.rpartition("/")
    assert client.get(url).status_code == 200
    control.advance(to="url_expiry")
    expired = client.get(url)
    assert (expired.status_code, b"<Code>AccessDenied</Code>" in expired.content) == (403, True)
    revived = client.get(f"{folder}/until-9999999999999/{name}")
    assert revived.status_code == 403


def test_the_media_host_says_in_its_own_words_that_there_is_no_such_video(
    client: httpx.Client, control: Control
) -> None:
    url = _whole_video(client, control)
    missing = client.get(url.rpartition("/")[0] + "/nothing.mp4")
    assert (missing.status_code, b"<Code>NoSuchKey</Code>" in missing.content) == (404, True)


@pytest.mark.parametrize("fault", ["hang_up", "reset"])
def test_what_ends_a_connection_takes_no_silence(
    client: httpx.Client, control: Control, fault: str
) -> None:
    rule = {"fault": fault, "with": {"for": "5s"}}
    refused = client.post("/_mock/v1/sandboxes/current/faults", json=rule)
    assert (refused.status_code, refused.json()["field"]) == (422, "with.for")
    assert client.get("/apiyi/v1/models").status_code == 200
