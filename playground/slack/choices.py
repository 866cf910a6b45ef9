"""What people have picked and not yet sent: the `state.values` of messages and views, and options that were suggested."""

from dataclasses import dataclass, field

from playground.slack.errors import Payload


@dataclass
class Choices:
    """By holder (a message or a view) and person. Elements that are no longer shown are left out by whoever reads it."""

    _picked: dict[tuple[str, str], dict[str, Payload]] = field(default_factory=dict)
    _suggested: dict[tuple[str, str, str], list[Payload]] = field(default_factory=dict)

    def of(self, holder: str, user: str) -> dict[str, Payload]:
        """block_id -> action_id -> what is picked there."""
        return self._picked.get((holder, user), {})

    def pick(self, holder: str, user: str, block_id: str, action_id: str, entry: Payload) -> None:
        """Remember one pick."""
        self._picked.setdefault((holder, user), {}).setdefault(block_id, {})[action_id] = entry

    def fill(self, holder: str, user: str, values: Payload) -> None:
        """Remember what stands in several fields: block_id -> action_id -> state."""
        for block_id, fields in values.items():
            for action_id, state in fields.items():
                self.pick(holder, user, block_id, action_id, state)

    def suggested(self, holder: str, user: str, action_id: str) -> list[Payload]:
        """The options that the app suggested last for an external menu."""
        return self._suggested.get((holder, user, action_id), [])

    def suggest(self, holder: str, user: str, action_id: str, options: list[Payload]) -> None:
        """Remember what the app suggested."""
        self._suggested[(holder, user, action_id)] = options
