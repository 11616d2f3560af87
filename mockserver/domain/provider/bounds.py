"""How much of a submission is kept: what a client sends must not fill the memory of a server.

| what              | bound                                                            |
|-------------------|------------------------------------------------------------------|
| prompt            | 64 KB, kept whole since providers echo it; a longer one is refused |
| everything else   | 64 KB together, as JSON; more is refused                         |
| images            | a provider that takes them in itself keeps their hash and size   |
"""

from __future__ import annotations

from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.command import Command, Submit, UpgradeVideo
from mockserver.domain.reply.reply import encode_json

MAX_PROMPT_BYTES = 65_536
MAX_REST_BYTES = 65_536


def check_size(command: Command) -> None:
    """Raises Refusal(`too_large`) if a command holds more than is kept."""
    if isinstance(command, Submit):
        _check_submission(command)
    if isinstance(command, UpgradeVideo):
        _check("callback", len(command.callback_url or ""), MAX_REST_BYTES)


def _check_submission(command: Submit) -> None:
    prompt = command.prompt
    _check("prompt", len(prompt.encode("utf-8", "surrogatepass")), MAX_PROMPT_BYTES)
    rest = {name: value for name, value in command.params.items() if value != prompt}
    rest |= {"images": command.images, "callback": command.callback_url}
    sizes = {name: len(encode_json(value)) for name, value in rest.items()}
    _check(max(sizes, key=sizes.__getitem__), sum(sizes.values()), MAX_REST_BYTES)


def _check(field: str, size_bytes: int, most_bytes: int) -> None:
    if size_bytes > most_bytes:
        reason = f"{field}: got {size_bytes} bytes, expected at most {most_bytes}"
        raise Refusal("too_large", reason)
