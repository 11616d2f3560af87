"""Virtual time as a value, and how long a reply tells a client to wait."""
