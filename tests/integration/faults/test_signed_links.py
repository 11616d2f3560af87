"""Links with an end and a signature in their query: what belongs to them, and what the host refuses."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from clientlib import Client, Pace
from tests.support.struck import VIDEOS, Struck

SIGNED = "a cat [mock:signed_links]"


def got(url: str, method: str = "GET") -> httpx.Response:
    """A download, as clients do it: without a key."""
    return httpx.request(method, url, trust_env=False)


def link(struck: Struck, directive: str = "signed_links") -> str:
    task_id = struck.job(f"a cat [mock:{directive}]")
    struck.control.advance("15m")
    url = struck.http.get(f"{VIDEOS}/{task_id}/content").json()["url"]
    assert isinstance(url, str)
    return url


def test_a_signed_link_works_as_it_was_handed_out(struck: Struck) -> None:
    url = link(struck)
    query = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert list(query) == ["Expires", "Signature"]
    assert int(query["Expires"][0]) > struck.now_ms() // 1000
    assert urlsplit(url).path.endswith(".mp4")
    assert got(url).content[4:8] == b"ftyp"
    assert got(url, "HEAD").status_code == 200


@pytest.mark.parametrize(
    ("alter", "code"),
    [
        (lambda url: url.partition("?")[0], "AccessDenied"),
        (lambda url: url.partition("&Signature")[0], "AccessDenied"),
        (lambda url: url.replace("Expires=", "Expires=1"), "SignatureDoesNotMatch"),
        (lambda url: url.replace("Signature=", "Signature=A"), "SignatureDoesNotMatch"),
        (lambda url: url.replace("-0-720p.mp4", "-0-720p.gif"), "SignatureDoesNotMatch"),
    ],
    ids=["no query", "no signature", "another end", "another signature", "another file"],
)
def test_a_signed_link_that_is_altered_is_refused(struck: Struck, alter, code: str) -> None:  # type: ignore[no-untyped-def]
    url = link(struck)
    refused = got(alter(url))
    assert refused.status_code == 403
    assert f"<Code>{code}</Code>" in refused.text
    assert refused.headers["x-mock-reason"].startswith("the link is signed: ")
    assert got(url).status_code == 200


def test_a_signed_link_ends_when_it_says(struck: Struck) -> None:
    task_id = struck.job("a cat [mock:signed_links for=30m]")
    struck.control.advance("15m")
    url = struck.http.get(f"{VIDEOS}/{task_id}/content").json()["url"]
    (expires,) = parse_qs(urlsplit(url).query)["Expires"]
    left_s = int(expires) - struck.now_ms() // 1000
    assert 0 < left_s < 30 * 60
    struck.control.advance(f"{left_s - 1}s")
    assert got(url).status_code == 200
    struck.control.advance("2s")
    refused = got(url)
    assert (refused.status_code, refused.headers["x-mock-reason"]) == (403, "the link has expired")


def test_kie_s_fresh_link_is_signed_anew(struck: Struck) -> None:
    task_id = struck.kie_job("", SIGNED)
    struck.control.advance("15m")
    record = struck.http.get("/kie/api/v1/veo/record-info", params={"taskId": task_id}).json()
    (url,) = record["data"]["response"]["resultUrls"]
    fresh = struck.http.post("/kie/api/v1/common/download-url", json={"url": url}).json()["data"]
    assert "/until-" in fresh
    assert got(fresh).content[4:8] == b"ftyp"
    assert got(fresh.partition("?")[0] + "?" + urlsplit(url).query).status_code == 403
    struck.control.advance("21m")
    assert got(fresh).status_code == 403
    assert got(url).status_code == 200


def test_the_journal_holds_no_signature(struck: Struck) -> None:
    url = link(struck)
    assert got(url).status_code == 200
    (signature,) = parse_qs(urlsplit(url).query)["Signature"]
    written = struck.http.get("/_mock/v1/sandboxes/current/journal").text
    assert f"Expires={parse_qs(urlsplit(url).query)['Expires'][0]}" in written
    assert signature[:20] not in written
    assert urlsplit(url).query.rpartition("=")[2][:20] not in written


def test_it_strikes_where_the_link_is_told_and_where_an_altered_one_is_refused(
    struck: Struck,
) -> None:
    url = link(struck)
    assert got(url).status_code == 200
    got(url.partition("?")[0])
    struck_calls = [e.call_phase for e in struck.control.entries() if e.scenario_struck]
    assert struck_calls == ["content", "download"]


@pytest.mark.parametrize("provider", ["apiyi", "kie", "xcompute"])
def test_the_reference_client_takes_a_link_as_it_comes(
    auto: Struck, provider: str, tmp_path: Path
) -> None:
    auto.control.change_sandbox(speed=100)  # APIYI tells its clients how long to wait
    base_url = f"{auto.server.base_url}/{provider}"
    with Client(provider, api_key=auto.key, base_url=base_url, pace=Pace(0.01)) as client:
        client.submit(SIGNED).download(tmp_path / "cat.mp4")
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"
