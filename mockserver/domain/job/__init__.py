"""A job: what is kept of it, its plan, the laws of its life, its ids."""
