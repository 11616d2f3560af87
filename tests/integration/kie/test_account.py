"""Credits and download links of Kie, over a real socket."""

import httpx
import pytest
from msgspec.structs import replace

from mockserver.app import Running
from tests.integration.kie.calls import (
    API,
    LONG_S,
    credit,
    downloaded,
    extend,
    generate,
    get_4k,
    get_1080p,
    record,
)
from tests.support.advancing import advance, change


def limited(server: Running, client: httpx.Client, key: str, credits: float) -> None:
    credit(client)  # opens the sandbox
    micros = round(credits * 1_000_000)
    change(server, key, lambda s: replace(s, balances_micros={"kie": micros}))


def test_each_job_takes_its_price_and_a_failed_one_gives_it_back(
    server: Running, client: httpx.Client, key: str
) -> None:
    limited(server, client, key, 1000.65)
    generate(client, model="veo3")
    assert credit(client) == 750.65
    generate(client, "a cat [mock:fail]")
    assert credit(client) == 690.65
    advance(server, key, LONG_S)
    assert credit(client) == 750.65


def test_upgrades_and_extensions_have_prices_of_their_own(
    server: Running, client: httpx.Client, key: str
) -> None:
    limited(server, client, key, 1000)
    task_id = generate(client, "a cat [mock:instant]")
    extend(client, task_id, model="lite")
    get_1080p(client, task_id)
    get_1080p(client, task_id)
    get_4k(client, task_id)
    get_4k(client, task_id)
    assert credit(client) == 1000 - 60 - 30 - 5 - 120


def test_an_account_without_a_limit_shows_a_whole_number(client: httpx.Client) -> None:
    before = credit(client)
    generate(client)
    assert credit(client) == before - 60
    assert isinstance(before, int)


def test_a_download_link_works_for_20_minutes(
    server: Running, client: httpx.Client, key: str
) -> None:
    task_id = generate(client, "a cat [mock:instant]")
    url = record(client, task_id)["response"]["resultUrls"][0]
    body = client.post(f"{API}/common/download-url", json={"url": url}).json()
    assert downloaded(body["data"]).content == downloaded(url).content
    advance(server, key, 20 * 60)
    assert downloaded(body["data"]).status_code == 403
    assert downloaded(url).status_code == 200


@pytest.mark.parametrize(
    "url", ["https://a.example/1.mp4", "http://[x", "x", "http://h/media/sb/x-0-720p.mp4"]
)
def test_a_foreign_url_gets_no_link(client: httpx.Client, url: str) -> None:
    response = client.post(f"{API}/common/download-url", json={"url": url})
    assert response.json()["code"] == 422
    assert response.headers["x-mock-reason"].startswith("url: ")


def test_a_video_of_another_provider_gets_no_link(client: httpx.Client) -> None:
    made = client.post(
        "/apiyi/v1/videos", json={"model": "veo-3.1", "prompt": "a cat [mock:instant]"}
    ).json()
    url = client.get(f"/apiyi/v1/videos/{made['id']}/content").json()["url"]
    response = client.post(f"{API}/common/download-url", json={"url": url})
    assert response.json()["code"] == 422
