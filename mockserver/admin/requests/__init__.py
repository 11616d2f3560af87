"""The bodies of control calls as records, and the checks that records cannot make."""
