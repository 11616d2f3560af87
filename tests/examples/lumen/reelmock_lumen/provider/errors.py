"""How Lumen refuses: an HTTP status, and a word and a text in `problem`."""

from __future__ import annotations

from mockserver.sdk import provider as api

ROWS: dict[str, tuple[int, str, str]] = {
    "malformed": (400, "unreadable", "The body cannot be read."),
    "invalid_field": (422, "bad_field", "A field has a value that is not allowed."),
    "bad_directive": (422, "bad_field", "A field has a value that is not allowed."),
    "unauthorized": (401, "no_key", "Send your key in X-Lumen-Key."),
    "forbidden": (403, "locked", "This account is locked."),
    "insufficient_balance": (402, "no_coins", "Not enough coins."),
    "not_found": (404, "no_render", "There is no such render."),
    "unknown_path": (404, "no_call", "There is no such call."),
    "method_not_allowed": (405, "no_call", "There is no such call."),
    "too_large": (413, "unreadable", "The body cannot be read."),
    "rate_limited": (429, "slow_down", "Too many renders."),
    "server_error": (500, "our_fault", "Something broke on our side."),
    "overloaded": (503, "our_fault", "Something broke on our side."),
}
FAILURES = {
    failure.name: failure
    for failure in (
        api.Failure("content_policy", "not_drawn", "We do not draw this."),
        api.Failure("broken_pen", "broken_pen", "The pen broke."),
    )
}


def refuse(refusal: api.Refusal, context: api.Context) -> api.Reply:
    """A refusal; a status that was asked for by its number keeps the word of its kind."""
    status, word, text = ROWS[refusal.kind]
    body = {"problem": {"word": word, "text": refusal.message or text}}
    return api.json_reply(refusal.status or status, body)
