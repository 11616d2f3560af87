"""What may be spent through the recorder, by the prices of the provider's codec."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.command import MICROS, Submit, UpgradeVideo
from mockserver.domain.provider.provider import Context, Inbound, Provider
from mockserver.domain.time.clock import ClockState
from mockserver.recorder.matching import Known

PAID = ("create", "stream", "upgrade")
_FREE_METHODS = ("GET", "HEAD", "OPTIONS")


def plain_context(provider: Provider, inbound: Inbound, now_ms: int = 0) -> Context:
    """What a codec may know if there is no sandbox."""
    clock = ClockState("manual", 0, now_ms, 0.0)
    return Context(now_ms, "", "", clock, provider.defaults, request=inbound)


def asked_of(known: Known, inbound: Inbound) -> object:
    """The command of a request; None if our codec cannot read it."""
    try:
        return known.operation.decode(inbound, plain_context(known.provider, inbound))
    except Refusal:
        return None


def price_micros(known: Known | None, method: str, asked: object) -> int | None:
    """What a call costs at most, in millionths of the provider's unit; None if nobody knows."""
    if known is None:
        return 0 if method in _FREE_METHODS else None
    if known.operation.call_phase not in PAID:
        return 0
    return asked.price_micros if isinstance(asked, Submit | UpgradeVideo) else None


class Spending:
    """Counts what creations cost at most. `budget_micros` is None if there is no limit."""

    def __init__(
        self, provider: Provider, budget_micros: int | None, *, allows_unknown: bool
    ) -> None:
        self._unit = provider.unit
        self._models = tuple(model.name for model in provider.models)
        self._budget_micros = budget_micros
        self._allows_unknown = allows_unknown
        self.spent_micros = 0

    def take(self, price_micros: int | None) -> str:
        """Counts a call that is about to be made. Returns why it must not be made, or an empty
        text.
        """
        if self._budget_micros is None or price_micros == 0:
            return ""
        if price_micros is None:
            return "" if self._allows_unknown else self._unknown()
        if self.spent_micros + price_micros > self._budget_micros:
            return self._above(price_micros)
        self.spent_micros += price_micros
        return ""

    def give_back(self, price_micros: int | None) -> None:
        """Gives back the price of a call that the provider refused."""
        if self._budget_micros is not None:
            self.spent_micros -= price_micros or 0

    def _unknown(self) -> str:
        known = _listed(self._models)
        return (
            f"budget: the price of this call is not known (known models: {known}), "
            "expected --allow-unknown-price"
        )

    def _above(self, price_micros: int) -> str:
        left_micros = (self._budget_micros or 0) - self.spent_micros
        price, left = (f"{micros / MICROS:g}" for micros in (price_micros, left_micros))
        return (
            f"budget: this call costs {price} {self._unit} and {left} are left, "
            "expected a larger --budget"
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
