"""One tenant: its settings and books, who is let in, and the use cases of its jobs."""
