"""Numbers in a profile's file: people write them, so they are read as the texts that they are.

In JSON, a span of time as a number is milliseconds. A person who writes `delay: 5` means seconds, so in
a file a span needs its unit, as on the command line.
"""

from __future__ import annotations

from typing import Any

SPANS_OF_A_RULE = ("from", "until", "lasts")


def as_written(profile: Any) -> Any:
    """The content of a profile's file with its numbers as texts, wherever a span may stand.

    What has another form than a profile stays as it is; its reader says what is wrong.
    """
    if not isinstance(profile, dict):
        return profile
    found = dict(profile)
    if "scenario" in found:
        found["scenario"] = _choice(found["scenario"])
    for name, of_one in (("scenario_rules", _choosing), ("faults", _rule)):
        if isinstance(found.get(name), list):
            found[name] = [of_one(one) if isinstance(one, dict) else one for one in found[name]]
    return found


def _choosing(rule: dict[Any, Any]) -> dict[Any, Any]:
    return {**rule, "scenario": _choice(rule["scenario"])} if "scenario" in rule else rule


def _choice(scenario: Any) -> Any:
    return (
        {**scenario, **_in_texts(scenario, "options")} if isinstance(scenario, dict) else scenario
    )


def _rule(rule: dict[Any, Any]) -> dict[Any, Any]:
    spans = {name: _text(rule[name]) for name in SPANS_OF_A_RULE if name in rule}
    return {**rule, **spans, **_in_texts(rule, "with")}


def _in_texts(holder: dict[Any, Any], name: str) -> dict[str, Any]:
    given = holder.get(name)
    return (
        {name: {key: _text(one) for key, one in given.items()}} if isinstance(given, dict) else {}
    )


def _text(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value
