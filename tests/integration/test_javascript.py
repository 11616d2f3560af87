"""The JavaScript of the guide, as files that node runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.bundle import bundled
from mockserver.control.document import document
from tests.support import needs
from tests.support.patience import PATIENCE_S, next_line

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

FOLDER = Path(__file__).parents[1] / "examples" / "javascript"
PACKAGES = FOLDER / "node_modules"  # `.ci/long javascript` installs these and the tools
READERS = FOLDER.parents[2] / ".venv" / "openapi"  # what reads OpenAPI documents
PROGRAMS = (PACKAGES / ".bin", READERS / "node_modules" / ".bin", READERS / "bin")
REELMOCK = str(Path(sys.executable).with_name("reelmock"))
LONG_S = 100.0  # real: npm's programs start slowly

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def run() -> Callable[..., Ran]:
    """Runs a command among the examples."""

    def started(*command: str, env: dict[str, str] | None = None, cwd: Path = FOLDER) -> Ran:
        return subprocess.run(
            command, capture_output=True, text=True, cwd=cwd, env=env, timeout=LONG_S, check=False
        )

    return started


@pytest.fixture
def npx(run: Callable[..., Ran]) -> Callable[..., Ran]:
    """Runs a program of the examples' packages, or one that reads OpenAPI documents."""
    if not PACKAGES.is_dir():
        pytest.skip("npm's packages are not installed: `.ci/long javascript` installs them")

    def started(program: str, *words: str, env: dict[str, str] | None = None, **how: Any) -> Ran:
        found = shutil.which(program, path=os.pathsep.join(map(str, PROGRAMS)))
        assert found is not None, f"{program} is not installed: `.ci/long javascript` installs it"
        path = os.pathsep.join((str(Path(found).parent), os.environ["PATH"]))
        return run(found, *words, env={**(env or os.environ), "PATH": path}, **how)

    return started


CHECK = """
import { isSigned } from './signature.mjs';
const [taskId, headers, key, nowS] = JSON.parse(process.argv[1]);
console.log(isSigned(taskId, headers, key, nowS));
"""


@pytest.mark.reelmock(clock="manual")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, "true"),
        ({"task": "other"}, "false"),
        ({"key": "other"}, "false"),
        ({"late_s": 301}, "false"),
        ({"headers": {}}, "false"),
        ({"signature": "AAAA"}, "false"),
    ],
)
def test_a_callback_of_the_mock_is_signed_as_the_receiver_checks(
    reelmock: Reelmock,
    run: Callable[..., Ran],
    reelmock_receiver: Any,
    change: dict[str, Any],
    found: str,
) -> None:
    reelmock.control.change_sandbox(reelmock.id, webhook_key="hush")
    task_id, headers = _called_back(reelmock, reelmock_receiver)
    if "signature" in change:
        headers["x-webhook-signature"] = change["signature"]
    asked = [
        change.get("task", task_id),
        change.get("headers", headers),
        change.get("key", "hush"),
        int(headers["x-webhook-timestamp"]) + change.get("late_s", 0),
    ]
    node = needs.program("node")
    done = run(node, "--input-type=module", "-e", CHECK, json.dumps(asked))
    assert done.stdout.strip() == found, done.stderr


def _called_back(reelmock: Reelmock, receiver: Any) -> tuple[str, dict[str, str]]:
    """The id of a finished task, and the headers of its callback."""
    from clientlib import Client

    with Client("kie", base_url=reelmock.base_url("kie"), api_key=reelmock.api_key) as client:
        job = client.submit("a cat", callback_url=receiver.url)
    reelmock.clock.advance(to="task_done")
    headers = {name.lower(): value for name, value in receiver.received[0].headers.items()}
    return job.task_id, headers


