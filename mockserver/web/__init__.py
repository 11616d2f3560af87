"""HTTP: finds provider, operation and sandbox for a request, and performs replies."""
