"""Kie's catalogue of models and their prices, over a real socket."""

import httpx
import pytest
from msgspec.structs import replace

import contracts
from mockserver.app import Running
from tests.integration.kie.calls import API
from tests.support.advancing import advance, change

FAMILY = ["veo-3-1", "veo/get-1080p-video", "veo/get-4k-video", "veo/extend"]


def test_the_catalogue_lists_the_veo_family(client: httpx.Client) -> None:
    body = client.get(f"{API}/models").json()
    assert (body["code"], body["msg"]) == (200, "success")
    assert list(body["data"]) == ["total", "models"]
    assert body["data"]["total"] == len(FAMILY)
    assert [row["model"] for row in body["data"]["models"]] == FAMILY
    first = body["data"]["models"][0]
    assert list(first.items())[:-1] == [
        ("model", "veo-3-1"),
        ("slug", "veo-3-1"),
        ("title", "Veo 3.1"),
        ("provider", "Google"),
        ("taskType", ["Text to Video", "Image to Video"]),
        ("description", None),
    ]
    assert "\nFast mode" in first["pricingDesc"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("taskType=Video to Video", FAMILY[1:3]),
        ("taskType=text to video", [FAMILY[0], FAMILY[3]]),
        ("provider=google", FAMILY),
        ("provider=Kling", []),
        ("q=4K", [FAMILY[2]]),
        ("q=veo 3.1", FAMILY[:1]),
        ("q=get&taskType=Text to Video", []),
    ],
)
def test_a_query_narrows_the_catalogue(client: httpx.Client, query: str, found: list[str]) -> None:
    data = client.get(f"{API}/models?{query}").json()["data"]
    assert [row["model"] for row in data["models"]] == found
    assert data["total"] == len(found)


@pytest.mark.parametrize("model", FAMILY)
def test_a_model_has_its_price_in_words(
    server: Running, client: httpx.Client, key: str, model: str
) -> None:
    body = client.get(f"{API}/models/{model}/price").json()
    assert (body["code"], list(body["data"])) == (200, ["model", "pricingDesc"])
    advance(server, key, 1)
    rows = client.get(f"{API}/models").json()["data"]["models"]
    assert body["data"] in [{name: row[name] for name in body["data"]} for row in rows]


@pytest.mark.parametrize("model", ["veo3", "veo/get", "veo"])
def test_a_model_that_is_not_in_the_catalogue_is_404(client: httpx.Client, model: str) -> None:
    reply = client.get(f"{API}/models/{model}/price")
    assert (reply.status_code, reply.json()["code"]) == (200, 404)
    assert reply.json()["msg"].startswith("The model name you specified is not supported.")


def test_one_call_a_second_for_all_calls_of_the_catalogue_where_a_dialect_says_so(
    server: Running, client: httpx.Client, key: str
) -> None:
    paths = ["models", "models/veo-3-1/price", "models/veo/extend/price"]
    assert [client.get(f"{API}/{path}").json()["code"] for path in paths] == [200, 200, 200]
    change(server, key, lambda s: replace(s, dialect={"kie": {"read_limits": "on"}}))
    assert [client.get(f"{API}/{path}").json()["code"] for path in paths] == [200, 429, 429]
    advance(server, key, 1)
    assert client.get(f"{API}/models/veo/extend/price").json()["code"] == 200


def test_the_catalogue_needs_a_key(server: Running) -> None:
    reply = httpx.get(f"{server.base_url}{API}/models", trust_env=False)
    assert reply.json()["code"] == 401


@pytest.mark.parametrize("model", ["veo-3-1", "veo/extend"])
def test_a_model_s_success_rate_covers_the_last_day(
    server: Running, client: httpx.Client, key: str, model: str
) -> None:
    body = client.get(f"{API}/models/{model}/success-rate").json()
    assert contracts.validate("kie", "model_success_rate", body, strict=True) == []
    data = body["data"]
    assert (data["model"], len(data["points"])) == (model, 144)
    ends = [point["end"] for point in data["points"]]
    assert [point["start"] for point in data["points"]][1:] == ends[:-1]
    advance(server, key, 600)
    later = client.get(f"{API}/models/{model}/success-rate").json()["data"]["points"]
    assert ends[-1] in [point["start"] for point in later]


def test_a_model_s_schema_is_told_to_be_absent(client: httpx.Client) -> None:
    body = client.get(f"{API}/models/veo/get-4k-video/schema").json()
    assert contracts.validate("kie", "model_schema", body, strict=True) == []
    assert body["data"] == {"model": "veo/get-4k-video", "openapi": None}


@pytest.mark.parametrize("last", ["success-rate", "schema"])
def test_an_unknown_model_has_neither(client: httpx.Client, last: str) -> None:
    body = client.get(f"{API}/models/veo3/{last}").json()
    assert (body["code"], body["data"]) == (404, None)
