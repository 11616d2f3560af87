"""Profiles: listed, shown, checked, and set for a sandbox."""

from __future__ import annotations

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.sandbox import choice_told, rule_shown
from mockserver.control import operations, parts
from mockserver.control.records import Profiles
from mockserver.control.requests import ProfileChosen
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.profile.given import ProfileGiven
from mockserver.domain.profile.profile import Profile
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.engine.profiles import profile_from, shipped, shipped_names


async def list_all(ask: Ask) -> Profiles:
    """Every shipped profile."""
    return Profiles([profile_shown(shipped(name, ask.core)) for name in shipped_names()])


async def show(ask: Ask) -> parts.Profile:
    """One shipped profile. Raises Missing."""
    name = ask.params["profile"]
    if name not in shipped_names():
        raise Missing("profile", name, nearest(name, shipped_names()))
    return profile_shown(shipped(name, ask.core))


async def check(ask: Ask, given: ProfileGiven) -> parts.Profile:
    """Checks a profile of the caller's own; it is not set anywhere."""
    return profile_shown(profile_from(given, "given", ask.core))


async def choose(ask: Ask, chosen: ProfileChosen) -> parts.Profile:
    """Replaces the scenarios and fault rules of a sandbox with a profile's."""
    profile = _chosen(chosen, ask)
    sandbox = await ask.sandbox()
    bare = replace(sandbox, rules=())
    now = ask.now(sandbox.clock)
    rules = await ask.core.faults.numbered(bare, profile.faults, now)

    def changed(before: Sandbox) -> Sandbox:
        return replace(
            before,
            scenario=profile.scenario or before.scenario,
            scenario_rules=profile.scenario_rules,
            rules=rules,
        )

    await ask.change(sandbox.id, changed)
    return profile_shown(profile)


def _chosen(chosen: ProfileChosen, ask: Ask) -> Profile:
    if (chosen.name is UNSET) == (chosen.profile is UNSET):
        raise BadInput("name", None, 'either "name" or "profile"')
    if chosen.profile is not UNSET:
        return profile_from(chosen.profile, "own", ask.core)
    assert chosen.name is not UNSET
    return shipped(chosen.name, ask.core)


def profile_shown(profile: Profile) -> parts.Profile:
    """A profile with its name, in the form in which it can be set again."""
    return {
        "name": profile.name,
        "summary": profile.summary,
        "scenario": None if profile.scenario is None else choice_told(profile.scenario),
        "scenario_rules": [rule_shown(rule) for rule in profile.scenario_rules],
        "faults": [msgspec.to_builtins(rule) for rule in profile.faults],
    }


ROUTES = (
    served(operations.LIST_PROFILES, list_all),
    served(operations.GET_PROFILE, show),
    served(operations.CHECK_PROFILE, check),
    served(operations.SET_PROFILE, choose),
)
