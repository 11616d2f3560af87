"""How a test starts a run of pytest: without what has no part in the test's question."""

from __future__ import annotations

QUIET = ("-p", "no:cacheprovider", "-p", "no:randomly")
"""Without another order, and without what an earlier run has left."""

ALONE = (*QUIET, "-p", "no:schemathesis", "-p", "no:hypothesispytest")
"""In a process of its own: also without plug-ins that take half a second to load."""
