"""The fields of a request, read as the provider reads them and not as their type says."""

from __future__ import annotations

import pytest

from mockserver.domain.journal.fields import fields_of
from mockserver.domain.journal.journal import Exchange

FORM = ((b"content-type", b"application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b'{"prompt":"a cat"}', {"prompt": "a cat"}),  # curl -d without a type
        (b"prompt=a+cat&n=", {"prompt": "a cat", "n": ""}),
        (b"[1]", {"[1]": ""}),
    ],
)
def test_a_body_that_is_called_a_form_may_be_json(body: bytes, fields: dict[str, str]) -> None:
    assert fields_of(Exchange(1, 2, request_headers=FORM, request_body=body)) == fields
