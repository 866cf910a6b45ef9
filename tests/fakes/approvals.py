"""Requests and the record without a disk: :class:`bot.ports.Approvals`, under the same contract suite as the real one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from bot.model import audit
from bot.model.approval import Request, State
from bot.model.audit import Deed, Entry
from bot.model.binding import Asked, Dossier


@dataclass
class FakeApprovals:
    asked: dict[str, Asked] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    async def open_request(self, request: Request, dossier: Dossier, deed: Deed) -> bool:
        if any(one.request.cluster == request.cluster and one.request.state is State.PENDING for one in self.asked.values()):
            return False
        self.asked[request.id] = Asked(request=request, dossier=dossier)
        await self.enter(deed)
        return True

    async def request(self, id_: str) -> Asked | None:
        return self.asked.get(id_)

    async def latest_request(self, cluster: str) -> Asked | None:
        return next((one for one in reversed(self.asked.values()) if one.request.cluster == cluster), None)

    async def save_request(self, before: Request, after: Request, deeds: Sequence[Deed]) -> bool:
        one = self.asked.get(before.id)
        if one is None or one.request != before:
            return False
        is_over = after.state not in (State.PENDING, State.APPROVED)
        dossier = replace(one.dossier, sealed_key=b"") if is_over else one.dossier
        self.asked[before.id] = replace(one, request=after, dossier=dossier)
        for deed in deeds:
            await self.enter(deed)
        return True

    async def place_request(self, id_: str, channel: str, ts: str) -> None:
        if id_ in self.asked:
            self.asked[id_] = replace(self.asked[id_], channel=channel, ts=ts)

    async def enter(self, deed: Deed) -> Entry:
        before = self.entries[-1].digest if self.entries else audit.GENESIS
        self.entries.append(audit.entry(len(self.entries) + 1, deed, before))
        return self.entries[-1]

    async def record(self, *, after: int = 0, most: int = 1000) -> tuple[Entry, ...]:
        return tuple(self.entries[after : after + most])
