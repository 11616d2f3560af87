"""The command line, one command a file; each is loaded when it is called."""

from __future__ import annotations

import asyncio


def main() -> None:
    """Runs `reelmock`."""
    from mockserver.app import build
    from mockserver.settings import load_settings
    from mockserver.web.server import Server, bind

    settings = load_settings({}, __import__("os").environ)
    listener = bind(settings.host, settings.port)
    app = build(settings, f"http://{settings.host}:{listener.getsockname()[1]}")
    server = Server(app.asgi, app.stop)
    asyncio.run(server.serve([listener]))
