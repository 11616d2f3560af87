"""What comes in as text is read here: quantities, patterns, and the words for what was wrong."""
