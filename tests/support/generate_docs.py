"""Writes what is made from the code: `python -m tests.support.generate_docs`.

docs/reference/facts-*.md           from contracts/*/schemas, lifecycle.json and sources.json
docs/reference/faults.md            from mockserver/faults/catalogue.yaml
docs/reference/scenarios.md         from mockserver/scenarios
docs/reference/sdk.md               from mockserver/sdk, contracts/sdk.py and clientlib/sdk.py
docs/reference/settings.md          from mockserver/settings.py and the flags of serve
docs/reference/truth.md             from tests/truth
llms.txt                            from the first lines of the pages
mockserver/profiles/schema.json     the JSON Schema of profiles
"""

from __future__ import annotations

import json
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from mockserver.domain.fault.compile import reachable
from mockserver.domain.fault.fault import Fault, NamedFault, Parameter
from mockserver.domain.profile.given import ProfileGiven
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.catalogue import FAMILIES, Catalogue
from mockserver.engine.registry import Registry
from tests.support.facts_page import NAMES, facts_page
from tests.support.llms_page import llms_page
from tests.support.sdk_page import sdk_page
from tests.support.settings_page import settings_page
from tests.truth.page import truth_page

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
SCENARIOS = Registry[Scenario]("mockserver.scenarios", "SCENARIO")
FAMILY_TEXTS = {
    "exchange": "Any call of a provider.",
    "stream": "The event stream of APIYI's chat. `when.chunk` says where; each fault has a usual place.",
    "media": "Downloads, and APIYI's content if it answers with bytes.",
    "callback": "One attempt to deliver one callback (Kie, xcompute).",
    "quota": "The terms under which the provider accepts a submission.",
    "outage": "A whole provider or one operation is down for a while. The outage ends by itself.",
}


def faults_page() -> str:
    """Every fault that users can name."""
    parts = [
        "# Faults",
        "Made from `mockserver/faults/catalogue.yaml` by `python -m tests.support.generate_docs`. "
        "The [guide](../guides/faults.md) says how rules work and in which order they strike.",
    ]
    for family in FAMILIES:
        parts += [f"## Family: {family}", FAMILY_TEXTS[family]]
        parts += [_section(fault) for fault in CATALOGUE.all() if fault.family == family]
    return "\n\n".join(parts) + "\n"


def _section(fault: NamedFault) -> str:
    phases = ", ".join(reachable(fault, fault.stage))
    lines = [f"### {fault.name}", "", fault.sees, ""]
    lines += [f"Strikes at stage `{fault.stage}`, in calls of phase {phases}.", ""]
    if fault.parameters:
        lines += ["| `with` | kind | default | meaning |", "|---|---|---|---|"]
        lines += [_row(name, p) for name, p in fault.parameters.items()]
        lines += [""]
    rule = msgspec.yaml.encode(dict(fault.example)).decode().rstrip()
    return "\n".join([*lines, "```yaml", rule, "```"])


def _row(name: str, parameter: Parameter) -> str:
    written = parameter.written_default
    default = "" if written is None else f"`{json.dumps(written)}`"
    words = f" ({', '.join(parameter.choices)})" if parameter.choices else ""
    return f"| `{name}` | {parameter.kind} | {default} | {parameter.summary}{words} |"


def scenarios_page() -> str:
    """Every scenario with its options."""
    parts = [
        "# Scenarios",
        "A scenario decides what happens to a job. You choose it with a directive in the prompt "
        "(`[mock:stall at=40%]`), with `reelmock scenario set`, or in a profile. Some scenarios "
        "break a law of a task's life; each of these breaks exactly the law that it names. "
        "`python -m tests.support.generate_docs` made this page. To write a scenario, see the "
        "[guide](../guides/add-a-scenario.md).",
    ]
    return "\n\n".join([*parts, *map(_scenario, SCENARIOS.all())]) + "\n"


def _scenario(scenario: Scenario) -> str:
    options = [f"* `{name}`: {text}" for name, text in scenario.options.items()]
    words = " ".join(f"{name}=…" for name in scenario.options)
    example = f"`[mock:{scenario.name}{' ' + words if words else ''}]`"
    law = f" Breaks the law `{scenario.breaks}`." if scenario.breaks else ""
    lines = [f"## {scenario.name}", "", f"The job {scenario.summary}.{law}", "", example]
    return "\n".join([*lines, *(["", *options] if options else [])])


def profile_schema() -> str:
    """The JSON Schema of a profile, with the names of all faults and scenarios."""
    schema: dict[str, Any] = msgspec.json.schema(ProfileGiven)
    parts = schema["$defs"]
    for part in parts.values():  # some versions of msgspec leave a docstring's indentation
        if "description" in part:
            part["description"] = cleandoc(part["description"])
    rule = parts["FaultRule"]["properties"]
    rule["fault"] = {"enum": list(CATALOGUE.names())}
    for ours in ("serial", "from_real_ms", "until_real_ms"):
        del rule[ours]
    names = {"enum": list(SCENARIOS.names())}
    parts["ChoiceGiven"]["properties"]["name"] = names
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Reelmock profile"}
    for place in (parts["ProfileGiven"], parts["ScenarioRuleGiven"]):
        branches = place["properties"]["scenario"]["anyOf"]
        place["properties"]["scenario"]["anyOf"] = [
            names if branch == {"type": "string"} else branch for branch in branches
        ]
    return json.dumps({**top, **schema}, indent=2, ensure_ascii=False) + "\n"


PAGES = {
    **{ROOT / f"docs/reference/facts-{name}.md": facts_page(name) for name in NAMES},
    ROOT / "docs" / "reference" / "faults.md": faults_page,
    ROOT / "docs" / "reference" / "scenarios.md": scenarios_page,
    ROOT / "docs" / "reference" / "sdk.md": sdk_page,
    ROOT / "docs" / "reference" / "settings.md": settings_page,
    ROOT / "docs" / "reference" / "truth.md": truth_page,
    ROOT / "llms.txt": llms_page,
    ROOT / "mockserver" / "profiles" / "schema.json": profile_schema,
}


def main() -> None:
    """Writes every page."""
    for path, make in PAGES.items():
        path.write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
