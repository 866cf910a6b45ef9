"""Keeps the last good pair, sealed, in a Secret of the bot's own; and proves once a day that it opens.

Called after sweeps, beside them: what keeps it from keeping is told by the doctor, and stops nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.errors import BotError, Permanent, Transient
from bot.model import trust
from bot.model.backup import BACKUP_NOT_LOOKED_AT, BackupFacts
from bot.model.identity import ca_identity
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.snapshot import Snapshot
from bot.model.trust_pair import BACKUP, Kept, LivePair, Version
from bot.model.vitals import Safekeeping
from bot.ports import Clock, Seal
from bot.rotation import restoring, vault
from bot.rotation.vault import ABOUT_BACKUP, Backup
from bot.usecases.bell import Bell

log = structlog.get_logger(__name__)

RESTS: Final = timedelta(minutes=1)
"""So long nothing is tried again."""
PROVED_FOR: Final = timedelta(days=1)
"""So long it is believed that it opens."""
NOT_YET: Final = Unobserved(
    Why.UNREACHABLE, "The last good pair has not been looked at yet.", "The bot does so right after its first sweep."
)


class Safe(Protocol):
    """As much of :class:`bot.ports.Hands` as it takes."""

    async def pair(self) -> LivePair:
        """Both objects, key included."""
        ...

    async def kept(self, name: str) -> Kept:
        """What a Secret of the bot's own holds."""
        ...

    async def keep(self, name: str, sealed: bytes, before: Version, note: str = "") -> None:
        """Replace it, with what it says of that in public."""
        ...


async def last_good(safe: Safe, seal: Seal) -> Backup | None:
    """The pair that is kept, key included; None while nothing is. Raises :mod:`bot.errors` when it cannot be read."""
    kept = await safe.kept(BACKUP)
    return vault.unpacked_backup(await asyncio.to_thread(seal.open, kept.sealed, ABOUT_BACKUP)) if kept.sealed else None


async def put_away(safe: Safe, seal: Seal, kept: Backup, before: Version) -> None:
    """Keep it, and see that it opens: a backup that does not is none. Raises :mod:`bot.errors`."""
    sealed = await asyncio.to_thread(seal.seal, vault.packed_backup(kept), ABOUT_BACKUP)
    await safe.keep(BACKUP, sealed, before, kept.note)
    if await last_good(safe, seal) != kept:
        raise Permanent(f"Secret {BACKUP} does not hold what was written to it.", hint="Nobody but the bot should write to it.")


def nothing_known() -> Part[BackupFacts | None]:
    """Of a bot that keeps no pair."""
    return BACKUP_NOT_LOOKED_AT


