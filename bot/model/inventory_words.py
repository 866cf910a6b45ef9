"""An Inventory in words, the same in Slack and in the terminal. Outside text is in them: each way out makes it harmless itself."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.model import phrases, places
from bot.model.endings import TOGETHER
from bot.model.finding import Severity
from bot.model.generations import Generation, Standing
from bot.model.inventory import Entry, Inventory, State, Trusting
from bot.model.places import Holder, Place

UNREADABLE = "roots that cannot be read"
STALE = "not the present CA"


def headline(inventory: Inventory) -> str:
    """What matters first, without a severity: "Next to end: root CA and issuer, in 12 days"; that not all was seen is said."""
    stale = sum(group.stale for group in inventory.trusting)
    if stale:
        return f"{phrases.count(stale, 'pod')} {'does' if stale == 1 else 'do'} not trust the present CA"
    unseen = inventory.severity is Severity.UNKNOWN and inventory.entries
    return f"{next_to_end(inventory)}; not everything could be seen" if unseen else next_to_end(inventory)


def next_to_end(inventory: Inventory) -> str:
    """The first to end with what ends within an hour of it; "No certificate was seen" for none."""
    if not inventory.entries:
        return "No certificate was seen"
    # Where all of them are routine, the first of them still is the next.
    told = [entry for entry in inventory.entries if not entry.is_routine] or list(inventory.entries)
    first = told[0]
    group = [entry for entry in told if entry.state is first.state and entry.not_after_at - first.not_after_at <= TOGETHER]
    title = {State.EXPIRED: "Expired", State.NOT_YET_VALID: "Not valid yet", State.VALID: "Next to end"}[first.state]
    return f"{title}: {_kinds(group)}, {_away(first, inventory)}"


def counts(inventory: Inventory) -> str:
    """As in "6 certificates · 2 trust generations"."""
    certificates, generations = len(inventory.entries), len(inventory.generations)
    return f"{phrases.count(certificates, 'certificate')} · {phrases.count(generations, 'trust generation')}"


def left(entry: Entry, inventory: Inventory) -> str:
    """How far its end is from the look: "12 days", "expired 3 days ago"; of one that is not valid yet: "begins in 2 hours"."""
    if entry.state is State.EXPIRED:
        return f"expired {_away(entry, inventory)}"
    return _away(entry, inventory) if entry.state is State.NOT_YET_VALID else _away(entry, inventory).removeprefix("in ")


def _away(entry: Entry, inventory: Inventory) -> str:
    if entry.state is State.EXPIRED:
        return f"{phrases.left(inventory.taken_at - entry.not_after_at)} ago"
    if entry.state is State.NOT_YET_VALID and entry.not_before_at is not None:
        return f"begins in {phrases.left(entry.not_before_at - inventory.taken_at)}"
    return f"in {phrases.left(entry.not_after_at - inventory.taken_at)}"


def name(entry: Entry) -> str:
    """As in "root CA 1a2b3c4d"."""
    return f"{entry.kind.value} {entry.fingerprint[:8]}".rstrip()


def remark(entry: Entry, inventory: Inventory) -> str:
    """What keeps it from the front of the list; "" when nothing does."""
    if not entry.needed:
        standings = {one.standing for one in inventory.generations if one.letter in entry.generations}
        return "replaced, nothing new is signed under it" if standings == {Standing.FORMER} else "not needed now"
    return "renewed by itself" if entry.renews_itself else ""


def trust(entry: Entry) -> str:
    """The letters of its generations: "A", "A+B", "?" where they are unknown."""
    return "+".join(entry.generations) or "?"


def where(entry: Entry) -> str:
    """Its places in few words, with who manages them: "Secret and ConfigMap (Helm release dapr), webhook (dapr-sidecar-injector)"."""
    return ", ".join(_places(entry.places)) or "nowhere"


def _places(held: Sequence[Place]) -> Iterator[str]:
    """Objects with the same owner are told together, without their names: they are the same in every cluster."""
    owners: dict[str, list[str]] = {}
    for place in held:
        if not place.count:
            owners.setdefault(place.owner, []).append(_WORD[place.holder])
    for owner, words in owners.items():
        yield f"{phrases.listed(tuple(dict.fromkeys(words)))}{f' ({owner})' if owner else ''}"
    along = [place for place in held if place.holder is Holder.SENT_ALONG]
    others = [place for place in held if place.count and (place.holder is not Holder.SENT_ALONG or len(along) == 1)]
    yield from (place.words for place in others)
    if len(along) > 1:
        yield f"sent along by {phrases.count(sum(place.count for place in along), 'server')} {places.few([place.name for place in along])}"


_WORD = {Holder.SECRET: "Secret", Holder.CONFIGMAP: "ConfigMap", Holder.WEBHOOK: "webhook", Holder.CRD: "CRD"}


def generation(one: Generation, inventory: Inventory) -> str:
    """As in "A: present root 1a2b3c4d, ends in 300 days, trusted by 37 pods"."""
    where = ", not in the bundle" if one.standing is Standing.NEWER else ""
    span = one.not_after_at - inventory.taken_at
    end = f"ended {phrases.left(-span)} ago" if span <= timedelta() else f"ends in {phrases.left(span)}"
    return f"{one.letter}: {one.standing.value} {one.fingerprints[0][:8]}{where}, {end}{_trusted_by(one.pods)}"


def _trusted_by(pods: int | None) -> str:
    if pods is None:
        return ""
    return f", trusted by {phrases.count(pods, 'pod')}" if pods else ", trusted by no pod"


def trusting(group: Trusting) -> str:
    """As in "20 pods of 3 apps (…) trust A only, not the present CA"."""
    who = places.of_apps(group.pods, group.apps)
    if not group.generations:
        return f"{who} {'has' if group.pods == 1 else 'have'} {UNREADABLE}"
    verb = "trusts" if group.pods == 1 else "trust"
    only = " only" if len(group.generations) == 1 else ""
    if not group.stale:
        end = ""
    elif group.stale == group.pods:
        end = f", {STALE}"
    else:
        end = f"; {group.stale} of them {phrases.verb(group.stale, 'does', 'do')} not trust the present CA"
    return f"{who} {verb} {phrases.listed(group.generations)}{only}{end}"


def _kinds(group: Sequence[Entry]) -> str:
    """As in "root CA and issuer", "2 root CAs"."""
    kinds = dict.fromkeys(entry.kind for entry in group)
    numbers = {kind: sum(entry.kind is kind for entry in group) for kind in kinds}
    return phrases.listed([kind.value if number == 1 else phrases.count(number, kind.value) for kind, number in numbers.items()])
