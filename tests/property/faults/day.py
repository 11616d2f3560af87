"""A day of a client: the same calls, written down as bytes as far as they came."""

from __future__ import annotations

from typing import Any

import httpx

from mockserver.app import Running
from mockserver.control import Control

START = "2026-01-01T00:00:00Z"
VIDEOS = "/apiyi/v1/videos"
CONNECT_RETRIES = 5  # a fault that refuses connections does so to everybody, and ends by itself
STREAM = {
    "model": "veo-3.1",
    "stream": True,
    "messages": [{"role": "user", "content": "a dog [mock:instant]"}],
}


class Day:
    """One fresh sandbox with a seed and rules; its clock jumps by itself, so nothing waits."""

    def __init__(
        self, server: Running, key: str, rules: list[dict[str, Any]], seed: str = "a seed"
    ) -> None:
        self.key = key
        self.control = Control(server.base_url, key=key, connect_retries=CONNECT_RETRIES)
        self.control.create_sandbox(
            id=key, api_key=key, seed=seed, clock={"mode": "auto", "start": START}
        )
        for rule in rules:
            self.control.add_fault(rule)
        headers = {"authorization": f"Bearer {key}"}
        self.http = httpx.Client(
            base_url=server.base_url,
            headers=headers,
            timeout=20,
            transport=httpx.HTTPTransport(trust_env=False, retries=CONNECT_RETRIES),
        )

    def close(self) -> None:
        self.control.delete_sandbox(self.key)
        self.http.close()
        self.control.close()

    def run(self) -> list[tuple[Any, ...]]:
        """What the client saw: status, headers and body of each reply, or how it broke."""
        seen = [self.call("POST", VIDEOS, json={"model": "veo-3.1", "prompt": "[mock:instant]"})]
        tasks = self.control.tasks()
        if tasks:
            path = f"{VIDEOS}/{tasks[0].id}"
            seen += [self.call("GET", path), self.call("GET", f"{path}/content")]
            seen.append(self.call("GET", f"/media/{self.key}/{tasks[0].id}-0-720p.mp4"))
        seen.append(self.call("POST", "/apiyi/v1/chat/completions", json=STREAM))
        seen.append(self.call("GET", "/kie/api/v1/chat/credit"))
        return seen

    def call(self, method: str, path: str, **more: Any) -> tuple[Any, ...]:
        came = b""
        try:
            with self.http.stream(method, path, **more) as reply:
                for piece in reply.iter_raw():
                    came += piece
                return reply.status_code, sorted(reply.headers.multi_items()), came
        except httpx.TransportError as error:
            return type(error).__name__, came
