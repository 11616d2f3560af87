"""How the verifier asks Lumen, and one statement of its own: the reply to a creation says where to ask."""

from collections.abc import Iterator

from contracts.sdk import Body, Call, Check, Session, Subject

sdk = 1


def _body(model: str, callback_url: str | None) -> Body:
    body = {"model": model, "prompt": "A cat on a wall", "shape": "wide"}
    return body | ({"notify": callback_url} if callback_url else {})


SUBJECT = Subject(
    name="lumen",
    unit="coins",
    prices={"lumen-1": 20, "lumen-1-slow": 80},
    model="lumen-1",
    bearer=False,
    key_header="x-lumen-key",
    create_path="/v2/renders",
    create_body=_body,
    task_id="/render",
    poll_path="/v2/renders/{id}",
    unknown_id="rnd_00000000000000000000",
    unknown_message="problem_no_render",
    unauthorized_message="problem_no_key",
    bad_request_messages=("problem_bad_field", "problem_unreadable"),
    media=("/films/0/url",),
    constant=("/render",),
    told_ids=("/render",),
    no_such_path="/v2/renders/no/such/call",
    no_such_path_message="problem_no_call",
    succeeded="ready",
    mock_switches=("progress",),
    callback_message="callback",
    callback_id="/render",
)


def _location(session: Session) -> Iterator[object]:
    created = session.job.created
    told, wanted = created.headers.get("location"), f"/v2/renders/{session.job.task_id}"
    if told != wanted:
        yield f"Location: expected {wanted}, got {told}"


def _wallet(session: Session) -> Iterator[object]:
    yield from session.judge(session.call("GET", "/v2/wallet"))


CHECKS = (
    Check("lumen.location", "SHOULD", "a creation says where to ask", "the page of Lumen's API",
          _location, ("lumen",), job=True),
    Check("lumen.wallet", "MUST", "the wallet has its documented form", "the page of Lumen's API",
          _wallet, ("lumen",), (Call("GET", "/v2/wallet"),)),
)  # fmt: skip
