"""Paths from a certificate to a trusted root, built as Go builds them (crypto/x509/verify.go): DFS, all paths, same limits."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec

from bot.model.certificate import Certificate, certificate
from bot.model.x509.constraints import comparisons, constraints_problem
from bot.model.x509.der import DerError
from bot.model.x509.extensions import DIGITAL_SIGNATURE, EKU_ANY, EKU_CLIENT_AUTH, EKU_SERVER_AUTH, Extensions, Names
from bot.model.x509.parser import Parsed, parse
from bot.model.x509.policies import policies_valid
from bot.model.x509.public_key import PublicKey
from bot.model.x509.signature import signed_by

_MAX_SIGNATURE_CHECKS = 100
# Ours, not Go's: a few certificates full of names and constraints would keep us busy for minutes (Go up to 1.25 had a limit, too).
_MAX_COMPARISONS = 20_000
_POLICY_WEIGHT = 8
GAVE_UP: Final = frozenset(("too-many-signature-checks", "too-many-comparisons"))


class Purpose(enum.Enum):
    """What the leaf will be used for. Sentry judges its bundle as ``SERVER``; SPIFFE peers ask for ``ANY`` purpose."""

    SERVER = EKU_SERVER_AUTH
    CLIENT = EKU_CLIENT_AUTH
    ANY = EKU_ANY


class Identity(msgspec.Struct, frozen=True):
    """Whom a workload certificate would be for: its SPIFFE id, and DNS names (webhooks have some)."""

    spiffe_id: str
    dns_names: tuple[str, ...] = ()


SENTRY: Final = Identity("spiffe://cluster.local/ns/dapr-system/dapr-sentry")


class Obstacle(msgspec.Struct, frozen=True):
    """Why one certificate could not be used. ``id`` is kebab-case, ``reason`` Go's words, ``fingerprint`` "" for the whole path."""

    id: str
    fingerprint: str
    subject: str
    reason: str


