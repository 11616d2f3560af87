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
        {"fault": "http_error", "times": "?"},
        {"fault": "http_error", "skip": "?"},
        {"fault": "http_error", "probability": "?"},
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
    for name in ("until", "times", "skip", "probability"):
        if name in filled:
            filled[name] = given
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


@pytest.mark.parametrize("given", ["1e999", DIGITS, "-" + DIGITS])
@pytest.mark.parametrize("field", ["times", "skip", "probability", "with.status", "when.call"])
def test_a_rule_with_a_json_number_beyond_all_measure_is_refused(
    client: httpx.Client, control: Control, field: str, given: str
) -> None:
    outer, _, inner = field.partition(".")
    value = f'{{"{inner}": {given}}}' if inner else given
    text = f'{{"fault": "http_error", "{outer}": {value}}}'
    refused = client.post("/_mock/v1/sandboxes/current/faults", content=text)
    assert (refused.status_code, refused.json()["title"]) == (400, "Bad request")


CALLS = [
    ("POST", "/clock/advance", '{"by": "?"}', "by"),
    ("PUT", "/clock", '{"mode": "real", "rate": "?"}', "rate"),
    ("PATCH", "", '{"patience_ms": "?"}', "patience_ms"),
    ("PATCH", "", '{"speed": "?"}', "speed"),
    ("PUT", "/scenario", '{"name": "slow", "options": {"factor": "?"}}', "slow.factor"),
    ("PUT", "/balance", '{"kie": "?"}', "body"),
    ("GET", "/journal?after=?", "", "after"),
    ("GET", "/journal?limit=?", "", "limit"),
]
SANDBOX = "/_mock/v1/sandboxes/current"


@pytest.mark.parametrize("given", [*STRANGE, "1e999", "\uff11\uff12"])
@pytest.mark.parametrize(("method", "path", "body", "field"), CALLS)
def test_a_control_call_names_a_number_that_is_none(
    client: httpx.Client,
    control: Control,
    method: str,
    path: str,
    body: str,
    field: str,
    given: str,
) -> None:
    where, content = SANDBOX + path.replace("=?", f"={given}"), body.replace("?", given)
    refused = client.request(method, where, content=content.encode())
    assert (refused.status_code, refused.json().get("field")) == (422, field)
    assert len(refused.content) < 2000


@pytest.mark.parametrize("given", [*STRANGE, "1e999"])
@pytest.mark.parametrize("call", [call for call in CALLS if call[2]])
def test_what_json_has_no_number_for_is_no_json(
    client: httpx.Client, control: Control, call: tuple[str, str, str, str], given: str
) -> None:
    method, path, body, _ = call
    refused = client.request(method, SANDBOX + path, content=body.replace('"?"', given))
    assert (refused.status_code, refused.json()["title"]) == (400, "Bad request")


@pytest.mark.parametrize("given", ["9" * 19, "9" * 300, "9" * 400])
@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        *[call for call in CALLS if call[2]],
        ("POST", "/faults", '{"fault": "http_error", "times": "?"}', "times"),
        ("POST", "/faults", '{"fault": "http_error", "skip": "?"}', "skip"),
        ("POST", "/faults", '{"fault": "http_error", "with": {"status": "?"}}', "with.status"),
        ("POST", "/faults", '{"fault": "http_error", "when": {"call": "?"}}', "when.call"),
    ],
)
def test_a_number_that_json_can_say_and_nobody_can_count_to_is_refused(
    client: httpx.Client,
    control: Control,
    method: str,
    path: str,
    body: str,
    field: str,
    given: str,
) -> None:
    refused = client.request(method, SANDBOX + path, content=body.replace('"?"', given))
    assert refused.status_code == 422, refused.text
    named = refused.json()["field"]
    # A number beyond any float is refused before it is known whose balance it is.
    assert named == ("kie" if field == "body" and len(given) < 400 else field)
    assert len(refused.content) < 2000
