"""The Python that README and guides show does what they say, and fails where that is taken away."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from clientlib import Client, JobFailed, Pace, ProviderError
from mockserver.app import Running
from mockserver.control import Control, ControlError
from tests.support.pages import HERE, shown
from tests.support.serving import settings

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

KEY = re.compile(r'(?<=key=")[^"]*(?=")')


def _run(code: str, base_url: str, key: str, **known: Any) -> dict[str, Any]:
    """What a block defines, run against a server with a key."""
    assert KEY.search(code) or "reelmock" in code
    names = dict(known)
    exec(KEY.sub(key, code.replace(HERE, base_url)), names)
    return names


def _make(folder: Path) -> Callable[..., Path]:
    """The client of an engineer who reads the pages: it waits as it is told, and saves its video."""

    def make(prompt: str, base_url: str, key: str) -> Path:
        with Client("kie", base_url=base_url, api_key=key, pace=Pace(0.01)) as client:
            job = client.submit(prompt)
            job.wait(deadline=20)
            return Path(job.download(folder / "cat.mp4", deadline=20))

    return make


@pytest.mark.parametrize("scenario", ["succeed", "fail"])
def test_the_readmes_test_passes_with_a_video_alone(
    reelmock: Reelmock, tmp_path: Path, scenario: str
) -> None:
    reelmock.scenario(scenario)
    code = shown("README.md", "def test_the_client")
    own = _run(code, "", "", my_client=SimpleNamespace(make=_make(tmp_path)))
    test = own["test_the_client_gets_its_video"]
    if scenario == "succeed":
        test(reelmock)
        return
    with pytest.raises(JobFailed):
        test(reelmock)


def test_the_clients_first_lines_save_a_video(
    reelmock: Reelmock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reelmock.setenv()
    monkeypatch.chdir(tmp_path)
    code = shown("docs/guides/client.md", "print(job.task_id)")
    _run(code, "", reelmock.api_key)
    (task,) = reelmock.tasks
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == task.id
    assert lines[-1].startswith("succeeded")
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"


def test_a_sleep_that_turns_the_clock_is_all_that_the_client_needs(
    server: Running, key: str
) -> None:
    code = shown("docs/guides/client.md", "control.advance(")
    # The clock is in mode manual: nobody but the client turns it.
    ends = "    with client:\n        client.submit('a cat').wait()\n"
    own = _run(f"{code}{ends}", server.base_url, key, Client=Client)
    with own["Control"](server.base_url, key=key) as control:
        assert control.clock().mode == "manual"
        assert control.tasks()[0].phase == "succeeded"


@pytest.mark.parametrize("is_submitted", [True, False])
def test_moving_the_clock_on_delivers_the_callback(
    server: Running, key: str, reelmock_receiver: Any, is_submitted: bool
) -> None:
    body = {"prompt": "a cat", "callBackUrl": reelmock_receiver.url}
    submits = (
        "httpx.post(server + '/kie/api/v1/veo/generate', json=body,"
        " headers={'authorization': 'Bearer ' + own})"
    )
    code = shown("docs/guides/time.md", 'advance(to="task_done")')
    code = code.replace("...", submits if is_submitted else "pass", 1)
    known = {"httpx": httpx, "server": server.base_url, "own": key, "body": body}
    if is_submitted:
        _run(code, server.base_url, key, **known)
        assert len(reelmock_receiver.received) == 1
        return
    with pytest.raises(Exception, match="task_done"):
        _run(code, server.base_url, key, **known)


@pytest.mark.usefixtures("reelmock_sleep")
@pytest.mark.parametrize("sleeps", [True, False])
def test_a_client_that_sleeps_on_the_clock_is_let_in(reelmock: Reelmock, sleeps: bool) -> None:
    def make(prompt: str, *, base_url: str, key: str) -> None:
        headers = {"authorization": f"Bearer {key}"}
        order = {"model": "veo-3.1", "prompt": prompt}
        with httpx.Client(headers=headers, trust_env=False) as http:
            reply = http.post(f"{base_url}/v1/videos", json=order)
            if reply.status_code == 429 and sleeps:
                vars(time)["sleep"](int(reply.headers["retry-after"]))
                reply = http.post(f"{base_url}/v1/videos", json=order)
            reply.raise_for_status()

    code = shown("docs/guides/time.md", "my_client.make")
    own = _run(code, "", "", my_client=SimpleNamespace(make=make))
    test = own["test_my_client_waits_as_long_as_it_is_told"]
    assert [mark.args for mark in test.pytestmark] == [("reelmock_sleep",)]
    if sleeps:
        test(reelmock)
        assert len(reelmock.tasks) == 2
        return
    with pytest.raises(httpx.HTTPStatusError, match="429"):
        test(reelmock)


@pytest.mark.parametrize("is_there", [True, False])
def test_the_plug_ins_of_their_guide_load_and_do_what_they_say(
    tmp_path: Path, is_there: bool
) -> None:
    tmp_path.joinpath("hiccup.py").write_text(shown("docs/guides/plugins.md", "# plug-ins/hiccup"))
    tmp_path.joinpath("teapot.py").write_text(shown("docs/guides/plugins.md", "# plug-ins/teapot"))
    folders = (str(tmp_path),) if is_there else ()
    running = Running(settings(clock="manual", plugins=folders))
    try:
        with Control(running.base_url, key="sk-guide") as control:
            if not is_there:
                with pytest.raises(ControlError, match="hiccup"):
                    control.set_scenario("hiccup")
                return
            control.set_scenario("hiccup")
            control.add_fault({"fault": "teapot", "times": 1})
            with Client("kie", base_url=f"{running.base_url}/kie", api_key="sk-guide") as client:
                with pytest.raises(ProviderError, match="418"):
                    client.submit("a cat")
                client.submit("a cat")
            control.advance("10m")
            assert [task.phase for task in control.tasks()] == ["failed"]
    finally:
        running.stop()
