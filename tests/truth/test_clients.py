"""Reelmock says of each planted client what is true of it: the quick part, or all with REELMOCK_TRUTH=all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.needs import program
from tests.truth import table, trial

ALL = table.read()
CHOSEN = ALL if os.environ.get("REELMOCK_TRUTH") == "all" else table.quick(ALL)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("client", CHOSEN, ids=lambda client: client.name)
def test_what_reelmock_says_of_a_client_is_true_of_it(client: table.Client) -> None:
    for name in table.NEEDS.get(Path(client.file).suffix, ()):
        program(name)
    wrong = list(trial.differences(client.rows, trial.run(client)))
    assert not wrong, "\n".join(wrong)
