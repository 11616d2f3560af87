"""Use cases: they load, let pure code decide, and commit. No framework, no provider by name."""
