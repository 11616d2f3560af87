"""Secrets in a query are never written down; that they were there is."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.job.ids import key_hash
from mockserver.domain.journal.journal import query_secrets, redacted_in
from mockserver.domain.journal.redaction import clean_query, credentials

KEY = [(b"authorization", b"Bearer sk-own-key-123")]


OWN = "sk-own-key-123"


@pytest.mark.parametrize(
    ("query", "kept", "secret"),
    [
        ("", "", ""),
        ("taskId=abc&index=0", "taskId=abc&index=0", ""),
        ("api_key=s3cret", "api_key={}", "s3cret"),
        ("taskId=a&token=s3cret&index=0", "taskId=a&token={}&index=0", "s3cret"),
        ("API-KEY=s3cret", "API-KEY={}", "s3cret"),
        ("api%5Fkey=s3cret", "api%5Fkey={}", "s3cret"),
        ("x-api-key=s3cret", "x-api-key={}", "s3cret"),
        ("access_token=a%26b", "access_token={}", "a&b"),
        ("who=sk-own-key-123", "who={}", OWN),
        ("who=sk%2Down-key-123", "who={}", OWN),
        ("sk-own-key-123", "{}", OWN),
        ("key=", "key=", ""),
        ("monkey=1&tokens=2", "monkey=1&tokens=2", ""),
    ],
)
def test_a_query_is_kept_with_the_hash_of_its_secrets(query: str, kept: str, secret: str) -> None:
    assert clean_query(query, credentials(KEY)) == kept.format(f"[redacted {key_hash(secret)}]")


@given(st.text(min_size=1), st.sampled_from(["key", "api_key", "token", "authorization"]))
def test_no_value_of_a_secret_parameter_is_kept(value: str, name: str) -> None:
    value = value.replace("&", "")
    kept = clean_query(f"a=1&{name}={value}&b=2")
    mark = f"[redacted {key_hash(unquote_plus(value))}]"
    assert kept == f"a=1&{name}={mark if value else ''}&b=2"
    assert redacted_in(kept) == (((name, key_hash(unquote_plus(value))),) if value else ())


def test_secrets_are_found_decoded() -> None:
    assert query_secrets("a=1&api_key=sk%2Dx&token=y") == ("sk-x", "y")
