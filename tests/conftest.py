"""Fixtures live in tests/support, as plug-ins."""

pytest_plugins = [
    "tests.support.serving",
    "tests.support.hypothesis_profiles",
    "tests.support.redis_server",
]
