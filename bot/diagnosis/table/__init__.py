"""The signatures, one module per group; :mod:`bot.diagnosis.signatures` lists them by name."""
