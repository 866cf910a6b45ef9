"""Records what real programs print: ``python -m tests.rig.recording [VERSION ...]`` writes the distinct lines to ``recorded/``.

Each sentry runs healthy and on every strange bundle, alone and on a real API server; peers run below it, welcome and not.
What differs from run to run (times, ports, paths, addresses in memory) is made the same, so that a second run changes nothing.
"""

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.bundles import strange
from tests.bundles.differential import WITH_PEERS, now
from tests.certificates import Files, a_root, an_issuer, bundle_of
from tests.rig import build, dapr, programs
from tests.rig.api_server import ApiServer, running_api_server
from tests.rig.dapr import TrustBundle
from tests.rig.peer import Peer
from tests.rig.sentry import Sentry
from tests.rig.verdict import kubernetes_verdict, serves, standalone_verdict

RECORDED: Final = Path(__file__).parent / "recorded"
OWN_FILE: Final = "1.10.4"
"""Its lines come an hour after its start, and were recorded by hand: see the README beside them."""

# 1.10.4 waits a second before it looks at its files, so many of it cost nothing.
_TOGETHER, _TOGETHER_SLEEPING = 3, 12
_SHORT_LIVED: Final = """
apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: daprsystem}
spec: {mtls: {enabled: true, workloadCertTTL: 20s, allowedClockSkew: 1s}}
"""

_SAME: Final = tuple(
    (re.compile(pattern), same)
    for pattern, same in (
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", "2026-01-01T00:00:00Z"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \+0000 UTC(?: m=\+[\d.]+)?", "2026-01-01 00:00:00 +0000 UTC"),
        (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "2026/01/01 00:00:00"),
        (r"^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+", r"\g<1>0101 00:00:00.000000       1"),
        (r"(127\.0\.0\.1|\[::1?\]|localhost|0\.0\.0\.0|(?<=[\s\"]):?):\d{4,5}\b", r"\1:50001"),
        (r"(port:? )\d{4,5}\b", r"\g<1>50001"),
        (re.escape(tempfile.gettempdir()) + r"/[\w./-]*?(?=/(?:credentials|config\.yaml|kubeconfig)|[\s\":,]|$)", "/var/run/dapr"),
        (r" on [\d.]+:53\b", " on 10.96.0.10:53"),
        (r"\bverdict-[0-9a-f]{10}\b", "dapr-system"),
        (r"\binstance=\S+", "instance=dapr-sentry-0"),
        (r"\b0x[0-9a-f]+", "0x0"),
    )
)
_TRACE: Final = re.compile(r"^(?:\t|goroutine \d|created by |\[signal |[\w.*/()-]+\(.*\)$|\s*$)")


@dataclass
class Heard:
    """The distinct lines of sentries and of peers, each once."""

    sentry: dict[str, None]
    peer: dict[str, None]

    def from_sentry(self, lines: Iterable[str]) -> None:
        self.sentry |= dict.fromkeys(normalised(lines))

    def from_peer(self, lines: Iterable[str]) -> None:
        self.peer |= dict.fromkeys(normalised(lines))


def normalised(lines: Iterable[str]) -> Iterator[str]:
    """Without what differs from run to run, and without the traces of panics."""
    for line in lines:
        if _TRACE.match(line):
            continue
        same = line
        for pattern, replacement in _SAME:
            same = pattern.sub(replacement, same)
        yield same


def record(version: str, api_server: ApiServer) -> Heard:
    """Everything that the programs of that version were made to print. RigError when the rig cannot run them."""
    heard = Heard({}, {})
    _alone(version, heard)
    if version in WITH_PEERS:
        _with_peers(version, heard)
    if version != OWN_FILE:
        _in_kubernetes(version, api_server, heard)
    return heard


def _alone(version: str, heard: Heard) -> None:
    """On every strange bundle."""

    def verdict(files: Files) -> tuple[str, ...]:
        return standalone_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key).log

    samples = strange.every(now().replace(microsecond=0))
    with ThreadPoolExecutor(_TOGETHER_SLEEPING if version == OWN_FILE else _TOGETHER) as pool:
        for log in pool.map(lambda sample: verdict(sample.files), samples):
            heard.from_sentry(log)


