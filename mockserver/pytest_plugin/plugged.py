"""The plug-ins of a test run: from its option, or the environment, or the project."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mockserver.engine.plugins import Plugins, plugins_in
from mockserver.settings import FILE, load_plugins

if TYPE_CHECKING:
    import pytest


def plugins_of(config: pytest.Config) -> Plugins:
    """Our plug-ins and those in the run's folders, the same in each process. Raises BadInput.

    A relative folder of the option starts at the folder in which pytest was started.
    """
    base = config.invocation_params.dir
    given = [str(base / folder) for folder in config.getoption("--reelmock-plugins")]
    return plugins_in(load_plugins(given, os.environ, config.rootpath / FILE))
