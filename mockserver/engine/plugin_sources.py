"""Where plug-ins of strangers come from: files of a folder, entry points of installed packages.

What is found here is a module that could be imported and that names our version of the SDK. What it
brings, and whether that may stand beside ours, is for `plugins.py` to say.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from msgspec import Struct

from mockserver.domain.input.errors import BadInput
from mockserver.sdk import VERSION

GROUPS = {
    "reelmock.providers": "PROVIDER",
    "reelmock.scenarios": "SCENARIO",
    "reelmock.faults": "FAULT",
    "reelmock.findings": "FINDING",
}
_TESTS = ("test_", "conftest", "_")  # what lies beside plug-ins and is none


class NotLoaded(BadInput):
    """A plug-in cannot be used: names where it lies, and why."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__("plugins", where, reason)
        self.args = (f"plug-in {where}: {' '.join(reason.split())}",)


class Source(Struct, frozen=True):
    """A module of a stranger: the name it goes by, and where it lies as a message says it.

    `constant` is the one thing that an entry point is for; empty for a file, which may bring some
    of each kind.
    """

    name: str
    where: str
    module: ModuleType
    constant: str = ""


def sources(folders: tuple[str, ...]) -> Iterator[Source]:
    """Every module that may bring plug-ins. Raises NotLoaded, and BadInput over a folder."""
    yield from _installed()
    for folder in folders:
        yield from _lying_in(folder)


def _lying_in(folder: str) -> Iterator[Source]:
    """The files and packages of a folder. Tests and names that begin with `_` are passed over."""
    path = Path(folder)
    if not path.is_dir():
        raise BadInput("plugins", folder, "a folder that exists")
    for found in pkgutil.iter_modules([str(path)]):
        if not found.name.startswith(_TESTS):
            own = path / found.name if found.ispkg else path / f"{found.name}.py"
            yield Source(found.name, str(own), loaded_from(own))


def loaded_from(path: Path) -> ModuleType:
    """The module of a plug-in's file or folder. Raises NotLoaded."""
    file = path / "__init__.py" if path.is_dir() else path
    return _loaded(str(path), partial(_from_file, file))


def _from_file(file: Path) -> ModuleType:
    """The module of a file: the same one for every server of this process."""
    file = file.absolute()
    package = file.parent if file.name == "__init__.py" else None
    stem = package.name if package else file.stem
    # A name of its own: two folders may have a file of one name, and none hides a real package.
    name = f"_reelmock_{sha256(str(file).encode()).hexdigest()[:12]}_{stem}"
    if name in sys.modules:
        return sys.modules[name]
    within = [str(package)] if package else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=within)
    if spec is None or spec.loader is None:
        raise ImportError("no Python source")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _installed() -> Iterator[Source]:
    for group, name, module, package in _entry_points(tuple(sys.path)):
        where = f"{name} of the package {package} ({module})"
        found = _loaded(where, partial(importlib.import_module, module))
        yield Source(name, where, found, GROUPS[group])


@cache
def _entry_points(paths: tuple[str, ...]) -> tuple[tuple[str, str, str, str], ...]:
    """Group, name, module and package of each entry point of ours, as the path finds packages.

    Files are read plainly first: `importlib.metadata` takes longer to import than a server without
    plug-ins has to start.
    """
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for folder in paths:
        for file in sorted(Path(folder).glob("*.dist-info/entry_points.txt")):
            if b"[reelmock." in file.read_bytes():
                from importlib.metadata import Distribution

                package = Distribution.at(file.parent)
                found.setdefault(
                    package.name,
                    [
                        (entry.group, entry.name, entry.module, package.name)
                        for entry in package.entry_points
                        if entry.group in GROUPS
                    ],
                )
    return tuple(entry for entries in found.values() for entry in entries)


def _loaded(where: str, load: Callable[[], ModuleType]) -> ModuleType:
    """A module of a stranger's, whatever it does when it is imported. Raises NotLoaded."""
    try:
        module = load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever it is, one line tells it
        raise NotLoaded(where, f"it does not load: {_told(error, where)}") from None
    version = getattr(module, "sdk", None)
    if version is None:
        raise NotLoaded(where, f"it names no version of the SDK, expected sdk = {VERSION}")
    if version != VERSION or isinstance(version, bool):
        raise NotLoaded(where, f"it is for version {version!r} of the SDK, this is {VERSION}")
    return module


def _told(error: BaseException, where: str) -> str:
    """What was raised, and in which line of the plug-in, or of what it imports."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error}"
    frames = [frame for frame in extract_tb(error.__traceback__) if _is_theirs(frame.filename)]
    line = f" (line {frames[-1].lineno} of {Path(frames[-1].filename).name})" if frames else ""
    return f"{type(error).__name__}: {error}{line}"


def _is_theirs(file: str) -> bool:
    return not file.startswith("<frozen") and Path(file) != Path(__file__)