@pytest.mark.reelmock(clock="manual")
def test_express_takes_a_signed_callback_only(reelmock: Reelmock, npx: Callable[..., Ran]) -> None:
    assert npx("tsc", "--version").returncode == 0
    reelmock.control.change_sandbox(reelmock.id, webhook_key="hush")
    receiver = subprocess.Popen(
        [needs.program("node"), "receiver.mjs"],
        cwd=FOLDER,
        env={**reelmock.full_env(), "WEBHOOK_KEY": "hush"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = next_line(receiver).strip()
        from clientlib import Client

        with Client("kie", base_url=reelmock.base_url("kie"), api_key=reelmock.api_key) as client:
            signed = client.submit("a cat", callback_url=url)
            reelmock.clock.advance(to="task_done")
            reelmock.control.change_sandbox(reelmock.id, webhook_key="another")
            client.submit("a dog", callback_url=url)
            reelmock.clock.advance(to="task_done")
        assert next_line(receiver) == f"finished {signed.task_id}\n"
        states = [callback.attempts[0]["status"] for callback in reelmock.callbacks]
        assert sorted(states) == [200, 401]
    finally:
        receiver.kill()
        receiver.communicate(timeout=PATIENCE_S)


def test_the_openai_package_makes_videos_and_streams_a_chat(
    reelmock: Reelmock, npx: Callable[..., Ran], run: Callable[..., Ran], tmp_path: Path
) -> None:
    assert npx("tsc", "--version").returncode == 0
    video = tmp_path / "cat.mp4"
    done = run(needs.program("node"), "openai_sdk.mjs", str(video), env=reelmock.full_env())
    assert done.returncode == 0, done.stderr
    assert video.read_bytes()[4:8] == b"ftyp"
    assert done.stdout.startswith(reelmock.url)


def test_vitest_starts_a_server_and_steers_it(npx: Callable[..., Ran], reelmock: Reelmock) -> None:
    env = {**reelmock.full_env(), "REELMOCK": REELMOCK}
    done = npx("vitest", "run", "--config", "vitest.config.mjs", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert reelmock.control.journal(reelmock.id).total == 0  # it used the server of its own


STRICT = (
    *("--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"),
    *("--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--verbatimModuleSyntax"),
)
TYPES = re.findall(r"npx (openapi-typescript .*)", (FOLDER / "control_typed.ts").read_text())
TYPED = """
import { Control, phases } from './control_typed.js';
const control = new Control(process.env.REELMOCK_URL!, process.env.REELMOCK_KEY!);
const current = { sandbox: 'current' };
await control.call('post', '/sandboxes/{sandbox}/clock/advance', current, { by: '5m' });
await control.call('post', '/sandboxes/{sandbox}/faults', current,
  { fault: 'http_error', with: { status: 503 }, when: { call_phase: 'poll' }, times: 1 });
await control.call('delete', '/sandboxes/{sandbox}/faults', current);
const { entries } = await control.call('get', '/sandboxes/{sandbox}/journal', current);
const asked: string | undefined = entries[0]?.request_body?.text;
console.log(asked, JSON.stringify(await phases(control)));
"""


@pytest.fixture
def typed(npx: Callable[..., Ran], tmp_path: Path) -> Path:
    """A folder with the typed client, the types of the server's document and a program."""
    (tmp_path / "control.json").write_text(json.dumps(document()))
    (tmp_path / "control_typed.ts").write_bytes((FOLDER / "control_typed.ts").read_bytes())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "program.ts").write_text("declare const process: any;" + TYPED)
    made = npx(*TYPES[0].split(), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    return tmp_path


JEST = """
import setup from './global_setup.mjs';
import teardown from './global_teardown.mjs';
await setup();
console.log((await fetch(`${process.env.REELMOCK_URL}/_mock/v1/health`)).status);
await teardown();
"""


def test_the_server_of_the_set_up_ends_with_jests_teardown(run: Callable[..., Ran]) -> None:
    node = needs.program("node")
    env = {**os.environ, "REELMOCK": REELMOCK}
    done = run(node, "--input-type=module", "-e", JEST, env=env)
    assert (done.returncode, done.stdout) == (0, "200\n"), done.stderr


@pytest.mark.parametrize("command", ["false", "no-such-program"])
def test_a_server_that_does_not_start_is_an_error_of_the_set_up(
    run: Callable[..., Ran], command: str
) -> None:
    env = {**os.environ, "REELMOCK": command}
    done = run(needs.program("node"), "--input-type=module", "-e", JEST, env=env)
    assert done.returncode == 1
    assert "reelmock serve did not start" in done.stderr


@pytest.mark.reelmock(clock="manual")
def test_a_control_client_is_typed_by_the_servers_document(
    npx: Callable[..., Ran], run: Callable[..., Ran], typed: Path, reelmock: Reelmock
) -> None:
    done = npx("tsc", *STRICT, "program.ts", cwd=typed)
    assert done.returncode == 0, done.stdout
    from clientlib import Client

    with Client("kie", base_url=reelmock.base_url("kie"), api_key=reelmock.api_key) as client:
        client.submit("a cat")
    env = {**reelmock.full_env(), "REELMOCK_URL": reelmock.url, "REELMOCK_KEY": reelmock.api_key}
    ran = run(needs.program("node"), "program.js", env=env, cwd=typed)
    assert ran.stdout.endswith('} ["succeeded"]\n'), ran.stderr
    assert '"prompt":"a cat"' in ran.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("task.phase", "task.faze"), ("/faults'", "/fault'"), ("by: '5m'", "by: 5")],
)
def test_what_the_document_does_not_have_the_compiler_refuses(
    npx: Callable[..., Ran], typed: Path, right: str, wrong: str
) -> None:
    for name in ("control_typed.ts", "program.ts"):
        (typed / name).write_text((typed / name).read_text().replace(right, wrong))
    done = npx("tsc", *STRICT, "--noEmit", "program.ts", cwd=typed)
    assert done.returncode != 0
    assert wrong.partition(".")[2].strip("'") in done.stdout


TOOLS = {
    "openapi-typescript": ("{file}", "-o", "types.d.ts"),
    "redocly": ("lint", "{file}"),
    "spectral": ("lint", "{file}", "--ruleset", "spectral.yaml", "--fail-severity", "error"),
    "openapi-ts": ("-i", "{file}", "-o", "client"),
    "openapi-python-client": ("generate", "--path", "{file}", "--output-path", "client"),
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("api", ["control", "apiyi", "kie", "xcompute"])
def test_tools_take_a_document_without_errors(
    npx: Callable[..., Ran], tmp_path: Path, api: str, tool: str
) -> None:
    text = json.dumps(document()) if api == "control" else bundled(api).decode()
    (tmp_path / "api.json").write_text(text)
    (tmp_path / "spectral.yaml").write_text('extends: ["spectral:oas"]\n')
    words = [word.format(file="api.json") for word in TOOLS[tool]]
    done = npx(tool, *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
