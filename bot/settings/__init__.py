"""The settings, one group per file; :mod:`bot.config` joins them and reads them."""
