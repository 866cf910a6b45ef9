"""What an approval is bound to: everything that its card shows, as one value with one digest, and how two of them differ in words.

resourceVersions are no part of it: they change whenever somebody touches a label. They are preconditions of the writes.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model import phrases
from bot.model.approval import Request
from bot.model.rotation import Kind, Plan

VERSION: Final = 2
"""Of what is bound. A bot that does not know it holds; it never reads an old approval in a new way. Since 2: what other keys hold."""
REPLACED: Final = "this bot was replaced by one that binds plans in another way"


class BoundWorkload(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """A workload that would be restarted. ``uid``, ``template``: "" where they were not seen.

    Its wave is no part of it: waves follow the number of pods, and what is carried out is the plan that was approved.
    """

    namespace: str
    kind: str
    name: str
    uid: str = ""
    template: str = ""


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """``secret``, ``configmap``: UID and digest of the content. ``tolerance``: by how many pods the count may differ.

    ``root``, ``issuer``: fingerprints of the new CA; ``cross``: digest of the cross-certificate's to-be-signed bytes, "" without one.
    ``pair``: digest of the pair that comes back, "" where a new CA is made; ``root`` and ``issuer`` are then its own.
    ``blocking``: ids of hazards that block. There are none at first, and there may be none later.
    """

    version: int
    kind: Kind
    cluster: str
    namespace: str
    secret: tuple[str, str]
    configmap: tuple[str, str]
    versions: tuple[tuple[str, str], ...]
    workloads: tuple[BoundWorkload, ...]
    pods: int
    tolerance: int
    root: str
    issuer: str
    cross: str
    ends_at: datetime
    expires_at: datetime | None
    lifetime: timedelta
    blocking: tuple[str, ...] = ()
    pair: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of its JSON, hex. The first eight are shown to people."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept with a request. ``root``, ``issuer``: the new CA, DER; ``serial``: of the cross-certificate, "" without one.

    ``sealed_key``: the new issuer's key, sealed for this request alone; b"" once it is destroyed. A restore has none: its pair, whose
    root and issuer these are then, lies in the backup.
    """

    plan: Plan
    bound: Bound
    root: bytes
    issuer: bytes
    serial: str
    sealed_key: bytes


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request with its dossier. ``channel``, ``ts``: where its card is, "" before it was posted."""

    request: Request
    dossier: Dossier
    channel: str = ""
    ts: str = ""


def changes(shown: Bound, now: Bound) -> tuple[str, ...]:
    """What is no longer as it was shown, in words; () when everything is. Pods may come and go within the tolerance."""
    if shown.version != now.version:
        # Nobody can tell what else is another one.
        return (REPLACED,)
    return (*_of_the_question(shown, now), *_of_the_cluster(shown, now), *_of_the_ca(shown, now))


def _of_the_question(shown: Bound, now: Bound) -> Iterator[str]:
    if (shown.cluster, shown.namespace, shown.kind) != (now.cluster, now.namespace, now.kind):
        yield "another kind of rotation is needed" if shown.kind != now.kind else "it is another cluster"


def _of_the_cluster(shown: Bound, now: Bound) -> Iterator[str]:
    for what, before, after in (("Secret", shown.secret, now.secret), ("ConfigMap", shown.configmap, now.configmap)):
        if before != after:
            yield f"the {what} was {'recreated' if before[0] != after[0] else 'changed'}"
    if shown.versions != now.versions:
        yield f"the control plane's images changed ({phrases.named(_differing(shown.versions, now.versions))})"
    if shown.workloads != now.workloads:
        yield f"workloads changed ({phrases.named(_differing(_keyed(shown), _keyed(now)))})"
    if abs(shown.pods - now.pods) > shown.tolerance:
        there = f"there {'is' if now.pods == 1 else 'are'} {phrases.count(now.pods, 'pod')}"
        yield f"{there} instead of {shown.pods} (up to {shown.tolerance} more or fewer are nothing)"


def _of_the_ca(shown: Bound, now: Bound) -> Iterator[str]:
    if shown.pair != now.pair:
        yield "the last good pair that is kept is another one"
    elif (shown.root, shown.issuer, shown.cross, shown.ends_at, shown.lifetime) != (
        now.root,
        now.issuer,
        now.cross,
        now.ends_at,
        now.lifetime,
    ):
        yield "it would be another new CA"
    if shown.expires_at != now.expires_at:
        yield "the point of expiry moved"
    if set(now.blocking) - set(shown.blocking):
        yield f"something blocks it now ({phrases.named(sorted(set(now.blocking) - set(shown.blocking)))})"


def _keyed(one: Bound) -> tuple[tuple[str, str], ...]:
    return tuple((f"{each.namespace}/{each.name}", f"{each.kind} {each.uid} {each.template}") for each in one.workloads)


def _differing(before: tuple[tuple[str, str], ...], after: tuple[tuple[str, str], ...]) -> list[str]:
    return sorted({name for name, _ in set(before) ^ set(after)})
