"""Recorded traffic is judged like a live host."""

import base64
import json
from pathlib import Path

import pytest

import contracts
from contracts.verifier.main import Options, run

FIXTURES = Path(__file__).parents[3] / "fixtures"
JSON_UTF8 = "application/json;charset=UTF-8"


def entry(method, url, body, status=200, sent=None, kind=JSON_UTF8, at="2026-01-01T00:00:00Z"):
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    request = {"method": method, "url": url}
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"mimeType": kind, "text": text}
    reply = {"status": status, "content": content}
    return {"startedDateTime": at, "request": request, "response": reply}


def fixture(provider, name):
    return json.loads((FIXTURES / provider / name).read_text("utf-8"))


def verify(tmp_path, provider, entries, **given):
    file = tmp_path / "traffic.har"
    text = entries if isinstance(entries, str) else json.dumps({"log": {"entries": entries}})
    file.write_text(text, "utf-8")
    written, complaints = [], []
    status = run(
        Options(
            provider, har=file, reports=(("json", None),),
            write=written.append, complain=complaints.append, **given,
        )
    )  # fmt: skip
    report = json.loads("".join(written)) if written else None
    return status, report, "".join(complaints)


GENERATE = "https://api.kie.ai/api/v1/veo/generate"
RECORD = "https://api.kie.ai/api/v1/veo/record-info?taskId=x"
RUNNING = fixture("kie", "responses/record_generating_recorded.json")
DONE = fixture("kie", "responses/record_succeeded.json")
DONE["data"]["taskId"] = RUNNING["data"]["taskId"]


def failed(report):
    return {result["id"] for result in report["results"] if result["outcome"] == "fail"}


def test_conforming_traffic_conforms_and_its_dialect_is_told(tmp_path):
    sent = fixture("kie", "requests/generate_text.json")
    entries = [
        entry("POST", GENERATE, fixture("kie", "responses/generated.json"), sent=sent),
        entry("GET", RECORD, RUNNING),
        entry("GET", RECORD, DONE),
        entry("GET", "https://cdn.example/cat.png", "x", kind="image/png"),
    ]
    status, report, _ = verify(tmp_path, "kie", entries)
    assert (status, failed(report)) == (0, set())
    assert report["dialects"]["time"] == ["number", "string"]
    assert "3 of 4" in report["notes"][0]


def test_a_reply_that_deviates_is_told_with_its_entry(tmp_path):
    broken = {**RUNNING, "data": {**RUNNING["data"], "successFlag": "0"}}
    status, report, _ = verify(tmp_path, "kie", [entry("GET", RECORD, broken)])
    assert (status, failed(report)) == (1, {"har.reply"})
    assert "entry 0" in str(report["results"])


def test_a_history_that_runs_back_is_told(tmp_path):
    entries = [entry("GET", RECORD, DONE), entry("GET", RECORD, RUNNING)]
    status, report, _ = verify(tmp_path, "kie", entries)
    assert (status, failed(report)) == (1, {"har.history"})


def test_a_request_that_was_taken_although_it_does_not_conform_is_a_warning(tmp_path):
    reply = fixture("kie", "responses/generated.json")
    taken = [entry("POST", GENERATE, reply, sent={"model": "veo3"})]
    status, report, _ = verify(tmp_path, "kie", taken)
    assert (status, failed(report)) == (0, {"har.request"})
    refusal = fixture("kie", "responses/error_422_empty.json")
    refused = [entry("POST", GENERATE, refusal, sent={"model": "veo3"})]
    assert failed(verify(tmp_path, "kie", refused)[1]) == set()


def test_a_recorded_stream_is_judged(tmp_path):
    stream = (FIXTURES / "apiyi" / "streams" / "chat_n2.sse").read_text("utf-8")
    url = "http://127.0.0.1:8080/apiyi/v1/chat/completions"
    whole = entry("POST", url, stream, kind="text/event-stream")
    assert verify(tmp_path, "apiyi", [whole])[0] == 0
    cut = entry("POST", url, stream[:-20], kind="text/event-stream")
    assert verify(tmp_path, "apiyi", [cut])[0] == 1


def test_a_body_in_base64_is_read(tmp_path):
    one = entry("GET", RECORD, "")
    text = base64.b64encode(json.dumps(RUNNING).encode()).decode()
    one["response"]["content"] |= {"text": text, "encoding": "base64"}
    assert verify(tmp_path, "kie", [one])[0] == 0


