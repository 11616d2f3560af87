"""What a provider is: its codec, its facts, and what judges of clients need to know of it."""
