"""What a sandbox has spent."""
