"""The way in for a terminal, which Slack plays no part in."""

import re
from typing import Final

from pydantic import Field, field_validator

from bot.model.access import USER_ID
from bot.settings.values import Group, words

_SYSTEM: Final = "system:"
_ACCOUNT: Final = re.compile(r"system:serviceaccount:[a-z0-9.-]{1,253}:[a-z0-9.-]{1,253}")


class Terminal(Group):
    """Deciding on rotations from a terminal."""

    terminal_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port on 127.0.0.1 for `dapr-warden rotation` and `renew --approve`, reached by `kubectl port-forward`. 0: none.",
    )
    terminal_people: tuple[str, ...] = Field(
        (),
        description="Who is who at that port: a Kubernetes user name = a Slack user id, comma-separated "
        "(system:serviceaccount:ops:alice=U0123456789). Empty: nobody.",
    )

    @field_validator("terminal_people", mode="before")
    @classmethod
    def _split_people(cls, value: object) -> object:
        return words(value)

    @field_validator("terminal_people")
    @classmethod
    def _people(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        pairs = [_pair(one) for one in value]
        if not all(name and USER_ID.fullmatch(user_id) for name, user_id in pairs):
            raise ValueError("pairs such as system:serviceaccount:ops:alice=U0123456789, with one Slack user id each")
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a Kubernetes user name stands in it twice")
        if any(name.startswith(_SYSTEM) and not _ACCOUNT.fullmatch(name) for name, _ in pairs):
            raise ValueError("of names that begin with system: only those of service accounts (system:serviceaccount:NAMESPACE:NAME)")
        return value

    @property
    def terminal_ids(self) -> dict[str, str]:
        """Kubernetes user name to Slack id."""
        return dict(_pair(one) for one in self.terminal_people)


def _pair(text: str) -> tuple[str, str]:
    """The name may hold a "=" itself, the id cannot."""
    name, _, user_id = text.rpartition("=")
    return name.strip(), user_id.strip()
