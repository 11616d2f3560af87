"""What a plug-in may raise goes through as it is; what it may not names the plug-in's own line."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

import pytest

from mockserver.domain.fault.fault import Fault, Unfit
from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.reply.reply import json_reply
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.plugin_guards import guarded, told

if TYPE_CHECKING:
    from mockserver.domain.fault.fault import Hit
    from mockserver.domain.job.plan import Plan
    from mockserver.domain.reply.reply import Reply
    from mockserver.domain.scenario.scenario import PlanRequest


def _fault(error: Exception) -> Fault:
    def strike(reply: Reply, hit: Hit) -> Reply:
        raise error

    return guarded(Fault("own", "is ours", "after", reply=strike), "own.py", __file__)


def _struck(error: Exception) -> str:
    """Why a fault that raises this says that it did not strike."""
    change = _fault(error).reply
    assert change is not None
    with pytest.raises(Unfit) as unfit:
        change(json_reply(200, {}), cast("Hit", None))
    return str(unfit.value)


def test_a_fault_that_finds_nothing_to_strike_keeps_its_own_reason() -> None:
    assert _struck(Unfit("no video is there")) == "no video is there"


def test_a_fault_that_raises_anything_else_is_named_with_what_it_raised() -> None:
    assert _struck(KeyError("id")).startswith("plug-in own.py: it raised KeyError: 'id' (line ")


def test_a_fault_has_only_the_changes_that_it_had() -> None:
    fault = _fault(Unfit(""))
    assert (fault.outgoing, fault.terms) == (None, None)


@pytest.mark.parametrize("error", [BadInput("stage", "9", "1 to 3"), Refusal("not_found", "gone")])
def test_a_scenario_may_refuse_in_its_own_words(error: Exception) -> None:
    def make(request: PlanRequest) -> Plan:
        raise error

    scenario = guarded(Scenario("own", "is ours", make), "own.py", __file__)
    with pytest.raises(type(error)) as refused:
        scenario.make(cast("PlanRequest", None))
    assert refused.value is error


def _code(file: Path, text: str, **known: object) -> ModuleType:
    """A module with this text, as if it stood in the file."""
    module = ModuleType(file.stem)
    module.__dict__.update(known)
    exec(compile(text, str(file), "exec"), module.__dict__)
    return module


def _raised(plugin: ModuleType, home: Path) -> str:
    with pytest.raises(ValueError, match="wrong") as raised:
        plugin.go()
    return told(raised.value, str(home))


def test_the_line_is_the_plug_in_s_own_and_not_that_of_what_it_calls() -> None:
    called = _code(Path("/lib/called.py"), "\n\n\ndef wrong(): raise ValueError('wrong')")
    home = Path("/plug-ins/own.py")
    own = _code(home, "\ndef go(): wrong()", wrong=called.wrong)
    assert _raised(own, home) == "ValueError: wrong (line 2 of own.py)"


def test_a_package_s_other_files_are_its_own() -> None:
    part = _code(Path("/plug-ins/own/part.py"), "\n\ndef go(): raise ValueError('wrong')")
    home = Path("/plug-ins/own/__init__.py")
    own = _code(home, "def go(): part()", part=part.go)
    assert _raised(own, home) == "ValueError: wrong (line 3 of part.py)"


def test_a_neighbour_in_the_folder_of_plug_ins_is_not_its_own() -> None:
    neighbour = _code(Path("/plug-ins/other.py"), "\n\ndef go(): raise ValueError('wrong')")
    home = Path("/plug-ins/own.py")
    own = _code(home, "def go(): other()", other=neighbour.go)
    assert _raised(own, home) == "ValueError: wrong (line 1 of own.py)"


def test_without_a_line_of_its_own_the_last_one_is_told() -> None:
    other = _code(Path("/lib/called.py"), "\n\n\ndef go(): raise ValueError('wrong')")
    assert _raised(other, Path("/own.py")) == "ValueError: wrong (line 4 of called.py)"


def test_several_lines_of_an_error_become_one() -> None:
    assert told(ValueError("wrong\n  and long"), "/own.py") == "ValueError: wrong and long"
