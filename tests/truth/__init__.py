"""The truth set: clients of known character, and what Reelmock has to find of each."""