@dataclass(slots=True, kw_only=True)
class Keeper:
    """``is_running``: whether a rotation is under way; then nothing is kept. ``condition``: how it stands, for the doctor.

    ``heard``: whoever is called when another pair can come back than before, or none any more.
    """

    safe: Safe
    seal: Seal
    clock: Clock
    is_running: Callable[[], Awaitable[bool]]
    due: Bell = field(default_factory=Bell)
    condition: Safekeeping = field(default_factory=Safekeeping)
    heard: set[Callable[[], None]] = field(default_factory=set[Callable[[], None]])
    _seen: Snapshot | None = None
    _digest: str = ""
    _proved: Part[BackupFacts | None] = NOT_YET
    _tried_at: datetime | None = None

    async def last_good(self) -> BackupFacts | None:
        """The pair that is kept, as everybody may see it. Raises :mod:`bot.errors` when it cannot be read."""
        found = await last_good(self.safe, self.seal)
        return found.facts if found else None

    def part(self) -> Part[Safekeeping]:
        """How it stands, for the doctor."""
        return Observed(self.condition)

    def known(self) -> Part[BackupFacts | None]:
        """The pair that was last seen to open, without looking again: as much as a sweep needs."""
        if self.condition.trouble:
            return Unobserved(Why.UNREACHABLE, self.condition.trouble, self.condition.hint)
        return self._proved

    def notice(self, snapshot: Snapshot) -> None:
        """After each sweep: what was seen."""
        self._seen = snapshot
        self.due.ring()

    async def keep_when_due(self) -> None:
        """Keep and prove each time ``due`` is rung. Never ends by itself."""
        while True:
            await self.due.heard()
            if self._seen is not None:
                await self.look(self._seen)

    async def look(self, snapshot: Snapshot) -> None:
        """Keep the pair that this look saw, if it is good and another than the kept one. Raises nothing."""
        now = self.clock.now()
        wanted, why_not = _wanted(snapshot)
        is_kept = bool(self._digest) and self._digest == (wanted or self._digest)
        is_proved = self.condition.opened_at is not None and now - self.condition.opened_at < PROVED_FOR
        if (is_kept and is_proved) or (self._tried_at is not None and now - self._tried_at < RESTS):
            return
        self._tried_at = now
        before = self._comes_back
        await self._try(wanted, why_not, now)
        if self._comes_back != before:
            for listener in tuple(self.heard):
                listener()

    @property
    def _comes_back(self) -> BackupFacts | None:
        known = self.known()
        return known.value if isinstance(known, Observed) else None

    async def _try(self, wanted: str, why_not: str, now: datetime) -> None:
        try:
            await self._keep(wanted, why_not, now)
        except BotError as error:
            self._fail(error)
        except Exception:
            # The border: a bug in here must not take the bot and its alerts with it.
            log.exception("keeping the last good pair broke")
            self._fail(Permanent("Keeping the last good pair broke.", hint="Please report this, with the bot's log."))

    async def _keep(self, wanted: str, why_not: str, now: datetime) -> None:
        kept = await self.safe.kept(BACKUP)
        found, trouble = await self._opened(kept)
        if found is not None and (not wanted or (restoring.digest(found.facts) == wanted and kept.note == found.note)):
            self._prove(found, now)
        elif trouble is not None and not wanted:
            raise trouble
        elif not wanted:
            self._wait(None, why_not, now)
        elif await self.is_running():
            self._wait(found, "a rotation is under way", now)
        else:
            await self._replace(kept, found, wanted, now)

    async def _replace(self, kept: Kept, found: Backup | None, wanted: str, now: datetime) -> None:
        live = await self.safe.pair()
        new = vault.backup_of(live.pair, now)
        if live.is_open or restoring.digest(new.facts) != wanted:
            self._wait(found, "the pair changed since it was looked at", now)
            return
        await put_away(self.safe, self.seal, new, kept.version)
        log.info("last good pair kept", issuer=new.issuer[:8])
        self._prove(new, now)

    async def _opened(self, kept: Kept) -> tuple[Backup | None, BotError | None]:
        """What does not open is of no use: it gives way to a good pair, if there is one."""
        if not kept.sealed:
            return None, None
        try:
            opened = await asyncio.to_thread(self.seal.open, kept.sealed, ABOUT_BACKUP)
            return vault.unpacked_backup(opened), None
        except Transient:
            # Whatever opens it is away: that says nothing about what is kept.
            raise
        except BotError as error:
            return None, error

    def _prove(self, found: Backup, now: datetime) -> None:
        self._proved = Observed(found.facts)
        self._digest = restoring.digest(found.facts)
        self.condition = Safekeeping(kept_at=found.kept_at, opened_at=now)

    def _wait(self, found: Backup | None, why: str, now: datetime) -> None:
        """Something else is to be kept, later."""
        self._proved = Observed(found.facts if found else None)
        self.condition = Safekeeping(kept_at=found.kept_at, opened_at=now, waits=why) if found else Safekeeping(waits=why)
        self._digest = ""

    def _fail(self, error: BotError) -> None:
        if str(error) != self.condition.trouble:
            log.warning("last good pair not kept", error=str(error), hint=error.hint)
        self._digest = ""
        self.condition = Safekeeping(trouble=str(error), hint=error.hint)


def _wanted(snapshot: Snapshot) -> tuple[str, str]:
    """Digest of the pair that is there, or "" and why it is not to be kept."""
    held, other, identity = trust.trust_bundle(snapshot), trust.configmap(snapshot), ca_identity(snapshot)
    accepted = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    if held is None or other is None or identity is None:
        return "", "the pair that is there was not seen completely"
    if accepted is None or (accepted.roots, accepted.issuer) != identity:
        return "", "the CA that is there is not the accepted one"
    if other.ca != held.ca:
        return "", "Secret and ConfigMap differ"
    if not restoring.is_sound(held, snapshot, snapshot.taken_at):
        return "", "the pair that is there is not sound"
    return restoring.digest_of(held), ""
