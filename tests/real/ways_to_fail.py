"""Every way in which a CA bundle is made to fail for real, and the cause that a diagnosis must name, by version of sentry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509

from playground.kubernetes import jwt
from tests.builders import Ca, days
from tests.certificates import CLIENT, a_key, a_root, an_issuer, an_x25519_key_pem, key_pem
from tests.rig.dapr import TrustBundle

NOTHING: Final = ""
"""No cause: it works for all that the bundle can tell."""
NOT_HERE: Final = "not on the rig"
"""Up to 1.11 the rig cannot run a sentry in Kubernetes, so nothing is known of objects."""

REFUSES, REPLACED, PEERS, INCOMPLETE = "sentry-refuses-bundle", "ca-replaced-by-sentry", "peers-refuse", "bundle-incomplete"
PERSON = "ca-replaced-by-person"


@dataclass(frozen=True, kw_only=True)
class Spoilt:
    """``ca``: which was accepted, and which the apps trust. ``bundle``: what is written. ``without``: the kind that is deleted."""

    ca: Ca
    bundle: TrustBundle
    without: str = ""


@dataclass(frozen=True)
class Way:
    """``causes``: what sentry's trouble is called, for all versions, or by version; "" in it stands for the others."""

    name: str
    spoil: Callable[[datetime], Spoilt]
    causes: str | Mapping[str, str]
    unseen: str | Mapping[str, str] = ""
    """What it is called where the bot may not read the Secret and sentry has ended, unless it is the same."""

    def expected(self, version: str) -> str:
        return _of_version(self.causes, version)

    def expected_unseen(self, version: str) -> str:
        return _of_version(self.unseen, version) or self.expected(version)


def _of_version(causes: str | Mapping[str, str], version: str) -> str:
    return causes if isinstance(causes, str) else causes.get(version, causes.get("", ""))


def a_ca(now: datetime, name: str = "", *, root: Mapping[str, Any] | None = None, issuer: Mapping[str, Any] | None = None) -> Ca:
    """A root and an issuer that hold, but for what is given. Up to 1.11 the issuer must bear sentry's DNS name."""
    top = a_root(f"{name}root", **({"now": now} | dict(root or {})))
    return Ca((top,), (an_issuer(top, f"{name}issuer", **(_usual(now) | dict(issuer or {}))),))


def _usual(now: datetime) -> dict[str, Any]:
    return {"now": now, "dns": ("cluster.local",)}


def of(ca: Ca, /, **files: bytes) -> TrustBundle:
    """The CA in both objects; ``ca``, ``issuer``, ``key``: another text in the place of its own."""
    return TrustBundle.of(**({"ca": ca.roots_pem, "issuer": ca.chain_pem, "key": ca.key_pem} | files))


def aged(root: Mapping[str, float], issuer: Mapping[str, float]) -> Callable[[datetime], Spoilt]:
    """A CA that was accepted as it is, with its dates in days from now."""

    def spoil(now: datetime) -> Spoilt:
        of_root, of_issuer = ({name: now + days(number) for name, number in each.items()} for each in (root, issuer))
        ca = a_ca(now, root=of_root, issuer=of_issuer)
        return Spoilt(ca=ca, bundle=of(ca))

    return spoil


def made(*, root: Mapping[str, Any] | None = None, issuer: Mapping[str, Any] | None = None) -> Callable[[datetime], Spoilt]:
    """A CA of one's own with a flaw, accepted as it is."""

    def spoil(now: datetime) -> Spoilt:
        ca = a_ca(now, root=root, issuer=issuer)
        return Spoilt(ca=ca, bundle=of(ca))

    return spoil


def written(**texts: Callable[[Ca, Ca], bytes]) -> Callable[[datetime], Spoilt]:
    """A good CA of which these files are overwritten; each text may be made of it and of a stranger."""

    def spoil(now: datetime) -> Spoilt:
        ca, stranger = a_ca(now), a_ca(now, "stranger ")
        return Spoilt(ca=ca, bundle=of(ca, **{name: text(ca, stranger) for name, text in texts.items()}))

    return spoil


def lacking(*keys: str) -> Callable[[datetime], Spoilt]:
    """The Secret without these keys."""

    def spoil(now: datetime) -> Spoilt:
        good = of(ca := a_ca(now))
        return Spoilt(ca=ca, bundle=replace(good, secret={key: text for key, text in good.secret.items() if key not in keys}))

    return spoil


