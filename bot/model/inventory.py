"""Every certificate of a cluster at a glance: what it is, where it lies, how long it lives, and which root it hangs on.

The order, worst first:

1. expired ones that are needed, the longest expired first
2. needed ones that are not valid yet
3. needed ones by time left
4. short-lived ones of servers that renew themselves in time, which most days end first and never mean anything
5. those that nothing signed today needs: a root that was replaced, or one that lies ready; here too the first to end is first

Needed is what ``endings`` calls so; what a server shows is needed; where the chain of the issuer is not known, everything is. Ties are
broken by kind (root, issuer, intermediate, server), then by fingerprint. Days and severities are those of the look, not of the reader.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from bot.model import endings, generations, places, reliance, running, staleness, trust
from bot.model.blanks import Blank, blanks
from bot.model.certificate import Certificate
from bot.model.finding import Severity
from bot.model.generations import Generation, Lineage
from bot.model.observed import Observed, Unobserved
from bot.model.places import Holder, Kind, Place, Sight
from bot.model.policy import Policy
from bot.model.snapshot import DaprPod, IssuerGauge, Snapshot
from bot.model.svid import spiffe_id

# daprd and the control plane renew at half of the lifetime, up to 1.13 at 70 percent (dapr/kit spiffe.go).
OVERDUE: Final = 0.85
DAY: Final = timedelta(days=1)


class State(enum.Enum):
    """Whether the look was within the certificate's time."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    VALID = "valid"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate, with all its places.

    ``fingerprint``    SHA-256 in hex; "" for an issuer that is known from sentry's metric only, of which nothing but its end is known
    ``spiffe_id``      of a server's, "" where there is none; like ``subject`` outside text
    ``days_left``      from the look to its end, negative when it has expired
    ``needed``         whether anything that is signed today hangs on it
    ``renews_itself``  whether it is a short-lived one of a server, and renewed in time as far as its age tells
    ``generations``    letters of the generations it hangs on, the oldest first; () unknown
    """

    kind: Kind
    state: State
    severity: Severity
    not_after_at: datetime
    days_left: float
    needed: bool
    renews_itself: bool = False
    fingerprint: str = ""
    subject: str = ""
    spiffe_id: str = ""
    issuer: str = ""
    serial: str = ""
    key_kind: str = ""
    not_before_at: datetime | None = None
    generations: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def is_routine(self) -> bool:
        """Whether its end is nothing to look forward to: it is renewed by itself, or nobody needs it."""
        return self.renews_itself or not self.needed


class Trusting(msgspec.Struct, frozen=True, kw_only=True):
    """Live pods with a sidecar that trust the same generations; () : their roots cannot be read.

    ``apps``: the most pods first. ``stale``: how many of them trust no path of the present CA, which is critical.
    """

    generations: tuple[str, ...]
    pods: int
    apps: tuple[str, ...]
    severity: Severity
    stale: int = 0


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """``entries`` worst first; ``trusting`` the most pods first; ``blanks``: what could not be listed, and why, the worst first."""

    taken_at: datetime
    cluster: str
    namespace: str
    entries: tuple[Entry, ...]
    generations: tuple[Generation, ...]
    trusting: tuple[Trusting, ...]
    blanks: tuple[Blank, ...]

    @property
    def severity(self) -> Severity:
        """The worst of all but what is not looked at by choice; unknown when there is nothing to list: an empty list is no proof."""
        told = [one.severity for one in self.entries] if self.entries else [Severity.UNKNOWN]
        told += [one.severity for one in self.trusting] + [one.severity for one in self.blanks]
        return max((one for one in told if one is not Severity.NOT_CHECKED), key=lambda severity: severity.rank, default=Severity.OK)


def inventory(snapshot: Snapshot, policy: Policy) -> Inventory:
    """All of it. Pure; bounded by what a snapshot can hold, and thousands of pods are one place."""
    sights = tuple(places.sights(snapshot))
    line = _lineage(snapshot, sights)
    trusting = tuple(_trusting(snapshot, line))
    return Inventory(
        taken_at=snapshot.taken_at,
        cluster=snapshot.cluster,
        namespace=snapshot.namespace,
        entries=tuple(sorted(_entries(snapshot, policy, sights, line), key=_order)),
        generations=line.generations if isinstance(snapshot.census, Unobserved) else tuple(_counted(line.generations, trusting)),
        trusting=trusting,
        blanks=tuple(sorted(blanks(snapshot), key=lambda blank: -blank.severity.rank)),
    )


def _counted(ages: Iterable[Generation], trusting: Sequence[Trusting]) -> Iterator[Generation]:
    for one in ages:
        yield replace(one, pods=sum(group.pods for group in trusting if one.letter in group.generations))


def _order(entry: Entry) -> tuple[int, datetime, int, str]:
    if not entry.needed:
        place = 4
    elif entry.renews_itself:
        place = 3
    else:
        place = (State.EXPIRED, State.NOT_YET_VALID, State.VALID).index(entry.state)
    return place, entry.not_after_at, tuple(Kind).index(entry.kind), entry.fingerprint


def _lineage(snapshot: Snapshot, sights: Sequence[Sight]) -> Lineage:
    roots = {sight.certificate.fingerprint: sight.certificate for sight in sights if sight.kind is Kind.ROOT}
    others = {sight.certificate.fingerprint: sight.certificate for sight in sights}
    bundle = {Holder.SECRET, Holder.CONFIGMAP}
    was_seen = isinstance(snapshot.secret, Observed) or isinstance(snapshot.configmap, Observed)
    present = frozenset(one.certificate.fingerprint for one in sights if one.kind is Kind.ROOT and one.place.holder in bundle)
    webhooks = {one.certificate.fingerprint for one in sights if one.place.holder in (Holder.WEBHOOK, Holder.CRD)}
    own = frozenset(() if trust.is_paired(snapshot) else webhooks - present)
    return generations.lineage(
        tuple(roots.values()), [one for print_, one in others.items() if print_ not in roots], present if was_seen else None, own
    )


def _entries(snapshot: Snapshot, policy: Policy, sights: Sequence[Sight], line: Lineage) -> Iterator[Entry]:
    needed = _Needed(snapshot, line)
    loaded = _loaded(snapshot)
    grouped: dict[str, list[Sight]] = defaultdict(list)
    for sight in sights:
        grouped[sight.certificate.fingerprint].append(sight)
    for fingerprint, group in grouped.items():
        one = group[0].certificate
        kind = min((sight.kind for sight in group), key=tuple(Kind).index)
        where = list(dict.fromkeys(sight.place for sight in group))
        if kind is Kind.ISSUER and any(place.holder is Holder.SECRET for place in where):
            where += [_metric(pods) for end, pods in loaded.items() if abs(end - one.not_after_at) <= running.ROUNDING]
        judged = _judged(one, kind, snapshot.taken_at, policy, needed=needed.is_needed(one, where))
        yield replace(judged, generations=line.letters[fingerprint], places=tuple(where))
    yield from _only_loaded(snapshot, policy, loaded, [sight.certificate for sight in sights if sight.kind is Kind.ISSUER])


def _judged(one: Certificate, kind: Kind, now: datetime, policy: Policy, *, needed: bool) -> Entry:
    state = _state(one.not_before_at, one.not_after_at, now)
    lifetime, age = one.not_after_at - one.not_before_at, now - one.not_before_at
    is_short = kind is Kind.SERVER and not one.is_ca and lifetime <= timedelta(days=policy.warning_days)
    in_time = is_short and state is State.VALID and age <= OVERDUE * lifetime
    severity = policy.severity(one.not_after_at - now)
    if in_time:
        severity = Severity.OK
    elif is_short and state is State.VALID:
        severity = Severity.WARNING
    elif state is State.NOT_YET_VALID:
        severity = Severity.CRITICAL
    return Entry(
        kind=kind,
        state=state,
        severity=severity if needed or severity is Severity.OK else Severity.NOTICE,
        not_after_at=one.not_after_at,
        days_left=_days(one.not_after_at - now),
        needed=needed,
        renews_itself=in_time,
        fingerprint=one.fingerprint,
        subject=one.subject,
        spiffe_id=spiffe_id(one),
        issuer=one.issuer,
        serial=one.serial,
        key_kind=one.key_kind,
        not_before_at=one.not_before_at,
    )


def _state(begins: datetime | None, ends: datetime, now: datetime) -> State:
    if ends <= now:
        return State.EXPIRED
    return State.NOT_YET_VALID if begins is not None and begins > now else State.VALID


def _days(left: timedelta) -> float:
    return round(left / DAY, 2)


class _Needed:
    """What hangs on what, asked once."""

    def __init__(self, snapshot: Snapshot, line: Lineage) -> None:
        self._known = {one.fingerprint: one.is_needed for one in endings.endings(snapshot)} if trust.chain(snapshot) else None
        self._own = {print_ for one in line.generations if one.standing is generations.Standing.OWN for print_ in one.fingerprints}

    def is_needed(self, one: Certificate, where: Iterable[Place]) -> bool:
        if self._known is None or one.fingerprint in self._own:
            return True
        return self._known.get(one.fingerprint, False) or any(place.holder in (Holder.SHOWN, Holder.SENT_ALONG) for place in where)


def _loaded(snapshot: Snapshot) -> Mapping[datetime, tuple[str, ...]]:
    """The sentries by when the issuer ends that they loaded."""
    gauges: tuple[IssuerGauge, ...] = snapshot.issuer_gauges.value if isinstance(snapshot.issuer_gauges, Observed) else ()
    pods: dict[datetime, list[str]] = defaultdict(list)
    for gauge in gauges:
        pods[gauge.not_after_at].append(gauge.pod)
    return {end: tuple(sorted(names)) for end, names in pods.items()}


def _metric(pods: tuple[str, ...]) -> Place:
    return Place(holder=Holder.METRIC, name="sentry", owner="sentry", count=len(pods), members=pods)


def _only_loaded(
    snapshot: Snapshot, policy: Policy, loaded: Mapping[datetime, tuple[str, ...]], issuers: Sequence[Certificate]
) -> Iterator[Entry]:
    """An issuer that runs and is not among those that were seen."""
    for end, pods in loaded.items():
        if any(abs(end - issuer.not_after_at) <= running.ROUNDING for issuer in issuers):
            continue
        yield Entry(
            kind=Kind.ISSUER,
            state=_state(None, end, snapshot.taken_at),
            severity=policy.severity(end - snapshot.taken_at),
            not_after_at=end,
            days_left=_days(end - snapshot.taken_at),
            needed=True,
            places=(_metric(pods),),
        )


def _trusting(snapshot: Snapshot, line: Lineage) -> Iterable[Trusting]:
    if isinstance(snapshot.census, Unobserved):
        return ()
    census = snapshot.census.value
    stale = {(pod.namespace, pod.name) for pod in staleness.staleness(snapshot).stale}
    groups: dict[tuple[str, ...], list[DaprPod]] = defaultdict(list)
    ages = [one.letter for one in line.generations]
    for key, pods in reliance.by_anchors(census).items():
        held = trust.anchors(census.anchors[key]) if key in census.anchors else ()
        letters = {letter for one in held for letter in line.letters[one.fingerprint]}
        groups[tuple(letter for letter in ages if letter in letters)] += pods
    found = [_group(letters, pods, sum((pod.namespace, pod.name) in stale for pod in pods)) for letters, pods in groups.items()]
    return sorted(found, key=lambda group: (-group.pods, group.generations))


def _group(letters: tuple[str, ...], pods: Sequence[DaprPod], stale: int) -> Trusting:
    severity = Severity.CRITICAL if stale else Severity.OK if letters else Severity.UNKNOWN
    return Trusting(generations=letters, pods=len(pods), apps=places.apps_of(pods), severity=severity, stale=stale)
