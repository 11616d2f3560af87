"""The chat stream, byte for byte against the documents, and the reply that waits."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import contracts
from mockserver.domain.job.plan import Results, Step
from mockserver.domain.job.task import Task
from mockserver.domain.reply.reply import Frame, Reply, Stream
from mockserver.providers.apiyi.status import FAILURES
from tests.support.some import some
from tests.unit.providers.apiyi.calls import (
    CREATED_MS,
    DONE_MS,
    RUNNING_MS,
    SEED,
    TASK_ID,
    body_of,
    chat_reply,
    chatted,
    plan,
    task,
)

STREAMS = Path(__file__).parents[4] / "fixtures/apiyi/streams"
PIG = "画只猪在天上飞"


def frames(reply: Reply) -> tuple[Frame, ...]:
    assert isinstance(reply.body, Stream)
    events = tuple(reply.body.frames())
    assert b"".join(frame.data for frame in events) == reply.body.whole()
    return events


def sent(reply: Reply) -> bytes:
    return b"".join(frame.data for frame in frames(reply))


def chunks(reply: Reply) -> list[Any]:
    return [json.loads(f.data[6:]) for f in frames(reply) if not f.data.startswith(b"data: [")]


def texts(reply: Reply) -> list[str]:
    return [c["choices"][0]["delta"].get("content", "") for c in chunks(reply)]


def pig(**changes: Any) -> Task:
    return task(prompt=PIG, model="veo-3.1-fast", videos=2, **changes)


def masked(stream: bytes) -> str:
    """A stream without what differs from one to another: id, percentages, links."""
    text = re.sub(r"foaicmpl-[0-9a-z-]+", "ID", stream.decode())
    return re.sub(r"\d+\.\d%", "P%", re.sub(r"https?://[^)\s]+\.mp4", "URL", text)).strip()


def test_a_stream_is_the_recorded_one_byte_for_byte() -> None:
    recorded = (STREAMS / "chat_n2.sse").read_bytes()
    assert masked(sent(chat_reply(pig(), punctuation="ascii"))) == masked(recorded)


def test_the_default_text_is_that_of_the_newer_document() -> None:
    lines = texts(chat_reply(pig()))
    assert lines[1:4] == [
        '```json\n{\n    "prompt": "画只猪在天上飞",\n    "mode": "竖屏模式"\n}\n```\n\n',
        "> ⌛️ 视频正在生成中，请耐心等待...\n\n",
        "> 🏃 进度：9.0%\n\n",
    ]
    assert re.fullmatch(
        r"> ✅ 第1个视频生成成功，\[点击这里\]\(http\S+\.mp4\) 查看视频~~~\n\n", lines[-3]
    )


def test_signs_are_escaped_as_the_gateway_does_unless_told_otherwise() -> None:
    spoken = task(prompt="a<b>&c")
    assert b'\\"a\\u003cb\\u003e\\u0026c\\"' in sent(chat_reply(spoken))
    assert texts(chat_reply(spoken)) == texts(chat_reply(spoken, escapes="plain"))
    assert b"> " in sent(chat_reply(pig(), escapes="plain"))
    assert b"> " not in sent(chat_reply(pig()))


@pytest.mark.parametrize("videos", [1, 2, 3, 4])
def test_every_video_has_a_line_of_its_own(videos: int) -> None:
    lines = [t for t in texts(chat_reply(task(videos=videos))) if t.startswith("> ✅")]
    assert [line[4:8] for line in lines] == [f"第{n}个视" for n in range(1, videos + 1)]
    links = [found for line in lines for found in re.findall(r"https?://[^\s)]+\.mp4", line)]
    assert len(set(links)) == videos


def test_every_chunk_keeps_to_its_schema_and_the_stream_to_its_order() -> None:
    found = chunks(chat_reply(pig()))
    for chunk in found:
        assert contracts.validate("apiyi", "chunk", chunk, strict=True) == []
    assert len({(c["id"], c["created"], c["object"]) for c in found}) == 1
    assert found[0]["choices"][0]["delta"] == {"role": "assistant"}
    assert found[-1]["choices"][0]["finish_reason"] == "stop"
    usage = found[-1]["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert not any("usage" in chunk for chunk in some(found[:-1]))


def usage(of: Task) -> Any:
    streamed, whole = chunks(chat_reply(of))[-1], body_of(chat_reply(of, "wait"))
    assert streamed["usage"] == whole["usage"]
    return whole["usage"]


def test_the_tokens_follow_the_prompt_and_the_number_of_videos() -> None:
    assert usage(pig()) == {"prompt_tokens": 16, "completion_tokens": 292, "total_tokens": 308}
    one, four = usage(task(videos=1)), usage(task(videos=4))
    assert one["prompt_tokens"] == four["prompt_tokens"]
    assert one["completion_tokens"] < four["completion_tokens"]
    longer = usage(task(videos=1, prompt="画小猫" * 10))
    assert longer["prompt_tokens"] - one["prompt_tokens"] == 27
    assert longer["completion_tokens"] - one["completion_tokens"] == 27


def test_a_chat_names_the_model_as_it_was_asked_for() -> None:
    asked = chatted(model="veo_3_1")
    job = task(model=asked.model, params=asked.params)
    assert {chunk["model"] for chunk in chunks(chat_reply(job))} == {"veo_3_1"}
    assert body_of(chat_reply(job, "wait"))["model"] == "veo_3_1"
    assert {chunk["model"] for chunk in chunks(chat_reply(task()))} == {"veo-3.1"}
    assert chatted(model="veo-3.1").params == {}


def test_progress_rises_from_9_to_90_2_and_frames_are_in_time() -> None:
    reply = chat_reply(pig())
    levels = [float(n) for t in texts(reply) for n in re.findall(r"进度：(\d+\.\d)%", t)]
    assert (levels[0], levels[-1], len(levels)) == (9.0, 90.2, 10)
    assert levels == sorted(levels)
    times = [frame.at_ms for frame in frames(reply)]
    assert times == sorted(times)
    assert (times[0], times[2], times[-1]) == (CREATED_MS, RUNNING_MS, DONE_MS)


def test_landscape_has_its_own_mode() -> None:
    assert "横屏模式" in texts(chat_reply(task(orientation="landscape")))[1]


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_a_line_then_the_usual_end(name: str) -> None:
    reply = chat_reply(pig(failure=name))
    assert texts(reply)[-2] == f"> ❌ 视频生成失败：{FAILURES[name].message}\n\n"
    assert frames(reply)[-1].data == b"data: [DONE]\n\n"
    assert not any("✅" in text for text in texts(reply))


def test_some_of_the_videos_may_be_missing() -> None:
    lines = [t for t in texts(chat_reply(pig(results=Results(failed_videos=(0,))))) if "✅" in t]
    assert [line[4:7] for line in lines] == ["第2个"]
    none = texts(chat_reply(pig(results=Results(urls="absent"))))
    assert not any("✅" in text for text in some(none))


def test_a_job_that_never_ends_keeps_its_stream_open() -> None:
    stuck = plan()
    steps = (*stuck.steps[:2], Step(DONE_MS + 5, "expired"))
    reply = chat_reply(task(plan=type(stuck)(steps, SEED, CREATED_MS, DONE_MS)))
    assert b"[DONE]" not in sent(reply)
    assert frames(reply)[-1].at_ms == DONE_MS + 5


def test_without_a_stream_the_reply_waits_and_leaves_progress_out() -> None:
    reply = chat_reply(pig(), "wait")
    assert reply.not_before_ms == DONE_MS
    body = body_of(reply)
    assert contracts.validate("apiyi", "chat_completion", body, strict=True) == []
    text = body["choices"][0]["message"]["content"]
    assert text.count("✅") == 2
    assert "进度" not in text
    assert "⌛" not in text


@pytest.mark.parametrize(
    ("name", "status"),
    [("content_policy", 400), ("heavy_load", 503), ("internal", 503), ("audio_filtered", 503)],
)
def test_without_a_stream_a_failure_is_an_error(name: str, status: int) -> None:
    reply = chat_reply(pig(failure=name), "wait")
    assert (reply.status, reply.not_before_ms) == (status, DONE_MS)
    body = body_of(reply)
    assert body["error"]["message"] == FAILURES[name].message
    assert contracts.validate("apiyi", "error_generation_failed", body, strict=True) == []


def test_the_id_of_a_completion_does_not_give_the_task_s_away() -> None:
    other = task(plan=replace(plan(), seed="0ddb" * 8))
    ids = [chunks(chat_reply(job))[0]["id"] for job in (task(), other)]
    assert ids[0] != ids[1]
    assert all(TASK_ID.removeprefix("video_") not in id_ for id_ in ids)
