"""What several commands share: the options of a server, its address, its bill."""
