"""The table of what real sentries were seen to do (dozens of bundles on five versions), row by row, and the rules beside it."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from bot.model import acceptance, bundle
from bot.model.bundle import Mode, TrustBundle
from bot.model.pem import read
from bot.model.private_key import read_key
from bot.model.problem import Problem
from bot.model.versions import Version
from tests.certificates import (
    CLIENT,
    CODE,
    DAY,
    NOW,
    SERVER,
    Files,
    Made,
    a_good_bundle,
    a_key,
    a_root,
    an_issuer,
    bundle_of,
    cross_signed,
    key_pem,
)

VERSIONS = ("1.10.4", "1.13.6", "1.14.4", "1.16.2", "1.18.3")
EC_PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
ALL, NONE, LEGACY, MODERN, NEWEST_AND_LEGACY = "+++++", "-----", "+----", "-++++", "+---+"


def trust(files: Files) -> TrustBundle:
    configmap = None if files.configmap is None else read(files.configmap)
    return TrustBundle(ca=read(files.ca), issuer=read(files.issuer), key=read_key(files.key), configmap_ca=configmap)


def loads(files: Files) -> str:
    verdicts = [acceptance.sentry(trust(files), Version.parse(text), Mode.STANDALONE, NOW) for text in VERSIONS]
    return "".join("+" if one.loads else "-" for one in verdicts)


def simple(root: Made, **issuer: Any) -> Files:
    return bundle_of(an_issuer(root, **issuer), roots=(root,))


def kinds(root: str, issuer: str) -> Files:
    return simple(a_root(key=a_key(root, "root")), key=a_key(issuer, "issuer"))


def edited(**parts: Callable[[bytes], bytes]) -> Files:
    good = a_good_bundle()
    return Files(*(parts.get(name, bytes)(getattr(good, name)) for name in ("ca", "issuer", "key")))


def with_middle(**deviations: Any) -> tuple[Made, Made, Made]:
    root = a_root()
    middle = an_issuer(root, "middle", **deviations)
    return root, middle, an_issuer(middle)


def crossed() -> Files:
    old, new = a_root("old"), a_root("new")
    old_issuer, new_issuer = an_issuer(old, "old issuer"), an_issuer(new, "new issuer")
    return bundle_of(new_issuer, cross_signed(new, old_issuer), old_issuer, roots=(old, new))


ROOT, MIDDLE, ISSUER = with_middle()
EXPIRED: dict[str, Any] = {"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}
FUTURE: dict[str, Any] = {"not_before": NOW + DAY}

TABLE = {
    "sound": (a_good_bundle(), ALL),
    "wrong root": (bundle_of(an_issuer(a_root()), roots=(a_root("stranger"),)), LEGACY),
    "expired issuer": (simple(a_root(), **EXPIRED), LEGACY),
    "expired root": (simple(a_root(**EXPIRED)), LEGACY),
    "expired intermediate": (bundle_of(*reversed(with_middle(**EXPIRED)[1:]), roots=(ROOT,)), LEGACY),
    "issuer not yet valid": (simple(a_root(), **FUTURE), LEGACY),
    "root not yet valid": (simple(a_root(**FUTURE)), LEGACY),
    "root without CA flag": (simple(a_root(ca=False)), LEGACY),
    "root without certSign": (simple(a_root(usages=("digital_signature",))), LEGACY),
    "issuer for clients only": (simple(a_root(), extended=(CLIENT,)), LEGACY),
    "root for clients only": (simple(a_root(extended=(CLIENT,))), LEGACY),
    "root for code": (simple(a_root(extended=(CODE,))), LEGACY),
    "servers and clients": (simple(a_root(extended=(SERVER, CLIENT)), extended=(SERVER, CLIENT)), ALL),
    "cross-certificate in ca.crt": (bundle_of(an_issuer(ROOT), roots=(ROOT, cross_signed(a_root("new"), an_issuer(ROOT)))), LEGACY),
    "intermediate in ca.crt": (bundle_of(ISSUER, MIDDLE, roots=(ROOT, MIDDLE)), LEGACY),
    "intermediate": (bundle_of(ISSUER, MIDDLE, roots=(ROOT,)), ALL),
    "intermediate and root in issuer.crt": (bundle_of(ISSUER, MIDDLE, ROOT, roots=(ROOT,)), ALL),
    "intermediate missing": (bundle_of(ISSUER, roots=(ROOT,)), LEGACY),
    "wrong order": (bundle_of(ISSUER, ROOT, MIDDLE, roots=(ROOT,)), LEGACY),
    "key block between the roots": (bundle_of(an_issuer(a_root("b")), roots=(a_root(), a_root("b"))), ALL),
    "issuer is the root": (bundle_of(ROOT, roots=(ROOT,)), "+++--"),
    "RSA issuer": (kinds("p256", "rsa2048"), NEWEST_AND_LEGACY),
    "RSA all through": (kinds("rsa2048", "rsa2048"), NEWEST_AND_LEGACY),
    "Ed25519 issuer": (kinds("p256", "ed25519"), NEWEST_AND_LEGACY),
    "Ed25519 all through": (kinds("ed25519", "ed25519"), NEWEST_AND_LEGACY),
    "RSA root over P-256": (kinds("rsa2048", "p256"), ALL),
    "Ed25519 root over P-256": (kinds("ed25519", "p256"), ALL),
    "P-384": (kinds("p384", "p384"), ALL),
    "EC key in traditional encoding": (edited(key=lambda _: key_pem(a_key("p256", "issuer"), "traditional")), ALL),
    "two roots": (bundle_of(an_issuer(ROOT), roots=(a_root("x"), ROOT)), ALL),
    "expired root first": (bundle_of(an_issuer(ROOT), roots=(a_root("x", **EXPIRED), ROOT)), ALL),
    "expired root last": (bundle_of(an_issuer(ROOT), roots=(ROOT, a_root("x", **EXPIRED))), ALL),
    "duplicate root": (bundle_of(an_issuer(ROOT), roots=(ROOT, ROOT)), ALL),
    "same-key new root": (bundle_of(an_issuer(ROOT), roots=(a_root("root", not_after=NOW + 999 * DAY),)), ALL),
    "60 roots": (bundle_of(an_issuer(ROOT), roots=(*(a_root(f"r{at}") for at in range(59)), ROOT)), ALL),
    "CRLF": (edited(ca=lambda data: data.replace(b"\n", b"\r\n")), ALL),
    "leading junk": (edited(ca=lambda data: b"# my roots\n" + data), ALL),
    "no final newline": (edited(ca=lambda data: data.rstrip(b"\n")), ALL),
    "cross-signed rotation": (crossed(), ALL),
    "issuer pathlen 0": (simple(a_root(), path_length=0), ALL),
    "root pathlen 0": (simple(a_root(path_length=0)), ALL),
    "issuer CA:false": (simple(a_root(), ca=False), ALL),
    "issuer without basicConstraints": (simple(a_root(), ca=None), ALL),
    "issuer without certSign": (simple(a_root(), usages=("digital_signature",)), ALL),
    "issuer with neither": (simple(a_root(), ca=None, usages=None), LEGACY),
    "trailing junk": (edited(ca=lambda data: data + b"junk"), MODERN),
    "trailing blank line": (edited(ca=lambda data: data + b"\n"), MODERN),
    "truncated second root": (edited(ca=lambda data: data + a_root("x").pem[:300]), MODERN),
    "junk after the issuer": (edited(issuer=lambda data: data + b"junk"), MODERN),
    "mismatched key": (edited(key=lambda _: key_pem(a_key("p256", "other"))), NONE),
    "empty ca.crt": (edited(ca=lambda _: b""), NONE),
    "garbage ca.crt": (edited(ca=lambda _: b"garbage"), NONE),
    "truncated ca.crt": (edited(ca=lambda data: data[:300]), NONE),
    "base64 twice": (edited(ca=base64.b64encode), NONE),
    "literal newlines": (edited(ca=lambda data: data.replace(b"\n", b"\\n")), NONE),
    "EC PARAMETERS first": (edited(key=lambda data: EC_PARAMETERS + data), NONE),
    "empty key": (edited(key=lambda _: b""), NONE),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_sentry_loads_what_real_sentries_were_seen_to_load(name: str) -> None:
    files, expected = TABLE[name]

    assert loads(files) == expected


def test_a_key_between_the_roots_hides_the_one_that_is_needed() -> None:
    root = a_root("b")
    ca = a_root().pem + key_pem(a_key("p256", "x")) + root.pem
    files = Files(ca, an_issuer(root).pem, an_issuer(root).key_pem)

    assert loads(files) == LEGACY
    assert "certificates-hidden" in ids(files)


def ids(files: Files, version: str = "1.18.3", mode: Mode = Mode.STANDALONE) -> set[str]:
    verdict = acceptance.sentry(trust(files), Version.parse(version), mode, NOW)
    return {one.id for one in verdict.problems}


def peers(files: Files, version: str = "1.18.3") -> bool:
    return acceptance.peers(trust(files), Version.parse(version), NOW).verify


def test_peers_refuse_what_sentry_loads_without_a_word() -> None:
    for name in ("root pathlen 0", "issuer CA:false", "issuer without basicConstraints", "issuer without certSign"):
        assert not peers(TABLE[name][0])
    for name in ("sound", "issuer pathlen 0", "60 roots", "cross-signed rotation", "Ed25519 all through", "intermediate"):
        assert peers(TABLE[name][0])


def test_up_to_1_11_the_issuer_must_carry_the_name_that_clients_expect() -> None:
    assert not peers(a_good_bundle(), "1.11.0")
    assert peers(a_good_bundle(dns=("cluster.local",)), "1.11.0")
    assert not peers(kinds("p256", "rsa2048"), "1.11.0")


def test_traps_are_explained_even_when_sentry_loads_the_bundle() -> None:
    for name, wanted in (
        ("root pathlen 0", "root-pathlen-zero"),
        ("issuer pathlen 0", "issuer-pathlen-zero"),
        ("issuer CA:false", "issuer-ca-false"),
        ("CRLF", "crlf"),
        ("truncated second root", "block-truncated"),
        ("trailing junk", "trailing-text"),
        ("expired root first", "expired-beside-living"),
        ("duplicate root", "root-twice"),
        ("RSA issuer", "issuer-key-kind"),
        ("base64 twice", "double-base64"),
        ("literal newlines", "literal-newline"),
        ("expired issuer", "certificate-expired"),
        ("root for clients only", "extended-key-usage"),
        ("wrong order", "chain-order"),
        ("mismatched key", "key-mismatch"),
        ("EC PARAMETERS first", "key-unreadable"),
    ):
        assert wanted in ids(TABLE[name][0], "1.16.2" if name == "RSA issuer" else "1.18.3")


@pytest.mark.parametrize(("days", "severities"), [(31, []), (30, ["warning"]), (8, ["warning"]), (7, ["critical"])])
def test_what_ends_soon_is_told(days: int, severities: list[str]) -> None:
    problems = _problems(a_good_bundle(not_after=NOW + days * DAY))

    assert [one.severity for one in problems if one.id == "expires-soon"] == severities


def _problems(files: Files, version: str = "1.18.3") -> tuple[Problem, ...]:
    return acceptance.sentry(trust(files), Version.parse(version), Mode.STANDALONE, NOW).problems


def test_a_sound_bundle_has_no_problems() -> None:
    assert _problems(a_good_bundle()) == ()
    assert acceptance.peers(trust(a_good_bundle()), Version.parse("1.18.3"), NOW).problems == ()


def test_a_version_newer_than_known_is_judged_by_the_newest_rules_and_says_so() -> None:
    assert "version-unknown" in ids(a_good_bundle(), "1.19.0")
    assert "version-unknown" in ids(a_good_bundle(), "edge")


def outcome(held: TrustBundle, version: str, mode: Mode = Mode.KUBERNETES) -> str:
    verdict = acceptance.sentry(held, Version.parse(version), mode, NOW)
    assert not (verdict.loads and verdict.replaces)
    return "replaced" if verdict.replaces else "kept" if verdict.loads else "refused"


def observed(files: Files, *, without: tuple[str, ...] = ()) -> TrustBundle:
    ca, issuer, key = (
        None if name in without else made
        for name, made in (("ca.crt", read(files.ca)), ("issuer.crt", read(files.issuer)), ("issuer.key", read_key(files.key)))
    )
    configmap = None if "configmap" in without else read(files.ca if files.configmap is None else files.configmap)
    return bundle.observed(ca=ca, issuer=issuer, key=key, configmap_ca=configmap)  # type: ignore[arg-type]  # each by its name


@pytest.mark.parametrize("version", ["1.12.0", "1.13.6", "1.16.2", "1.18.3", "edge"])
def test_in_kubernetes_a_different_or_incomplete_pair_is_replaced(version: str) -> None:
    good = a_good_bundle()
    newline = Files(good.ca, good.issuer, good.key, good.ca + b"\n")

    assert outcome(observed(good), version) == "kept"
    assert outcome(trust(good), version) == "kept"
    assert outcome(trust(newline), version) == "replaced"
    assert outcome(trust(newline), version, Mode.STANDALONE) == "kept"
    for name in ("ca.crt", "issuer.crt", "issuer.key", "configmap"):
        assert outcome(observed(good, without=(name,)), version) == "replaced"


def test_a_mismatch_replaces_even_a_bundle_that_would_be_refused() -> None:
    broken = a_good_bundle(**EXPIRED)

    assert outcome(observed(broken), "1.18.3") == "refused"
    assert outcome(trust(Files(broken.ca, broken.issuer, broken.key, b"x")), "1.18.3") == "replaced"


def test_an_empty_secret_and_an_absent_configmap_key_are_equal_up_to_1_15() -> None:
    good = a_good_bundle()
    held = observed(Files(b"", good.issuer, good.key), without=("configmap",))

    assert outcome(held, "1.13.6") == "refused"
    assert outcome(held, "1.18.3") == "replaced"


def test_present_but_empty_is_refused_not_replaced() -> None:
    good = a_good_bundle()

    assert outcome(observed(Files(good.ca, good.issuer, b"")), "1.18.3") == "refused"
    assert outcome(observed(Files(good.ca, b"", good.key)), "1.18.3") == "refused"
    assert outcome(observed(Files(b"", good.issuer, good.key)), "1.18.3") == "refused"


def test_bytes_that_a_configmap_cannot_hold_can_never_be_equal() -> None:
    good = a_good_bundle()
    files = Files(good.ca + b"\xff\n", good.issuer, good.key)

    assert outcome(trust(files), "1.18.3") == "replaced"
    assert outcome(trust(files), "1.18.3", Mode.STANDALONE) == "kept"


def test_missing_files_are_replaced_standalone_too() -> None:
    good = a_good_bundle()

    for name in ("ca.crt", "issuer.crt", "issuer.key"):
        assert outcome(observed(good, without=(name,)), "1.18.3", Mode.STANDALONE) == "replaced"


def test_up_to_1_11_only_a_secret_without_data_is_replaced() -> None:
    good = a_good_bundle()
    everything = ("ca.crt", "issuer.crt", "issuer.key", "configmap")

    assert outcome(observed(good, without=("configmap",)), "1.10.4") == "kept"
    assert outcome(observed(good, without=everything), "1.10.4") == "replaced"
    assert outcome(observed(good, without=("issuer.key",)), "1.10.4") == "refused"
    assert outcome(observed(good, without=("ca.crt",)), "1.10.4", Mode.STANDALONE) == "replaced"
    assert outcome(observed(good, without=("issuer.key",)), "1.10.4", Mode.STANDALONE) == "refused"


def test_a_key_that_was_not_read_by_choice_is_taken_for_good_and_said_so() -> None:
    good = a_good_bundle()
    held = TrustBundle(ca=read(good.ca), issuer=read(good.issuer), key=None)

    verdict = acceptance.sentry(held, Version.parse("1.18.3"), Mode.KUBERNETES, NOW)

    assert (verdict.loads, [one.id for one in verdict.problems]) == (True, ["key-not-read"])


def test_what_is_too_large_is_not_judged() -> None:
    files = a_good_bundle()
    held = trust(Files(files.ca + b"#" * 300_000, files.issuer, files.key))

    verdict = acceptance.sentry(held, Version.parse("1.18.3"), Mode.STANDALONE, NOW)

    assert (verdict.judged, verdict.loads) == (False, False)
