"""What leaves the machine's own address: callbacks, and nothing else."""