def without(kind: str) -> Callable[[datetime], Spoilt]:
    """One of the two objects does not exist."""

    def spoil(now: datetime) -> Spoilt:
        ca = a_ca(now)
        return Spoilt(ca=ca, bundle=of(ca), without=kind)

    return spoil


def other_configmap(text: Callable[[Ca, Ca], bytes | None]) -> Callable[[datetime], Spoilt]:
    """The ConfigMap's ca.crt is another text, None: absent."""

    def spoil(now: datetime) -> Spoilt:
        ca, stranger = a_ca(now), a_ca(now, "stranger ")
        found = text(ca, stranger)
        return Spoilt(ca=ca, bundle=replace(of(ca), config_map={} if found is None else {"ca.crt": found}))

    return spoil


def with_jwt(**texts: bytes) -> Callable[[datetime], Spoilt]:
    """The keys for JWTs, which sentry reads from 1.16 on, one of them damaged."""

    def spoil(now: datetime) -> Spoilt:
        good = of(ca := a_ca(now))
        key = key_pem(a_key("rsa2048"))
        whole = {"jwt.key": key, "jwks.json": jwt.key_set(key)} | {name.replace("_", "."): text for name, text in texts.items()}
        return Spoilt(ca=ca, bundle=replace(good, secret={**good.secret, **whole}))

    return spoil


def with_intermediate(*order: int, root: Mapping[str, Any] | None = None, **middle: Any) -> Callable[[datetime], Spoilt]:
    """A CA with an intermediate, which may have a flaw. ``order``: which stand in issuer.crt, 0 is the issuer."""

    def spoil(now: datetime) -> Spoilt:
        long_ago: dict[str, Any] = {"not_before": now - days(400)}
        of_root: dict[str, Any] = {"now": now} | long_ago | dict(root or {})
        top = a_root(**of_root)
        of_middle: dict[str, Any] = {"now": now} | long_ago | {key: _at(value, now) for key, value in middle.items()}
        between = an_issuer(top, "middle", **of_middle)
        chain = an_issuer(between, **(_usual(now) | long_ago)), between
        ca = Ca((top,), chain)
        return Spoilt(ca=ca, bundle=of(ca, issuer=b"".join(chain[at].pem for at in order)))

    return spoil


def _at(value: Any, now: datetime) -> Any:
    return now + value if isinstance(value, timedelta) else value


def root_as_issuer(now: datetime) -> Spoilt:
    root = a_root(**_usual(now))
    ca = Ca((root,), (root,))
    return Spoilt(ca=ca, bundle=of(ca))


def armour(label: str, inside: bytes) -> bytes:
    return b"-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label.encode(), inside, label.encode())


BY_OBJECTS = {"1.10.4": NOT_HERE, "": REPLACED}
LACKS_OBJECT = {"1.10.4": NOT_HERE, "": INCOMPLETE}
PAST, PRESENT = {"not_before": -400, "not_after": -3}, {"not_before": -400, "not_after": 300}
FUTURE = {"not_before": 1, "not_after": 300}
UNKNOWN_CRITICAL = [(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)]
GARBAGE = b"garbage\n"

SINCE_1_12 = {"1.10.4": NOTHING, "": REFUSES}
MORE_ROOTS = {"1.10.4": PERSON, "": REFUSES}
PANICS = {"1.10.4": REFUSES, "": "control-plane-unready"}
A_LINE = "certificate-expired"
STARTS = {"1.10.4": PEERS, "": REFUSES}
BEFORE_1_18 = {"1.18.3": NOTHING, "1.10.4": PEERS, "": REFUSES}
SINCE_1_16 = {"1.16.2": REFUSES, "1.18.3": REFUSES, "": NOTHING}
ONLY_1_10 = {"1.10.4": REFUSES, "": NOTHING}

