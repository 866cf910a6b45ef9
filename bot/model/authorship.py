"""Who claims to have written an object. managedFields name a manager, which is whatever a client calls itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.model import phrases
from bot.model.snapshot import ObjectFacts, Snapshot, Writer
from bot.model.trust import configmap, secret

MOST_TOLD = 2
CLAIMED = "These names are what the clients call themselves (managedFields), not identities."


def writers(snapshot: Snapshot) -> Iterator[str]:
    """Sentences about the last writers of Secret and ConfigMap and about what manages them; nothing when nobody is known."""
    sentences = [
        sentence
        for kind, held in (("Secret", secret(snapshot)), ("ConfigMap", configmap(snapshot)))
        if held is not None
        for sentence in _of(kind, held.facts)
    ]
    yield from sentences
    if any(" wrote " in sentence for sentence in sentences):
        yield CLAIMED


def last_written_at(facts: ObjectFacts) -> datetime | None:
    """When somebody last wrote the object, as far as it tells."""
    return max((writer.at for writer in facts.writers if writer.at is not None), default=facts.created_at)


def last_writers(snapshot: Snapshot) -> frozenset[str]:
    """What the clients call themselves that wrote Secret and ConfigMap last; of one instant all."""
    found: set[str] = set()
    for held in (secret(snapshot), configmap(snapshot)):
        dated = [(writer.at, writer.manager) for writer in held.facts.writers if writer.at is not None] if held is not None else []
        found |= {manager for at, manager in dated if at == max(dated)[0]}
    return frozenset(found)


def _of(kind: str, facts: ObjectFacts) -> Iterator[str]:
    dated = [(writer.at, writer) for writer in facts.writers if writer.at is not None]
    for at, writer in sorted(dated, key=lambda pair: pair[0], reverse=True)[:MOST_TOLD]:
        yield f'{kind}: "{writer.manager}" wrote {_keys(writer)} on {phrases.instant(at)}.'
    if facts.owners:
        yield f"{kind}: it is managed by {phrases.listed(facts.owners)}, which may write it again."


def _keys(writer: Writer) -> str:
    keys: Sequence[str] = writer.keys
    return phrases.listed(keys) if keys else "it"
