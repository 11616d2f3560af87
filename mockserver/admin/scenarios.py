"""The catalogue of scenarios."""

from __future__ import annotations

from typing import Any

from mockserver.admin.http.call import Ask, Call


async def catalogue(ask: Ask) -> dict[str, Any]:
    """Every scenario with its options; `breaks` names the law of the life cycle that it breaks."""
    return {
        "scenarios": [
            {
                "name": scenario.name,
                "summary": scenario.summary,
                "options": scenario.options,
                "lawful": scenario.lawful,
                "breaks": scenario.breaks,
            }
            for scenario in ask.core.scenarios.all()
        ]
    }


ROUTES = (Call("GET", "/scenarios", catalogue),)
