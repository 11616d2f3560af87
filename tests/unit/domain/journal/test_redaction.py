"""Secrets are found by position and, where they are long, by value; nothing else is touched."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.job.ids import key_hash
from mockserver.domain.journal.journal import BODY_CAP_BYTES, Exchange
from mockserver.domain.journal.lazy_entry import Called, draft_of
from mockserver.domain.journal.redaction import (
    clean_body,
    clean_headers,
    clean_path,
    clean_query,
    credentials,
    is_secret_name,
    mark,
    masked_url,
)
from mockserver.domain.provider.provider import Inbound
from mockserver.domain.reply.reply import Reply

KEY = "sk-OWN/key+0123456789"
SECRETS = (KEY,)
OTHERS = [
    "prompt",
    "model",
    "monkey",
    "tokens",
    "max_tokens",
    "keyword",
    "idempotency-key",
    "author",
    "callBackUrl",
    "taskId",
    "turkey",
    "keyframes",
    "n",
    "seed",
    "etag",
    "x-request-id",
    "accept",
]
KNOWN = [
    "api-key",
    "x-api-key",
    "x-goog-api-key",
    "apiKey",
    "api_key",
    "key",
    "X-Auth-Token",
    "accessToken",
    "openaiApiKey",
    "client_secret",
    "password",
    "Authorization",
    "Ocp-Apim-Subscription-Key",
    "Cookie",
    "set-cookie",
]


def kept(path: str, headers: list[tuple[bytes, bytes]], body: bytes) -> Exchange:
    """What the journal keeps of a call."""
    inbound, called = Inbound("POST", path, "", headers, body), Called("generate", "create")
    entry = draft_of("kie", called, inbound, "", 0, 0, "", "", Reply(200, (), b""), "").entry()
    assert isinstance(entry, Exchange)
    return entry


@pytest.mark.parametrize("name", KNOWN)
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHERS)
def test_names_of_other_things_are_left_alone(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("key", ["a", "kie", "cat", "http", "prompt", "00000000000"])
def test_a_short_key_does_not_eat_the_text(key: str) -> None:
    headers = [(b"authorization", f"Bearer {key}".encode()), (b"x-note", key.encode())]
    body = json.dumps({"prompt": f"a {key} cat http kie", "model": key}).encode()
    entry = kept(f"/kie/{key}", headers, body)
    assert (entry.path, entry.request_body) == (f"/kie/{key}", body)
    assert entry.request_headers == ((b"x-note", key.encode()),)


@pytest.mark.parametrize("length", [11, 12])
def test_a_key_of_12_characters_is_sought_by_its_value(length: int) -> None:
    key = "k" * length
    found = credentials([(b"authorization", b"Bearer " + key.encode())])
    assert (key in found) == (length >= 12)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=12, max_size=256))
def test_no_spelling_of_a_long_key_survives(key: str) -> None:
    secrets = credentials([(b"authorization", f"Bearer {key}".encode())])
    assert key in secrets
    for spelt in (
        key,
        quote(key, safe=""),
        quote(key),
        json.dumps(key)[1:-1],
        key.replace("+", " "),
    ):
        text = f"<{spelt}>"
        assert clean_path(text, (key,)) == f"<{mark(key)}>", spelt


@pytest.mark.parametrize(
    "text",
    [
        "Basic understanding of cats",
        "a bearer of news",
        "Basic Y2F0Y2F0",  # no pair
        "mail me@example.com at 5 @ 6",
        "https://example.com/a@b?c=d@e",
        '"monkey": "banana", "n": 1',
        "http://[::1]:8080/x",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert clean_path(text, SECRETS) == text
    assert clean_body(text.encode(), SECRETS) == text.encode()


def test_what_follows_a_scheme_is_a_secret_wherever_it_stands() -> None:
    pair = b64encode(b"user:secret").decode()
    assert clean_path(f"Basic {pair}", ()) == f"Basic {mark(pair)}"
    assert clean_path(f"I sent bearer {KEY}.", SECRETS) == f"I sent bearer {mark(KEY)}."
    assert clean_path("x bearer sk-nobody-knows-it", ()) == f"x bearer {mark('sk-nobody-knows-it')}"


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://user:pass@host/x?y=1", "http://redacted@host/x?y=1"),
        ("https://token@host", "https://redacted@host"),
        ("http://host/a@b", "http://host/a@b"),
        ("http:\\/\\/user:pass@host", "http:\\/\\/redacted@host"),
        ("http%3A%2F%2Fuser%3Apass%40host", "http%3A%2F%2Fredacted%40host"),
    ],
)
def test_name_and_password_of_a_url_are_masked(url: str, masked: str) -> None:
    assert masked_url(url) == masked


def test_fields_of_a_body_lose_their_secrets_and_stay_json() -> None:
    body = {"apiKey": 'a"b\\c', "prompt": "key", "deep": {"token": 12.5, "key": "", "x": ["a"]}}
    cleaned = json.loads(clean_body(json.dumps(body).encode(), ()))
    escaped = json.dumps(body["apiKey"])[1:-1]
    assert cleaned == body | {
        "apiKey": f"[redacted {key_hash(escaped)}]",
        "deep": {"token": "[redacted " + key_hash("12.5") + "]", "key": "", "x": ["a"]},
    }


def test_parts_of_a_form_lose_their_secrets() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = part % (b"apiKey", b"s3cret") + part % (b"prompt", b"a cat")
    wanted = part % (b"apiKey", mark("s3cret").encode()) + part % (b"prompt", b"a cat")
    assert clean_body(body, ()) == wanted


def test_a_secret_that_the_cap_cuts_through_leaves_no_half_behind() -> None:
    for before in range(BODY_CAP_BYTES - 40, BODY_CAP_BYTES + 2):
        body = b"x" * before + KEY.encode() + b"y" * 5000
        entry = kept("/", [(b"authorization", b"Bearer " + KEY.encode())], body)
        assert len(entry.request_body) == BODY_CAP_BYTES
        assert b"sk-" not in entry.request_body


def test_other_headers_keep_all_but_the_key() -> None:
    headers = [(b"x-note", f"I am {KEY}".encode()), (b"api-key", b"k"), (b"accept", b"*/*")]
    assert clean_headers(headers, SECRETS) == (
        (b"x-note", f"I am {mark(KEY)}".encode()),
        (b"api-key", mark("k").encode()),
        (b"accept", b"*/*"),
    )


def test_a_query_is_cleaned_by_name_and_by_value() -> None:
    query = f"taskId=a&token=t&who={quote(KEY, safe='')}"
    assert clean_query(query, SECRETS) == f"taskId=a&token={mark('t')}&who={mark(KEY)}"


def test_the_signature_of_a_link_is_masked_once_wherever_the_link_stands() -> None:
    query = "Expires=1&Signature=a%2Bb%3D"
    masked = f"Expires=1&Signature={mark('a+b=')}"
    assert clean_query(query) == masked
    told = json.dumps({"url": f"https://host/a.mp4?{query}", "n": 1}).encode()
    assert json.loads(clean_body(told, ())) == {"url": f"https://host/a.mp4?{masked}", "n": 1}
    assert clean_path("the signature=x of it", ()) == "the signature=x of it"
