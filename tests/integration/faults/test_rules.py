"""Fault rules over the control API and `X-Mock-Fault`, seen by a client over a real socket."""

import httpx

JOB = {"model": "veo-3.1", "prompt": "a cat"}


def set_rule(client: httpx.Client, **rule: object) -> None:
    added = client.post("/_mock/v1/sandboxes/current/faults", json=rule)
    assert added.status_code == 201, added.text


def test_a_rule_strikes_as_often_as_it_says_and_is_healed_then(client: httpx.Client) -> None:
    set_rule(client, fault="http_error", times=1, when={"operation": "create"})
    assert client.post("/apiyi/v1/videos", json=JOB).status_code == 500
    assert client.post("/apiyi/v1/videos", json=JOB).status_code == 200
    (rule,) = client.get("/_mock/v1/faults").json()["rules"]
    assert (rule["matched"], rule["struck"], rule["held_back"]) == (2, 1, {"spent": 1})
    assert rule["state"] == "spent"


def test_a_refused_creation_leaves_nothing_stored(client: httpx.Client) -> None:
    refused = client.post("/apiyi/v1/videos", json=JOB, headers={"X-Mock-Fault": "http_error"})
    assert refused.json()["error"]["code"] == "server_error"
    tasks = client.get("/_mock/v1/sandboxes/current/tasks").json()
    assert tasks["tasks"] == []


def test_an_accepted_creation_is_stored_although_its_reply_is_an_error(
    client: httpx.Client,
) -> None:
    headers = {"X-Mock-Fault": "http_error status=502 accepted=true"}
    refused = client.post("/apiyi/v1/videos", json=JOB, headers=headers)
    assert refused.status_code == 502
    assert "nginx" in refused.text
    assert len(client.get("/_mock/v1/sandboxes/current/tasks").json()["tasks"]) == 1


def test_a_bad_header_gets_the_providers_own_400_with_the_reason(client: httpx.Client) -> None:
    refused = client.post("/apiyi/v1/videos", json=JOB, headers={"X-Mock-Fault": "http_eror"})
    assert refused.status_code == 400
    assert refused.json()["error"]["type"] == "invalid_request_error"
    assert "did you mean 'http_error'" in refused.headers["x-mock-reason"]


def test_a_rule_that_never_matched_says_which_call_came_nearest(client: httpx.Client) -> None:
    set_rule(client, fault="http_error", id="other", when={"model": "veo-3.1-fast"})
    set_rule(client, fault="http_error", id="fifth", when={"operation": "status", "attempt": 5})
    set_rule(client, fault="http_error", id="seventh", when={"operation": "status", "call": 7})
    task_id = client.post("/apiyi/v1/videos", json=JOB).json()["id"]
    for _ in range(3):
        assert client.get(f"/apiyi/v1/videos/{task_id}").status_code == 200
    rules = {rule["id"]: rule for rule in client.get("/_mock/v1/faults").json()["rules"]}
    assert rules["other"]["nearest"].endswith("model was veo-3.1, not veo-3.1-fast")
    assert rules["fifth"]["nearest"] == "attempt 5 is meant, and 3 attempts came"
    assert rules["seventh"]["nearest"] == "call 7 is meant, and 3 calls came"


def test_a_rule_that_was_applied_has_nothing_to_explain(client: httpx.Client) -> None:
    set_rule(client, fault="http_error", when={"operation": "create"})
    assert client.post("/apiyi/v1/videos", json=JOB).status_code == 500
    (rule,) = client.get("/_mock/v1/faults").json()["rules"]
    assert rule["nearest"] == ""


def test_a_quota_of_polls_that_may_refuse_once_lets_in_what_it_allows_and_then_refuses_once(
    client: httpx.Client,
) -> None:
    window = {"limit": 2, "window": "2s"}
    set_rule(
        client, fault="quota_requests", **{"with": window}, when={"operation": "status"}, times=1
    )
    video = client.post("/apiyi/v1/videos", json=JOB).json()["id"]
    polls = [client.get(f"/apiyi/v1/videos/{video}").status_code for _ in range(4)]
    assert polls == [200, 200, 429, 200]
    (rule,) = client.get("/_mock/v1/faults").json()["rules"]
    assert (rule["applied"], rule["struck"]) == (1, 1)
