"""A check is a promise: a title that states the healthy fact, and a pure function that finds where it does not hold."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.model.finding import Finding
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot


class Category(enum.Enum):
    """Groups in reading order: what a person wants to know first comes first."""

    CONTACT = "contact"
    TRUST = "trust"
    EXPIRY = "expiry"
    WORKLOADS = "workloads"
    CONTROL_PLANE = "control plane"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question about a Snapshot.

    ``id``     kebab-case, stable, names the problem ("bundle-mismatch"); also the heading in docs/checks.md
    ``title``  the healthy fact ("Secret and ConfigMap hold the same roots"); serves ok, warning and failure
    ``needs``  names of Snapshot parts that must be Observed; if one is not, the check is UNKNOWN (or not checked, by choice)
    ``judge``  pure; yields a Finding for each problem, nothing when healthy; it may read ``taken_at`` as "now"
    """

    id: str
    title: str
    category: Category
    needs: tuple[str, ...]
    judge: Callable[[Snapshot, Policy], Iterable[Finding]]

    @property
    def hint(self) -> str:
        """Where the docs explain it."""
        return f"docs/checks.md#{self.id}"
