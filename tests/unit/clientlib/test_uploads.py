"""An image becomes a link at a provider that keeps images."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from clientlib import AuthenticationFailed, Client, MalformedReply, UnsupportedRequest
from tests.support.client_both import Make
from tests.support.client_jobs import in_order
from tests.support.client_wire import Script, reply, wire

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 12
LINK = "https://tempfile.redpandaai.co/kieai/1/images/cat.png"


def kept(data: object) -> Script:
    return reply(200, {"success": True, "code": 200, "msg": "File uploaded", "data": data})


@pytest.mark.parametrize("as_a_file", [True, False])
def test_a_file_or_its_bytes_travel_as_a_form_and_come_back_as_a_link(
    make: Make, tmp_path: Path, as_a_file: bool
) -> None:
    (tmp_path / "cat.png").write_bytes(PNG)
    with wire(in_order(reply(502), kept({"downloadUrl": LINK}))) as server:
        client = make("kie", server.url, api_key="k")
        assert client.upload(tmp_path / "cat.png" if as_a_file else PNG) == LINK
    lost, sent = server.seen
    assert lost.path == sent.path == "/api/file-stream-upload", "an upload is free to repeat"
    assert sent.headers["authorization"] == "Bearer k"
    assert b'name="uploadPath"' in sent.body
    assert b'name="file"; filename=' in sent.body
    assert PNG in sent.body


def test_xcompute_has_a_call_and_a_reply_of_its_own(make: Make) -> None:
    with wire(in_order(reply(200, {"url": LINK}), reply(200, {"filename": "cat.png"}))) as server:
        client = make("xcompute", server.url, api_key="k")
        assert client.upload(PNG) == LINK
        with pytest.raises(MalformedReply, match="no url"):
            client.upload(PNG)
    told = {(seen.path, PNG in seen.body) for seen in server.seen}
    assert told == {("/v1/uploads/images", True)}


def test_a_link_stays_as_it_is_without_a_call(make: Make) -> None:
    with wire(in_order()) as server:
        assert make("kie", server.url, api_key="k").upload(LINK) == LINK
    assert server.seen == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (kept({}), MalformedReply),
        (kept(None), MalformedReply),
        (reply(401, {"success": False, "code": 401, "msg": "no"}), AuthenticationFailed),
    ],
)
def test_what_is_no_link_is_a_typed_error(make: Make, answer: Script, error: Any) -> None:
    with wire(in_order(answer)) as server, pytest.raises(error):
        make("kie", server.url, api_key="k").upload(PNG)


def test_what_is_no_image_and_who_keeps_none_are_refused_before_a_call(make: Make) -> None:
    with pytest.raises(UnsupportedRequest, match="no JPEG, PNG or WebP"):
        make("kie", "http://127.0.0.1:9", api_key="k").upload(b"text")
    with pytest.raises(UnsupportedRequest, match="keeps no images"):
        make("apiyi", "http://127.0.0.1:9", api_key="k").upload(PNG)


def test_only_kie_itself_has_another_host_for_uploads() -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        body = json.dumps({"success": True, "code": 200, "data": {"downloadUrl": LINK}})
        return httpx.Response(200, content=iter([body.encode()]))

    for base_url in (None, "https://mock.example/kie"):
        with httpx.Client(transport=httpx.MockTransport(answer)) as wires:
            client = Client("kie", api_key="k", base_url=base_url, client=wires)
            assert client.upload(PNG) == LINK
    assert [str(url) for url in asked] == [
        "https://kieai.redpandaai.co/api/file-stream-upload",
        "https://mock.example/kie/api/file-stream-upload",
    ]