def test_an_error_with_its_documented_status_conforms(tmp_path):
    body = fixture("apiyi", "responses/error.json")
    url = "https://api.apiyi.com/v1/videos/video_abc123"
    kind = "application/json"
    assert verify(tmp_path, "apiyi", [entry("GET", url, body, 401, kind=kind)])[0] == 0
    assert verify(tmp_path, "apiyi", [entry("GET", url, body, 200, kind=kind)])[0] == 1
    assert verify(tmp_path, "apiyi", [entry("GET", url, body, 418, kind=kind)])[0] == 1


ENTRY = '{"log":{"entries":[{"request":{"method":"GET","url":"%s"},"response":{"status":%%s}}]}}'
ENTRY %= RECORD


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"log":{}}', '{"log":{"entries":{}}}', '{"log":{"entries":[1]}}',
     '{"log":{"entries":[{"request":{"url":"http://["},"response":{}}]}}', "[" * 100_000,
     *(ENTRY % status for status in ('"2_00"', "true", "200.5", "1e999"))],
)  # fmt: skip
def test_a_file_that_is_no_har_is_refused_in_one_line(tmp_path, text):
    status, report, complaint = verify(tmp_path, "kie", text)
    assert (status, report) == (2, None)
    assert complaint.count("\n") == 1
    assert "HAR" in complaint


def test_a_har_without_a_call_of_the_provider_is_refused(tmp_path):
    elsewhere = [entry("GET", "https://a.example/", {})]
    assert "holds no call of kie" in verify(tmp_path, "kie", elsewhere)[2]
    assert verify(tmp_path, "kie", [])[0] == 2


def test_a_har_that_is_not_there_is_refused(tmp_path):
    complaints = []
    options = Options("kie", har=tmp_path / "none.har", complain=complaints.append)
    assert run(options) == 2
    assert "cannot read" in complaints[0]


@pytest.mark.parametrize(
    ("provider", "url", "judged"),
    [
        ("apiyi", "https://api.apiyi.com/v1/videos", True),
        ("kie", "https://api.kie.ai/api/v1/veo/generate", False),
    ],
)
def test_a_code_in_a_body_is_a_refusal_only_where_the_provider_refuses_so(
    tmp_path, provider, url, judged
):
    entries = [entry("POST", url, {"code": 7}, sent={"model": 5})]
    _, report, _ = verify(tmp_path, provider, entries)
    assert ("har.request" in failed(report)) == judged


def test_what_is_not_checked_is_told_once_with_its_reason(tmp_path):
    pictures = [entry("GET", "https://cdn.example/cat.png", "x") for _ in range(3)]
    unanswered = entry("GET", RECORD, RUNNING, status=0)
    called = entry("POST", "http://127.0.0.1:9/hook", "") | {"_reelmock": {"kind": "callback"}}
    entries = [entry("GET", RECORD, RUNNING), *pictures, unanswered, called]
    notes = verify(tmp_path, "kie", entries)[1]["notes"]
    assert notes[1:] == [
        "not checked (3 entries, the first is 1): GET cdn.example/cat.png, which is no call of kie",
        "not checked (entry 4): no answer came",
        "not checked (entry 5): a callback, which the provider sends",
    ]


def test_a_reply_that_did_not_come_whole_is_named_and_not_judged(tmp_path):
    cut = entry("GET", RECORD, '{"code":200,"da') | {"_reelmock": {"ended": "client left"}}
    status, report, _ = verify(tmp_path, "kie", [entry("GET", RECORD, DONE), cut])
    assert (status, failed(report)) == (0, set())
    assert "not checked (entry 1): the reply is not whole (client left)" in report["notes"]


def test_a_callback_url_where_no_document_puts_one_is_named(tmp_path):
    sent = fixture("kie", "requests/generate_text.json") | {"webhook_url": "https://a.example/"}
    reply = fixture("kie", "responses/generated.json")
    [_, note] = verify(tmp_path, "kie", [entry("POST", GENERATE, reply, sent=sent)])[1]["notes"]
    assert "a callback URL in 'webhook_url', where no document puts one" in note
    right = fixture("kie", "requests/generate_text.json") | {"callBackUrl": "https://a.example/"}
    assert (
        len(verify(tmp_path, "kie", [entry("POST", GENERATE, reply, sent=right)])[1]["notes"]) == 1
    )


@pytest.mark.parametrize(
    ("version", "status"), [("", 0), ("1.1", 0), ("1.2", 0), ("1.3", 2), (2, 2)]
)
def test_a_version_of_har_that_is_not_known_is_named(tmp_path, version, status):
    log = {"log": {"version": version, "entries": [entry("GET", RECORD, RUNNING)]}}
    found, _, complaint = verify(tmp_path, "kie", json.dumps(log))
    assert found == status
    assert ("expected 1.1 or 1.2" in complaint) == (status == 2)


