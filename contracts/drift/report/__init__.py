"""The reports of a comparison. Each format has a file that exports `render`."""
