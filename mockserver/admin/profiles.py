"""Profiles: listed, shown, checked, and set for a sandbox."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from mockserver.admin.http.call import Ask, Call
from mockserver.admin.requests.profile import ProfileGiven, profile_from, shipped, shipped_names
from mockserver.admin.responses.sandbox import choice_shown, rule_shown
from mockserver.domain.input.errors import BadInput, Missing, nearest
from mockserver.domain.profile.profile import Profile
from mockserver.domain.sandbox.sandbox import Sandbox


class ProfileChosen(Struct, frozen=True, forbid_unknown_fields=True):
    """A shipped profile by `name`, or one's own as `profile`."""

    name: str | UnsetType = UNSET
    profile: ProfileGiven | UnsetType = UNSET


async def list_all(ask: Ask) -> dict[str, Any]:
    """Every shipped profile."""
    return {"profiles": [profile_shown(shipped(name, ask.core)) for name in shipped_names()]}


async def show(ask: Ask) -> dict[str, Any]:
    """One shipped profile. Raises Missing."""
    name = ask.params["profile"]
    if name not in shipped_names():
        raise Missing("profile", name, nearest(name, shipped_names()))
    return profile_shown(shipped(name, ask.core))


async def check(ask: Ask) -> dict[str, Any]:
    """A profile of one's own, checked and set nowhere."""
    return profile_shown(profile_from(ask.body(ProfileGiven), "given", ask.core))


async def choose(ask: Ask) -> dict[str, Any]:
    """Sets scenarios and fault rules of a sandbox to a profile's, in place of those there are."""
    chosen = ask.body(ProfileChosen)
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


def profile_shown(profile: Profile) -> dict[str, Any]:
    """A profile as it could be given again, with its name."""
    return {
        "name": profile.name,
        "summary": profile.summary,
        "scenario": profile.scenario and choice_shown(profile.scenario),
        "scenario_rules": [rule_shown(rule) for rule in profile.scenario_rules],
        "faults": [msgspec.to_builtins(rule) for rule in profile.faults],
    }


ROUTES = (
    Call("GET", "/profiles", list_all),
    Call("GET", "/profiles/{profile}", show),
    Call("POST", "/profiles/check", check),
    Call("PUT", "/sandboxes/{sandbox}/profile", choose),
)
