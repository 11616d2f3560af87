"""Why a verification could not run."""


class CouldNotRun(Exception):
    """The verification could not run. The message is one clear line. Exit status 2."""


class Skip(Exception):
    """A check cannot be made here; the message says why."""
