"""A Kie job from key to video, over a real socket."""

import httpx
import pytest
from msgspec.structs import replace

import contracts
from mockserver.app import Running
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.registry import Registry
from mockserver.providers.kie.status import UNAVAILABLE_4K
from tests.integration.kie.calls import (
    LONG_S,
    VEO,
    downloaded,
    extend,
    generate,
    get_4k,
    get_1080p,
    record,
)
from tests.support.advancing import advance, change
from tests.unit.media import mp4_boxes

DAY_S = 86_400


def test_a_job_goes_from_generate_to_1080p_4k_and_an_extension(
    server: Running, client: httpx.Client, key: str
) -> None:
    task_id = generate(client, "a cat", model="veo3", aspectRatio="16:9")
    assert record(client, task_id)["successFlag"] == 0
    advance(server, key, LONG_S)
    done = record(client, task_id)
    assert done["successFlag"] == 1
    video = downloaded(done["response"]["resultUrls"][0])
    assert video.headers["content-type"] == "video/mp4"
    assert video.content[4:8] == b"ftyp"

    extended_id = extend(client, task_id, model="quality")  # upgraded to 1080p it could not be
    hd = get_1080p(client, task_id)
    assert downloaded(hd["data"]["resultUrl"]).status_code == 200
    assert get_4k(client, task_id)["code"] == 200
    assert get_4k(client, task_id)["msg"].startswith("4k is processing.")
    advance(server, key, LONG_S)
    ready = get_4k(client, task_id)
    assert (ready["code"], ready["msg"]) == (422, "The video has been generated successfully")
    assert downloaded(ready["data"]["resultUrls"][0]).headers["content-type"] == "video/mp4"
    assert downloaded(ready["data"]["imageUrls"][0]).headers["content-type"] == "image/gif"
    extended = record(client, extended_id)
    assert extended["successFlag"] == 1
    (joined,) = extended["response"]["fullResultUrls"]
    assert joined not in extended["response"]["resultUrls"]
    assert downloaded(joined).headers["content-type"] == "video/mp4"
    alone = record(client, task_id)["response"]["resultUrls"][0].replace("720p", "720p-joined")
    assert downloaded(alone).status_code == 404


def test_an_instant_job_is_done_at_the_first_look(client: httpx.Client) -> None:
    assert record(client, generate(client, "a cat [mock:instant]"))["successFlag"] == 1


@pytest.mark.parametrize("fate", Registry[Scenario]("mockserver.scenarios", "SCENARIO").names())
def test_no_fate_of_a_job_crashes_a_reply(
    server: Running, client: httpx.Client, key: str, fate: str
) -> None:
    body = {"prompt": f"a cat [mock:{fate}]"}
    created = client.post(f"{VEO}/generate", json=body).json()
    task_id = (created["data"] or {}).get("taskId", "none")
    for seconds in (0, 10, 60, LONG_S, 14 * DAY_S):
        advance(server, key, seconds)
        query = {"taskId": task_id}
        for response in (
            client.get(f"{VEO}/record-info", params=query),
            client.get(f"{VEO}/get-1080p-video", params=query),
            client.post(f"{VEO}/get-4k-video", json=query),
        ):
            assert response.status_code == 200
            told = response.json()
            # A 4k version that will never be there ends in its documented failure.
            # either: a fate decides which of these; the law is that no other code comes.
            assert told["code"] in (200, 400, 422) or told["msg"] == UNAVAILABLE_4K.message


def test_every_reply_says_its_charset_and_comes_with_200(client: httpx.Client) -> None:
    for response in (
        client.post(f"{VEO}/generate", json={"prompt": "x"}),
        client.post(f"{VEO}/generate", json={}),
        client.get(f"{VEO}/nothing"),
    ):
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize("code", ["content_policy", "image_fetch", "internal", "generation_failed"])
def test_a_failed_job_says_why(server: Running, client: httpx.Client, key: str, code: str) -> None:
    task_id = generate(client, f"a cat [mock:fail code={code} at=50%]")
    advance(server, key, LONG_S)
    response = client.get(f"{VEO}/record-info", params={"taskId": task_id})
    assert contracts.validate("kie", "record_failed", response.json(), strict=True) == []


def test_a_1080p_video_takes_a_while_after_its_original(
    server: Running, client: httpx.Client, key: str
) -> None:
    task_id = generate(client)
    assert get_1080p(client, task_id)["msg"] == "record status is not success."
    seconds = 0
    while record(client, task_id)["successFlag"] == 0:
        advance(server, key, 1)
        seconds += 1
        assert seconds < LONG_S
    response = client.get(f"{VEO}/get-1080p-video", params={"taskId": task_id})
    assert contracts.validate("kie", "video_1080p_pending", response.json(), strict=True) == []
    assert response.headers["x-mock-reason"]
    advance(server, key, 180)
    assert contracts.validate("kie", "video_1080p", get_1080p(client, task_id), strict=True) == []


