"""What control calls are given: records of their bodies, and the checks that records cannot make."""
