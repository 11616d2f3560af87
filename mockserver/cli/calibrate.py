"""`reelmock calibrate`: what tapes say of a provider, as settings that the mock takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.terminal.curves import curve, span_line
from mockserver.cli.terminal.listed import PROVIDER
from mockserver.cli.terminal.options import PLUGINS, plugins_from
from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput
from mockserver.domain.job.plan import tick_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.domain.provider.calibration import Calibration
    from mockserver.domain.provider.provider import Provider


@click.command("calibrate", short_help="Make the mock behave as on tapes.")
@click.argument("tapes", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--provider", required=True, type=PROVIDER, metavar="NAME", help="Whose jobs are measured."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("calibration.toml"),
    help="The settings file to write. [calibration.toml]",
)
@PLUGINS
def calibrate(tapes: tuple[Path, ...], provider: str, out: Path, plugins: tuple[str, ...]) -> int:
    """Measure the jobs on TAPES, HAR files, and write settings for `reelmock serve --config`.

    Times, prices, progress, texts of failures, the dialect and latencies change the mock.
    """
    from msgspec import to_builtins
    from msgspec.structs import replace

    from mockserver.recorder.calibrate import measured
    from mockserver.recorder.tape import read_tape

    known = plugins_from(plugins).providers
    chosen = known.get(provider)
    calibration, reel = measured(chosen, known.all(), [read_tape(tape) for tape in tapes])
    if not reel.jobs:
        raise BadInput("tapes", ", ".join(t.name for t in tapes), f"a whole job of {provider}")
    calibration = replace(calibration, dialect=dict(_spoken(chosen, tapes)))
    text = "".join(_toml(to_builtins(calibration), f"calibration.{provider}"))
    out.write_text(text, "utf-8")
    click.echo("\n".join([*_plot(chosen, calibration), "", f"reelmock serve --config {out}"]))
    return 0


COMMAND = calibrate


def _spoken(provider: Provider, tapes: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """The switches of the mock's dialect that all tapes speak in one way."""
    from contracts.verifier.catalogue import find_subject
    from contracts.verifier.errors import CouldNotRun
    from contracts.verifier.har import verify_har

    try:
        subject = find_subject(provider.name)
    except CouldNotRun:  # a stranger's provider, of which there is no contract
        return
    words: dict[str, set[str]] = {}
    for tape in tapes:
        for name, said in verify_har(subject, tape).dialects.items():
            words.setdefault(name, set()).update(said)
    for switch in provider.dialect:
        spoken = words.get(switch.name, set()) & set(switch.values)
        if len(spoken) == 1:
            yield switch.name, spoken.pop()


def _toml(values: dict[str, Any], table: str) -> Iterator[str]:
    """A table of TOML with the tables in it. Its strings and numbers are those of JSON."""
    plain = {name: value for name, value in values.items() if not isinstance(value, dict)}
    if plain:
        yield f"[{table}]\n"
    for name, value in plain.items():
        yield f"{json.dumps(name)} = {json.dumps(value, ensure_ascii=False)}\n"
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _toml(value, f"{table}.{json.dumps(name)}")


def _plot(provider: Provider, calibration: Calibration) -> list[str]:
    """Before and after, on one scale for each model."""
    lines = []
    models = {model.name: model for model in provider.models}
    for name, found in calibration.models.items():
        lines.append(f"{name}, {counted(found.jobs, 'job')}")
        after = (found.low_ms, found.median_ms, found.high_ms)
        before = (0, 0, 0)
        if model := models.get(name):
            run, queue = model.timing.run, model.timing.queue
            before = (
                run.low_ms + queue.low_ms,
                run.median_ms + queue.median_ms,
                run.high_ms + queue.high_ms,
            )
        scale_ms = max(before[2], after[2])
        lines += [_told("before", before, scale_ms), _told("after", after, scale_ms)]
    if calibration.progress:
        usual = [*tick_row("0", provider.ticks), 100.0]
        lines += [
            "progress",
            f"  before  {curve(usual)}",
            f"  after   {curve(calibration.progress)}",
        ]
    for name, (middle_ms, late_ms) in calibration.latency_ms.items():
        lines.append(f"{name} answers in {middle_ms:g} ms, 95th percentile {late_ms:g} ms")
    return lines


def _told(word: str, span_ms: tuple[int, int, int], scale_ms: int) -> str:
    low, middle, high = (f"{at_ms / 1000:g}" for at_ms in span_ms)
    return f"  {word:<7} {span_line(*span_ms, scale_ms)} {low} … {middle} … {high} s"
