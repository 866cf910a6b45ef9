"""lint against both real sentries, on bundles made from seeds. LINT_SEED and LINT_BUNDLES choose others than the usual ones."""

import datetime as dt
import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from bot.cli import lint
from bot.model import bundle, pem, private_key
from bot.model.bundle import Mode
from bot.model.versions import Version
from tests.bundles.generate import generate
from tests.bundles.plan import Sample
from tests.certificates import Files
from tests.rig import programs
from tests.rig.api_server import ApiServer
from tests.rig.dapr import TrustBundle
from tests.rig.verdict import kubernetes_verdict, standalone_verdict

SEED = int(os.getenv("LINT_SEED", "20261123"))
BUNDLES = int(os.getenv("LINT_BUNDLES", "150"))
VERSIONS = tuple(one.version for one in programs.SENTRIES)
TOGETHER = 4


@dataclass(frozen=True)
class Disagreement:
    """One bundle about which the model and the real program think differently."""

    version: str
    notes: tuple[str, ...]
    real: str
    model: str
    said: tuple[str, ...]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the real sentry judges by the real time


def samples() -> list[Sample]:
    now = _now().replace(microsecond=0)
    return [generate(SEED + at, now) for at in range(BUNDLES)]


@pytest.mark.parametrize("version", VERSIONS)
def test_lint_agrees_with_a_standalone_sentry_on_generated_bundles(version: str) -> None:
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = [one for one in pool.map(lambda sample: _compare_standalone(version, sample), samples()) if one]

    print(f"sentry {version} standalone: {BUNDLES} bundles from seed {SEED}, {len(found)} disagreements")  # noqa: T201 - shown by -s and with every failure
    assert found == []


def _compare_standalone(version: str, sample: Sample) -> Disagreement | None:
    files = sample.files
    real = standalone_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key)
    model = _lint(files, version, Mode.STANDALONE)
    if real.accepted == model.sentry_loads and not model.sentry_replaces:
        return None
    return Disagreement(version, (f"seed {sample.seed}", *sample.notes), _word(accepted=real.accepted), _outcome(model), real.log[-3:])


def _lint(files: Files, version: str, mode: Mode) -> lint.Result:
    trust = bundle.TrustBundle(
        ca=pem.read(files.ca),
        issuer=pem.read(files.issuer),
        key=private_key.read_key(files.key),
        configmap_ca=None if files.configmap is None else pem.read(files.configmap),
    )
    return lint.judge(trust, Version.parse(version), mode, _now())


def _word(*, accepted: bool) -> str:
    return "kept" if accepted else "refused"


def _outcome(model: lint.Result) -> str:
    return "replaced" if model.sentry_replaces else _word(accepted=model.sentry_loads)


def pairs(seed: int, count: int) -> list[tuple[str, TrustBundle]]:
    """Both objects with all ways of being equal, different, empty and incomplete, on good and on broken bundles."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    now = _now().replace(microsecond=0)
    found: list[tuple[str, TrustBundle]] = []
    for at in range(count):
        sample = generate(seed + at, now)
        secret = {"ca.crt": sample.files.ca, "issuer.crt": sample.files.issuer, "issuer.key": sample.files.key}
        name, config_map = _half(sample.files.ca, dice)
        gone = dice.choice(((), (), (), (), ("ca.crt",), ("issuer.crt",), ("issuer.key",), ("ca.crt", "issuer.crt", "issuer.key")))
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
            ("same", ca),
            ("same", ca),
            ("same", ca),
            ("same", ca),
            ("newline more", ca + b"\n"),
            ("newline less", ca.removesuffix(b"\n")),
            ("crlf", ca.replace(b"\n", b"\r\n")),
            ("empty", b""),
            ("absent", None),
        )
    )
    return name, {} if changed is None else {"ca.crt": changed}


@pytest.mark.parametrize("version", VERSIONS)
def test_lint_knows_what_a_sentry_in_kubernetes_keeps_replaces_and_refuses(version: str, api_server: ApiServer) -> None:
    cases = pairs(SEED, 40)
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = [one for one in pool.map(lambda case: _compare_kubernetes(api_server, version, *case), cases) if one]

    print(f"sentry {version} in Kubernetes: {len(cases)} pairs from seed {SEED}, {len(found)} disagreements")  # noqa: T201 - shown by -s and with every failure
    assert found == []


def _compare_kubernetes(server: ApiServer, version: str, notes: str, pair: TrustBundle) -> Disagreement | None:
    real = kubernetes_verdict(server, version, pair)
    model = lint.judge(_observed(pair), Version.parse(version), Mode.KUBERNETES, _now())
    if real.outcome == _outcome(model):
        return None
    return Disagreement(version, (notes,), real.outcome, _outcome(model), real.log[-3:])


def _observed(pair: TrustBundle) -> bundle.TrustBundle:
    ca, issuer, key = (pair.secret.get(name) for name in ("ca.crt", "issuer.crt", "issuer.key"))
    other = pair.config_map.get("ca.crt")
    return bundle.observed(
        ca=None if ca is None else pem.read(ca),
        issuer=None if issuer is None else pem.read(issuer),
        key=None if key is None else private_key.read_key(key),
        configmap_ca=None if other is None else pem.read(other),
    )


def outcomes(results: Sequence[lint.Result]) -> set[str]:
    return {_outcome(one) for one in results}


def test_the_generated_bundles_are_a_fair_sample() -> None:
    """Were nearly all refused, agreement would prove nothing."""
    verdicts = [_lint(sample.files, VERSIONS[0], Mode.STANDALONE).sentry_loads for sample in samples()]

    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8


def test_the_generated_pairs_show_every_outcome() -> None:
    results = [lint.judge(_observed(pair), Version.parse(VERSIONS[0]), Mode.KUBERNETES, _now()) for _, pair in pairs(SEED, 40)]

    assert outcomes(results) == {"kept", "replaced", "refused"}
