"""Problems can be read, name their source, and bad names are refused in one line."""

import subprocess
import sys

import pytest

import contracts
from contracts.compile import closed
from contracts.problem import shown

QUEUED = {
    "id": "video_abc123",
    "object": "video",
    "created": 1762181811,
    "status": "queued",
    "model": "veo-3.1",
}


def one(provider, message, instance, **how):
    (problem,) = contracts.validate(provider, message, instance, **how)
    return problem


def test_a_problem_says_where_what_and_who():
    problem = one("apiyi", "video_queued", {**QUEUED, "progress": 101})
    assert (problem.pointer, problem.expected, problem.got) == ("/progress", "at most 100", "101")
    assert str(problem) == "/progress: expected at most 100, got 101 (source: client (observed))"


def test_of_several_states_the_one_that_is_named_explains_itself():
    problem = one("apiyi", "video", {**QUEUED, "progress": 101})
    assert problem.pointer == "/progress"


def test_an_unknown_state_lists_the_states():
    body = {"code": 200, "data": {"id": "task_1", "status": "?", "progress": 1, "created": 1}}
    problem = one("xcompute", "task_processing", body)
    assert (problem.pointer, problem.expected) == ("/data/status", '"processing" or "in_progress"')


def test_alternatives_for_one_value_are_told_together():
    problem = one("kie", "video_1080p_pending", {"code": 404, "msg": "1080P is processing"})
    assert problem.expected == "400 or 422 or 500"


def test_a_forbidden_combination_is_told_by_its_title():
    body = {"model": "veo3.1-lite", "prompt": "x", "official_fallback": True}
    assert one("xcompute", "generation_request", body).expected.startswith("lite takes neither")


def test_a_value_is_shown_in_at_most_eighty_characters():
    assert [len(shown("a" * length)) for length in (77, 78, 79, 1000)] == [79, 80, 80, 80]
    assert shown("a" * 78) == f'"{"a" * 78}"'
    assert shown("a" * 79) == f'"{"a" * 78}…'


def test_an_unknown_field_passes_unless_strict():
    body = {**QUEUED, "colour": "red"}
    assert contracts.validate("apiyi", "video_queued", body) == []
    assert one("apiyi", "video_queued", body, strict=True).got == "colour"


def test_an_unknown_field_deep_inside_is_reported_too():
    body = {"code": 200, "msg": "success", "data": {"taskId": "x", "colour": "red"}}
    assert contracts.validate("kie", "task_created", body) == []
    assert one("kie", "task_created", body, strict=True).pointer == "/data"


def test_the_strict_variant_leaves_the_open_one_as_it_was():
    schema = {"unevaluatedProperties": True, "anyOf": [{"unevaluatedProperties": True}]}
    assert closed(schema) == {
        "unevaluatedProperties": False,
        "anyOf": [{"unevaluatedProperties": False}],
    }
    assert schema["unevaluatedProperties"] is True


def test_numbers_that_do_not_add_up_are_reported_through_references():
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 4}
    choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
    chunk = {
        "id": "foaicmpl-x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "veo-3.1",
        "choices": [choice],
        "usage": usage,
    }
    assert [p.expected for p in contracts.validate("apiyi", "chunk", chunk)] == [
        "total_tokens = prompt_tokens + completion_tokens"
    ]


def test_dialects_are_told_apart():
    assert contracts.dialects("apiyi", "video", QUEUED)["timestamp"] == ("created",)
    both = {**QUEUED, "created_at": 1762181811}
    assert contracts.dialects("apiyi", "video", both)["timestamp"] == ("both",)
    flat = {"id": "task_1", "status": "processing", "progress": 9, "created": 1}
    assert contracts.dialects("xcompute", "task", flat)["task_shape"] == ("flat",)
    wrapped = {"code": 200, "data": flat}
    assert contracts.dialects("xcompute", "task", wrapped)["task_shape"] == ("wrapped",)


def test_the_end_of_a_pattern_is_the_end_and_not_a_last_newline():
    assert contracts.validate("kie", "request_headers", {"authorization": "Bearer x"}) == []
    assert contracts.validate("kie", "request_headers", {"authorization": "Bearer x\n"})


def test_what_does_not_conform_speaks_no_dialect():
    assert contracts.dialects("apiyi", "video", {"status": "queued"}) == {}


@pytest.mark.parametrize("name", ["sora", "meta", "verifier", "", "../kie"])
def test_an_unknown_provider_is_refused_and_the_known_ones_are_named(name):
    with pytest.raises(contracts.UnknownProvider, match="apiyi, kie, xcompute"):
        contracts.validate(name, "video", {})


def test_an_unknown_message_is_refused_and_the_known_ones_are_named():
    with pytest.raises(contracts.UnknownMessage, match="record_info"):
        contracts.validate("kie", "vidoe", {})


def test_shared_parts_are_no_message():
    assert "_parts" not in contracts.messages("kie")


@pytest.mark.parametrize("hostile", [None, [], "", 0, 1e400, {"": {"": []}}, [[[]]] * 50])
def test_any_json_is_judged_and_never_crashes(hostile):
    for provider in contracts.providers():
        for message in contracts.messages(provider):
            contracts.validate(provider, message, hostile)


def test_importing_loads_neither_jsonschema_nor_an_http_client():
    script = (
        "import sys, contracts\n"
        "assert not {'jsonschema', 'referencing', 'httpx'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_without_jsonschema_one_line_names_the_extra():
    script = (
        "import sys; sys.modules['jsonschema'] = None\n"
        "import contracts\n"
        "try: contracts.validate('kie', 'credit', {})\n"
        "except contracts.MissingExtra as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=60, capture_output=True
    )
    assert b"pip install jsonschema referencing" in done.stdout
