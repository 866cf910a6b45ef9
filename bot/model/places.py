"""Where in a cluster certificates lie: each sight of one, with its place, what it is there, and who seems to manage that place."""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from bot.model import phrases, reliance, trust, workloads
from bot.model.certificate import Certificate, certificates
from bot.model.chains import LiveChain
from bot.model.observed import Observed
from bot.model.pem import PemDocument
from bot.model.snapshot import CaBundle, DaprPod, ObjectFacts, Snapshot

NAMED: Final = 3


class Kind(enum.Enum):
    """What a certificate is; of several the first counts."""

    ROOT = "root CA"
    ISSUER = "issuer"
    INTERMEDIATE = "intermediate CA"
    SERVER = "server certificate"


class Holder(enum.Enum):
    """What kind of place it is."""

    SECRET = "secret"  # noqa: S105 - a place
    CONFIGMAP = "configmap"
    WEBHOOK = "webhook"
    CRD = "crd"
    SHOWN = "shown"
    SENT_ALONG = "sent-along"
    METRIC = "metric"
    PODS = "pods"


# Each writes it at its start, and when the roots change.
WRITERS: Final = {Holder.WEBHOOK: "dapr-sidecar-injector", Holder.CRD: "dapr-operator"}
_WORDS: Final = {
    Holder.SECRET: "Secret",
    Holder.CONFIGMAP: "ConfigMap",
    Holder.WEBHOOK: "webhook",
    Holder.CRD: "CRD",
    Holder.SHOWN: "shown by",
    Holder.SENT_ALONG: "sent along by",
    Holder.METRIC: "loaded by",
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place of a certificate.

    ``name``     of the object ("dapr-trust-bundle") or of the component ("sentry"); "" for pods
    ``owner``    what seems to manage it, "" when nothing is known: "Helm release dapr", "sentry" (who wrote it last), a component
    ``count``    pods that hold or show it; 0 for an object
    ``members``  those pods; of pods that were started with it their applications, as "shop/orders", the most pods first
    """

    holder: Holder
    name: str = ""
    owner: str = ""
    count: int = 0
    members: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For a person: "Secret dapr-trust-bundle", "37 pods of 12 apps (shop/billing, shop/cart, shop/mail, …)"."""
        if self.holder is Holder.PODS:
            return of_apps(self.count, self.members)
        words = f"{_WORDS[self.holder]} {self.name}"
        return f"{words} {few(self.members)}" if self.members else words


class Sight(msgspec.Struct, frozen=True):
    """One certificate in one place."""

    certificate: Certificate
    kind: Kind
    place: Place


def of_apps(count: int, apps: Sequence[str]) -> str:
    """As in "37 pods of 12 apps (shop/billing, shop/cart, shop/mail, …)"."""
    return f"{phrases.count(count, 'pod')} of {phrases.count(len(apps), 'app')} {few(apps)}"


def few(names: Sequence[str]) -> str:
    """The first of them in brackets, and an ellipsis for the others."""
    return f"({', '.join((*names[:NAMED], *('…' for _ in names[NAMED : NAMED + 1])))})"


def apps_of(pods: Iterable[DaprPod]) -> tuple[str, ...]:
    """The applications of pods, those with the most pods first; never more than can be named at all."""
    counted = Counter(f"{pod.namespace}/{pod.app_id or pod.name}" for pod in pods)
    return tuple(sorted(counted, key=lambda app: (-counted[app], app))[: workloads.MOST_NAMED])


def sights(snapshot: Snapshot) -> Iterator[Sight]:
    """Every certificate that was seen, wherever it parses, also where Dapr would refuse the text around it."""
    yield from _in_bundle(snapshot)
    for part in (snapshot.webhook, snapshot.crd):
        held = part.value if isinstance(part, Observed) else None
        if held is not None and held.bundle is not None:
            yield from _roots(held.bundle, _place_of(held))
    yield from _in_pods(snapshot)
    yield from _shown(snapshot)


def _in_bundle(snapshot: Snapshot) -> Iterator[Sight]:
    names, secret, configmap = snapshot.names, trust.secret(snapshot), trust.configmap(snapshot)
    if secret is not None:
        yield from _roots(secret.ca, Place(holder=Holder.SECRET, name=names.bundle, owner=_owner(secret.facts, names.ca)))
        place = Place(holder=Holder.SECRET, name=names.bundle, owner=_owner(secret.facts, names.issuer))
        for at, one in enumerate(certificates(secret.issuer) if secret.issuer else ()):
            yield Sight(one, Kind.INTERMEDIATE if at else Kind.ISSUER, place)
    if configmap is not None:
        yield from _roots(configmap.ca, Place(holder=Holder.CONFIGMAP, name=names.bundle, owner=_owner(configmap.facts, names.ca)))


def _roots(document: PemDocument | None, place: Place) -> Iterator[Sight]:
    for one in certificates(document) if document is not None else ():
        yield Sight(one, Kind.ROOT, place)


def _place_of(held: CaBundle) -> Place:
    holder = Holder.CRD if held.kind == "CustomResourceDefinition" else Holder.WEBHOOK
    return Place(holder=holder, name=held.name, owner=WRITERS[holder])


def _owner(facts: ObjectFacts, key: str) -> str:
    """What manages the object; else who wrote this key last, by the name that it gave itself."""
    if facts.owners:
        return phrases.listed(facts.owners)
    dated = [writer for writer in facts.writers if writer.at is not None and key in (writer.keys or (key,))]
    return max(dated, key=lambda writer: (writer.at, writer.manager)).manager if dated else ""


def _in_pods(snapshot: Snapshot) -> Iterator[Sight]:
    """Once per root, whatever number of distinct texts holds it: 5,000 pods are one place."""
    if not isinstance(snapshot.census, Observed):
        return
    census, pods, known = snapshot.census.value, defaultdict[str, list[DaprPod]](list), dict[str, Certificate]()
    for key, group in reliance.by_anchors(census).items():
        for one in certificates(census.anchors[key]) if key in census.anchors else ():
            known[one.fingerprint] = one
            pods[one.fingerprint] += group
    for fingerprint, one in known.items():
        distinct = {(pod.namespace, pod.name): pod for pod in pods[fingerprint]}.values()
        yield Sight(one, Kind.ROOT, Place(holder=Holder.PODS, count=len(distinct), members=apps_of(distinct)))


def _shown(snapshot: Snapshot) -> Iterator[Sight]:
    """What servers of one component have in common is one place."""
    shown: tuple[LiveChain, ...] = snapshot.chains.value.shown if isinstance(snapshot.chains, Observed) else ()
    pods, known = defaultdict[tuple[str, Kind, Holder, str], dict[str, None]](dict), dict[str, Certificate]()
    for live in shown:
        for at, one in enumerate(certificates(live.chain)):
            known[one.fingerprint] = one
            holder = Holder.SENT_ALONG if at else Holder.SHOWN
            pods[one.fingerprint, _kind_shown(one, at), holder, live.endpoint.component][live.endpoint.pod] = None
    for (fingerprint, kind, holder, component), names in pods.items():
        members = tuple(sorted(names))
        place = Place(holder=holder, name=component, owner=component, count=len(members), members=members[: workloads.MOST_NAMED])
        yield Sight(known[fingerprint], kind, place)


def _kind_shown(one: Certificate, at: int) -> Kind:
    if at == 0:
        return Kind.SERVER
    if one.self_signed:
        return Kind.ROOT
    return Kind.ISSUER if at == 1 else Kind.INTERMEDIATE
