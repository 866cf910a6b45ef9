"""What a diagnosis says: causes, the likeliest first, each with its evidence; and aloud what could not be seen."""

import enum
from datetime import datetime

import msgspec

from bot.model.explore import Address
from bot.model.scene import Target


class Certainty(enum.Enum):
    """How much stands behind a cause; declared from the most to the least.

    ``PROVED``: certificates or the API show it. ``LIKELY``: what Kubernetes or several lines say, and nothing contradicts.
    ``POSSIBLE``: a line says so, and nothing that could be seen bears it out.
    """

    PROVED = "proved"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One explanation.

    ``id``             stable kebab-case, a heading of docs/causes.md
    ``fact``           the first line: a fact, no advice ("Dapr root certificate expired 3 days ago")
    ``is_certificate`` whether it is a matter of certificates and trust
    ``evidence``       what was seen, one sentence each; ``excerpts``: lines of logs and events as they stood, redacted, outside text
    ``next_step``      what a person does now
    ``strikes_later``  nobody suffers by it yet (an end that comes near, a mismatch that waits for a restart)
    ``explains``       ids of other causes that follow from this one and are therefore not told on their own
    """

    id: str
    fact: str
    certainty: Certainty
    is_certificate: bool
    evidence: tuple[str, ...] = ()
    excerpts: tuple[str, ...] = ()
    next_step: str = ""
    strikes_later: bool = False
    explains: tuple[str, ...] = ()


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. ``causes`` () and ``unseen`` () together mean: looked everywhere and found nothing wrong.

    ``unseen``: one sentence for each thing that could not be looked at, with its reason. ``looked_at``: what was looked at, in words.
    ``is_blind``: nothing at all could be looked at. ``own_logs``, ``control_plane_logs``: where people can read what was printed; None
    where nobody can tell.
    """

    target: Target
    taken_at: datetime
    cluster: str
    causes: tuple[Cause, ...]
    unseen: tuple[str, ...] = ()
    looked_at: tuple[str, ...] = ()
    is_blind: bool = False
    own_logs: Address | None = None
    control_plane_logs: Address | None = None

    @property
    def verdict(self) -> Cause | None:
        """The likeliest cause; None when nothing was found."""
        return self.causes[0] if self.causes else None