WAYS: Final = (
    Way("root and issuer expired", aged(PAST, PAST), "root-expired"),
    Way("root expired", aged(PAST, PRESENT), "root-expired"),
    Way("issuer expired", aged(PRESENT, PAST), "issuer-expired", unseen=A_LINE),
    Way("intermediate expired", with_intermediate(0, 1, not_after=days(-3)), "intermediate-expired", unseen=A_LINE),
    Way("begins tomorrow", aged(FUTURE, FUTURE), "ca-not-yet-valid"),
    Way("root of a stranger", written(ca=lambda _, it: it.roots_pem), STARTS, unseen=PERSON),
    Way("issuer of a stranger", written(issuer=lambda _, it: it.chain_pem, key=lambda _, it: it.key_pem), STARTS),
    Way("intermediate lost", with_intermediate(0), STARTS),
    Way("key of a stranger", written(key=lambda _, it: it.key_pem), REFUSES),
    Way("issuer for clients only (EKU)", made(issuer={"extended": [CLIENT]}), STARTS),
    Way("root for clients only (EKU)", made(root={"extended": [CLIENT]}), STARTS),
    Way("issuer.crt: intermediate first", with_intermediate(1, 0), REFUSES),
    Way("issuer.crt: a stranger at its end", written(issuer=lambda ca, it: ca.chain_pem + it.chain_pem), SINCE_1_12),
    Way("ca.crt: issuer at its end", written(ca=lambda ca, _: ca.roots_pem + ca.chain_pem), MORE_ROOTS),
    Way("issuer is no CA", made(issuer={"ca": False, "usages": ("digital_signature",)}), PEERS),
    Way("intermediate is no CA", with_intermediate(0, 1, ca=False, usages=("digital_signature",)), STARTS),
    Way("issuer is the root", root_as_issuer, SINCE_1_16),
    Way("Ed25519", made(root={"key": a_key("ed25519", "r")}, issuer={"key": a_key("ed25519", "i")}), BEFORE_1_18),
    Way("RSA", made(root={"key": a_key("rsa2048", "r")}, issuer={"key": a_key("rsa2048", "i")}), BEFORE_1_18),
    Way("path too long", with_intermediate(0, 1, root={"path_length": 0}), STARTS),
    Way("issuer with an unknown critical extension", made(issuer={"extensions": UNKNOWN_CRITICAL}), STARTS),
    Way("ca.crt: garbage", written(ca=lambda _ca, _it: GARBAGE), REFUSES),
    Way("issuer.crt: garbage", written(issuer=lambda _ca, _it: GARBAGE), REFUSES),
    Way("issuer.key: garbage", written(key=lambda _ca, _it: GARBAGE), REFUSES),
    Way("issuer.crt: cut off", written(issuer=lambda ca, _: ca.chain_pem[:200]), REFUSES),
    Way("ca.crt: PEM that is no certificate", written(ca=lambda _ca, _it: armour("CERTIFICATE", b"aGVsbG8=")), REFUSES),
    Way("issuer.crt: PEM that is no certificate", written(issuer=lambda _ca, _it: armour("CERTIFICATE", b"aGVsbG8=")), REFUSES),
    Way("issuer.key: PEM that is no key", written(key=lambda _ca, _it: armour("PRIVATE KEY", b"aGVsbG8=")), REFUSES),
    Way("issuer.key: X25519", written(key=lambda _ca, _it: an_x25519_key_pem()), REFUSES, unseen=PANICS),
    Way("issuer.key: a certificate", written(key=lambda ca, _: ca.chain_pem), REFUSES),
    Way("ca.crt: two newlines at its end", written(ca=lambda ca, _: ca.roots_pem + b"\n\n"), ONLY_1_10),
    Way("Secret without ca.crt", lacking("ca.crt"), BY_OBJECTS),
    Way("Secret without issuer.crt", lacking("issuer.crt"), BY_OBJECTS),
    Way("Secret without issuer.key", lacking("issuer.key"), BY_OBJECTS),
    Way("Secret without anything", lacking("ca.crt", "issuer.crt", "issuer.key"), BY_OBJECTS),
    Way("ConfigMap without ca.crt", other_configmap(lambda _ca, _it: None), BY_OBJECTS),
    Way("ConfigMap with one newline more", other_configmap(lambda ca, _: ca.roots_pem + b"\n"), BY_OBJECTS),
    Way("ConfigMap of a stranger", other_configmap(lambda _, it: it.roots_pem), BY_OBJECTS),
    Way("no ConfigMap", without("ConfigMap"), LACKS_OBJECT),
    Way("no Secret", without("Secret"), LACKS_OBJECT),
    Way("jwt.key: garbage", with_jwt(jwt_key=GARBAGE), SINCE_1_16),
    Way("jwt.key: a certificate", with_jwt(jwt_key=armour("CERTIFICATE", b"aGVsbG8=")), SINCE_1_16),
    Way("jwks.json: of another key", with_jwt(jwks_json=jwt.key_set(key_pem(a_key("rsa2048", "other")))), SINCE_1_16),
)
