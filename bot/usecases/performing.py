"""Carrying out what a step wants: each effect is idempotent, and comes to the same when it is done twice."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.errors import BotError, InputError, Permanent
from bot.model import pem
from bot.model.certificate import certificate, certificates
from bot.model.rotation import Kind
from bot.model.run import Event, File, Staged
from bot.model.surroundings import WorkloadName
from bot.model.trust_pair import BACK, BACKUP, BOTH, NEW, OLD, STAGING, PairDigest, SecretBytes, TrustPair, Version, mark
from bot.ports import Approvals, Clock, Hands, Journal, Seal
from bot.rotation import authority, pair, restoring, vault
from bot.rotation.authority import NewCa
from bot.rotation.outcome import Effect, KeepBackup, Mend, Restart, Stage, Tidy, WritePair
from bot.rotation.private_key import PrivateKey
from bot.usecases import keep_pair, pair_writing

CHANGED: Final = "The cluster's CA is another one than the one that was approved."
PLAN_AGAIN: Final = "Nothing was written. Abort, and plan again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """``pause``: lets time pass before an uncertain write is looked at again. ``is_ours``: whether the Lease still is."""

    hands: Hands
    seal: Seal
    memory: Approvals
    journal: Journal
    clock: Clock
    is_ours: Callable[[], Awaitable[bool]]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def perform(self, effect: Effect, file: File) -> tuple[Event, ...]:
        """Do it; what the journal is to know of it. Raises :mod:`bot.errors`."""
        match effect:
            case KeepBackup():
                await self._keep_present(self.clock.now())
            case Stage():
                return (Staged(pairs=await self._staged(file)),)
            case WritePair():
                await self._write(file, effect)
            case Mend():
                await pair_writing.mended(self.hands, self.is_ours)
            case Restart(workloads=workloads, mark=sign):
                await self._restart(workloads, sign)
            case Tidy(name=name):
                await self._tidy(file, name)
        return ()

    async def close(self, file: File) -> bool:
        """Close a pair of this run that is half written, without any look at the cluster. Whether there was one."""
        run = file.run
        live = await self.hands.pair()
        if not run.pairs or not live.is_open or not pair_writing.is_among(live, run.pairs):
            return False
        await self._write(file, WritePair(run.pair))
        return True

    async def is_open(self) -> bool | None:
        """Whether Secret and ConfigMap differ; None when that cannot be seen."""
        try:
            return (await self.hands.pair()).is_open
        except BotError:
            return None

    async def close_unread(self) -> bool:
        """The same without any journal: the ConfigMap, which is written first, says which pair was begun. Whether there was one."""
        live = await self.hands.pair()
        if not live.is_open:
            return False
        staged = await self.staging()
        run, _, name = live.marks[1].partition("/")
        if staged is None or staged.run != run or name not in staged.pairs:
            return False
        known = [one.digest(each) for each, one in staged.pairs.items()]
        if not pair_writing.is_among(live, known):
            return False
        await self._put(staged.pairs[name], mark(run, name), known)
        return True

    async def staging(self) -> vault.Staged | None:
        """What the run under way laid into the cluster; None when it is empty. Raises Permanent when it does not open."""
        return (await self._laid())[0]

    async def _laid(self) -> tuple[vault.Staged | None, Version]:
        """The same, with the version of where it lies."""
        kept = await self.hands.kept(STAGING)
        opened = await self._unsealed(kept.sealed, vault.ABOUT_STAGING) if kept.sealed else b""
        return (vault.unpacked_staging(opened) if opened else None), kept.version

    async def _write(self, file: File, effect: WritePair) -> None:
        staged, name = await self._own(file), effect.name
        wanted = staged.pairs.get(name)
        if wanted is None:
            raise Permanent(f"This rotation has no pair {name!r}.", hint="Please report this.")
        known = [one.digest(each) for each, one in staged.pairs.items()]
        await self._put(wanted, mark(file.id, name), known, over=effect.over, before=effect.before)

    async def _put(
        self, wanted: TrustPair, sign: str, known: Collection[PairDigest], *, over: bool = False, before: datetime | None = None
    ) -> None:
        def is_late() -> bool:
            return before is not None and self.clock.now() > before

        await pair_writing.write(self.hands, wanted, sign, known, over=over, is_late=is_late, pause=self.pause, is_ours=self.is_ours)

    async def _own(self, file: File) -> vault.Staged:
        staged = await self.staging()
        if staged is None or staged.run != file.id:
            raise Permanent(f"Secret {STAGING} does not hold the pairs of this rotation.", hint="Was it emptied? Please look who wrote it.")
        return staged

    async def _keep_present(self, at: datetime) -> None:
        await self._keep_backup((await self.hands.pair()).pair, at)

    async def _keep_backup(self, wanted: TrustPair, at: datetime) -> None:
        """Kept, and opened again: a backup that does not open is none."""
        kept = await self.hands.kept(BACKUP)
        if kept.sealed and await self._opened(kept.sealed) == wanted:
            return
        await pair_writing.still_ours(self.is_ours)
        await keep_pair.put_away(self.hands, self.seal, vault.backup_of(wanted, at), kept.version)

    async def _unsealed(self, sealed: bytes, about: str) -> bytes:
        """In a thread: a key management service may have to be asked."""
        return await asyncio.to_thread(self.seal.open, sealed, about)

    async def _opened(self, sealed: bytes) -> TrustPair | None:
        try:
            return vault.unpacked_backup(await self._unsealed(sealed, vault.ABOUT_BACKUP)).pair
        except (Permanent, InputError):
            return None

    async def _staged(self, file: File) -> tuple[PairDigest, ...]:
        """The pairs of this run, made once: what lies there of this run already is taken as it is."""
        staged, version = await self._laid()
        if staged is None or staged.run != file.id:
            pairs = await self._made(file)
            staged = vault.Staged(run=file.id, dossier=file.dossier, pairs=pairs)
            packed = await asyncio.to_thread(vault.packed_staging, staged)
            sealed = await asyncio.to_thread(self.seal.seal, packed, vault.ABOUT_STAGING)
            await pair_writing.still_ours(self.is_ours)
            await self.hands.keep(STAGING, sealed, version)
        await self.journal.spend_key(file.id)
        return tuple(one.digest(name) for name, one in staged.pairs.items())

    async def _made(self, file: File) -> dict[str, TrustPair]:
        old = (await self.hands.pair()).pair
        if file.dossier.bound.kind is Kind.RESTORE:
            return {OLD: old, NEW: await self._last_good(file)}
        new = NewCa(root=certificate(file.dossier.root), issuer=certificate(file.dossier.issuer))
        key = SecretBytes(await self._unsealed(await self._sealed_key(file), file.id))
        last = pair.alone(new)
        made = {OLD: old, NEW: TrustPair(ca=last.ca, issuer=last.issuer, key=key)}
        if file.dossier.bound.kind is Kind.CROSS_SIGNED:
            both = await asyncio.to_thread(_crossed, file, old, new)
            made[BOTH] = TrustPair(ca=both.ca, issuer=both.issuer, key=key)
            made[BACK] = TrustPair(ca=both.ca, issuer=old.issuer, key=old.key)
        return made

    async def _sealed_key(self, file: File) -> bytes:
        asked = await self.memory.request(file.id)
        if asked is None:
            raise Permanent("The request of this rotation is gone from the bot's memory, and the new key with it.", hint=PLAN_AGAIN)
        return asked.dossier.sealed_key

    async def _last_good(self, file: File) -> TrustPair:
        found = await keep_pair.last_good(self.hands, self.seal)
        if found is None:
            raise InputError(f"Secret {BACKUP} holds nothing.", hint=PLAN_AGAIN)
        if restoring.digest(found.facts) != file.dossier.bound.pair:
            raise InputError("The backup holds another pair than the one that was approved.", hint=PLAN_AGAIN)
        return found.pair

    async def _restart(self, workloads: tuple[WorkloadName, ...], sign: str) -> None:
        for one in workloads:
            await pair_writing.still_ours(self.is_ours)
            await self.hands.restart(one, sign)

    async def _tidy(self, file: File, name: str) -> None:
        """The pair that stays becomes the last good one; then nothing of the run is kept anywhere."""
        staged, version = await self._laid()
        if staged is not None and staged.run == file.id:
            stays = staged.pairs.get(name)
            if stays is not None and not (name == OLD and file.run.kind is not Kind.CROSS_SIGNED):
                await self._keep_backup(stays, self.clock.now())
            await pair_writing.still_ours(self.is_ours)
            await self.hands.keep(STAGING, b"", version)
        await self.journal.spend_key(file.id)


def _crossed(file: File, old: TrustPair, new: NewCa) -> pair.Pair:
    """With the cross-certificate signed for good: the one use of the old issuer's key. Raises InputError when it is not as approved."""
    bound = file.dossier.bound
    signer = certificates(pem.read(old.issuer))[0]
    if bound.expires_at is None:
        raise InputError("The plan has no point of expiry.", hint=PLAN_AGAIN)
    promise = authority.promised(new.root, signer, bound.expires_at, int(file.dossier.serial))
    if promise.signed_part != bound.cross:
        raise InputError(CHANGED, hint=PLAN_AGAIN)
    return pair.crossed(old.ca, old.issuer, new, authority.kept(promise, PrivateKey.read(old.key.revealed())))
