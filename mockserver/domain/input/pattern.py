r"""Regular expressions that users write: the syntax of `re`, matched within a limited time.

`re` itself cannot be stopped, and a pattern such as `(a+)+$` would stop the server for minutes. So
`re` decides what is a valid pattern, and the package `regex` matches it. Some signs have a meaning
only in `regex`; they are escaped first. A few rare characters differ: `\s` and `\w` of `regex`
treat them in another way than those of `re`.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Literal

import regex

from mockserver.domain.input.errors import BadInput

LONGEST_S = 0.05
OUT_OF_TIME = f"its regular expression ran out of time ({LONGEST_S * 1000:.0f} ms)"
MatchResult = Literal["yes", "no", "late"]
# A POSIX class such as `[:alpha:]`, and a brace that is not a count (`regex` would match roughly).
# A sign that is escaped already stays as it is.
_FOREIGN = re.compile(r"\\N\{[^}]*\}|\\.|\[:|\{(?!\d*,?\d*\})|\{\}", re.DOTALL)
_REMEMBERED = 256  # hashes of the texts on which a pattern ran out of time


class Pattern:
    """A pattern that is ready for matching. Raises BadInput, which names `field`, if it is not valid."""

    __slots__ = ("_last", "_late", "_ready", "text", "tries")

    def __init__(self, text: str, field: str) -> None:
        try:
            with warnings.catch_warnings(action="ignore"):
                re.compile(text)
                plain = _FOREIGN.sub(_escaped, text)
                self._ready = regex.compile(plain, regex.VERSION0, cache_pattern=False)
        except (re.error, regex.error, RecursionError, OverflowError) as error:
            raise BadInput(field, text, f"a regular expression ({error})") from None
        self.text = text
        self.tries = 0
        self._late: set[int] = set()
        self._last: tuple[int, MatchResult] | None = None

    def answer(self, text: str) -> MatchResult:
        """Whether a text contains the pattern; `late` if this took too long.

        For the same text the answer is always the same: one decision asks more than once.
        """
        key = hash(text)
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        found: MatchResult = "late" if key in self._late else self._found(text)
        self._last = key, found
        return found

    def _found(self, text: str) -> MatchResult:
        self.tries += 1
        try:
            found = self._ready.search(text, timeout=LONGEST_S)
        except TimeoutError:
            if len(self._late) >= _REMEMBERED:
                self._late.clear()
            self._late.add(hash(text))
            return "late"
        return "no" if found is None else "yes"


def _escaped(found: re.Match[str]) -> str:
    said = found[0]
    if said.startswith("\\"):
        return said
    return r"[\:" if said == "[:" else "\\" + said


@lru_cache(1024)
def ready(text: str, field: str = "prompt") -> Pattern:
    """A pattern, made ready once for all its users. Raises BadInput, which names `field`."""
    return Pattern(text, field)
