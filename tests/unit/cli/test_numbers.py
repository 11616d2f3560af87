"""Numbers on the command line: finite, within their bounds, and refused in usual words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import click
import pytest

from mockserver.cli import root, run_line
from tests.support.some import some

PER_SECOND = [
    ["verify", "kie", "--pace"],
    ["verify", "kie", "--deadline"],
    ["diff", "contract", "mock", "--pace"],
    ["make", "a cat", "--provider", "kie", "--every"],
    ["make", "a cat", "--provider", "kie", "--deadline"],
]


def parameters(command: click.Command, name: str) -> Iterator[tuple[str, click.Parameter]]:
    """Every option and argument of a command and of those below it."""
    for parameter in command.params:
        yield f"{name} {parameter.name}", parameter
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            yield from parameters(cast("click.Command", below), f"{name} {word}")


def takes_a_fraction(parameter: click.Parameter) -> bool:
    try:
        return bool(parameter.type.convert("1.5", parameter, None) == 1.5)
    except click.BadParameter:
        return False


@pytest.mark.parametrize("given", ["nan", "inf", "-inf", "1e400", "1_0", "x", ""])
def test_no_number_of_any_command_is_infinite_or_none(given: str) -> None:
    takers = [one for one in parameters(root, "reelmock") if takes_a_fraction(one[1])]
    for name, parameter in some(takers):
        with pytest.raises(click.BadParameter, match="is not a number"):
            parameter.type.convert(given, parameter, None)
            pytest.fail(f"{name} takes {given!r}")


@pytest.mark.parametrize("words", PER_SECOND)
def test_seconds_are_not_negative(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line([*words, "-1"]) == 2
    assert "'-1' is not a number, at least" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["verify", "kie", "--plan"], ["diff", "contract", "mock", "--provider", "kie"]]
)
@pytest.mark.parametrize("budget", ["-1", "1e30"])
def test_a_budget_is_an_amount(
    command: list[str], budget: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line([*command, "--budget", budget]) == 2
    assert "--budget" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["campaign", "--jobs"], ["fault", "add", "latency", "--times"]])
def test_a_whole_number_is_called_so(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line([*words, "x"]) == 2
    assert f"'{words[-1]}': 'x' is not a whole number. (" in capsys.readouterr().err