def test_a_portrait_video_has_no_1080p_unless_the_dialect_says_so(
    server: Running, client: httpx.Client, key: str
) -> None:
    task_id = generate(client, "a cat [mock:instant]", aspect_ratio="9:16")
    refused = client.get(f"{VEO}/get-1080p-video", params={"taskId": task_id})
    assert refused.json()["code"] == 422
    assert "portrait" in refused.headers["x-mock-reason"]
    change(server, key, lambda s: replace(s, dialect={"kie": {"ratio_1080p": "both"}}))
    assert get_1080p(client, task_id)["code"] == 200


def test_a_video_upgraded_to_1080p_cannot_be_extended(client: httpx.Client) -> None:
    task_id = generate(client, "a cat [mock:instant]")
    assert get_1080p(client, task_id)["code"] == 200
    assert "upgraded to 1080p" in why_not_extended(client, task_id)


def test_a_video_made_in_1080p_cannot_be_extended(client: httpx.Client) -> None:
    task_id = generate(client, "a cat [mock:instant]", resolution="1080p")
    assert "made in 1080p" in why_not_extended(client, task_id)


def why_not_extended(client: httpx.Client, task_id: str) -> str:
    """What an extension is refused for."""
    response = client.post(f"{VEO}/extend", json={"taskId": task_id, "prompt": "on"})
    assert response.json()["code"] == 422
    return response.headers["x-mock-reason"]


def test_an_extension_keeps_the_shape_of_its_original(client: httpx.Client) -> None:
    task_id = generate(client, "a cat [mock:instant]", aspectRatio="9:16", resolution="4k")
    extended = record(client, extend(client, task_id, "on [mock:instant]"))["response"]
    assert extended["resolution"] == "4k"
    assert downloaded(extended["originUrls"][0]).status_code == 200


def test_an_extension_of_an_unfinished_or_unknown_video_is_refused(client: httpx.Client) -> None:
    for task_id, code in ((generate(client), 422), ("nothing", 404)):
        body = client.post(f"{VEO}/extend", json={"taskId": task_id, "prompt": "on"}).json()
        assert body["code"] == code


def test_links_and_records_are_gone_after_14_days(
    server: Running, client: httpx.Client, key: str
) -> None:
    task_id = generate(client, "a cat [mock:instant]")
    url = record(client, task_id)["response"]["resultUrls"][0]
    advance(server, key, 14 * DAY_S - 1)
    assert downloaded(url).status_code == 200
    assert record(client, task_id)["successFlag"] == 1
    advance(server, key, 1)
    assert downloaded(url).status_code == 403
    gone = client.get(f"{VEO}/record-info", params={"taskId": task_id}).json()
    assert gone == {
        "code": 422,
        "msg": "Temporarily supports records within 14 days.",
        "data": None,
    }


def test_links_live_a_day_in_the_other_dialect(
    server: Running, client: httpx.Client, key: str
) -> None:
    record(client, generate(client))
    change(server, key, lambda s: replace(s, dialect={"kie": {"media_ttl": "24h"}}))
    task_id = generate(client, "a cat [mock:instant]")
    url = record(client, task_id)["response"]["resultUrls"][0]
    advance(server, key, DAY_S)
    assert downloaded(url).status_code == 403
    assert record(client, task_id)["successFlag"] == 1


@pytest.mark.parametrize(("task_id", "prefix"), [("veo_task", "veo_task_"), ("hex32", "")])
def test_ids_are_a_dialect(
    server: Running, client: httpx.Client, key: str, task_id: str, prefix: str
) -> None:
    generate(client)
    change(server, key, lambda s: replace(s, dialect={"kie": {"task_id": task_id}}))
    made = generate(client, "a cat [mock:instant]")
    assert made.startswith(prefix)
    assert downloaded(record(client, made)["response"]["resultUrls"][0]).status_code == 200


@pytest.mark.parametrize(("given_s", "lasts_s"), [(None, 8), (4, 4), (6, 6), (8, 8)])
@pytest.mark.parametrize("resolution", ["720p", "4k"])
def test_a_video_lasts_as_long_as_was_asked_for(
    client: httpx.Client, given_s: int | None, lasts_s: int, resolution: str
) -> None:
    fields = {"duration": given_s, "resolution": resolution, "aspect_ratio": "9:16"}
    task_id = generate(client, "a cat [mock:instant]", **fields)
    (url,) = record(client, task_id)["response"]["resultUrls"]
    film = downloaded(url).content
    (header,) = [box for box in mp4_boxes.boxes(film) if box.path == "moov/mvhd"]
    assert mp4_boxes.duration_s(header) == pytest.approx(lasts_s, abs=0.1)
    (size, _) = [
        mp4_boxes.track_size(box) for box in mp4_boxes.boxes(film) if box.path == "moov/trak/tkhd"
    ]
    assert size == {"720p": (720, 1280), "4k": (2160, 3840)}[resolution]
