"""Every refusal in Kie's envelope: code, text, and the HTTP status that is 200 all the same."""

import pytest

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Inbound
from mockserver.providers.kie import PROVIDER
from mockserver.providers.kie.errors import ROWS
from tests.unit.providers.kie.calls import answered, asked, context, posted

DOCUMENTED_CODES = {400, 401, 402, 404, 408, 422, 429, 433, 451, 455, 500, 501, 505}


@pytest.mark.parametrize("kind", ROWS)
def test_every_refusal_has_the_envelope_and_status_200(kind: str) -> None:
    status, body = answered(kind)
    assert status == 200
    assert list(body)[:2] == ["code", "msg"]
    assert contracts.validate("kie", "error", body, strict=True) == []


def test_every_documented_code_is_reachable() -> None:
    assert {row.code for row in ROWS.values()} == DOCUMENTED_CODES


def test_a_refused_key_reads_as_it_was_recorded() -> None:
    assert answered("unauthorized") == (
        200,
        {
            "code": 401,
            "msg": "Unauthorized – Authentication failed. Please check that your Authorization "
            "and Content-Type headers are correctly set.",
        },
    )


@pytest.mark.parametrize(
    ("dialect", "msg"),
    [
        ({}, "Record not found for taskId: X"),
        ({"unknown_task": "is_null"}, "record is null."),
        ({"unknown_task": "not_exist"}, "The record does not exist"),
    ],
)
def test_an_unknown_task_is_worded_by_dialect(dialect: dict[str, str], msg: str) -> None:
    body = answered("not_found", asked("record_info"), **dialect)[1]
    assert (body["code"], body["msg"]) == (422, msg)


@pytest.mark.parametrize("request_", [asked("get_1080p"), posted("get_4k", {})])
def test_upgrades_have_their_own_words_for_an_unknown_task(request_: Inbound) -> None:
    body = answered("not_found", request_)[1]
    assert body == {"code": 422, "msg": "Record does not exist", "data": None}


def test_an_extension_of_nothing_is_a_404() -> None:
    assert answered("not_found", posted("extend", {}))[1]["code"] == 404


@pytest.mark.parametrize("code", ["400", "422", "500"])
def test_a_pending_1080p_has_its_text_and_one_of_three_codes(code: str) -> None:
    body = answered("pending_1080p", pending_1080p_code=code)[1]
    assert body == {
        "code": int(code),
        "msg": "1080P is processing. It should be ready in 1-2 minutes. Please check back shortly.",
        "data": None,
    }
    assert contracts.validate("kie", "video_1080p_pending", body, strict=True) == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("unauthorized", 401),
        ("insufficient_balance", 402),
        ("invalid_field", 422),
        ("rate_limited", 429),
        ("request_limit", 429),
        ("image_fetch", 451),
        ("overloaded", 503),
        ("feature_disabled", 500),
        ("server_error", 500),
    ],
)
def test_the_real_status_is_the_code_where_that_is_one(kind: str, status: int) -> None:
    real, body = answered(kind, http_status="real")
    assert real == status
    assert body["code"] == ROWS[kind].code


def test_a_text_of_ours_names_the_field_where_none_is_documented() -> None:
    assert answered("invalid_field")[1]["msg"] == "field: a reason"
    assert answered("missing_field")[1]["msg"] == "不能为空"
    assert answered("bad_directive", message="ours")[1]["msg"] == "ours"


def test_other_recorded_words_are_dialects() -> None:
    required = answered("missing_field", missing_field="500")[1]
    assert required == {"code": 500, "msg": "This field is required"}
    refused = answered("unauthorized", unauthorized="permissions")[1]
    assert refused == {"code": 401, "msg": "You do not have access permissions"}
    assert answered("insufficient_balance")[1]["msg"] == "Insufficient credits"
    other = answered("insufficient_balance", credits_text="credits_insufficient")[1]
    assert other == {"code": 402, "msg": "Credits insufficient", "data": None}
    documented = answered("insufficient_balance", credits_text="documented")[1]
    assert documented["msg"].startswith("Insufficient Credits - ")


def test_every_reply_names_its_charset() -> None:
    reply = PROVIDER.refuse(Refusal("server_error", "x"), context())
    assert dict(reply.headers)[b"content-type"] == b"application/json;charset=UTF-8"


def test_braces_in_what_a_client_sent_stay_as_they_are() -> None:
    assert answered("bad_directive", message="got {0} and {")[1]["msg"] == "got {0} and {"
