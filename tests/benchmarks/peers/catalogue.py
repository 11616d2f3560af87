"""The peers: how each is started, and which calls it answers.

Each is set up as its documentation says, with its log of requests off where an option does that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.load import request
from tests.benchmarks.peers import setups

JOB = {"model": "veo-3.1", "prompt": "a cat on a skateboard"}


@dataclass(frozen=True)
class Call:
    """One request; `path` and `body` may hold {id}, the id of a job."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = "sk-peers"

    def data(self, job_id: str = "") -> bytes:
        """The bytes of the request."""
        body = "" if self.body is None else json.dumps(self.body).replace("{id}", job_id)
        path = self.path.replace("{id}", job_id)
        return request(self.method, path, self.key, body.encode(), self.headers)


def _chat(prompt: str, prefix: str = "", key: str = "sk-peers") -> Call:
    messages = [{"role": "user", "content": prompt}]
    body = {"model": "veo-3.1-fast", "stream": True, "messages": messages}
    return Call("POST", prefix + setups.CHAT, body, key=key)


CHAT = _chat("a cat")


@dataclass(frozen=True)
class Peer:
    """One mock server. A call that it cannot answer is None.

    `command` may name {port}, {spare} (another free port) and {folder}, which holds the `setup`.
    `before` prepares what the calls need; `create` makes a job, whose id is in its answer under
    `id_name`; `status` reads that job; `paced` is a stream of about five seconds. `canned` names
    the calls that get a fixed text or id, whatever was sent.
    """

    package: str
    command: str
    setup: setups.Setup = field(default_factory=dict)
    before: tuple[Call, ...] = ()
    create: Call = Call("POST", setups.VIDEOS, JOB)
    id_name: str = "id"
    status: Call = Call("GET", setups.VIDEOS + "/{id}")
    stream: Call | None = CHAT
    paced: Call | None = None
    canned: tuple[str, ...] = ()


def _step_functions(action: str, body: Any) -> Call:
    scope = "Credential=x/20250101/us-east-1/states/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"AWSStepFunctions.{action}",
    }
    return Call("POST", "/", body, headers)


_MACHINE = {"StartAt": "render", "States": {"render": {"Type": "Pass", "End": True}}}
_MACHINE_ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:videos"
_ROLE_ARN = "arn:aws:iam::123456789012:role/videos"

PEERS: dict[str, Peer] = {
    "reelmock": Peer(
        "reelmock",
        "reelmock serve --port {port} --speed 1",
        # A sandbox for the paced streams: at 18 times the speed 90 s of work are five.
        before=(Call("PATCH", "/_mock/v1/sandboxes/current", {"speed": 18}, key="sk-paced"),),
        create=Call("POST", "/apiyi" + setups.VIDEOS, JOB),
        status=Call("GET", "/apiyi" + setups.VIDEOS + "/{id}"),
        stream=_chat("a cat [mock:instant]", "/apiyi"),
        paced=_chat("a cat", "/apiyi", "sk-paced"),
    ),
    "aimock": Peer(
        "@copilotkit/aimock",
        "llmock --port {port} --fixtures {folder}/aimock.json --log-level silent",
        setups.aimock(),
        paced=_chat("a cat, slowly"),
        canned=("create",),  # it keeps the job, but every job has the fixture's id
    ),
    "mountebank": Peer(
        "mountebank",
        "mb start --configfile {folder}/imposters.json --port {spare} --noParse --nologfile --loglevel error",
        setups.mountebank(),
        canned=("create", "status", "stream"),
    ),
    "mockoon": Peer(
        "@mockoon/cli",
        "mockoon-cli start --data {folder}/mockoon.json --port {port} -l 127.0.0.1 --repair -X",
        setups.mockoon(),
        canned=("stream",),
    ),
    "prism": Peer(
        "@stoplight/prism-cli",
        "prism mock --host 127.0.0.1 --port {port} --verboseLevel error {folder}/openapi.json",
        setups.prism(),
        canned=("create", "status", "stream"),
    ),
    "moto": Peer(  # a video job's nearest kin on AWS: an execution of a state machine
        "moto",
        "moto_server --host 127.0.0.1 --port {port}",
        before=(
            _step_functions(
                "CreateStateMachine",
                {"name": "videos", "roleArn": _ROLE_ARN, "definition": json.dumps(_MACHINE)},
            ),
        ),
        create=_step_functions(
            "StartExecution", {"stateMachineArn": _MACHINE_ARN, "input": json.dumps(JOB)}
        ),
        id_name="executionArn",
        status=_step_functions("DescribeExecution", {"executionArn": "{id}"}),
        stream=None,
    ),
    "json-server": Peer(
        "json-server",
        "json-server --host 127.0.0.1 --port {port} --quiet {folder}/db.json",
        setups.json_server(),
        create=Call("POST", "/videos", JOB),
        status=Call("GET", "/videos/{id}"),
        stream=None,
    ),
    "wiremock": Peer(
        "wiremock",
        "wiremock --port {port} --bind-address 127.0.0.1 --root-dir {folder} --disable-banner",
        setups.wiremock(),
        canned=("create", "status", "stream"),
    ),
}
