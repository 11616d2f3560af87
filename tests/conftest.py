"""Fixtures live in tests/support, as plug-ins."""

pytest_plugins = [
    "tests.support.redis_server",  # first: others import it, and pytest rewrites it as it loads it
    "tests.support.troubles",
    "tests.support.serving",
    "tests.support.guest_providers",
    "tests.support.struck",
    "tests.support.hypothesis_profiles",
    "tests.support.hearing",
    "tests.support.own_port",
    "tests.support.workers",
]
