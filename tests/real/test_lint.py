"""lint beside sentries in Kubernetes: what they keep, replace and refuse, by Secret and ConfigMap. Each run asks about new pairs."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.cli import lint
from bot.model import bundle, pem, private_key
from bot.model.bundle import Mode
from bot.model.versions import Version
from tests.bundles.differential import VERSIONS, now, outcome
from tests.bundles.generate import generate
from tests.real.seeds import again, seed
from tests.rig.api_server import ApiServer
from tests.rig.dapr import TrustBundle
from tests.rig.verdict import kubernetes_verdict

PAIRS = 20
TOGETHER = 4
# Before 1.12 there is no ConfigMap, and sentry reads the mounted files alone.
IN_KUBERNETES = tuple(version for version in VERSIONS if Version.parse(version).class_ != "A")


def pairs(first: int, count: int) -> list[tuple[str, TrustBundle]]:
    """Both objects with all ways of being equal, different, empty and incomplete, on good and on broken bundles."""
    dice = random.Random(first)  # noqa: S311 - reproducible on purpose
    at_start = now().replace(microsecond=0)
    found: list[tuple[str, TrustBundle]] = []
    for at in range(count):
        sample = generate(first + at, at_start)
        secret = {"ca.crt": sample.files.ca, "issuer.crt": sample.files.issuer, "issuer.key": sample.files.key}
        name, config_map = _half(sample.files.ca, dice)
        gone = dice.choice((*[()] * 9, ("ca.crt",), ("issuer.crt",), ("issuer.key",), ("ca.crt", "issuer.crt", "issuer.key")))
        for key in gone:
            secret.pop(key)
        notes = "; ".join((*sample.notes, f"ConfigMap: {name}", f"without {gone}"))
        found.append((f"seed {sample.seed}: {notes}", TrustBundle(secret, config_map)))
    return found


def _half(ca: bytes, dice: random.Random) -> tuple[str, dict[str, bytes]]:
    try:
        ca.decode()
    except UnicodeDecodeError:
        return "not UTF-8: impossible", {}
    name, changed = dice.choice(
        (
            *[("same", ca)] * 9,
            ("newline more", ca + b"\n"),
            ("newline less", ca.removesuffix(b"\n")),
            ("crlf", ca.replace(b"\n", b"\r\n")),
            ("empty", b""),
            ("absent", None),
        )
    )
    return name, {} if changed is None else {"ca.crt": changed}


@pytest.mark.parametrize("version", IN_KUBERNETES)
def test_lint_knows_what_a_sentry_in_kubernetes_keeps_replaces_and_refuses(version: str, api_server: ApiServer) -> None:
    cases = pairs(seed(), PAIRS)
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = [one for one in pool.map(lambda case: _disagreement(api_server, version, *case), cases) if one]

    assert not found, again(found)


def _disagreement(server: ApiServer, version: str, notes: str, pair: TrustBundle) -> str:
    before = _said_by_lint(pair, version)
    real = kubernetes_verdict(server, version, pair)
    after = _said_by_lint(pair, version)
    if real.outcome in (before, after):
        return ""
    return "\n    ".join((f"sentry {version} in Kubernetes: {real.outcome}; lint: {after}", notes, *real.log[-3:]))


def _said_by_lint(pair: TrustBundle, version: str) -> str:
    return outcome(lint.judge(_observed(pair), Version.parse(version), Mode.KUBERNETES, now()))


def _observed(pair: TrustBundle) -> bundle.TrustBundle:
    ca, issuer, key = (pair.secret.get(name) for name in ("ca.crt", "issuer.crt", "issuer.key"))
    other = pair.config_map.get("ca.crt")
    return bundle.observed(
        ca=None if ca is None else pem.read(ca),
        issuer=None if issuer is None else pem.read(issuer),
        key=None if key is None else private_key.read_key(key),
        configmap_ca=None if other is None else pem.read(other),
    )


def test_pairs_show_every_outcome() -> None:
    """Were all of one kind, agreement would prove little. These seeds are the same in every run."""
    found: Sequence[str] = [_said_by_lint(pair, VERSIONS[0]) for _, pair in pairs(1, 2 * PAIRS)]

    assert min(found.count(word) for word in ("kept", "replaced", "refused")) > 2
