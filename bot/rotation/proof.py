"""Shows before anything is done that everybody accepts what the new issuer will sign: each party there is, and each there may be."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.model import phrases, reliance
from bot.model.certificate import Certificate
from bot.model.path import PathVerdict, verify_issued
from bot.model.reliance import Party
from bot.model.rotation import Proof
from bot.rotation.authority import NewCa, Promise

Roots = tuple[Certificate, ...]


def of_replacement(new: NewCa, at: datetime) -> tuple[Proof, ...]:
    """Of a new CA that nobody vouches for: whoever gets the new root."""
    return (_proof("the new root alone", verify_issued((new.issuer,), (new.root,), at)),)


def of_cross_signing(
    new: NewCa, cross: Promise, chain: Sequence[Certificate], roots: Sequence[Certificate], parties: Iterable[Party], at: datetime
) -> tuple[Proof, ...]:
    """Of the new issuer behind the cross-certificate and the whole old ``chain`` (issuer first).

    Asked of each old root alone by which the old issuer is trusted, the new one alone, their union, and of what pods hold now; each
    at ``at``, and when the cross-certificate ends. Roots and pods that do not accept the old issuer are lost already and are not asked.
    """
    shown = (new.issuer, cross.stand_in, *chain)
    return tuple(
        _told(name, shown, held, cross, (at, cross.stand_in.not_after_at)) for name, held in _asked(new, chain, roots, parties, at)
    )


def of_restore(chain: Sequence[Certificate], roots: Sequence[Certificate], parties: Iterable[Party], at: datetime) -> tuple[Proof, ...]:
    """Of the issuer that comes back: with the roots that come back, and with what pods hold now. Those that refuse it are recreated."""
    return (
        _proof("the restored roots", verify_issued(chain, roots, at)),
        *(_proof(_pods(party), verify_issued(chain, party.roots, at)) for party in parties if party.pods),
    )


def _asked(
    new: NewCa, chain: Sequence[Certificate], roots: Sequence[Certificate], parties: Iterable[Party], at: datetime
) -> Iterator[tuple[str, Roots]]:
    for root in roots:
        if reliance.valid_at(at, reliance.paths(chain, (root,))):
            yield f"the old root {root.fingerprint[:8]} alone", (root,)
    yield "the new root alone", (new.root,)
    yield "all roots together", (*roots, new.root)
    for party in parties:
        if party.pods and reliance.valid_at(at, reliance.paths(chain, party.roots)):
            yield _pods(party), party.roots


def _pods(party: Party) -> str:
    names = phrases.named([one.fingerprint[:8] for one in party.roots])
    return f"{phrases.count(len(party.pods), 'pod')} that trust {names}"


def _told(name: str, shown: Sequence[Certificate], held: Roots, cross: Promise, instants: Iterable[datetime]) -> Proof:
    promised = {cross.stand_in.der: cross.signer}
    verdicts = (verify_issued(shown, held, at, promised=promised) for at in instants)
    refused = next((one for one in verdicts if not one.valid), None)
    return _proof(name, refused or PathVerdict(()), accepts=refused is None)


def _proof(name: str, verdict: PathVerdict, *, accepts: bool | None = None) -> Proof:
    accepted = verdict.valid if accepts is None else accepts
    # Of several roots of one name all are tried: that a strange one did not sign tells nothing while there is another reason.
    telling = [one for one in verdict.obstacles if one.id != "cannot-have-signed"]
    reasons = dict.fromkeys(one.reason for one in telling or verdict.obstacles)
    return Proof(party=name, accepts=accepted, reason="" if accepted else "; ".join(reasons) or "there is no path")
