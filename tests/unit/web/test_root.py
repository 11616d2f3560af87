"""The control API is built once, beside the loop, whoever asks first and even if that one goes."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

from mockserver.web.root import Root

CALL = {"type": "http", "path": "/_mock/v1/health", "method": "GET"}


def test_the_control_api_is_built_once_and_beside_the_loop() -> None:
    built: list[threading.Thread] = []
    served: list[str] = []
    may_end = threading.Event()

    async def admin(scope: Any, receive: Any, send: Any) -> None:
        served.append(scope["path"])

    def build() -> Any:
        built.append(threading.current_thread())
        assert may_end.wait(10), "nobody else had a turn while the control API was built"
        return admin

    async def scenario() -> None:
        nothing = cast("Any", None)
        root = Root(nothing, nothing, nothing, build, nothing, memory=True)
        first, second = (
            asyncio.ensure_future(root(CALL, nothing, nothing)) for _ in ("first", "second")
        )
        await asyncio.wait([first], timeout=0)
        first.cancel()
        await asyncio.wait([first])
        may_end.set()
        await asyncio.wait_for(second, 10)

    asyncio.run(scenario())
    assert len(built) == 1
    assert built[0] is not threading.main_thread()
    assert served == [CALL["path"]]
