"""Profiles as people write them: YAML, checked word by word before anything is set."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.domain.fault.rule import moment_ms
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.names import known
from mockserver.domain.input.reading import record
from mockserver.domain.profile.given import ProfileGiven
from mockserver.domain.profile.profile import Profile
from mockserver.engine.choices import choice_from, rule_from

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from mockserver.engine.core import Core

SUFFIX = ".yaml"


def _folder() -> Traversable:
    return files("mockserver").joinpath("profiles")


def shipped_names() -> tuple[str, ...]:
    """The profiles that come with Reelmock."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(n.removesuffix(SUFFIX) for n in names if n.endswith(SUFFIX)))


def shipped(name: str, core: Core) -> Profile:
    """One of the profiles that come with Reelmock. Raises BadInput with the nearest name."""
    known(name, shipped_names(), "profile")
    text = _folder().joinpath(name + SUFFIX).read_text("utf-8")
    return profile_from(parsed(text, name), name, core)


def named_or_file(given: str, core: Core) -> Profile:
    """A shipped profile by name, or one's own by its file. Raises BadInput, Missing."""
    path = Path(given)
    if path.suffix not in (SUFFIX, ".yml"):
        return shipped(given, core)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("profile", given, f"a readable file ({error})") from None
    return profile_from(parsed(text, path.name), path.stem, core)


def parsed(text: str, name: str) -> ProfileGiven:
    """A profile from YAML. Raises BadInput that names what is wrong, and where."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(name, "…", f"valid YAML ({' '.join(str(error).split())})") from None
    return record({} if content is None else content, ProfileGiven, name)


def profile_from(given: ProfileGiven, name: str, core: Core) -> Profile:
    """The profile with every word checked. Raises BadInput over the first that is wrong."""
    for index, rule in enumerate(given.faults):
        try:
            core.faults.rule_compiler.compile(rule)
            for field, moment in (("from", rule.from_), ("until", rule.until)):
                if moment is not None:
                    moment_ms(moment, 0, field)
        except BadInput as error:
            field = f"faults[{index}].{error.field}"
            raise BadInput(field, error.value, error.expected) from None
    return Profile(
        name=name,
        summary=given.summary,
        scenario=None if given.scenario is None else choice_from(given.scenario, core, "scenario"),
        scenario_rules=tuple(
            rule_from(rule, core, f"scenario_rules[{index}]")
            for index, rule in enumerate(given.scenario_rules)
        ),
        faults=tuple(
            replace(rule, serial=0, from_real_ms=None, until_real_ms=None) for rule in given.faults
        ),
    )
