"""What clients may send on one connection: requests of every kind, pipelined, cut anywhere."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

Template = Callable[[str, str], bytes]  # from a key and the id of a job


def _request(
    method: str, path: str, *fields: str, body: bytes = b"", key: str | None = "{key}"
) -> Template:
    def made(own_key: str, task_id: str) -> bytes:
        lines = [f"{method} {path.replace('{id}', task_id)} HTTP/1.1", "host: localhost", *fields]
        if key is not None:
            lines.append(f"authorization: Bearer {key.replace('{key}', own_key)}")
        if body and not any(field.startswith("transfer-encoding") for field in fields):
            lines.append(f"content-length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    return made


def _chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:])
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _form(**values: str) -> tuple[str, bytes]:
    lines = [
        f'--edge\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    ]
    return "content-type: multipart/form-data; boundary=edge", "".join(
        [*lines, "--edge--"]
    ).encode()


VIDEO = b'{"model":"veo-3.1","prompt":"a cat"}'
CHAT = (
    b'{"model":"veo-3.1","stream":true,'
    b'"messages":[{"role":"user","content":"a cat [mock:instant]"}]}'
)
KIE = b'{"prompt":"a cat","model":"veo3_fast"}'
XCOMPUTE = b'{"model":"veo3.1-fast","prompt":"a cat"}'
_FORM, _FORM_BODY = _form(model="veo-3.1", prompt="a cat")
JSON = "content-type: application/json"

KINDS: dict[str, Template] = {
    "poll": _request("GET", "/apiyi/v1/videos/{id}"),
    "poll by HEAD": _request("HEAD", "/apiyi/v1/videos/{id}"),
    "poll of nothing": _request("GET", "/apiyi/v1/videos/nowhere"),
    "poll with a query": _request("GET", "/kie/api/v1/veo/record-info?taskId=nowhere"),
    "list of models": _request("GET", "/apiyi/v1/models"),
    "creation": _request("POST", "/apiyi/v1/videos", JSON, body=VIDEO),
    "creation by form": _request("POST", "/apiyi/v1/videos", _FORM, body=_FORM_BODY),
    "creation in chunks": _request(
        "POST", "/apiyi/v1/videos", JSON, "transfer-encoding: chunked", body=_chunked(VIDEO)
    ),
    "creation after 100-continue": _request(
        "POST", "/apiyi/v1/videos", JSON, "expect: 100-continue", body=VIDEO
    ),
    "creation that is no JSON": _request("POST", "/apiyi/v1/videos", JSON, body=b"{"),
    "kie's creation": _request("POST", "/kie/api/v1/veo/generate", JSON, body=KIE),
    "xcompute's creation": _request("POST", "/v1/videos/generations", JSON, body=XCOMPUTE),
    "stream": _request("POST", "/apiyi/v1/chat/completions", JSON, body=CHAT),
    "preflight": _request("OPTIONS", "/apiyi/v1/videos", "origin: http://a.example"),
    "preflight of everything": _request("OPTIONS", "*"),
    "HEAD of everything": _request("HEAD", "*"),
    "front page": _request("GET", "/"),
    "front page by HEAD": _request("HEAD", "/"),
    "control": _request("GET", "/_mock/v1/version"),
    "control by HEAD": _request("HEAD", "/_mock/v1/version"),
    "control of tasks": _request("GET", "/_mock/v1/sandboxes/current/tasks"),
    "nothing of ours": _request("GET", "/nowhere/at/all"),
    "no key": _request("GET", "/apiyi/v1/videos/{id}", key=None),
    "refused key": _request("GET", "/kie/api/v1/chat/credit", key="sk-mock-invalid"),
    "whole URL": _request("GET", "http://localhost/apiyi/v1/videos/{id}"),
    "escaped path": _request("GET", "/apiyi/v1/videos/a%20b?x=%20"),
    "wrong method": _request("DELETE", "/apiyi/v1/videos/{id}"),
    "media": _request("GET", "/media/nowhere/nothing.mp4", "range: bytes=0-1"),
    "media by HEAD": _request("HEAD", "/media/nowhere/nothing.mp4"),
    "traced": _request("GET", "/apiyi/v1/videos/{id}", "origin: http://a.example"),
}
LAST = _request("GET", "/apiyi/v1/videos/{id}", "connection: close")

names = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6)
# Where to cut, as a share of all bytes; how many turns the server has behind each piece.
cuts = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 2)), max_size=6)


def cut(whole: bytes, places: list[tuple[float, int]]) -> tuple[list[bytes], list[int]]:
    """The bytes in pieces, and how many turns the server has behind each."""
    at = sorted({int(share * len(whole)): turns for share, turns in places}.items())
    ends = [end for end, _ in at if 0 < end < len(whole)]
    pieces = [whole[a:b] for a, b in zip([0, *ends], [*ends, len(whole)], strict=True)]
    turns = dict(at)
    return pieces, [turns.get(end, 0) for end in [*ends, len(whole)]]
