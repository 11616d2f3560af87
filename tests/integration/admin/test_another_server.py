"""What answers at the address may be no Reelmock: one line says so."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from mockserver.cli import run_line
from tests.support.patience import joined

PAGE = b"<html>Welcome</html>"


class Page(BaseHTTPRequestHandler):
    """Answers each call with the same page."""

    def do_GET(self) -> None:
        """As a front page that catches every path does."""
        self.send_response(200)
        self.send_header("content-length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing on stderr."""


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a server that is no Reelmock."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="a page", daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        joined(thread)


@pytest.mark.timeout(20)  # what takes it for a Reelmock that has stopped waits without end
@pytest.mark.parametrize(
    "words",
    [["task", "list", "--key", "sk-me", "--url"], ["wait", "--for", "1ms"], ["watch", "--url"]],
)
def test_a_server_that_is_no_reelmock_is_called_so(
    url: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line([*words, url]) == 2
    errors = capsys.readouterr().err
    assert f"{url} answers, but not as a Reelmock does" in errors
    assert errors.count("\n") == 1
