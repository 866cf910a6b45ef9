"""Measures what the bot costs: ``python -m bench``. Figures live here and in docs/benchmarks.md, and are never asserted in a test."""
