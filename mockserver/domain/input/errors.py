"""The two ways in which the domain says no, and how it names what was wrong.

BadInput    somebody who configures or steers Reelmock gave a bad value
Refusal     a client's request is refused, in the provider's own envelope
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_CHARS = 80
REASON_CHARS = 500  # it goes into a header and the journal, and may name what a client sent


def shown(value: object) -> str:
    """A value as a message shows it: one line, cut at 80 characters."""
    try:
        return clipped(repr(value), SHOWN_CHARS)
    except ValueError:  # Python writes no number of thousands of digits
        return "a number of thousands of digits"


def clipped(text: str, most_chars: int) -> str:
    """A text of at most so many characters; an ellipsis stands for the rest."""
    return text if len(text) <= most_chars else text[: most_chars - 1] + "…"


def nearest(word: str, valid: Iterable[str]) -> str:
    """`; did you mean 'x'?` when a valid word is near, else nothing."""
    found = get_close_matches(word, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


class BadInput(ValueError):
    """A setting or control call is wrong: names the field, the value and what would be right."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: {shown(value)} is not valid, expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected


class NotInstalled(BadInput):
    """A setting needs packages that are not installed: names them, and the command that gets them."""

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

    `kind` is a key of the provider's table of errors (`invalid_model`, `not_found`, …) which
    decides status, code and the documented message. `reason` is ours: it goes to the header
    `X-Mock-Reason` and to the journal. `message` replaces the table's text where the provider
    documents none and the text has to name the field. `status` is a code asked for by its number:
    the reply has it, with the body that is documented for it or, where none is, for its nearest.
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
    """A refusal over one field, with a reason that says what would be right."""
    return Refusal(kind, f"{field}: got {shown(value)}, expected {expected}", message=message)
