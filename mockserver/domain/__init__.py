"""Pure rules: everything that a client can see is decided here, only from values."""
