"""The catalogue of providers: models, prices, operations, failures, dialect switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.admin.http.call import Ask, served
from mockserver.admin.responses.told import told
from mockserver.control import parts
from mockserver.control.operations import LIST_PROVIDERS
from mockserver.control.records import Providers
from mockserver.domain.provider.command import MICROS
from mockserver.domain.provider.key_place import BARE, BEARER

if TYPE_CHECKING:
    from mockserver.domain.provider.key_place import KeyPlace
    from mockserver.domain.provider.provider import Model, Operation, Provider, Switch


async def catalogue(ask: Ask) -> Providers:
    """What is emulated."""
    return Providers([provider_shown(p) for p in ask.core.providers.values()])


def provider_shown(provider: Provider) -> parts.Provider:
    """A provider's plain facts."""
    policy = provider.callback_policy
    return {
        "name": provider.name,
        "title": provider.title,
        "hosts": list(provider.hosts),
        "auth": _auth(provider),
        "keys": [key_place_shown(place) for place in provider.keys],
        "unit": provider.unit,
        "usd_per_unit": provider.usd_per_unit,
        "retention_ms": provider.retention_ms,
        "poll": told(provider.poll, parts.Poll),
        "callbacks": None if policy is None else told(policy, parts.CallbackTerms),
        "models": [model_shown(model) for model in provider.models],
        "operations": [operation_shown(operation) for operation in provider.operations],
        "failures": told(list(provider.failures.values()), list[parts.Failure]),
        "refusals": list(provider.refusals),
        "dialect": [switch_shown(switch) for switch in provider.dialect],
    }


def _auth(provider: Provider) -> parts.Auth:
    """What `keys` says, in the words that version 0.1.0 had for it; `other` where it had none."""
    words: dict[tuple[KeyPlace, ...], parts.Auth] = {
        (BEARER,): "bearer",
        (BEARER, BARE): "raw_or_bearer",
    }
    return words.get(provider.keys, "other")


def key_place_shown(place: KeyPlace) -> parts.KeyPlace:
    """One place where the provider reads the key."""
    return {"in": place.where, "name": place.name, "scheme": place.scheme}


def model_shown(model: Model) -> parts.Model:
    """A model; the price is that of a job, in the provider's unit."""
    run = model.timing.run
    return {
        "name": model.name,
        "price": model.price_micros / MICROS,
        "orientation": model.orientation,
        "takes_images": model.takes_images,
        "listed": model.listed,
        "run_ms": {"low": run.low_ms, "median": run.median_ms, "high": run.high_ms},
    }


def operation_shown(operation: Operation[Any]) -> parts.ProviderCall:
    """One call of the provider; the path is below the provider's base URL."""
    return {
        "name": operation.name,
        "method": operation.method,
        "path": operation.path,
        "call_phase": operation.call_phase,
        "summary": operation.summary,
    }


def switch_shown(switch: Switch) -> parts.Switch:
    """A switch; each value comes with what it means and who says so."""
    return {"name": switch.name, "default": switch.default, "values": dict(switch.values)}


ROUTES = (served(LIST_PROVIDERS, catalogue),)
