"""The tests; `tests.rig` and `tests.fakes` are imported from here."""
