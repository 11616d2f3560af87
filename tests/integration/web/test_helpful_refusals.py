"""A refusal names what was wrong with the request, also where the request could not be read."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

CREATE = "/apiyi/v1/videos"
VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
JSON = {"content-type": "application/json"}


def reason(reply: httpx.Response) -> str:
    # either: each provider has its own; what is asserted here is the reason.
    assert reply.status_code in (400, 404, 405, 422), reply.text
    return reply.headers["x-mock-reason"]


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_a_compressed_body_is_named_as_such(client: httpx.Client, encoding: str) -> None:
    body = gzip.compress(json.dumps(VIDEO).encode())
    headers = JSON | {"content-encoding": encoding}
    assert f"compressed with '{encoding}'" in reason(
        client.post(CREATE, content=body, headers=headers)
    )


def test_a_compressed_body_that_does_not_say_so_is_named_too(client: httpx.Client) -> None:
    body = gzip.compress(json.dumps(VIDEO).encode())
    assert "compressed with 'gzip'" in reason(client.post(CREATE, content=body, headers=JSON))


def test_a_compressed_form_is_named_as_such(client: httpx.Client) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b", "content-encoding": "gzip"}
    reply = client.post(CREATE, content=gzip.compress(b"--b--"), headers=headers)
    assert "compressed with 'gzip'" in reason(reply)


def test_a_lone_surrogate_is_named(client: httpx.Client) -> None:
    body = b'{"model": "veo-3.1", "prompt": "\\ud83d"}'
    said = reason(client.post(CREATE, content=body, headers=JSON))
    assert "half of a surrogate pair" in said


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/apiyi/v1/videos/", "/apiyi/v1/videos"),
        ("/apiyi//v1/videos", "/apiyi/v1/videos"),
        ("/kie/api/v1/veo/generate/", "/kie/api/v1/veo/generate"),
        ("/kie/api/v1//veo//record-info//", "/kie/api/v1/veo/record-info"),
        ("/apiyi/v1/videos/x/content/", "/apiyi/v1/videos/x/content"),
    ],
)
def test_a_slash_too_many_names_the_path_that_there_is(
    client: httpx.Client, path: str, near: str
) -> None:
    assert f"there is '{near}'" in client.get(path).headers["x-mock-reason"]


def test_a_slash_too_many_on_a_bare_path_names_the_path_that_there_is(
    client: httpx.Client,
) -> None:
    reply = client.get("/v1/videos/x/")
    assert reply.status_code == 404
    assert "there is '/v1/videos/x'" in reply.text


def test_no_path_is_named_where_there_is_none(client: httpx.Client) -> None:
    assert "there is" not in client.get("/apiyi/v1/nothing/").headers["x-mock-reason"]
    assert "there is" not in client.get("/nothing/").text


def test_a_text_part_in_place_of_a_file_is_named(client: httpx.Client) -> None:
    parts = {"model": (None, "veo-3.1-fl"), "prompt": (None, "a cat")}
    sent = parts | {"input_reference": (None, "/tmp/a.png")}
    assert "input_reference: got a text" in reason(client.post(CREATE, files=sent))


def test_a_text_part_in_place_of_an_upload_is_named(client: httpx.Client) -> None:
    reply = client.post("/xcompute/v1/uploads/images", files={"file": (None, "/tmp/a.png")})
    assert "file: got a text" in reason(reply)
