"""A large document in pieces: each is made in a turn of its own, so that nobody waits for the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from mockserver.domain.reply.reply import encode_json
from mockserver.engine.notifier import Waiter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

AT_ONCE = 100  # records: a millisecond or two
T = TypeVar("T")


class Listed(Struct, Generic[T], frozen=True, gc=False):
    """Pages of records that follow one another in a list of the document, without its brackets."""

    pages: Iterable[Sequence[T]]
    show: Callable[[T], Any]

    def some(self) -> Iterator[Sequence[T]]:
        """The records, as many as go into one piece."""
        for page in self.pages:
            for at in range(0, len(page), AT_ONCE):
                yield page[at : at + AT_ONCE]


class Pieces(Struct, Generic[T], frozen=True, gc=False):
    """A record as JSON, given as text that is ready and lists that are not."""

    parts: tuple[bytes | Listed[Any], ...]

    async def texts(self) -> AsyncIterator[bytes]:
        """The document bit by bit; others have their turn behind each."""
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
                continue
            comma = b""
            for some in part.some():
                shown = [part.show(record) for record in some]
                yield comma + encode_json(shown)[1:-1]
                comma = b","
                await Waiter().rest(0)
