"""Which certificates does a word mean? A prefix of a fingerprint, a kind, a place, a component, an application, a pod, a generation."""

import difflib
from collections.abc import Iterator
from typing import Final

from bot.model.inventory import Entry, Inventory

# Fewer letters of a fingerprint are rather a word.
SHORTEST_PREFIX: Final = 4
_ALIASES: Final = {
    "root": "root ca", "roots": "root ca", "ca": "root ca", "intermediate": "intermediate ca", "server": "server certificate",
    "servers": "server certificate", "pod": "pods", "injector": "sidecar-injector", "placement": "placement-server",
    "scheduler": "scheduler-server",
}  # fmt: skip


def find(inventory: Inventory, words: str) -> tuple[Entry, ...]:
    """Those that are meant, in the order of the inventory; () for none."""
    wanted = " ".join(words.lower().split())
    wanted = _ALIASES.get(wanted, wanted)
    return tuple(entry for entry in inventory.entries if _has_prefix(entry, wanted) or wanted in set(_names(entry)))


def nearest(inventory: Inventory, words: str) -> str:
    """The word that may have been meant, "" when none is near."""
    known = {name: None for entry in inventory.entries for name in _names(entry)}
    known |= {alias: None for alias, name in _ALIASES.items() if name in known}
    return next(iter(difflib.get_close_matches(words.lower(), known, n=1)), "")


def _has_prefix(entry: Entry, wanted: str) -> bool:
    bare = wanted.replace(":", "")
    return len(bare) >= SHORTEST_PREFIX and entry.fingerprint.startswith(bare)


def _names(entry: Entry) -> Iterator[str]:
    yield entry.kind.value.lower()
    yield from (f"generation {letter.lower()}" for letter in entry.generations)
    for place in entry.places:
        yield place.holder.value
        if place.name:
            yield place.name.lower()
        for member in place.members:
            yield member.lower()
            yield member.lower().rpartition("/")[2]
