"""Whatever a host answers, the verifier tells a result and never crashes."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import contracts
from contracts.verifier.main import Options, run

WORDS = st.sampled_from(
    ["id", "status", "data", "code", "msg", "error", "taskId", "task_id", "successFlag", "url",
     "response", "resultUrls", "result", "videos", "expires_at", "completed", "progress", "message"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
NEAR = st.sampled_from(
    [
        test["data"]
        for name in contracts.providers()
        for group in contracts.cases(name)
        for test in group["tests"][:3]
        if isinstance(test["data"], dict)
    ]
)
KINDS = st.sampled_from(["application/json", "text/event-stream", "video/mp4", "", "x/y; z=\u00e9"])


class Hostile(httpx.BaseTransport):
    """Gives its answers in turn, over and over."""

    def __init__(self, answers):
        self.answers, self.calls = answers, 0

    def handle_request(self, request):
        status, kind, body = self.answers[self.calls % len(self.answers)]
        self.calls += 1
        headers = {"content-type": kind.encode("latin-1")} if kind else {}
        return httpx.Response(status, headers=headers, content=body)


BODIES = (JSON | NEAR).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20)
ANSWERS = st.lists(
    st.tuples(st.sampled_from([200, 200, 200, 201, 302, 400, 401, 404, 429, 500]), KINDS, BODIES),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("provider", contracts.providers())
@given(answers=ANSWERS)
def test_no_answer_crashes_the_verifier(provider, answers):
    written = []
    status = run(
        Options(
            provider,
            base_url="http://host.invalid",
            key="sk-hostile-host",
            budget=1e9,
            pace_s=0,
            deadline_s=0.001,
            reports=tuple((name, None) for name in ("json", "junit", "sarif", "markdown")),
            transport=Hostile(answers),
            write=written.append,
            complain=written.append,
        )
    )
    assert status in (0, 1, 2)  # either: answers are anything; the law is that none is a crash
    assert written
