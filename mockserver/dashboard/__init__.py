"""The dashboard at `/_mock/`: a page in the browser that shows jobs and calls as they happen.

The page is static and holds nothing about any sandbox. It reads everything over the control API,
which asks for the admin token if there is one.
"""

from __future__ import annotations

from gzip import compress
from importlib.resources import files
from typing import TYPE_CHECKING

from mockserver.domain.reply.reply import Reply
from mockserver.web.player import send_plain

if TYPE_CHECKING:
    from mockserver.web.player import Receive, Scope, Send
    from mockserver.web.root import Asgi

PAGE = "/_mock/"
FILES = "/_mock/dashboard/"
READS = ("GET", "HEAD")
TYPES = {
    "html": b"text/html; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
# No inline script or style, nothing from other hosts, and not within a frame.
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
    (b"vary", b"accept-encoding"),
)

# To the page from its address without the slash: a relative one, so the caller's own host stays.
TO_PAGE = Reply(307, ((b"location", b"_mock/"), *HEADERS), b"")


class Dashboard:
    """Serves the page and its files; every other request goes to the control API."""

    def __init__(self, control_api: Asgi) -> None:
        self._control_api = control_api
        self._replies = {_path(name): _replies(name, content) for name, content in static_files()}
        self._replies[PAGE.rstrip("/")] = TO_PAGE, TO_PAGE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replies = self._replies.get(scope["path"])
        if replies is None or scope["method"] not in READS:
            return await self._control_api(scope, receive, send)
        plain, zipped = replies
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
        await send_plain(scope, send, zipped if b"gzip" in accepted else plain, [])


def static_files() -> list[tuple[str, bytes]]:
    """The files of the page: names and contents."""
    folder = files(__name__) / "static"
    return [(path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file()]


def _path(name: str) -> str:
    return PAGE if name == "index.html" else FILES + name


def _replies(name: str, content: bytes) -> tuple[Reply, Reply]:
    """A file as it is, and gzipped."""
    headers = ((b"content-type", TYPES[name.rpartition(".")[2]]), *HEADERS)
    return (
        Reply(200, headers, content),
        Reply(200, (*headers, (b"content-encoding", b"gzip")), compress(content, mtime=0)),
    )
