"""Bundles by seed, for the suites that compare the model with the real thing."""
