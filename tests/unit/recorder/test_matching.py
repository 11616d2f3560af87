"""Which provider a call of a tape is of, and which operation."""

from __future__ import annotations

import pytest

from mockserver.engine.plugins import Plugins
from mockserver.recorder.matching import known_call

PROVIDERS = Plugins().providers.all()


@pytest.mark.parametrize(
    ("method", "url", "provider", "operation"),
    [
        ("GET", "https://api.apimart.ai/v1/models", "xcompute", "models"),
        ("GET", "https://api.apiyi.com/v1/models", "apiyi", "models"),
        ("GET", "http://127.0.0.1:8080/xcompute/v1/models", "xcompute", "models"),
        ("GET", "http://127.0.0.1:8080/v1/models?x=1", "apiyi", "models"),
        ("GET", "https://proxy.example/some/where/v1/tasks/task_1", "xcompute", "status"),
        ("POST", "https://api.kie.ai/api/v1/veo/generate/", "kie", "generate"),
    ],
)
def test_the_host_decides_then_the_prefix_then_the_path(
    method: str, url: str, provider: str, operation: str
) -> None:
    found = known_call(PROVIDERS, method, url)
    assert found is not None
    assert (found.provider.name, found.operation.name) == (provider, operation)


def test_a_segment_of_the_path_is_read() -> None:
    found = known_call(PROVIDERS, "GET", "https://api.apimart.ai/v1/tasks/task_1")
    assert found is not None
    assert found.params == {"task_id": "task_1"}


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("PUT", "https://api.kie.ai/api/v1/veo/generate"),
        ("GET", "https://cdn.example/cat.mp4"),
        ("GET", "https://api.kie.ai/api/v1/veo/generate/more"),
    ],
)
def test_what_nobody_has_is_no_call(method: str, url: str) -> None:
    assert known_call(PROVIDERS, method, url) is None
