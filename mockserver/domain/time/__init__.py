"""Virtual time as a value, and what a reply tells a client to wait."""
