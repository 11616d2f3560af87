"""Secrets in a query are never written down; that they were there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.journal import query_secrets, redacted_query

KEY = [(b"authorization", b"Bearer sk-own-key-123")]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("taskId=abc&index=0", "taskId=abc&index=0"),
        ("api_key=s3cret", "api_key=[redacted]"),
        ("taskId=a&token=s3cret&index=0", "taskId=a&token=[redacted]&index=0"),
        ("API-KEY=s3cret", "API-KEY=[redacted]"),
        ("api%5Fkey=s3cret", "api%5Fkey=[redacted]"),
        ("x-api-key=s3cret", "x-api-key=[redacted]"),
        ("access_token=a%26b", "access_token=[redacted]"),
        ("who=sk-own-key-123", "who=[redacted]"),
        ("who=sk%2Down-key-123", "who=[redacted]"),
        ("sk-own-key-123", "[redacted]"),
        ("key=", "key="),
        ("monkey=1&tokens=2", "monkey=1&tokens=2"),
    ],
)
def test_a_query_is_kept_without_its_secrets(query: str, kept: str) -> None:
    assert redacted_query(query, KEY) == kept


@given(st.text(min_size=1), st.sampled_from(["key", "api_key", "token", "authorization"]))
def test_no_value_of_a_secret_parameter_is_kept(value: str, name: str) -> None:
    value = value.replace("&", "")
    kept = redacted_query(f"a=1&{name}={value}&b=2", [])
    assert kept == f"a=1&{name}={'[redacted]' if value else ''}&b=2"


def test_secrets_are_found_decoded() -> None:
    assert query_secrets("a=1&api_key=sk%2Dx&token=y") == ("sk-x", "y")
