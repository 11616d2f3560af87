"""Every refusal in Kie's envelope: code, text, and the HTTP status that is 200 all the same."""

import pytest

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Inbound
from mockserver.providers.kie import PROVIDER
from mockserver.providers.kie.errors import ROWS
from tests.unit.providers.kie.calls import answered, asked, body_of, context, posted

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


def test_a_text_of_ours_stands_in_the_message_only_by_dialect() -> None:
    documented = "Validation Error - The request parameters failed validation checks"
    assert answered("invalid_field")[1] == {"code": 422, "msg": documented, "data": None}
    assert answered("too_large", message="field: a reason")[1]["msg"] == documented
    named = answered("invalid_field", validation_text="named")[1]
    assert named["msg"] == "field: a reason"
    assert answered("bad_directive", message="theirs")[1]["msg"] == "theirs"


def test_other_recorded_words_are_dialects() -> None:
    required = answered("missing_field", missing_field="500")[1]
    assert required == {"code": 500, "msg": "This field is required"}
    refused = answered("unauthorized", unauthorized="permissions")[1]
    assert refused == {"code": 401, "msg": "You do not have access permissions"}
    short = answered("insufficient_balance", credits_text="insufficient_credits")[1]
    assert short["msg"] == "Insufficient credits"
    other = answered("insufficient_balance", credits_text="credits_insufficient")[1]
    assert other == {"code": 402, "msg": "Credits insufficient", "data": None}
    documented = answered("insufficient_balance", credits_text="documented")[1]
    assert documented["msg"].startswith("Insufficient Credits - ")


def test_a_missing_prompt_has_words_of_its_own() -> None:
    request = posted("generate", {"prompt": " "})
    with pytest.raises(Refusal) as refused:
        PROVIDER.operations[0].decode(request, context(request))
    body = body_of(PROVIDER.refuse(refused.value, context(request)))
    assert body == {"code": 422, "msg": "Please enter prompt", "data": None}
    older = body_of(PROVIDER.refuse(refused.value, context(request, missing_field="422")))
    assert older["msg"] == "不能为空"
    assert answered("missing_field")[1]["msg"] == "不能为空"


def test_an_empty_account_a_hurried_client_and_a_foreign_url_read_as_observed() -> None:
    assert answered("insufficient_balance")[1] == {
        "code": 402,
        "msg": "Credits insufficient : Your current balance isn’t enough to run this request. "
        "Please top up to continue.",
        "data": None,
    }
    assert answered("rate_limited")[1] == {
        "code": 429,
        "msg": "Your call frequency is too high. Please try again later.",
        "data": None,
    }
    documented = answered("rate_limited", rate_text="documented")[1]["msg"]
    assert documented == "Rate Limited - Request limit has been exceeded for this resource"
    assert answered("foreign_url")[1] == {"code": 422, "msg": "url is wrong", "data": None}


def test_a_refused_key_has_headers_of_its_own() -> None:
    refusal = Refusal("unauthorized", "x")
    assert PROVIDER.refuse(refusal, context()).headers == (
        (b"content-type", b"application/json;charset=utf-8"),
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Access-Control-Request-Headers"),
    )
    plain = PROVIDER.refuse(refusal, context(unauthorized_headers="plain"))
    assert plain.headers == ((b"content-type", b"application/json;charset=UTF-8"),)


def test_every_reply_names_its_charset() -> None:
    reply = PROVIDER.refuse(Refusal("server_error", "x"), context())
    assert dict(reply.headers)[b"content-type"] == b"application/json;charset=UTF-8"


def test_braces_in_what_a_client_sent_stay_as_they_are() -> None:
    assert answered("bad_directive", message="got {0} and {")[1]["msg"] == "got {0} and {"
