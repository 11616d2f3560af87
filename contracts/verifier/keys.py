"""Where the key comes from: the flag, a file, or the environment. It is never echoed."""

from collections.abc import Mapping
from pathlib import Path

from contracts.verifier.errors import CouldNotRun

VARIABLE = "REELMOCK_VERIFY_KEY"
LOCAL_KEY = "sk-verify"
"""The key for a host on this machine if the user gives no key. A mock accepts every key."""
MAX_KEY_CHARS = 256


def find_key(
    flag: str | None, file: Path | None, environment: Mapping[str, str], usual: str = ""
) -> str:
    """Return the key, or `usual` if no key is given. Raises CouldNotRun if there is no key, or if
    it cannot be a header.
    """
    if file is not None and flag is None:
        try:
            flag = file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CouldNotRun(f"cannot read the key file {file}: {error}") from error
    key = flag or environment.get(VARIABLE, "") or usual
    if not key:
        raise CouldNotRun(f"no key: give --api-key, --api-key-file or {VARIABLE}")
    if len(key) > MAX_KEY_CHARS or not all("!" <= char <= "~" for char in key):
        raise CouldNotRun("the key is not 1 to 256 visible ASCII characters")
    return key
