"""A test as the marker's users write it: the planted client in this process, and what it has to have done.

Run by `test_marker.py` in a run of its own; REELMOCK_TRUTH_CLIENT names the client's file.
"""

import os
import runpy
import sys
from hashlib import sha256

import pytest

from mockserver.engine.matrix import cases

CLIENT = os.environ["REELMOCK_TRUTH_CLIENT"]
FAULTS = dict.fromkeys(case.fault for case in cases(provider="kie"))


@pytest.mark.reelmock(patience="3s")
@pytest.mark.reelmock_faults(*FAULTS, provider="kie", times=1)
def test_the_client_makes_one_video(reelmock, tmp_path, monkeypatch):
    reelmock.setenv()
    video = tmp_path / "video.mp4"
    monkeypatch.setattr(sys, "argv", [CLIENT, str(video)])
    try:
        runpy.run_path(CLIENT, run_name="__main__")
    except SystemExit as end:
        assert not end.code, end.code
    (task,) = reelmock.tasks
    assert sha256(video.read_bytes()).hexdigest() in {
        file["sha256"] for file in _files(reelmock, task)
    }


def _files(reelmock, task):
    return reelmock.control.task(task.id, reelmock.id).files