class PathVerdict(msgspec.Struct, frozen=True):
    """All valid paths (leaf first, root last), and everything that stood in the way of others."""

    paths: tuple[tuple[Certificate, ...], ...]
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether there is a path at all."""
        return bool(self.paths)

    @property
    def roots(self) -> tuple[Certificate, ...]:
        """The roots at which the valid paths end, each once."""
        return tuple({path[-1].fingerprint: path[-1] for path in self.paths}.values())


def verify(
    leaf: Certificate, intermediates: Sequence[Certificate], roots: Sequence[Certificate], at: datetime, purpose: Purpose = Purpose.SERVER
) -> PathVerdict:
    """Whether Go would accept the leaf at that instant. Intermediates may be in any order and may hold strangers."""
    search = _Search(_pool(intermediates), _pool(roots), at, purpose)
    paths = search.run(parse(leaf.der))
    return PathVerdict(tuple(tuple(map(_certificate, path)) for path in paths), search.obstacles)


def verify_issued(  # noqa: PLR0913 - deviations by name
    chain: Sequence[Certificate],
    roots: Sequence[Certificate],
    at: datetime,
    *,
    identity: Identity = SENTRY,
    purpose: Purpose = Purpose.ANY,
    keeps_self_signed: bool = False,
    promised: Mapping[bytes, Certificate] = MappingProxyType({}),
) -> PathVerdict:
    """Whether an SVID that the chain's first certificate signs now would be accepted by a peer holding these roots.

    The peer gets the chain with the SVID, but for self-signed certificates: sentry leaves them out of its answers from 1.12 on
    (``keeps_self_signed``: it does not). The paths begin at the issuer, since the SVID does not exist. ``promised``: certificates (DER)
    that are not signed yet, each with the one whose key will sign it.
    """
    if not chain:
        return PathVerdict(())
    sent = [one for one in chain if keeps_self_signed or not one.self_signed]
    search = _Search(_pool(sent, promised), _pool(roots), at, purpose)
    paths = search.run(_future(parse(chain[0].der), at, identity))
    return PathVerdict(tuple(tuple(map(_certificate, path[1:])) for path in paths), search.obstacles)


def _future(issuer: Parsed, at: datetime, identity: Identity) -> Parsed:
    """The SVID as sentry would make it. Its own key and signature do not matter here."""
    host = identity.spiffe_id.removeprefix("spiffe://").partition("/")[0]
    found = Extensions(
        key_usage=DIGITAL_SIGNATURE,
        names=Names(b"future", identity.dns_names, (), (), (identity.spiffe_id,), (host,)),
        authority_key_id=issuer.extensions.subject_key_id,
        extended_key_usages=(EKU_SERVER_AUTH, EKU_CLIENT_AUTH),
    )
    return Parsed(
        b"", b"", 3, 1, b"", b"", issuer.raw_subject, b"\x30\x00", issuer.subject, "", at, at, b"", PublicKey("ECDSA", point=b"future"),
        found, signer=issuer.key,
    )  # fmt: skip


def _certificate(parsed: Parsed) -> Certificate:
    return certificate(parsed.der)


def _pool(members: Iterable[Certificate], promised: Mapping[bytes, Certificate] = MappingProxyType({})) -> dict[bytes, list[Parsed]]:
    """Certificates by raw subject, each once, in the order given. What does not parse (a tampered snapshot) is left out."""
    pool: dict[bytes, list[Parsed]] = {}
    for der in dict.fromkeys(one.der for one in members):
        try:
            parsed = parse(der)
            if der in promised:
                parsed = replace(parsed, signer=parse(promised[der].der).key)
        except DerError:
            continue
        pool.setdefault(parsed.raw_subject, []).append(parsed)
    return pool


class _Search:
    """One run of Go's buildChains with its budget of signature checks."""

    def __init__(self, intermediates: dict[bytes, list[Parsed]], roots: dict[bytes, list[Parsed]], at: datetime, purpose: Purpose) -> None:
        self._intermediates, self._roots = intermediates, roots
        self._at, self._purpose = at, purpose
        self._checks = self._comparisons = 0
        self._obstacles: dict[Obstacle, None] = {}

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        return tuple(self._obstacles)

    def run(self, leaf: Parsed) -> list[list[Parsed]]:
        if self._refuse(leaf, self._unfit(leaf, [], is_intermediate=False)):
            return []
        trusted = any(leaf.der == root.der for root in self._roots.get(leaf.raw_subject, ()))
        chains = [[leaf]] if trusted else self._build([leaf])
        return [chain for chain in chains if not self._refuse(leaf, self._unfit_chain(chain))]

    def _build(self, chain: list[Parsed]) -> list[list[Parsed]]:
        child = chain[-1]
        found: list[list[Parsed]] = []
        for pool, is_root in ((self._roots, True), (self._intermediates, False)):
            for candidate in _in_go_order(child, pool.get(child.raw_issuer, ())):
                self._checks += 1
                if self._checks > _MAX_SIGNATURE_CHECKS:
                    self._refuse(
                        child,
                        ("too-many-signature-checks", "x509: signature check attempts limit reached while verifying certificate chain"),
                    )
                    return found
                if not self._usable(candidate, chain, is_root=is_root):
                    continue
                longer = [*chain, candidate]
                found += [longer] if is_root else self._build(longer)
        if not found and not self._roots.get(child.raw_issuer) and not self._intermediates.get(child.raw_issuer):
            self._refuse(child, ("issuer-unknown", "x509: certificate signed by unknown authority"))
        return found

    def _usable(self, candidate: Parsed, chain: list[Parsed], *, is_root: bool) -> bool:
        if candidate.key.kind == "unknown" or _already_in(candidate, chain):
            return False
        problem = signed_by(chain[-1], candidate)
        if self._refuse(candidate, ("cannot-have-signed", problem) if problem else None):
            return False
        return not self._refuse(candidate, self._unfit(candidate, chain, is_intermediate=not is_root))

    def _unfit(self, one: Parsed, chain: list[Parsed], *, is_intermediate: bool) -> tuple[str, str] | None:
        """Go's isValid."""
        found = one.extensions
        if found.unhandled_critical:
            return "critical-extension-unknown", f"x509: unhandled critical extension ({', '.join(found.unhandled_critical)})"
        if self._at < one.not_before_at:
            return "not-yet-valid", f"x509: certificate is not yet valid: it is valid from {one.not_before_at:%Y-%m-%d %H:%M:%S} UTC"
        if self._at > one.not_after_at:
            return "expired", f"x509: certificate has expired: it was valid until {one.not_after_at:%Y-%m-%d %H:%M:%S} UTC"
        if is_intermediate and not (found.has_basic_constraints and found.is_ca):
            return "not-a-ca", "x509: certificate is not authorized to sign other certificates"
        if found.has_basic_constraints and 0 <= found.path_length < len(chain) - 1:
            return "path-too-long", f"x509: too many intermediates for path length constraint (pathlen {found.path_length})"
        return None

    def _unfit_chain(self, chain: list[Parsed]) -> tuple[str, str] | None:
        self._comparisons += comparisons(chain) + _POLICY_WEIGHT * sum(one.extensions.policy.count for one in chain)
        if self._comparisons > _MAX_COMPARISONS:
            return "too-many-comparisons", f"its names, constraints and policies need more than {_MAX_COMPARISONS} comparisons; given up"
        if not policies_valid(chain):
            return "policy-invalid", "x509: no valid chains built: invalid policies"
        if not _serves(chain, self._purpose):
            return (
                "wrong-extended-key-usage",
                "x509: certificate specifies an incompatible key usage: one in the path lists extended key usages without the one needed",
            )
        problem = constraints_problem(chain)
        return (
            ("name-not-permitted", f"x509: a root or intermediate certificate is not authorized to sign for this name: {problem}")
            if problem
            else None
        )

    def _refuse(self, one: Parsed, why: tuple[str, str] | None) -> bool:
        if why is None:
            return False
        fingerprint = certificate(one.der).fingerprint if one.der else ""
        self._obstacles[Obstacle(why[0], fingerprint, one.subject, why[1])] = None
        return True


def _in_go_order(child: Parsed, candidates: Iterable[Parsed]) -> list[Parsed]:
    """Matching key identifiers first, then those where one side has none, then the rest (findPotentialParents)."""
    wanted = child.extensions.authority_key_id

    def rank(candidate: Parsed) -> int:
        own = candidate.extensions.subject_key_id
        return 0 if own == wanted else 2 if own and wanted else 1

    return sorted(candidates, key=rank)


def _already_in(candidate: Parsed, chain: Iterable[Parsed]) -> bool:
    """Same subject, key and alternative names (alreadyInChain); Go stops at the first one where only one side has such names."""
    names = candidate.extensions.names
    for one in chain:
        if one.raw_subject != candidate.raw_subject or one.spki != candidate.spki:
            continue
        others = one.extensions.names
        if names is None or others is None:
            return names is None and others is None
        if names.raw == others.raw:
            return True
    return False


def _serves(chain: Sequence[Parsed], purpose: Purpose) -> bool:
    """Extended key usages nest: every certificate that lists any must list this purpose, or any purpose."""
    if purpose is Purpose.ANY:
        return True
    lists = (one.extensions.extended_key_usages for one in chain)
    return all(not usages or EKU_ANY in usages or purpose.value in usages for usages in lists)
