"""What a list of certificates could not show, a sentence each: a part that was not seen, an object that is not there, a broken text."""

from collections.abc import Iterator

import msgspec

from bot.model import phrases, trust
from bot.model.chains import NoChain
from bot.model.finding import Severity
from bot.model.judging import PART_NAMES
from bot.model.observed import Observed, Unobserved
from bot.model.pem import PemDocument
from bot.model.snapshot import Snapshot

PARTS = ("secret", "configmap", "webhook", "crd", "census", "issuer_gauges", "chains")
NAMES = {"chains": "the certificates that servers show"} | PART_NAMES
MOST_TOLD = 3


class Blank(msgspec.Struct, frozen=True, kw_only=True):
    """``fact``: what is not in the list, with its reason; ``hint``: what to do, "" when there is nothing. Outside text may be in both."""

    fact: str
    severity: Severity
    hint: str = ""


def blanks(snapshot: Snapshot) -> Iterator[Blank]:
    """In the order of the parts; nothing when everything was seen."""
    for name in PARTS:
        part = getattr(snapshot, name)
        if isinstance(part, Unobserved):
            yield _unseen(NAMES[name], part)
    yield from _absent(snapshot)
    for where, document in _texts(snapshot):
        yield from _damaged(where, document)
    if isinstance(snapshot.chains, Observed):
        yield from _silent(snapshot.chains.value.silent)


def _unseen(name: str, why: Unobserved) -> Blank:
    if why.by_choice:
        plain = f"{name[0].upper()}{name[1:]} {'are' if name.endswith('s') else 'is'} not read, by choice."
        return Blank(fact=why.detail or plain, severity=Severity.NOT_CHECKED, hint=why.hint)
    return Blank(fact=f"Cannot see {name}: {why.detail}", severity=Severity.UNKNOWN, hint=why.hint)


def _severity(why: Unobserved) -> Severity:
    return Severity.NOT_CHECKED if why.by_choice else Severity.UNKNOWN


def _absent(snapshot: Snapshot) -> Iterator[Blank]:
    where = f"{snapshot.names.bundle} in namespace {snapshot.namespace}"
    if snapshot.secret == Observed(None):
        yield Blank(fact=f"There is no Secret {where}.", severity=Severity.UNKNOWN)
    if snapshot.configmap == Observed(None) and trust.is_paired(snapshot):
        yield Blank(fact=f"There is no ConfigMap {where}.", severity=Severity.UNKNOWN)
    if snapshot.webhook == Observed(None):
        yield Blank(fact="There is no webhook dapr-sidecar-injector.", severity=Severity.NOTICE)
    for part in (snapshot.webhook, snapshot.crd):
        held = part.value if isinstance(part, Observed) else None
        if held is not None and held.bundle is None and trust.is_paired(snapshot):
            yield Blank(fact=f"{held.kind} {held.name} has no caBundle.", severity=Severity.NOTICE)


def _texts(snapshot: Snapshot) -> Iterator[tuple[str, PemDocument]]:
    names, secret, configmap = snapshot.names, trust.secret(snapshot), trust.configmap(snapshot)
    held = [
        (f"{names.ca} of Secret {names.bundle}", secret.ca if secret else None),
        (f"{names.issuer} of Secret {names.bundle}", secret.issuer if secret else None),
        (f"{names.ca} of ConfigMap {names.bundle}", configmap.ca if configmap else None),
    ]
    found = [part.value for part in (snapshot.webhook, snapshot.crd) if isinstance(part, Observed) and part.value is not None]
    held += [(f"The caBundle of {one.kind} {one.name}", one.bundle) for one in found]
    yield from ((where, document) for where, document in held if document is not None)


def _damaged(where: str, document: PemDocument) -> Iterator[Blank]:
    told = [problem.message for problem in document.problems if problem.severity == "critical"]
    if told:
        more = f" ({len(told) - 1} more)" if len(told) > 1 else ""
        yield Blank(fact=f"{where} is damaged: {told[0]}{more}", severity=Severity.UNKNOWN)
    elif not any(block.der for block in document.blocks):
        yield Blank(fact=f"{where} holds no certificate.", severity=Severity.UNKNOWN)


def _silent(silent: tuple[NoChain, ...]) -> Iterator[Blank]:
    """By choice and not by choice apart: the first needs nobody."""
    for by_choice in (False, True):
        ones = [one for one in silent if one.why.by_choice is by_choice]
        if ones:
            names = phrases.named([str(one.endpoint) for one in ones], most=MOST_TOLD)
            words = f"{phrases.count(len(ones), 'server')} showed no certificate: {names}: {ones[0].why.detail}"
            yield Blank(fact=words, severity=_severity(ones[0].why), hint=ones[0].why.hint)
