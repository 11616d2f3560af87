"""A job: its record, its plan, the laws of its life, its ids."""
