"""What `reelmock new` writes: one plug-in of each kind and its test, with `$name` for its name."""
