"""What plug-ins bring to the contracts: folders of contracts, subjects and checks.

    entry point           is                                             exports
    reelmock.contracts    a package whose folder holds schemas/,         sdk
                          openapi.yaml, lifecycle.json and SOURCES.md
    reelmock.checks       a module                                       sdk, SUBJECT and CHECKS, or one

Checks may be in a user's folder too. If a folder there has a SUBJECT and the four parts, it is the
contracts of that provider. Everything is found when it is first needed.
"""

import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from contracts.errors import BadPlugin

VERSION = 1
"""Of `contracts.sdk`; a plug-in says with `sdk = 1` that it was written for this one."""
PARTS = ("schemas", "openapi.yaml", "lifecycle.json", "SOURCES.md")
_TESTS = ("test_", "conftest", "_")


_beside: dict[str, Path] = {}
"""The folders of contracts that lie in folders of the user's, by provider."""


def take_beside(name: str, module: ModuleType) -> None:
    """From now on, the folder of a subject is the contracts of its provider, if it has the parts."""
    file = Path(str(module.__file__))
    if file.name == "__init__.py" and all((file.parent / part).exists() for part in PARTS):
        _beside[name] = file.parent


def folders() -> dict[str, Path]:
    """The folders of the plug-ins' contracts, by provider. Raises BadPlugin."""
    return _installed_folders() | _beside


@cache
def _installed_folders() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name, where, module in installed("reelmock.contracts"):
        folder = Path(str(module.__file__)).parent
        missing = [part for part in PARTS if not (folder / part).exists()]
        if missing:
            raise BadPlugin(where, f"its folder has no {', '.join(missing)}")
        if name in found:
            raise BadPlugin(where, f"another package brings contracts of {name} too")
        found[name] = folder
    return found


def installed(group: str) -> Iterator[tuple[str, str, ModuleType]]:
    """The modules of a group of entry points: name, where it is, module. Raises BadPlugin."""
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=group)):
        where = f"{entry.name} of {group} ({entry.module})"
        yield entry.name, where, _loaded(where, partial(import_module, entry.module))


def lying_in(folder: str, constants: tuple[str, ...]) -> Iterator[tuple[str, ModuleType]]:
    """The files of a folder that export one of some constants. Raises BadPlugin.

    Files of tests and files for other parts of Reelmock are skipped.
    """
    path = Path(folder)
    if not path.is_dir():
        raise BadPlugin(folder, "there is no such folder")
    for found in iter_modules([folder]):
        file = path / (f"{found.name}/__init__.py" if found.ispkg else f"{found.name}.py")
        if found.name.startswith(_TESTS) or not any(
            f"{constant} =" in file.read_text("utf-8", "replace") for constant in constants
        ):
            continue
        yield str(file), _loaded(str(file), partial(_from_file, file))


def _from_file(file: Path) -> ModuleType:
    name = f"_contracts_{sha256(str(file.absolute()).encode()).hexdigest()[:12]}_{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError("no Python source")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    return module


def _loaded(where: str, load: Callable[[], ModuleType]) -> ModuleType:
    try:
        module = load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  every error becomes one line
        raise BadPlugin(where, f"it does not load: {type(error).__name__}: {error}") from None
    version = getattr(module, "sdk", None)
    if version != VERSION or isinstance(version, bool):
        raise BadPlugin(
            where, f"it names {version!r} as the SDK's version, expected sdk = {VERSION}"
        )
    return module
