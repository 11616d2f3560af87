"""One tenant: its settings and books, which keys it accepts, and the use cases of its jobs."""
