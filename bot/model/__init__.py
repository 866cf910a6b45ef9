"""Nouns. Pure: no I/O, no clock, no asyncio; values go in, values come out."""
