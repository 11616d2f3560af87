"""For programs."""

import json
from dataclasses import asdict

from contracts.drift.model import SEVERITIES, Comparison


def render(comparison: Comparison) -> str:
    """Write the whole comparison as one JSON object."""
    document = {
        "provider": comparison.provider,
        "a": comparison.a,
        "b": comparison.b,
        "exit_status": comparison.exit_status,
        "counts": {severity: comparison.count(severity) for severity in SEVERITIES},
        "differences": [asdict(drift) for drift in comparison.drifts],
        "notes": comparison.notes,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