def _with_peers(version: str, heard: Heard) -> None:
    """Peers that get an identity and renew it, one that trusts another root, and a sentry that is given a foreign root."""
    good, other = _good("one"), _good("other")
    with tempfile.TemporaryDirectory(prefix="recording-") as scratch, ExitStack() as running:
        folder = Path(scratch)
        _write(good, folder / "sentry" / "credentials")
        sentry = running.enter_context(Sentry(version, folder=folder / "sentry", configuration=_SHORT_LIVED))
        sentry.wait_until_ready()
        peers = [
            running.enter_context(Peer(version, folder=folder / name, sentry_port=sentry.port, roots=roots))
            for name, roots in (("one", good.ca), ("two", good.ca), ("stranger", other.ca))
        ]
        if all(peer.has_identity() for peer in peers[:2]):
            peers[0].dial(peers[1])
            peers[0].wait_for_log("uccessfully renewed")
        peers[2].has_identity()
        _write(Files(good.ca, other.issuer, other.key), sentry.credentials)
        sentry.nudge()
        sentry.wait_for_exit()
        heard.from_sentry(sentry.log().splitlines())
        for peer in peers:
            heard.from_peer(peer.log().splitlines())


def _in_kubernetes(version: str, server: ApiServer, heard: Heard) -> None:
    """On pairs that it keeps, replaces and refuses, with objects missing, and asked by a peer that has no token."""
    good, other = (_pair(_good(name)) for name in ("one", "other"))
    pairs = [
        good,
        replace(good, config_map={"ca.crt": good.config_map["ca.crt"] + b"\n"}),
        replace(good, secret={**good.secret, "ca.crt": other.secret["ca.crt"]}, config_map=other.config_map),
        replace(good, secret={name: good.secret[name] for name in ("ca.crt", "issuer.crt")}),
        TrustBundle(),
    ]
    for pair in pairs:
        heard.from_sentry(kubernetes_verdict(server, version, pair).log)
    for kind in ("ConfigMap", "Secret", None):
        _on_the_cluster(version, server, good, heard, without=kind)


def _on_the_cluster(version: str, server: ApiServer, bundle: TrustBundle, heard: Heard, *, without: str | None) -> None:
    cluster = server.cluster
    dapr.install(cluster, bundle=bundle)
    if without:
        cluster.delete("v1", without, dapr.BUNDLE, dapr.NAMESPACE)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="recording-") as scratch,
            Sentry(version, folder=Path(scratch) / "sentry", kubeconfig=server.kubeconfig) as sentry,
        ):
            if serves(sentry, version) and version in WITH_PEERS:
                with Peer(version, folder=Path(scratch) / "peer", sentry_port=sentry.port, roots=bundle.secret["ca.crt"]) as peer:
                    peer.has_identity()
                    heard.from_peer(peer.log().splitlines())
            heard.from_sentry(sentry.log().splitlines())
    finally:
        cluster.erase_all()


def _good(name: str) -> Files:
    at = now().replace(microsecond=0)
    root = a_root(name, now=at)
    return bundle_of(an_issuer(root, f"{name} issuer", now=at), roots=(root,))


def _pair(files: Files) -> TrustBundle:
    return TrustBundle.of(ca=files.ca, issuer=files.issuer, key=files.key)


def _write(files: Files, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("ca.crt", files.ca), ("issuer.crt", files.issuer), ("issuer.key", files.key)):
        (folder / name).write_bytes(content)


def _save(name: str, version: str, lines: Iterable[str]) -> None:
    # 1.10.4 has a file with lines that no short run brings.
    path = RECORDED / f"{name}-{version}{'-start' if version == OWN_FILE else ''}.txt"
    found = sorted(lines)
    if found:
        path.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
        sys.stdout.write(f"{path.name}: {len(found)} lines\n")


def main() -> int:
    """Exit 0 when all is written, 2 when the rig is not built."""
    chosen = sys.argv[1:] or [program.version for program in programs.SENTRIES]
    try:
        build.check()
    except build.NotBuilt as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="recording-") as scratch, running_api_server(Path(scratch)) as server:
        for version in chosen:
            heard = record(version, server)
            _save("sentry", version, heard.sentry)
            _save("peer", version, heard.peer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
