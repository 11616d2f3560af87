"""What Kie's envelopes mean to a judge of clients."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.providers.kie.judging import JUDGING

LINKS = {"data": {"resultUrls": ["http://h/a.mp4"]}}


@pytest.mark.parametrize(
    ("status", "body", "meant"),
    [
        (200, {"code": 200, **LINKS}, 200),
        (200, {"code": 422, **LINKS}, 200),
        (200, {"code": 422, "data": None}, 422),
        (200, {"code": 421, **LINKS}, 421),
        (200, {"code": 402, **LINKS}, 402),
        (200, {"code": True}, 200),
        (200, {"code": 99}, 200),
        (503, {"code": 422, **LINKS}, 503),
    ],
)
def test_the_code_of_an_envelope_counts_and_links_make_a_422_a_success(
    status: int, body: dict[str, Any], meant: int
) -> None:
    assert JUDGING.status(status, json.dumps(body).encode()) == meant
