"""The memory: can it be read and written, has it room, will it be there after a restart, and does something wait in it?"""

from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.examination import Examination, Outcome, Said, Subject, unseen
from bot.model.observed import Observed, Unobserved
from bot.model.vitals import StoreCondition, Vitals

MIB: Final = 1024 * 1024
ENOUGH_BYTES: Final = 64 * MIB
OPENS_WITHIN: Final = timedelta(hours=26)
WAITS_TOO_LONG: Final = timedelta(minutes=2)


def _memory(seen: Vitals) -> Said:
    if isinstance(seen.memory, Unobserved):
        return unseen(seen.memory, missing=Outcome.TROUBLE)
    found = seen.memory.value
    if not found.writable:
        what = "can be read but not written" if found.exists else "does not exist, and its directory cannot be written"
        return Said(Outcome.TROUBLE, f"{found.path} {what}.", "Let DAPR_WARDEN_STORE name a file in a directory that the bot may write to.")
    if not found.exists:
        return Said(Outcome.NOT_LOOKED_AT, f"{found.path} does not exist yet; `dapr-warden serve` makes it.")
    if found.revision != found.newest:
        return Said(
            Outcome.WARNING,
            f"{found.path} has schema {found.revision or 'none'}, this version knows {found.newest}.",
            "`dapr-warden serve` of this version brings it there when it starts.",
        )
    return Said(Outcome.FINE, f"{found.path} can be read and written; schema {found.revision}, {_size(found.size_bytes)}.")


def _disk(seen: Vitals) -> Said:
    if isinstance(seen.memory, Unobserved):
        return unseen(seen.memory)
    found, free = seen.memory.value, _free(seen.memory.value)
    if found.free_bytes is not None and found.free_bytes < ENOUGH_BYTES:
        return Said(Outcome.TROUBLE, f"Only {free} free where {found.path} is.", "Make room, or enlarge the volume, before it is full.")
    in_pod = not isinstance(seen.server, Unobserved) and seen.server.value.in_pod
    if in_pod and found.is_fleeting:
        return Said(
            Outcome.WARNING,
            f"{found.path} is on {found.filesystem}, which is gone with this pod: open alerts would then be posted anew.",
            "Mount a PersistentVolumeClaim there, as deploy/kustomize/base does.",
        )
    if found.free_bytes is None:
        return Said(Outcome.UNKNOWN, f"How much is free where {found.path} is could not be told.")
    return Said(Outcome.FINE, f"{free} free{f' on {found.filesystem}' if found.filesystem else ''}.")


def _outbox(seen: Vitals) -> Said:
    if isinstance(seen.backlog, Unobserved):
        return unseen(seen.backlog)
    if isinstance(seen.memory, Observed) and not seen.memory.value.exists:
        return Said(Outcome.NOT_LOOKED_AT, "There is no memory here yet, so nothing tells what waits to be said.")
    backlog = seen.backlog.value
    if not backlog.count or backlog.oldest_at is None:
        return Said(Outcome.FINE, "Everything that was to be said has been said.")
    waits = f"{phrases.count(backlog.count, 'message')} for the channel waiting, the oldest since {phrases.instant(backlog.oldest_at)}"
    if seen.taken_at - backlog.oldest_at <= WAITS_TOO_LONG:
        return Said(Outcome.FINE, f"{waits}: on the way.")
    return Said(Outcome.TROUBLE, f"{waits}.", "Mend what is wrong with Slack or the channel; the bot says them then by itself.")


def _backup(seen: Vitals) -> Said:
    if isinstance(seen.backup, Unobserved):
        return unseen(seen.backup)
    found = seen.backup.value
    if found.trouble:
        return Said(Outcome.TROUBLE, f"The last good pair is not kept, or does not open: {found.trouble}", found.hint)
    if found.kept_at is None or found.opened_at is None:
        why = found.waits or "no look at the cluster has ended yet"
        return Said(
            Outcome.WARNING, f"No pair is kept yet, so nothing could be restored: {why}.", "It is kept as soon as a good one is seen."
        )
    told = f"The pair of {phrases.instant(found.kept_at)} opened on {phrases.instant(found.opened_at)}"
    if seen.taken_at - found.opened_at > OPENS_WITHIN:
        return Said(Outcome.WARNING, f"{told}, and was not tried since.", "Sweeps do not come to an end: look at the bot's log.")
    return Said(Outcome.FINE, f"{told}.")


def _free(found: StoreCondition) -> str:
    return _size(found.free_bytes or 0)


def _size(count: int) -> str:
    return f"{count / MIB:,.1f} MiB" if count < 1024 * MIB else f"{count / MIB / 1024:,.1f} GiB"


MEMORY = Examination(id="memory", subject=Subject.MEMORY, title="The memory can be read and written", judge=_memory)
DISK = Examination(id="disk", subject=Subject.MEMORY, title="It has room, and lasts", judge=_disk)
OUTBOX = Examination(id="outbox", subject=Subject.MEMORY, title="Nothing waits to be said", judge=_outbox)
BACKUP = Examination(id="backup", subject=Subject.MEMORY, title="The last good pair is kept, and opens", judge=_backup)
