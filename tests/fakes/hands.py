"""What changes a cluster, without one: :class:`bot.ports.Hands` over a few values, under the same contract suite as the real adapter.

A world of two objects, a vault, a Lease and workloads. What goes wrong is set by hand:
``next_write`` what becomes of the next write, whichever it is; ``unable`` makes a method raise, by its name, before anything is done.
"""

import enum
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.errors import BotError, Conflicting, Missing, Permanent, TimedOut
from bot.model.surroundings import WorkloadName
from bot.model.trust_pair import Kept, LivePair, SecretBytes, Tenure, TrustPair, Version

BUNDLE = "dapr-trust-bundle"
OWN = ("dapr-warden-backup", "dapr-warden-staging")
SECRET, CONFIGMAP, LEASE = f"Secret {BUNDLE}", f"ConfigMap {BUNDLE}", "Lease dapr-warden-rotation"
KINDS = ("Deployment", "StatefulSet", "DaemonSet")


class Fate(enum.Enum):
    """Of a write. The last two look alike to whoever made it."""

    CONFLICT = "somebody else is faster"
    LOST = "nobody knows, and it was not done"
    UNHEARD = "nobody knows, and it was done"


@dataclass
class FakeObject:
    """``data`` as bytes, of a ConfigMap too."""

    uid: str
    version: int
    data: dict[str, bytes] = field(default_factory=dict)
    mark: str = ""

    @property
    def current(self) -> Version:
        return Version(self.uid, str(self.version))


@dataclass
class FakeHands:
    """``objects``: by "KIND NAME". ``restarts``: how often each workload rolled out anew; ``done``: the writes that had an effect."""

    objects: dict[str, FakeObject] = field(default_factory=dict)
    marks: dict[WorkloadName, str] = field(default_factory=dict)
    restarts: dict[WorkloadName, int] = field(default_factory=dict)
    next_write: Fate | None = None
    unable: dict[str, BotError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    _versions: int = 1000

    @classmethod
    def holding(cls, ca: bytes, issuer: bytes, key: bytes, *workloads: WorkloadName, configmap_ca: bytes | None = None) -> "FakeHands":
        """A world with that pair, an empty vault, a Lease of nobody's, and these workloads."""
        hands = cls()
        hands.install(ca, issuer, key, *workloads, configmap_ca=configmap_ca)
        return hands

    def install(self, ca: bytes, issuer: bytes, key: bytes, *workloads: WorkloadName, configmap_ca: bytes | None = None) -> None:
        self.put(SECRET, {"ca.crt": ca, "issuer.crt": issuer, "issuer.key": key})
        self.put(CONFIGMAP, {"ca.crt": ca if configmap_ca is None else configmap_ca})
        for name in OWN:
            self.put(f"Secret {name}", {})
        self.put(LEASE, {})
        self.restarts = dict.fromkeys(workloads, 0)

    def put(self, name: str, data: dict[str, bytes], *, mark: str | None = None) -> None:
        """By somebody else: these keys, and another version. ``mark`` None leaves it as it is."""
        self._versions += 1
        old = self.objects.get(name) or FakeObject(uid=f"uid-{self._versions}", version=0)
        self.objects[name] = FakeObject(old.uid, self._versions, {**old.data, **data}, old.mark if mark is None else mark)

    async def pair(self) -> LivePair:
        self._asked("pair")
        secret, configmap = self._object(SECRET), self._object(CONFIGMAP)
        ca, issuer, key = (secret.data.get(name, b"") for name in ("ca.crt", "issuer.crt", "issuer.key"))
        return LivePair(
            pair=TrustPair(ca=ca, issuer=issuer, key=SecretBytes(key)),
            configmap_ca=configmap.data.get("ca.crt", b""),
            secret=secret.current,
            configmap=configmap.current,
            marks=(secret.mark, configmap.mark),
        )

    async def write_configmap(self, ca: bytes, mark: str, before: Version) -> None:
        self._asked("write_configmap")
        self._write(CONFIGMAP, {"ca.crt": ca}, before, mark)

    async def write_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        self._asked("write_secret")
        data = {"ca.crt": pair.ca, "issuer.crt": pair.issuer, "issuer.key": pair.key.revealed()}
        self._write(SECRET, data, before, mark)

    async def rehearse_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        self._asked("rehearse_secret")
        if self._object(SECRET).current != before:
            raise Conflicting(f"update {SECRET}: somebody else wrote in between (409).")

    async def kept(self, name: str) -> Kept:
        self._asked("kept")
        found = self._object(f"Secret {name}")
        return Kept(sealed=found.data.get("sealed", b""), version=found.current, note=found.mark)

    async def keep(self, name: str, sealed: bytes, before: Version, note: str = "") -> None:
        self._asked("keep")
        self._write(f"Secret {name}", {"sealed": sealed}, before, note)

    async def tenure(self) -> Tenure:
        self._asked("tenure")
        return self._tenure()

    async def hold(self, tenure: Tenure, at: datetime) -> Tenure:
        self._asked("hold")
        renewed = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        fields = {"holder": tenure.holder, "fence": str(tenure.fence), "seconds": str(tenure.seconds), "renewed": renewed}
        self._write(LEASE, {name: text.encode() for name, text in fields.items()}, tenure.version)
        return self._tenure()

    async def restart(self, workload: WorkloadName, mark: str) -> None:
        self._asked("restart")
        if workload.kind not in KINDS:
            raise Permanent(f"restart {workload.kind} {workload.name}: the bot restarts {', '.join(KINDS)} only.")
        if workload not in self.restarts:
            raise Missing(f"patch {workload.kind} {workload.name} in namespace {workload.namespace}: it does not exist (404).")
        fate, self.next_write = self.next_write, None
        if fate is not Fate.LOST and self.marks.get(workload) != mark:
            self.marks[workload] = mark
            self.restarts[workload] += 1
            self.done.append(f"{workload.kind} {workload.namespace}/{workload.name}")
        _tell(fate)

    def _asked(self, method: str) -> None:
        self.asked.append(method)
        if method in self.unable:
            raise self.unable[method]

    def _object(self, name: str) -> FakeObject:
        if name not in self.objects:
            raise Missing(f"get {name}: it does not exist (404).")
        return self.objects[name]

    def _tenure(self) -> Tenure:
        found = self._object(LEASE)
        holder, fence, seconds, renewed = (found.data.get(name, b"").decode() for name in ("holder", "fence", "seconds", "renewed"))
        return Tenure(holder=holder, fence=int(fence or 0), renewed=renewed, seconds=int(seconds or 0), version=found.current)

    def _write(self, name: str, data: dict[str, bytes], before: Version, mark: str | None = None) -> None:
        found = self._object(name)
        fate, self.next_write = self.next_write, None
        if fate is Fate.CONFLICT:
            self.put(name, {})
        if self._object(name).current != before:
            raise Conflicting(f"update {name}: somebody else wrote in between (409).")
        new_mark = found.mark if mark is None else mark
        # As an API server does it: what changes nothing makes no new version.
        if fate is not Fate.LOST and (found.data | data, new_mark) != (found.data, found.mark):
            self.put(name, data, mark=new_mark)
            self.done.append(name)
        _tell(fate)


def _tell(fate: Fate | None) -> None:
    if fate in (Fate.LOST, Fate.UNHEARD):
        raise TimedOut("update: no answer in time. Whether it was done is not known.")
