"""Runs and their journal without a disk: :class:`bot.ports.Journal`, under the same contract suite as the real one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from bot.errors import Conflicting, Missing, Outrun
from bot.model.audit import Deed
from bot.model.binding import Dossier
from bot.model.canary_urls import UrlTally
from bot.model.run import Entry, Event, File, Finished
from tests.fakes.approvals import FakeApprovals


@dataclass
class FakeJournal:
    """``approvals``: the requests and the record of the same memory. ``unable`` makes a method raise, by its name."""

    approvals: FakeApprovals = field(default_factory=FakeApprovals)
    files: dict[str, File] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    placed: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    unable: dict[str, Exception] = field(default_factory=dict)
    name: str = "dapr-warden-0123456789abcdef"

    async def open_run(self, id_: str, dossier: Dossier, started: Event, at: datetime, *, fence: int, deed: Deed) -> bool:
        self._may("open_run")
        cluster = dossier.plan.cluster
        if id_ in self.files or any(one.cluster == cluster and one.id not in self.over for one in self.files.values()):
            return False
        self._refuse_older(cluster, fence)
        self.files[id_] = File(id=id_, cluster=cluster, dossier=replace(dossier, sealed_key=b""), entries=())
        self._append(id_, [started], at, fence)
        await self.approvals.enter(deed)
        return True

    async def latest_run(self, cluster: str) -> File | None:
        self._may("latest_run")
        return next((self._whole(one) for one in reversed(self.files.values()) if one.cluster == cluster), None)

    async def run(self, id_: str) -> File | None:
        self._may("run")
        return self._whole(self.files[id_]) if id_ in self.files else None

    async def run_before(self, id_: str) -> File | None:
        self._may("run_before")
        if id_ not in self.files:
            return None
        same = [one.id for one in self.files.values() if one.cluster == self.files[id_].cluster]
        at = same.index(id_)
        return self._whole(self.files[same[at - 1]]) if at else None

    async def write(
        self, id_: str, events: Sequence[Event], at: datetime, *, fence: int, deeds: Sequence[Deed] = (), after: int | None = None
    ) -> None:
        self._may("write")
        if id_ not in self.files:
            raise Missing(f"The journal of run {id_} was not continued: it was never begun.")
        if id_ in self.over:
            raise Conflicting(f"The journal of run {id_} was not continued: the run is over.")
        self._refuse_older(self.files[id_].cluster, fence)
        if after is not None and self.files[id_].seq > after:
            raise Outrun(f"The journal of run {id_} was not continued: it has grown since it was looked at.")
        self._append(id_, events, at, fence)
        if any(isinstance(event, Finished) for event in events):
            self.over.add(id_)
        for deed in deeds:
            await self.approvals.enter(deed)

    async def tally(self, id_: str, tallies: Sequence[UrlTally]) -> None:
        self._may("tally")
        self.files[id_] = replace(self.files[id_], urls=tuple(tallies))

    async def spend_key(self, id_: str) -> None:
        self._may("spend_key")
        asked = self.approvals.asked.get(id_)
        if asked is not None:
            self.approvals.asked[id_] = replace(asked, dossier=replace(asked.dossier, sealed_key=b""))

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        self._may("places")
        return dict(sorted(self.placed.get(id_, {}).items()))

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        self._may("place")
        self.placed.setdefault(id_, {})[what] = (channel, ts)

    async def identity(self) -> str:
        self._may("identity")
        return self.name

    def _may(self, method: str) -> None:
        if method in self.unable:
            raise self.unable[method]

    def _whole(self, file: File) -> File:
        asked = self.approvals.asked.get(file.id)
        return replace(file, dossier=replace(file.dossier, sealed_key=asked.dossier.sealed_key if asked else b""))

    def _refuse_older(self, cluster: str, fence: int) -> None:
        newest = max((entry.fence for one in self.files.values() if one.cluster == cluster for entry in one.entries), default=0)
        if 0 < fence < newest:
            raise Conflicting(f"The Lease with fence {fence} has passed to a holder with fence {newest}.")

    def _append(self, id_: str, events: Sequence[Event], at: datetime, fence: int) -> None:
        last = max((entry.seq for one in self.files.values() for entry in one.entries), default=0)
        entries = tuple(Entry(seq=seq, at=at, fence=fence, event=event) for seq, event in enumerate(events, last + 1))
        self.files[id_] = replace(self.files[id_], entries=self.files[id_].entries + entries)
