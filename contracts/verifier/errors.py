"""Why a verification could not run."""


class CouldNotRun(Exception):
    """Nothing can be said of the host; the message is one clear line. Exit status 2."""
