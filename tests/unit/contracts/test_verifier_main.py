"""Bad input gets one clear line and status 2; the plan makes no call; the key is not echoed."""

import json
import socket
import subprocess
import sys

import httpx
import pytest

from contracts.verifier.main import Options, run


class Nobody(httpx.BaseTransport):
    """A network on which every call is a failure of the test."""

    def handle_request(self, request):
        pytest.fail(f"{request.method} {request.url} was called")


class Always(httpx.BaseTransport):
    """A host with one answer."""

    def __init__(self, status, body):
        self.status, self.body = status, body

    def handle_request(self, request):
        return httpx.Response(self.status, json=self.body)


def outcome(**given):
    written, complaints = [], []
    defaults = {
        "provider": "kie",
        "base_url": "http://127.0.0.1:9/kie",
        "key": "sk-secret-key",
        "environment": {},
        "transport": Nobody(),
        "pace_s": 0,
        "deadline_s": 1,
    }
    options = Options(**{**defaults, **given}, write=written.append, complain=complaints.append)
    return run(options), "".join(written), "".join(complaints)


def refused(**given):
    status, written, complaint = outcome(**given)
    assert status == 2
    assert written == ""
    assert complaint.startswith("reelmock verify: ")
    assert complaint.count("\n") == 1
    assert "sk-secret-key" not in complaint
    return complaint


def test_an_unknown_provider_is_refused():
    assert "apiyi, kie, xcompute" in refused(provider="sora")


def test_a_missing_host_is_refused():
    assert "--base-url" in refused(base_url=None)


@pytest.mark.parametrize(
    "url", ["kie", "ftp://a.example", "http://", "", "http://a.example:0", "http://a.example:65536"]
)
def test_a_host_that_is_no_url_is_refused(url):
    assert "base URL" in refused(base_url=url)


def test_an_unreachable_host_is_refused():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert "cannot reach" in refused(base_url=f"http://127.0.0.1:{port}", transport=None)


def test_a_refused_key_is_told_as_such():
    body = {"code": 401, "msg": "You do not have access permissions"}
    assert "key was refused" in refused(transport=Always(200, body))


def test_no_key_is_refused_and_the_ways_to_give_one_are_named():
    assert "REELMOCK_VERIFY_KEY" in refused(key=None, base_url="https://mock.example/kie")


@pytest.mark.parametrize("key", ["a b", "ключ", "x" * 257])
def test_a_key_that_could_not_be_a_header_is_refused(key):
    assert key not in refused(key=key)


def test_a_key_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot read" in refused(key=None, key_file=tmp_path / "none")


def test_a_model_without_a_known_price_is_refused_unless_a_price_is_given():
    assert "--price" in refused(model="veo9")
    assert outcome(model="veo9", price=1.0, plan=True)[0] == 0


@pytest.mark.parametrize("given", [{"budget": -1.0}, {"price": float("nan")}])
def test_an_amount_that_is_none_is_refused(given):
    assert "not an amount" in refused(**given)


def test_an_unknown_check_is_refused():
    assert "no check or area 'stream'" in refused(only=("stream",))


def test_an_unknown_format_is_refused():
    assert "sarif" in refused(reports=(("pdf", None),))


def test_a_report_that_cannot_be_written_is_refused(tmp_path):
    body = {"code": 422, "msg": "record is null.", "data": None}
    target = tmp_path / "no" / "such" / "folder.json"
    complaint = refused(
        only=("poll.unknown_id",), transport=Always(200, body), reports=(("json", target),)
    )
    assert "cannot write" in complaint


@pytest.mark.parametrize("provider", ["apiyi", "kie", "xcompute"])
def test_the_plan_shows_calls_and_costs_and_calls_nobody(provider):
    status, written, _ = outcome(provider=provider, plan=True, key=None)
    assert status == 0
    assert "the shared job" in written
    assert "free" in written
    assert "at most 0 of" in written


@pytest.mark.parametrize("where", ["file", "environment"])
def test_the_key_comes_from_a_file_or_the_environment(tmp_path, where):
    file = tmp_path / "key"
    file.write_text("sk-secret-key\n")
    given = {"key_file": file} if where == "file" else {
        "environment": {"REELMOCK_VERIFY_KEY": "sk-secret-key"}
    }  # fmt: skip
    body = {"code": 422, "msg": "record is null.", "data": None}
    status, _, _ = outcome(
        key=None, only=("poll.unknown_id",), transport=Always(200, body), **given
    )
    assert status == 0


def test_a_host_that_echoes_the_key_does_not_bring_it_into_the_report():
    class Echo(httpx.BaseTransport):
        def handle_request(self, request):
            said = request.headers.get("authorization")
            return httpx.Response(200, json={"code": 999, "msg": said, "data": said})

    written = outcome(transport=Echo(), only=("poll", "auth"), reports=(
        ("console", None), ("json", None), ("junit", None),
        ("markdown", None), ("github", None), ("sarif", None),
    ))[1]  # fmt: skip
    assert "999" in written
    assert "sk-secret-key" not in written


def test_a_run_in_which_nothing_could_be_checked_is_no_success():
    body = {"code": 422, "msg": "record is null.", "data": None}
    status, written, _ = outcome(transport=Always(200, body), only=("create",))
    assert status == 2
    assert "was not checked" in written


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [(404, {"title": "Not found"}, True), (404, {"code": 404, "msg": "x", "data": None}, False)],
)
def test_an_address_where_nothing_speaks_as_the_provider_does_is_doubted(status, body, told):
    _, written, _ = outcome(transport=Always(status, body))
    assert (
        "note: no answer has a form that kie documents: is the base URL right?" in written
    ) == told


def test_a_failed_should_is_a_warning_and_no_violation():
    body = {"code": 422, "msg": "record is null.", "data": None}
    status, written, _ = outcome(transport=Always(200, body), only=("poll.headers",))
    assert status == 0  # httpx.Response(json=…) sends no charset
    assert "warn SHOULD poll.headers" in written


def test_importing_the_command_loads_no_http_client_and_no_jsonschema():
    script = (
        "import sys, contracts.verifier.main\n"
        "assert not {'jsonschema', 'referencing', 'httpx', 'yaml'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_json_report_can_be_read_back():
    body = {"code": 422, "msg": "record is null.", "data": None}
    given = {"only": ("poll.unknown_id",), "reports": (("json", None),)}
    report = json.loads(outcome(transport=Always(200, body), **given)[1])
    assert report["conforms"]
    assert report["mock_settings"] == {"dialect": {"kie": {"http_status": "envelope"}}}
