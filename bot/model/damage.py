"""Slips in PEM texts, wherever the Snapshot holds one: in Secret and ConfigMap, and in what pods trust."""

from collections.abc import Iterator

import msgspec

from bot.model import reliance, trust
from bot.model.observed import Observed
from bot.model.pem import PemDocument, PemProblem
from bot.model.snapshot import DaprPod, Snapshot

# Harmless in an environment variable, and common there: whoever fills it may have trimmed it.
_HARMLESS_IN_PODS = frozenset(("no-final-newline", "crlf", "trailing-text"))


class Damage(msgspec.Struct, frozen=True):
    """``problems``: what is wrong with one text, worst first. ``place``: where it stands, "the Secret's ca.crt"."""

    place: str
    problems: tuple[PemProblem, ...]
    pods: tuple[DaprPod, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """One per problem, for a person."""
        return tuple(f"{self.place[0].upper()}{self.place[1:]}: {problem.message}" for problem in self.problems)


def in_bundle(snapshot: Snapshot) -> tuple[Damage, ...]:
    """Of Secret and ConfigMap. A ConfigMap that holds the very same text is not told again."""
    held, other = trust.secret(snapshot), trust.configmap(snapshot)
    texts: list[tuple[str, PemDocument | None]] = []
    if held is not None:
        texts += [("the Secret's ca.crt", held.ca), ("the Secret's issuer.crt", held.issuer)]
    if other is not None and not (held and held.ca and other.ca and held.ca.sha256 == other.ca.sha256):
        texts.append(("the ConfigMap's ca.crt", other.ca))
    # An empty text is the question of secret-incomplete and configmap-incomplete.
    found = [Damage(place, text.problems) for place, text in texts if text is not None and text.size and text.problems]
    if held is not None and held.key is not None and held.key.size and held.key.problems:
        found.append(Damage("the Secret's issuer.key", held.key.problems))
    return tuple(found)


def in_pods(snapshot: Snapshot) -> tuple[Damage, ...]:
    """Of what live sidecars trust, once per distinct text, most pods first."""
    return tuple(sorted(_in_pods(snapshot), key=lambda damage: -len(damage.pods)))


def _in_pods(snapshot: Snapshot) -> Iterator[Damage]:
    if not isinstance(snapshot.census, Observed):
        return
    census = snapshot.census.value
    for key, pods in reliance.by_anchors(census).items():
        problems = census.anchors[key].problems if key in census.anchors else ()
        told = tuple(problem for problem in problems if problem.id not in _HARMLESS_IN_PODS)
        if told:
            yield Damage("DAPR_TRUST_ANCHORS", told, tuple(pods))
