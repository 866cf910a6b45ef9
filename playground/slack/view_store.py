"""Modals that are open on somebody's screen, and App Home tabs."""

import itertools
from dataclasses import dataclass, field

from playground.slack.blocks import give_ids
from playground.slack.errors import Payload, SlackError
from playground.slack.people import APP, BOT_ID, HOME_TEAM

DEEPEST_STACK = 3


@dataclass(kw_only=True)
class View:
    """One modal or Home tab of one person; `version` makes its hash."""

    id: str
    user: str
    definition: Payload
    root: str
    previous: str = ""
    version: int = 1
    values: Payload = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Changes with every update."""
        return f"{self.version}.{self.id}"

    def payload(self) -> Payload:
        """The `view` object of answers and interaction payloads."""
        return self.definition | {
            "id": self.id,
            "team_id": HOME_TEAM,
            "app_id": APP,
            "app_installed_team_id": HOME_TEAM,
            "bot_id": BOT_ID,
            "root_view_id": self.root,
            "previous_view_id": self.previous or None,
            "hash": self.hash,
            "state": {"values": self.values},
        }


@dataclass
class Views:
    """Everybody's stack of modals (top last) and Home tab."""

    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def open(self, user: str, definition: Payload) -> View:
        """Show a first modal."""
        self.stacks[user] = []
        return self.push(user, definition)

    def push(self, user: str, definition: Payload) -> View:
        """Lay a modal over the present one; refuses with `push_limit_reached` above three."""
        stack = self.stacks.setdefault(user, [])
        if len(stack) >= DEEPEST_STACK:
            raise SlackError("push_limit_reached")
        view_id = f"V{next(self._numbers):09d}"
        top = stack[-1] if stack else None
        view = View(
            id=view_id,
            user=user,
            definition=_with_ids(definition),
            root=top.root if top else view_id,
            previous=top.id if top else "",
        )
        stack.append(view)
        return view

    def publish(self, user: str, definition: Payload, known_hash: str) -> View:
        """Draw somebody's Home tab; refuses with `hash_conflict` when a hash is given and old."""
        home = self.homes.get(user)
        if home is None:
            view_id = f"V{next(self._numbers):09d}"
            home = self.homes[user] = View(id=view_id, user=user, definition=_with_ids(definition), root=view_id)
        else:
            self.replace(home, definition, known_hash)
        return home

    def replace(self, view: View, definition: Payload, known_hash: str) -> View:
        """Give a view new content; refuses with `hash_conflict` when a hash is given and old."""
        if known_hash and known_hash != view.hash:
            raise SlackError("hash_conflict")
        view.definition = _with_ids(definition)
        view.version += 1
        return view

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        """An open modal or a Home tab by one of its two ids; refuses with `not_found`."""
        for view in (*(view for stack in self.stacks.values() for view in stack), *self.homes.values()):
            if view.id == view_id or (external_id and view.definition.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def clear(self) -> None:
        """Nobody has a modal or a Home tab any more."""
        self.stacks.clear()
        self.homes.clear()

    def close(self, view: View) -> None:
        """Take one modal from the stack; refuses with `not_found` for a Home tab, which cannot be closed."""
        if view not in self.stacks.get(view.user, []):
            raise SlackError("not_found")
        self.stacks[view.user].remove(view)


def _with_ids(definition: Payload) -> Payload:
    return definition | {"blocks": list(give_ids(definition["blocks"]))}
