"""Programs of their own, so that each has a fresh memory and shares no interpreter lock: ``python -m bench.programs.NAME JSON``.

Each takes one JSON object of options and prints one JSON object of figures.
"""
