"""A large document in pieces. Each piece is made in its own turn of the event loop, so others do not wait."""

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
    """Pages of records for one list of the document, without its brackets."""

    pages: Iterable[Sequence[T]]
    show: Callable[[T], Any]

    def some(self) -> Iterator[Sequence[T]]:
        """As many records as fit into one piece."""
        for page in self.pages:
            for at in range(0, len(page), AT_ONCE):
                yield page[at : at + AT_ONCE]


class Pieces(Struct, Generic[T], frozen=True, gc=False):
    """A record as JSON, given as text that is ready and lists that are not."""

    parts: tuple[bytes | Listed[Any], ...]

    async def texts(self) -> AsyncIterator[bytes]:
        """The document piece by piece; others have their turn after each piece."""
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
