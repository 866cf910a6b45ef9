"""What a person should know about a bundle that sentry loads: traps that do not show until later."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.model.acceptance_chain import Judged, label
from bot.model.bundle import TrustBundle
from bot.model.certificate import Certificate
from bot.model.pem import Severity
from bot.model.problem import Problem
from bot.model.versions import Version

_SOON: Final = timedelta(days=30)
_URGENT: Final = timedelta(days=7)


def advice(bundle: TrustBundle, judged: Judged, version: Version, at: datetime) -> tuple[Problem, ...]:
    """Everything worth knowing beside the refusals."""
    return (
        *_file_problems(bundle, judged),
        *_expiry(judged, at),
        *_unused(judged),
        *_shape(judged),
        *_unread_key(bundle),
        *_rules(version),
    )


def _file_problems(bundle: TrustBundle, judged: Judged) -> Iterable[Problem]:
    """Slips in the files. When sentry loads the bundle in spite of them they are no more than warnings."""
    said = {one.id for one in judged.refusals}
    for name, document in (("ca.crt", bundle.ca), ("issuer.crt", bundle.issuer)):
        for one in document.problems:
            if one.id not in said:
                yield Problem(one.id, _eased(one.severity, judged), f"{name}: {one.message}")
    for one in bundle.key.problems if bundle.key else ():
        yield Problem(one.id, _eased(one.severity, judged), f"issuer.key: {one.message}")


def _eased(severity: Severity, judged: Judged) -> Severity:
    return severity if judged.refusals or severity != "critical" else "warning"


def _expiry(judged: Judged, at: datetime) -> Iterable[Problem]:
    for one in _named(judged):
        left = one.not_after_at - at
        if left < timedelta():
            if judged.path is not None and not judged.path.valid:
                continue  # the missing path says it already
            yield Problem("expired-beside-living", "notice", f"{label(one)} has expired on {one.not_after_at:%Y-%m-%d}.")
        elif left <= _SOON:
            severity: Severity = "critical" if left <= _URGENT else "warning"
            yield Problem("expires-soon", severity, f"{label(one)} expires in {left.days} days, on {one.not_after_at:%Y-%m-%d %H:%M} UTC.")


def _named(judged: Judged) -> Iterable[Certificate]:
    return {one.fingerprint: one for one in (*judged.chain, *judged.roots)}.values()


def _unused(judged: Judged) -> Iterable[Problem]:
    seen: set[str] = set()
    for root in judged.roots:
        if root.fingerprint in seen:
            yield Problem("root-twice", "notice", f"ca.crt holds {label(root)} twice; harmless.")
        seen.add(root.fingerprint)


def _shape(judged: Judged) -> Iterable[Problem]:
    if judged.chain and judged.chain[0].path_length == 0:
        yield Problem(
            "issuer-pathlen-zero",
            "notice",
            "The issuer has pathlen:0: fine for workloads, but its root can never be replaced by cross-signing.",
        )
    if judged.chain and not judged.chain[0].is_ca and judged.chain[0].has_basic_constraints:
        yield Problem(
            "issuer-ca-false",
            "critical",
            "The issuer says CA:false. Sentry loads it all the same, and then every peer refuses what it signs.",
        )
    yield from _root_shape(judged.roots)


def _root_shape(roots: Sequence[Certificate]) -> Iterable[Problem]:
    for root in roots:
        if root.path_length == 0:
            message = f"The root {label(root)} has pathlen:0. Sentry loads it all the same, but no peer accepts an issuer below it."
            yield Problem("root-pathlen-zero", "critical", message)


def _unread_key(bundle: TrustBundle) -> Iterable[Problem]:
    if bundle.key is None:
        yield Problem("key-not-read", "notice", "issuer.key was not read, by choice: nobody knows whether it belongs to the issuer.")


def _rules(version: Version) -> Iterable[Problem]:
    if version.is_newer_than_known:
        yield Problem(
            "version-unknown", "warning", f"Dapr {version} is newer than the newest version known here; it was judged by that one's rules."
        )
