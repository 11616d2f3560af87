"""The two errors with which the domain refuses, and how they name what was wrong.

BadInput    a user who configures or controls Reelmock gave a bad value
Refusal     a client's request is refused, in the provider's own envelope
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_CHARS = 80
# the reason goes into a header and the journal, and may contain text of a client
REASON_CHARS = 500


def shown(value: object) -> str:
    """A value as a message shows it: one line, cut at 80 characters."""
    try:
        return clipped(repr(value), SHOWN_CHARS)
    except ValueError:  # Python cannot write a number of thousands of digits
        return "a number of thousands of digits"


def clipped(text: str, most_chars: int) -> str:
    """A text of at most `most_chars` characters; an ellipsis takes the place of the rest."""
    return text if len(text) <= most_chars else text[: most_chars - 1] + "…"


def nearest(word: str, valid: Iterable[str]) -> str:
    """`; did you mean 'x'?` if a valid word is near, else an empty text."""
    found = get_close_matches(word, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


class BadInput(ValueError):
    """A setting or control call is wrong. Names the field, the value and what would be right."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: {shown(value)} is not valid, expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class NotInstalled(BadInput):
    """A setting needs packages that are not installed. Names them, and the command that installs them."""

    def __init__(self, field: str, value: object, *packages: str) -> None:
        words = " ".join(packages)
        what = "package" if len(packages) == 1 else "packages"
        expected = f"the {what} {words} to be installed: pip install {words}"
        super().__init__(field, value, expected)
        self.args = (f"{field} needs the {what} {words}: pip install {words}",)


class Missing(LookupError):
    """Something that a control call names does not exist."""

    def __init__(self, what: str, name: str, hint: str = "") -> None:
        super().__init__(f"there is no {what} {shown(name)}{hint}")


class Refusal(Exception):
    """A client's request is refused.

    `kind` is a key of the provider's table of errors (`invalid_model`, `not_found`, …), which
    decides status, code and the documented message. `reason` is ours: it goes to the header
    `X-Mock-Reason` and to the journal. `message` replaces the table's text if the provider documents
    none and the text has to name the field. `status` is a code that was asked for by its number: the
    reply has it, with the documented body of this code or, if there is none, of the nearest code.
    """

    def __init__(
        self,
        kind: str,
        reason: str,
        *,
        message: str | None = None,
        retry_after_ms: int | None = None,
        task_id: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = clipped(reason, REASON_CHARS)
        self.message = message
        self.retry_after_ms = retry_after_ms
        self.task_id = task_id
        self.status = status


def wrong_field(
    kind: str, field: str, value: object, expected: str, message: str | None = None
) -> Refusal:
    """A refusal because of one field, with a reason that says what would be right."""
    return Refusal(kind, f"{field}: got {shown(value)}, expected {expected}", message=message)
