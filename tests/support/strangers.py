"""Plug-ins that somebody else could have written, as texts: a scenario, a fault, a finding."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

HICCUP = '''
"""The job takes its usual time and then fails, whatever the provider."""
from mockserver.sdk.scenario import PlanRequest, Plan, Scenario, failure, failure_named

sdk = 1


def make(request: PlanRequest) -> Plan:
    return failure(request, failure_named(request, "hiccup.code"), 0.5)


SCENARIO = Scenario("hiccup", "fails half-way", make)
'''

# Replies with another word in a header, so that a client can see it.
STAMPED = '''
"""Stamps a reply."""
from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, with_headers

sdk = 1


def strike(reply: Reply, hit: Hit) -> Reply:
    return with_headers(reply, (b"x-stamp", hit.options["word"].encode()))


FAULT = Fault(
    "stamped",
    "stamps a reply",
    "after",
    {"word": Parameter("text", "what the stamp says", "seen")},
    reply=strike,
)
CATALOGUE = {
    "stamped": {
        "family": "exchange",
        "sees": "A header that nobody asked for.",
        "example": {"with": {"word": "twice"}, "when": {"operation": "create"}},
    },
}
'''

SAID_PLEASE = '''
"""A prompt was polite."""
from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting

sdk = 1


def look(evidence: Evidence) -> Iterator[Sighting]:
    for entry in evidence.exchanges("create"):
        if b"please" in entry.request_body:
            yield Sighting("the prompt says please", (entry.seq,))


FINDING = Finding(
    "said_please",
    "info",
    "said please",
    "A model has no manners.",
    "Leave it out.",
    "A create call whose body has the word.",
    "A body without it.",
    look,
)
'''
ALL = {"hiccup": HICCUP, "stamped": STAMPED, "said_please": SAID_PLEASE}


def lay(folder: Path, **files: str) -> Path:
    """A folder with plug-ins: file names without `.py`, and their texts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        folder.joinpath(f"{name}.py").write_text(text, "utf-8")
    return folder


def install(site: Path, package: str, *entry_points: tuple[str, str, str]) -> Path:
    """A folder of the import path that holds an installed package's list of entry points.

    Each has a group without `reelmock.`, a name and a module.
    """
    info = site / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = [f"[reelmock.{group}]\n{name} = {module}\n" for group, name, module in entry_points]
    info.joinpath("entry_points.txt").write_text("\n".join(lines), "utf-8")
    return site


def laid_out(project: Path, site: Path) -> Path:
    """A project's package and its entry points in a folder of the import path, as pip leaves them.

    The package is the project's one folder with `__init__.py`.
    """
    (package,) = [found.parent for found in project.glob("*/__init__.py")]
    shutil.copytree(package, site / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    stated = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    points = [
        (group.removeprefix("reelmock."), name, module)
        for group, entries in stated["entry-points"].items()
        for name, module in entries.items()
    ]
    return install(site, stated["name"].replace("-", "_"), *points)