CREATE_TASK = "https://api.kie.ai/api/v1/jobs/createTask"
RECORD_INFO = "https://relay.example/kie/api/v1/jobs/recordInfo?taskId=x"


def of_model(model, **given):
    groups = {group["message"]: group["tests"] for group in contracts.cases("kie")}
    found = {"model": model}
    for word in ("waiting", "success"):
        tests = groups[f"jobs_record_{word}"]
        body = json.loads(json.dumps(next(t["data"] for t in tests if t["valid"])))
        body["data"] |= found | {"param": json.dumps({"input": {}, "model": model})}
        given[word] = body
    given["created"] = next(t["data"] for t in groups["jobs_created"] if t["valid"])
    return given


def test_a_job_of_the_jobs_api_is_recognised_on_any_host_and_judged_by_its_own_life_cycle(
    tmp_path,
):
    veo = of_model("veo-3-1")
    sent = {"model": "veo-3-1", "input": {"prompt": "A cat"}}
    entries = [
        entry("POST", CREATE_TASK, veo["created"], sent=sent),
        entry("GET", RECORD_INFO, veo["waiting"]),
        entry("GET", RECORD_INFO, veo["success"]),
    ]
    status, report, _ = verify(tmp_path, "kie", entries)
    assert (status, failed(report), report["notes"]) == (
        0,
        set(),
        ["3 of 3 entries are calls of kie"],
    )
    status, report, _ = verify(tmp_path, "kie", entries[::-1])
    assert (status, failed(report)) == (1, {"har.history"})
    assert "after success" in str(report["results"])


def test_of_another_model_the_shared_part_is_checked_and_the_rest_is_named_once(tmp_path):
    other = of_model("google/gemini-omni-flash-1-1")
    sent = {"model": "google/gemini-omni-flash-1-1", "input": {"n_frames": "10"}}
    entries = [
        entry("POST", CREATE_TASK, other["created"], sent=sent),
        entry("POST", CREATE_TASK, other["created"], sent=sent),
        entry("GET", RECORD_INFO, other["success"]),
    ]
    status, report, _ = verify(tmp_path, "kie", entries)
    assert (status, failed(report)) == (0, set())
    assert report["notes"][1:] == [
        "not checked (2 entries, the first is 0): the input of a model other than Veo: no document "
        "of its fields is kept here",
        "not checked (entry 2): the result of a model other than Veo: only the shared list of links "
        "is held to a form",
    ]
    broken = {**other["success"], "data": {**other["success"]["data"], "completeTime": None}}
    assert verify(tmp_path, "kie", [entry("GET", RECORD_INFO, broken)])[0] == 1


HOOK = "https://me.example/cb"


def posted_to(url, body):
    return entry("POST", url, "", sent=body)


def example(message):
    groups = {group["message"]: group["tests"] for group in contracts.cases("kie")}
    return next(test["data"] for test in groups[message] if test["valid"])


@pytest.mark.parametrize(
    "message", ["jobs_callback_success", "jobs_callback_fail", "callback_succeeded"]
)
def test_a_callback_to_an_address_that_a_creation_gave_is_judged(tmp_path, message):
    veo = of_model("veo-3-1")
    sent = {"model": "veo-3-1", "input": {"prompt": "A cat"}, "callBackUrl": HOOK}
    created = entry("POST", CREATE_TASK, veo["created"], sent=sent)
    told = example(message)
    status, report, _ = verify(tmp_path, "kie", [created, posted_to(HOOK, told)])
    assert (status, failed(report), len(report["notes"])) == (0, set(), 1)
    broken = json.loads(json.dumps(told))
    del broken["data"]["taskId"]
    status, report, _ = verify(tmp_path, "kie", [created, posted_to(HOOK, broken)])
    assert (status, failed(report)) == (1, {"har.callback"})
    assert "entry 1 (a callback)" in str(report["results"])


def test_a_post_to_another_address_is_no_callback(tmp_path):
    elsewhere = posted_to("https://other.example/cb", {"code": 7})
    status, report, _ = verify(tmp_path, "kie", [entry("GET", RECORD, RUNNING), elsewhere])
    assert (status, failed(report)) == (0, set())
    assert "not checked (entry 1): POST other.example/cb" in report["notes"][1]


def test_a_post_that_is_marked_as_a_callback_is_judged_wherever_it_went(tmp_path):
    marked = posted_to("http://127.0.0.1:9/hook", {"code": 7}) | {"_reelmock": {"kind": "callback"}}
    status, report, _ = verify(tmp_path, "kie", [entry("GET", RECORD, RUNNING), marked])
    assert (status, failed(report)) == (1, {"har.callback"})
