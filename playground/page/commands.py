"""The slash commands of an app manifest, as the composer completes them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One slash command. `usages` are the ways to go on after it, as the usage hint separates them by `|`."""

    command: str
    description: str
    usages: tuple[str, ...] = ()
    should_escape: bool = False


def read_commands(manifest: Path) -> tuple[Command, ...]:
    """Every slash command of the manifest, in its order."""
    features = json.loads(manifest.read_text(encoding="utf-8")).get("features", {})
    return tuple(
        Command(
            command=entry["command"],
            description=entry.get("description", ""),
            usages=tuple(usage for part in re.split(r"\s\|\s", entry.get("usage_hint", "")) if (usage := part.strip())),
            should_escape=bool(entry.get("should_escape")),
        )
        for entry in features.get("slash_commands", ())
    )
