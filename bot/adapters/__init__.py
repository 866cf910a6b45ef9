"""The world: one client library per module, and nowhere else."""
