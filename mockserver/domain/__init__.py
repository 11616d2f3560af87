"""Pure rules: everything a client can observe is decided here, from values alone."""
