"""A secret is found by its place, in any text and however deep; what is no secret stays as it is."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode

import pytest

from mockserver.recorder.washing import Washer

KEY = "sk-OWN/key+0123456789"
SECRET = "S3CRETs3cret0001"
SIGNED = f"X-Amz-Signature={SECRET}&X-Amz-Expires=60"
DEEP = json.dumps({"token": SECRET, "url": f"https://a.example/x.mp4?{SIGNED}"})
BY_PLACE = {
    "a link without its host": f'{{"url":"/media/x.mp4?{SIGNED}"}}',
    "a link without its scheme": f'{{"url":"//cdn.example/x.png?{SIGNED}"}}',
    "a link of another scheme": f'{{"url":"s3://bucket/x?{SIGNED}","to":"wss://a/x?token={SECRET}"}}',
    "a link in capitals": f'{{"url":"HTTPS://A.EXAMPLE/X?{SIGNED}"}}',
    "a link with escaped signs": f'{{"url":"https://a.example/x\\u003fSignature\\u003d{SECRET}"}}',
    "a link in HTML": f'<a href="https://a.example/x?a=1&amp;sig={SECRET}">',
    "any query of a video": f'{{"url":"https://a.example/x.mp4?h={SECRET}&e=1790000000"}}',
    "a fragment": f'{{"url":"https://a.example/back#access_token={SECRET}&state=1"}}',
    "a part of a path": f'{{"url":"https://a.example/x;jsessionid={SECRET}?a=1"}}',
    "JSON in JSON in JSON": json.dumps({"a": json.dumps({"b": DEEP})}),
    "JSON in a list": json.dumps({"set-cookie": [f"a={SECRET}", f"b={SECRET}"]}),
    "a ticket": json.dumps({"jwt": f"eyJh.eyJz.{SECRET}", "session": SECRET}),
    "plain text": f"401 for api_key={SECRET}, see the docs",
    "a line of a log": f"api_key: {SECRET}",
    "a dict of Python": f"{{'token': '{SECRET}'}}",
    "a parameter of a link in a parameter": f"https://a.example/?to=%2Fx%3Ftoken%3D{SECRET}",
}


@pytest.mark.parametrize("place", BY_PLACE)
def test_a_secret_is_found_by_its_place(place: str) -> None:
    text = BY_PLACE[place]
    assert SECRET in text
    assert SECRET not in Washer().body(text.encode()).decode()


@pytest.mark.parametrize("coded", [b64encode, urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "a", "us:", "user:"])
def test_a_known_key_is_found_in_base_64_behind_whatever(coded: object, before: str) -> None:
    washer = Washer()
    washer.learn(((b"authorization", f"Bearer {KEY}".encode()),))
    text = coded(f"{before}{KEY}".encode()).decode()  # type: ignore[operator]
    assert "[redacted " in washer.body(f'{{"you":"{text}"}}'.encode()).decode()


@pytest.mark.parametrize("letters", ["all", "some"])
def test_a_known_key_is_found_however_json_spells_its_letters(letters: str) -> None:
    washer = Washer()
    washer.learn(((b"authorization", f"Bearer {KEY}".encode()),))
    spelt = "".join(
        f"\\u{ord(sign):04X}" if letters == "all" or number % 2 else sign
        for number, sign in enumerate(KEY)
    )
    text = f'{{"said": "you are {spelt}", "link": "a\\u0026b", "name": "\\u732b\\u0022"}}'
    kept = json.loads(washer.body(text.encode()))
    assert KEY not in json.dumps(kept)
    assert kept["said"].startswith("you are [redacted")
    assert (kept["link"], kept["name"]) == ("a&b", '\u732b"')
    nested = json.loads(washer.body(json.dumps({"text": text}).encode()))
    assert KEY not in json.dumps(json.loads(nested["text"]))
    other = '{"link": "a\\u0026b"}'
    assert washer.body(other.encode()).decode() == other


@pytest.mark.parametrize("name", [b"location", b"x-debug", b"link", b"www-authenticate"])
def test_a_header_is_read_like_any_text(name: bytes) -> None:
    for text in (f"/x?{SIGNED}", f"https://a/#access_token={SECRET}", f'Bearer token="{SECRET}"'):
        [(_, washed)] = Washer().headers(((name, text.encode()),))
        assert SECRET.encode() not in washed


@pytest.mark.parametrize(
    "url",
    [
        f"https://a.example/x;jsessionid={SECRET}?b=1",
        f"https://a.example/x#access_token={SECRET}",
        f"https://a.example/x?next=%2Fy%3Ftoken%3D{SECRET}",
    ],
)
def test_a_url_is_read_to_its_end(url: str) -> None:
    assert SECRET not in Washer().url(url)


@pytest.mark.parametrize(
    "text",
    [
        '{"prompt":"why? the key: a cat # 3, auth = none","taskId":"0123456789abcdef"}',
        '{"url":"https://a.example/x.png?v=2#top","tokens":{"completion_tokens":207}}',
        'data: {"usage":{"total_tokens":218}}\n\ndata: [DONE]\n\n',
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Washer().body(text.encode()).decode() == text
