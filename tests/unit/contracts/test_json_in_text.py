"""JSON that a message carries as text is held to its form; a pointer goes on inside of the text."""

import json

import pytest

import contracts
from contracts import check_history, observe

PARAM = json.dumps({"input": json.dumps({"prompt": "A cat"}), "model": "veo-3-1"})


def record(**changes):
    data = {
        "taskId": "e8644341781e5ecd0b8a8bb7594f8da9",
        "model": "veo-3-1",
        "state": "success",
        "param": PARAM,
        "resultJson": json.dumps({"resultUrls": ["https://example.com/a.mp4"]}),
        "failCode": None,
        "failMsg": None,
        "costTime": 43,
        "completeTime": 1789127083679,
        "createTime": 1789127039783,
    }
    return {"code": 200, "msg": "success", "data": data | changes}


def problems(**changes):
    return contracts.validate("kie", "jobs_record_success", record(**changes))


def test_a_text_that_holds_what_is_documented_has_no_problems():
    assert problems() == []


def test_a_text_that_is_no_json_is_named_as_such():
    (found,) = problems(resultJson="resultUrls: none")
    assert (found.pointer, found.expected) == ("/data/resultJson", "JSON text")


def test_a_problem_inside_a_text_is_named_with_its_place_there_and_its_source():
    inner = {"code": 200, "data": {"result_urls": "https://example.com/a.mp4"}}
    (found,) = problems(resultJson=json.dumps(inner))
    assert found.pointer == "/data/resultJson/data/result_urls"
    assert found.expected == "array"
    assert "1080p" in found.source


def test_a_text_inside_a_text_is_read_as_well():
    (found,) = problems(param=json.dumps({"input": "{prompt}", "model": "veo-3-1"}))
    assert found.pointer == "/data/param/input"


def test_a_text_that_is_nested_too_deeply_is_a_problem_and_no_crash():
    (found,) = problems(resultJson="[" * 100_000)
    assert found.expected == "JSON text"


def test_a_new_job_is_followed_by_the_word_of_its_state():
    waiting = record(
        state="waiting", resultJson="", costTime=None, completeTime=None, successFlag=0
    )
    seen = [observe("kie", body, at, "job") for at, body in enumerate((waiting, record()))]
    assert [one.status for one in seen] == ["waiting", "success"]
    assert check_history("kie", seen, "job") == []
    back = [problem.expected for problem in check_history("kie", seen[::-1], "job")]
    assert back == ["a time from 1 ms on", "one of success, gone after success"]


def test_a_new_job_that_is_forgotten_is_gone_and_not_before_two_months():
    forgotten = {"code": 422, "msg": "recordInfo is null", "data": None}
    first = observe("kie", record(), 0, "job")
    gone = observe("kie", forgotten, 5_184_000_000, "job")
    assert check_history("kie", [first, gone], "job") == []
    early = observe("kie", forgotten, 1_209_600_000, "job")
    assert check_history("kie", [first, early], "job") != []


@pytest.mark.parametrize("model", ["veo-3-1", "veo/extend"])
def test_a_result_of_veo_is_one_of_two_forms_and_that_of_another_model_is_left_alone(model):
    own = json.dumps({"resultObject": {"text": "hello"}})
    assert problems(model=model, resultJson=own) != []
    assert problems(model="another/model", resultJson=own) == []
