"""The callback that the host sends when the shared job has ended."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator

from contracts.sdk import Check, Job, Session, Skip, validate

_SOURCES = (
    "docs: docs.kie.ai/veo3-api/generate-veo-3-video-callbacks; docs: docs.apimart.ai tasks/webhook"
)


def _asked(session: Session) -> Job:
    if not session.callback_url:
        raise Skip("no callback URL that the host could reach")
    if not session.job.terminal:
        raise Skip("the job did not end")
    return session.job


def _arrives(session: Session) -> Iterator[object]:
    if not _asked(session).deliveries:
        yield "no callback came for the job"


def _body(session: Session) -> Iterator[object]:
    job = _asked(session)
    if not job.deliveries:
        raise Skip("no callback came")
    for delivery in job.deliveries:
        yield from validate(session.subject.name, session.subject.callback_message, delivery.json)


def _headers(session: Session) -> Iterator[object]:
    job = _asked(session)
    if not job.deliveries:
        raise Skip("no callback came")
    message = session.subject.callback_headers_message
    for delivery in job.deliveries:
        yield from validate(session.subject.name, message, delivery.headers)


def _signature(session: Session) -> Iterator[object]:
    if not session.webhook_key:
        raise Skip("no webhook key was given")
    for delivery in _asked(session).deliveries:
        stamp = delivery.headers.get("x-webhook-timestamp", "")
        text = f"{session.job.task_id}.{stamp}".encode()
        digest = hmac.new(session.webhook_key.encode(), text, hashlib.sha256).digest()
        if delivery.headers.get("x-webhook-signature") != b64encode(digest).decode():
            yield "X-Webhook-Signature is not base64(HMAC-SHA256(key, taskId.timestamp))"


CHECKS = (
    Check("callback.arrives", "MUST", "a callback comes when a job has ended",
          f"seed 001; {_SOURCES}", _arrives, needs="callback_message", job=True),
    Check("callback.body", "MUST", "a callback has its documented form",
          f"seed 001; {_SOURCES}", _body, needs="callback_message", job=True),
    Check("callback.headers", "MUST", "a callback is JSON; signature and time come together",
          _SOURCES, _headers, needs="callback_headers_message", job=True),
    Check("callback.signature", "MUST", "a signed callback is signed with the shared key",
          "docs: docs.kie.ai/common-api/webhook-verification", _signature, ("kie",), job=True),
)  # fmt: skip
