"""The floor: a bare ASGI function on the same uvicorn that returns the same bytes.

    python -m tests.benchmarks.floor PORT

The bodies come on standard input, as JSON: {"path": {"type": …, "chunks": [text, …]}, …}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import uvicorn


def application(bodies: dict[str, Any]) -> Any:
    """Answers every path with its own fixed bytes; several chunks are sent one by one."""
    known = {
        path: ([(b"content-type", spec["type"].encode())], [c.encode() for c in spec["chunks"]])
        for path, spec in bodies.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        await receive()
        headers, chunks = known.get(scope["path"]) or known["*"]
        if len(chunks) == 1:
            headers = [*headers, (b"content-length", b"%d" % len(chunks[0]))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for chunk in chunks[:-1]:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": chunks[-1]})

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(json.load(sys.stdin)),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        date_header=False,
    )
