"""What can be brought along: clients, proxies, headers, time; and what never leaks: the key."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from clientlib import AsyncClient, Client, RetryPolicy, TransportFailure, provider_names
from clientlib.providers import load
from tests.support.client_both import Make
from tests.support.client_jobs import IDS, created, in_order, task
from tests.support.client_mp4 import video
from tests.support.client_wire import Script, Seen, reply, wire


def test_the_providers_are_the_files_of_their_folder() -> None:
    import clientlib.providers as folder

    files = {path.stem for path in Path(folder.__path__[0]).glob("[a-z]*.py")}
    assert set(provider_names()) == files
    with pytest.raises(ValueError, match="apiyi, kie, xcompute"):
        Client("sora", api_key="k")


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        ("apiyi", "https://api.apiyi.com"),
        ("kie", "https://api.kie.ai"),
        ("xcompute", "https://xcompute.us"),
    ],
)
def test_the_real_host_is_the_default(
    provider: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(f"{provider.upper()}_BASE_URL", raising=False)
    with Client(provider, api_key="k") as client:
        assert client.base_url == url
        assert client.provider == provider


def test_key_and_address_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with wire(in_order(created("kie"))) as server:
        monkeypatch.setenv("KIE_API_KEY", "sk-environment")
        monkeypatch.setenv("KIE_BASE_URL", f"{server.url}/kie/")
        with Client("kie") as client:
            client.submit("a cat")
    assert server.seen[0].headers["authorization"] == "Bearer sk-environment"
    assert server.seen[0].path == "/kie/api/v1/veo/generate"


@pytest.mark.parametrize("key", ["", "two words", "schlüssel", "a\nb", "密钥"])
def test_a_key_that_cannot_be_sent_is_refused(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIE_API_KEY", raising=False)
    with pytest.raises(ValueError, match="KIE_API_KEY"):
        Client("kie", api_key=key)


def test_a_wrong_address_and_a_wrong_setting_are_pointed_out() -> None:
    with pytest.raises(ValueError, match="base_url"):
        Client("kie", api_key="k", base_url="api.kie.ai")
    with pytest.raises(TypeError, match="timeout"):
        Client("kie", api_key="k", timeout=3)  # type: ignore[call-arg]


def test_a_proxy_is_used_for_provider_and_media(make: Make, tmp_path: Path) -> None:
    with wire(in_order(reply(502, ""))) as server:
        client = make("kie", "http://api.invalid", proxy=server.url, retry=RetryPolicy(attempts=1))
        with pytest.raises(Exception, match="HTTP 502"):
            client.resume("x").refresh()
        assert server.seen[0].headers["host"] == "api.invalid"


def test_an_httpx_client_of_ones_own_is_used_stripped_of_secrets_and_left_open(
    tmp_path: Path,
) -> None:
    def handle(seen: Seen) -> Script:
        if seen.path == "/media.mp4":
            return reply(200, video())
        return task("kie", 1, url=f"http://{seen.headers['host']}/media.mp4")

    own = httpx.Client(
        headers={"authorization": "Bearer corporate", "user-agent": "studio/1"},
        cookies={"session": "secret"},
        auth=("user", "password"),
        follow_redirects=True,
        trust_env=False,
    )
    with wire(handle) as server, own:
        with Client("kie", api_key="sk-secret", base_url=server.url, client=own) as client:
            client.resume(IDS["kie"]).download(tmp_path / "cat.mp4")
        assert not own.is_closed
    api, media = server.seen
    assert api.headers["authorization"] == "Bearer sk-secret"
    assert api.headers["user-agent"] == "studio/1"
    assert "authorization" not in media.headers
    assert "cookie" not in media.headers


def test_a_key_in_a_header_of_its_own_goes_to_the_provider_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(load("kie")), "key_header", "X-Own-Key")

    def handle(seen: Seen) -> Script:
        if seen.path == "/media.mp4":
            return reply(200, video())
        return task("kie", 1, url=f"http://{seen.headers['host']}/media.mp4")

    own = httpx.Client(headers={"x-own-key": "corporate"}, trust_env=False)
    with wire(handle) as server, own:
        client = Client("kie", api_key="sk-secret", base_url=server.url, client=own)
        client.resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    api, media = server.seen
    assert api.headers["x-own-key"] == "Bearer sk-secret"
    assert "authorization" not in api.headers
    assert "x-own-key" not in media.headers


def test_a_key_in_the_query_goes_to_the_provider_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(type(load("kie")), "key_query", "key", raising=False)
    monkeypatch.setattr(type(load("kie")), "authorization", lambda self, key: key)

    def handle(seen: Seen) -> Script:
        if seen.path == "/media.mp4":
            return reply(200, video())
        return task("kie", 1, url=f"http://{seen.headers['host']}/media.mp4")

    with caplog.at_level(logging.DEBUG, "clientlib"), wire(handle) as server:
        client = Client("kie", api_key="sk-secret", base_url=server.url)
        client.resume(IDS["kie"]).download(tmp_path / "cat.mp4")
    api, media = server.seen
    assert api.query == {"taskId": IDS["kie"], "key": "sk-secret"}
    assert "authorization" not in api.headers
    assert media.query == {}
    assert "record-info -> 200" in caplog.text
    assert "sk-secret" not in caplog.text


def test_calls_are_logged_without_the_key(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "clientlib"), wire(in_order(created("kie"))) as server:
        client = make("kie", server.url)
        client.submit("a cat")
    assert "POST /api/v1/veo/generate -> 200" in caplog.text
    assert "sk-secret" not in caplog.text
    assert "sk-secret" not in repr(client._address)


def test_a_closed_client_says_so_instead_of_hanging() -> None:
    client = Client("kie", api_key="k", base_url="http://127.0.0.1:9")
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.resume("x").refresh()


def test_an_async_sleep_may_be_async() -> None:
    import asyncio

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def main(url: str) -> None:
        async with AsyncClient("kie", api_key="k", base_url=url, sleep=sleep) as client:
            job = await client.submit("a cat")
            await job.wait()

    with wire(in_order(created("kie"), task("kie", 1, url="http://h/a.mp4"))) as server:
        asyncio.run(main(server.url))
    assert slept == [30]


def test_images_are_read_from_files(make: Make, tmp_path: Path) -> None:
    first, last = tmp_path / "first", tmp_path / "last"
    first.write_bytes(b"\xff\xd8\xff first")
    last.write_bytes(b"RIFF....WEBP last")
    with wire(in_order(created("apiyi"))) as server:
        make("apiyi", server.url).submit("过渡", images=[first, str(last)])
    sent = server.seen[0]
    assert sent.headers["content-type"].startswith("multipart/form-data")
    assert sent.body.count(b'name="input_reference"') == 2
    assert sent.body.index(b"first") < sent.body.index(b"WEBP last")
    assert b"image/jpeg" in sent.body
    assert b"image/webp" in sent.body
    assert b"veo-3.1-fast-fl" in sent.body


def test_an_image_that_is_not_there_is_the_systems_own_error(make: Make) -> None:
    with pytest.raises(FileNotFoundError):
        make("apiyi", "http://127.0.0.1:9").submit("过渡", images=["no such file"])


def test_the_package_is_imported_without_httpx_or_a_server() -> None:
    code = (
        "import sys, clientlib; "
        "print([m for m in ('httpx', 'uvicorn', 'starlette', 'mockserver') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_a_refused_connection_names_the_request(make: Make) -> None:
    client = make("kie", "http://127.0.0.1:9", retry=RetryPolicy(attempts=1))
    with pytest.raises(TransportFailure, match="POST /api/v1/veo/generate"):
        client.submit("a cat")
