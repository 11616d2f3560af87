"""Whatever a client sends as a secret, in whatever place, is nowhere written down or shown."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import httpx
import pytest

from mockserver.control import Control
from tests.support.patience import next_line
from tests.support.state_file import all_text

KEY = "sk-OWN/key+0123456789"  # with signs that are spelt in several ways
ADMIN = "adm1n-T0ken-abcdefgh"
PASSWORD = "p4ssw0rd-of-the-hook"
VIDEO = {"model": "veo-3.1", "prompt": "a cat [mock:instant]"}
CREATE = "/apiyi/v1/videos"
HEADERS = [
    "api-key",
    "apikey",
    "x-api-key",
    "x-goog-api-key",
    "X-Auth-Token",
    "Ocp-Apim-Subscription-Key",
    "x-mock-admin-token",
    "proxy-authorization",
    "cookie",
]
FIELDS = ["apiKey", "api_key", "key", "accessToken", "client_secret", "password"]


class Places(NamedTuple):
    """All that a server wrote or shows, each under the name of its place."""

    texts: dict[str, str]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Sends a secret into every place, and collects what came of it."""
    folder = tmp_path_factory.mktemp("secrets")
    state, log = folder / "state.json", folder / "log"
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--json"]
    command += ["--log", "json", "--state", str(state), "--clock", "manual"]
    command += ["--admin-token", ADMIN]
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as server,
    ):
        base_url = json.loads(next_line(server))["base_url"]
        try:
            send(base_url)
            texts = shown(base_url)
        finally:
            server.terminate()
            server.wait(20)
    texts["state file"] = all_text(state)
    texts["log"] = log.read_text("utf-8")
    return Places(texts)


def other(number: int) -> str:
    """A secret that is not the request's own key."""
    return f"sk-other-{number:04}-abcdef"


def send(base_url: str) -> None:
    own = {"authorization": f"Bearer {KEY}"}
    basic = base64.b64encode(f"user:{KEY}".encode()).decode()
    with httpx.Client(base_url=base_url, headers=own, trust_env=False) as client:
        task_id = client.post(CREATE, json=VIDEO).json()["id"]
        numbers = iter(range(1000))
        for name in HEADERS:
            client.get(f"{CREATE}/{task_id}", headers={name: other(next(numbers))})
            client.get("/kie/api/v1/chat/credit", headers={name: other(next(numbers))})
        for name in ("x-note", "x-request-id", "user-agent", "referer"):
            client.get(f"{CREATE}/{task_id}", headers={name: f"I am {KEY}"})
            client.get(f"{CREATE}/{task_id}", headers={name: f"Basic {basic}"})
        for field in FIELDS:
            client.post(CREATE, json=VIDEO | {field: other(next(numbers))})
            client.post(CREATE, data=VIDEO | {field: other(next(numbers))})
            client.post(
                CREATE,
                files={k: (None, v) for k, v in (VIDEO | {field: other(next(numbers))}).items()},
            )
            client.get(f"{CREATE}/{task_id}", params={field: other(next(numbers))})
        for spelt in (KEY, quote(KEY, safe=""), KEY.replace("/", "\\/"), f"Bearer {KEY}"):
            client.post(CREATE, json=VIDEO | {"note": spelt})
            client.post(CREATE, content=json.dumps(VIDEO)[:-1] + f', "note": "{spelt}"}}')
            client.post(CREATE, json=VIDEO | {"model": spelt})
            for _ in range(4):  # with a head that is known by then
                client.post(CREATE, json=VIDEO | {"prompt": f"a cat, {spelt}"})
            client.post(f"/kie/api/v1/veo/{spelt}", json={"prompt": spelt})
            client.get(f"{CREATE}/{quote(spelt, safe='')}")
            client.get(f"/media/x/{quote(spelt, safe='')}")
            client.get(f"{CREATE}/{task_id}?who={quote(spelt, safe='')}")
        hook = f"http://user:{PASSWORD}@127.0.0.1:9/hook"
        job = {"prompt": "a cat [mock:instant]", "callBackUrl": hook}
        assert client.post("/kie/api/v1/veo/generate", json=job).json()["code"] == 200
        client.post("/kie/api/v1/veo/generate", json=job | {"callBackUrl": hook + " x"})
        client.get(f"{CREATE}/{task_id}", headers={"authorization": f"Bearer {ADMIN}"})
        client.get(f"{CREATE}/{task_id}", headers={"authorization": KEY})
        client.get("/kie/api/v1/chat/credit", headers={"authorization": KEY})
        client.get(
            f"/kie/api/v1/chat/credit?api_key={quote(KEY, safe='')}", headers={"authorization": ""}
        )
        url = client.get(f"{CREATE}/{task_id}/content").json()["url"]
        client.get(url, headers={"x-api-key": KEY})
        client.get(url, headers={"authorization": f"Basic {basic}"}, params={"token": other(999)})


def shown(base_url: str) -> dict[str, str]:
    """What the control API says of all that."""
    own = {"authorization": f"Bearer {KEY}", "x-mock-admin-token": ADMIN}
    home = "/_mock/v1/sandboxes/current"
    with (
        httpx.Client(base_url=base_url, headers=own, trust_env=False, timeout=60) as client,
        Control(base_url, key=KEY, token=ADMIN) as control,
    ):
        control.advance("1h")
        entries = list(control.entries())
        assert len(entries) > 80
        texts = {"journal": repr(entries)}
        for name in ("timeline", "tasks", "callbacks", "findings", "export"):
            reply = client.get(f"{home}/{name}")
            assert reply.status_code == 200, (name, reply.text)
            texts[name] = reply.text
        each = [client.get(f"{home}/tasks/{task.id}").text for task in control.tasks()]
        texts["each task"] = "".join(each)
        texts["metrics"] = client.get("/_mock/v1/metrics").text
    return texts


def secrets() -> Iterator[str]:
    yield from (KEY, ADMIN, PASSWORD)
    yield from (other(number) for number in (*range(100), 999))


def spellings(secret: str) -> set[str]:
    """How a secret may stand in a text."""
    escaped = quote(secret, safe="")
    found = {secret, escaped, escaped.lower(), quote(secret), secret.replace("/", "\\/")}
    found |= {json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    for before in ("", "x", "xx"):  # the three ways in which it falls into base 64
        coded = base64.b64encode((before + secret).encode()).decode()
        found.add(coded[4:-4])
    return found


PLACES = [
    "journal",
    "timeline",
    "tasks",
    "each task",
    "callbacks",
    "findings",
    "export",
    "metrics",
    "state file",
    "log",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_stands_there(places: Places, place: str) -> None:
    text = places.texts[place]
    assert len(text) > 20
    found = {
        s: text[max(0, text.index(s) - 90) : text.index(s) + 40]
        for secret in secrets()
        for s in spellings(secret)
        if s in text
    }
    assert found == {}


def test_every_place_is_looked_at(places: Places) -> None:
    assert set(places.texts) == set(PLACES)


def test_that_a_secret_was_there_is_still_told(places: Places) -> None:
    assert places.texts["journal"].count("[redacted ") > 50
    assert "redacted@127.0.0.1" in places.texts["journal"]
