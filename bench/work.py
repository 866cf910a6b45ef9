"""Pieces of computing: each a function to call again and again, and where there is one, what plain cryptography takes for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from bench.certificates import Bundle, cross_signed, with_roots
from bot.checks import judge
from bot.model import acceptance, certificate, path, pem, private_key
from bot.model.alert import Card
from bot.model.bundle import Mode, TrustBundle, observed
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from bot.model.report import Report
from bot.model.snapshot import Snapshot
from bot.model.versions import NEWEST
from handlers.views import alert, check, status

ROOTS: Final = (1, 10, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """``run`` is our own, ``plain`` the same by the cryptography package alone, as far as it goes; None where it has none."""

    what: str
    run: Callable[[], object]
    plain: Callable[[], object] | None = None


def on_bundles(now: datetime) -> Iterator[Work]:
    """Reading and judging PEM bundles."""
    shapes = {f"{count} root{'s' if count > 1 else ''}": with_roots(count, now) for count in ROOTS}
    for shape, bundle in (shapes | {"cross-signed": cross_signed(now)}).items():
        yield from _on_bundle(shape, bundle, now)


def _on_bundle(shape: str, bundle: Bundle, now: datetime) -> Iterator[Work]:
    both = bundle.ca + bundle.issuer
    yield Work(
        what=f"split and parse PEM: {shape}",
        run=lambda: certificate.certificates(pem.read(both)),
        plain=lambda: [_looked_at(one) for one in x509.load_pem_x509_certificates(both)],
    )
    roots, chain = (certificate.certificates(pem.read(text)) for text in (bundle.ca, bundle.issuer))
    plain_roots, plain_chain = (x509.load_pem_x509_certificates(text) for text in (bundle.ca, bundle.issuer))
    yield Work(
        what=f"build chains: {shape}",
        run=lambda: path.verify_issued(chain, roots, now),
        plain=lambda: [_signers(one, [*plain_roots, *plain_chain]) for one in plain_chain],
    )
    yield Work(what=f"would sentry load it, would peers accept: {shape}", run=lambda: _verdicts(_read(bundle), now))


def on_snapshot(before: str, snapshot: Snapshot, now: datetime) -> Iterator[Work]:
    """Judging a cluster that was seen, and telling it. ``before`` opens each name."""
    policy = Policy()
    report = judge(snapshot, policy)
    cards = reconcile((), report, now, policy).cards
    yield Work(what=f"{before}: all checks", run=lambda: judge(snapshot, policy))
    yield Work(what=f"{before}: reconcile", run=lambda: reconcile(cards, report, now, policy))
    yield Work(what=f"{before}: render status", run=lambda: _status(report, now))
    yield Work(what=f"{before}: render every check", run=lambda: check.every(report, "/dapr", now))
    if cards:
        yield Work(what=f"{before}: render {len(cards)} cards", run=lambda: _cards(cards, now))


def _looked_at(one: x509.Certificate) -> tuple[object, ...]:
    """What any judgement needs; cryptography reads the extensions only when asked."""
    return one.subject, one.issuer, one.not_valid_after_utc, list(one.extensions)


def _signers(child: x509.Certificate, candidates: list[x509.Certificate]) -> list[x509.Certificate]:
    return [one for one in candidates if one.subject == child.issuer and _has_signed(one, child)]


def _has_signed(parent: x509.Certificate, child: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(parent)
    except InvalidSignature:
        return False
    return True


def _read(bundle: Bundle) -> TrustBundle:
    ca, issuer = pem.read(bundle.ca), pem.read(bundle.issuer)
    return observed(ca=ca, issuer=issuer, key=private_key.read_key(bundle.key), configmap_ca=ca)


def _verdicts(bundle: TrustBundle, now: datetime) -> tuple[object, ...]:
    return acceptance.sentry(bundle, NEWEST, Mode.KUBERNETES, now), acceptance.peers(bundle, NEWEST, now)


def _status(report: Report, now: datetime) -> object:
    policy = Policy()
    return status.render(status.Status(cluster="bench", command="/dapr", now=now, report=report, blind_after=policy.blind_after))


def _cards(cards: tuple[Card, ...], now: datetime) -> object:
    return [alert.card(card, "bench", now) for card in cards]
