"""When the certificates of a cluster end, for whom that is the end, and which of them end together and so are one cause."""

import enum
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.model import reliance, trust
from bot.model.certificate import Certificate
from bot.model.observed import Observed
from bot.model.reliance import Party, Path
from bot.model.snapshot import DaprPod, IssuerGauge, Snapshot

TOGETHER = timedelta(hours=1)
RUNNING = "running-issuer"


class Role(enum.Enum):
    """What a certificate is in the bundle, in the order in which it gives its name to what ends together."""

    ROOT = "root CA"
    ISSUER = "issuer"
    INTERMEDIATE = "intermediate CA"


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one certificate.

    ``subject``      outside text; "" for an issuer that is known from sentry's metric only
    ``fingerprint``  SHA-256 in hex, or ``RUNNING`` for that issuer
    ``is_needed``    whether it is on the last path of somebody: only then its end is trouble
    ``by_sentry``    whether the control plane is somebody; ``pods``: the pods that are
    """

    role: Role
    subject: str
    fingerprint: str
    not_before_at: datetime | None
    not_after_at: datetime
    is_needed: bool
    by_sentry: bool = False
    pods: tuple[DaprPod, ...] = ()

    @property
    def name(self) -> str:
        """For a person: "Root CA O=cluster.local (3f2a9c41)"."""
        if self.fingerprint == RUNNING:
            return "Issuer of the running sentry"
        role = self.role.value
        return f"{role[0].upper()}{role[1:]} {self.subject or 'without a subject'} ({self.fingerprint[:8]})"


def endings(snapshot: Snapshot) -> tuple[Ending, ...]:
    """Every root in force, the issuer and its intermediates, and roots that only pods still hold; earliest end first."""
    chain = trust.chain(snapshot)
    found = _from_chain(snapshot, chain) if chain else _from_metric(snapshot)
    return tuple(sorted(found, key=lambda ending: (ending.not_after_at, ending.role.value, ending.fingerprint)))


def causes(found: Iterable[Ending]) -> tuple[tuple[Ending, ...], ...]:
    """Needed endings that fall together (within an hour), each group led by the root, else the issuer, in it."""
    groups: list[list[Ending]] = []
    for ending in sorted((one for one in found if one.is_needed), key=lambda one: one.not_after_at):
        if groups and ending.not_after_at - groups[-1][0].not_after_at <= TOGETHER:
            groups[-1].append(ending)
        else:
            groups.append([ending])
    order = tuple(Role)
    return tuple(tuple(sorted(group, key=lambda one: order.index(one.role))) for group in groups)


def _from_chain(snapshot: Snapshot, chain: Sequence[Certificate]) -> Iterator[Ending]:
    known = [(party, reliance.paths(chain, party.roots)) for party in reliance.parties(snapshot)]
    roots = trust.roots(snapshot)
    _, control_plane = known[0]
    yield _ending(Role.ISSUER, chain[0], known, needed=True)
    for one in chain[1:]:
        yield _ending(Role.INTERMEDIATE, one, known)
    for one in _with_pod_roots(roots, known):
        # A chain that reaches no root at all tells nothing about which root matters: then each does.
        yield _ending(Role.ROOT, one, known, needed=not control_plane and one in roots)


def _with_pod_roots(roots: Sequence[Certificate], known: Iterable[tuple[Party, Sequence[Path]]]) -> Iterable[Certificate]:
    held = [path[-1] for _, paths in known for path in paths]
    return {one.fingerprint: one for one in (*roots, *held)}.values()


def _ending(role: Role, one: Certificate, known: Sequence[tuple[Party, Sequence[Path]]], *, needed: bool = False) -> Ending:
    return _of(role, one, [party for party, paths in known if reliance.is_needed(one, paths)], needed=needed)


def _of(role: Role, one: Certificate, relying: Sequence[Party], *, needed: bool = False) -> Ending:
    return Ending(
        role=role,
        subject=one.subject,
        fingerprint=one.fingerprint,
        not_before_at=one.not_before_at,
        not_after_at=one.not_after_at,
        is_needed=needed or bool(relying),
        by_sentry=needed or any(not party.pods for party in relying),
        pods=tuple(pod for party in relying for pod in party.pods),
    )


def _from_metric(snapshot: Snapshot) -> Iterator[Ending]:
    """Where nobody shows the chain: the ConfigMap's roots, and the issuer's end as sentry's metric tells it."""
    issuer_end = running_issuer_end(snapshot)
    parties = reliance.parties(snapshot)
    if issuer_end is not None:
        pods = tuple(pod for party in parties for pod in party.pods)
        yield Ending(
            role=Role.ISSUER, subject="", fingerprint=RUNNING, not_before_at=None, not_after_at=issuer_end,
            is_needed=True, by_sentry=True, pods=pods,
        )  # fmt: skip
    roots = trust.roots(snapshot)
    for one in roots:
        yield _of(Role.ROOT, one, [party for party in parties if _may_rely(one, party, roots, issuer_end, snapshot.taken_at)])


def running_issuer_end(snapshot: Snapshot) -> datetime | None:
    """The earliest end that a running sentry reports for its issuer; None when no sentry told."""
    gauges: tuple[IssuerGauge, ...] = snapshot.issuer_gauges.value if isinstance(snapshot.issuer_gauges, Observed) else ()
    return min((gauge.not_after_at for gauge in gauges), default=None)


def _may_rely(root: Certificate, party: Party, roots: Sequence[Certificate], issuer_end: datetime | None, now: datetime) -> bool:
    """Whether a party may need this root, when nobody told which root signed the issuer.

    An issuer hardly ever outlives its root. So where another root lives longer, this one matters only if the issuer ends with
    or before it; and when even the issuer's end is unknown, as long as it is valid itself.
    """
    held = [one for one in party.roots if one in roots]
    if root not in held:
        return False
    if not any(one.not_after_at > root.not_after_at for one in held):
        return True
    return root.not_after_at > now if issuer_end is None else issuer_end <= root.not_after_at + TOGETHER
