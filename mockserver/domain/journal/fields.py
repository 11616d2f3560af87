"""What a recorded request asks for: the fields of its JSON or its form.

A recorded body may be cut, so a form is read up to the cut. The strict reader of forms is in `web`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from mockserver.domain.journal.journal import Exchange
from mockserver.domain.provider.judging import json_of
from mockserver.domain.reply.reply import Headers, header_of

_BOUNDARY = re.compile(rb'(?i)boundary="?([^";,]+)')
_NAME = re.compile(rb'(?i)content-disposition:[^\r\n]*?;\s*name="?([^";\r\n]+)')


def boundary_of(headers: Headers) -> bytes:
    """The boundary of a multipart form; empty for any other body."""
    found = _BOUNDARY.search(header_of(headers, b"content-type"))
    return found[1].strip() if found else b""


def without_boundary(headers: Headers, body: bytes) -> bytes:
    """A request's body without the boundary of its form, which differs in each attempt."""
    boundary = boundary_of(headers)
    return body.replace(boundary, b"") if boundary else body


def fields_of(entry: Exchange) -> dict[str, Any] | None:
    """The fields of a request; None if its body is neither a JSON object nor a form.

    A field that comes several times is a list. A file is the bytes of it that were kept.
    """
    boundary = boundary_of(entry.request_headers)
    if boundary:
        return _form(entry.request_body, boundary)
    content = json_of(entry.request_body)
    if isinstance(content, dict):  # whatever its type says: curl calls every body a form
        return content
    if b"x-www-form-urlencoded" in header_of(entry.request_headers, b"content-type").lower():
        return dict(parse_qsl(entry.request_body.decode("latin-1"), keep_blank_values=True))
    return None


def _form(body: bytes, boundary: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in body.split(b"--" + boundary)[1:]:
        head, _, data = part.partition(b"\r\n\r\n")
        named = _NAME.search(head)
        if named is None:
            continue
        name = named[1].decode("utf-8", "replace")
        value: Any = data.removesuffix(b"\r\n")
        if b"filename" not in head.lower():
            value = value.decode("utf-8", "replace")
        found[name] = [*_several(found[name]), value] if name in found else value
    return found


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
