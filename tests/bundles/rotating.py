"""Planned rotations beside real ones: what the plan proves, what real sentries load, whom real peers accept.

``python -m tests.bundles.rotating --seed 1 --bundles 100`` by hand; tests/real/test_rotation.py for every change.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.errors import InputError
from bot.model import pem, trust
from bot.model.private_key import read_key
from bot.model.rotation import Force, Kind, Plan, Unplannable
from bot.model.snapshot import Snapshot, TrustConfigMap, TrustSecret
from bot.rotation import authority, pair, planning
from bot.rotation.private_key import PrivateKey
from tests.builders import a_pod, a_snapshot, some_facts
from tests.bundles.armour import armoured
from tests.bundles.differential import generated, now
from tests.bundles.plan import Sample
from tests.rig.peer import Peer
from tests.rig.sentry import Sentry
from tests.rig.verdict import serves

YEAR = timedelta(days=365)
VERSIONS = ("1.18.3", "1.16.2")


@dataclass(frozen=True)
class Outcome:
    """What became of one bundle. ``kind``: of the plan, or why there was none; ``wrong``: how the plan and the real programs differ."""

    sample: Sample
    version: str
    kind: str
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n    ".join((f"{self.version}, seed {self.sample.seed}: {self.kind}", *self.sample.notes, *self.wrong))


def rotated(samples: Sequence[Sample], version: str) -> Iterator[Outcome]:
    """Each bundle planned, and where a cross-signed rotation is planned, carried out before a real sentry and real peers."""
    for sample in samples:
        seen = _seen(sample, version)
        new, serial = authority.established("cluster.local", "dapr-system", seen.taken_at, YEAR), authority.new_serial()
        draft = planning.draft(seen, new, serial)
        if isinstance(draft, Unplannable):
            yield Outcome(sample, version, draft.reason.partition(":")[0])
            continue
        plan, cross = draft.plan, draft.cross
        if plan.kind is not Kind.CROSS_SIGNED or cross is None:
            yield Outcome(sample, version, plan.kind.value)
            continue
        blocked = [one.id for one in plan.hazards if one.force is Force.BLOCKS and one.id != planning.PATH_REFUSED]
        if blocked:
            yield Outcome(sample, version, f"blocked by {', '.join(blocked)}")
            continue
        try:
            signed = authority.kept(cross, PrivateKey.read(sample.files.key))
        except InputError as error:
            yield Outcome(sample, version, plan.kind.value, (str(error),))
            continue
        made = pair.crossed(sample.files.ca, sample.files.issuer, new, signed)
        yield Outcome(sample, version, plan.kind.value, tuple(_compared(plan, seen, new, made, version)))


def _compared(plan: Plan, seen: Snapshot, new: authority.Authority, made: pair.Pair, version: str) -> Iterator[str]:
    proved = {one.party: one.accepts for one in plan.proofs}
    trusted = {f"the old root {root.fingerprint[:8]} alone": armoured("CERTIFICATE", root.der) for root in trust.roots(seen)}
    trusted |= {"the new root alone": armoured("CERTIFICATE", new.root.der), "all roots together": made.ca}
    with tempfile.TemporaryDirectory(prefix="rotation-") as scratch, ExitStack() as running:
        credentials = Path(scratch) / "sentry" / "credentials"
        credentials.mkdir(parents=True)
        for name, content in (("ca.crt", made.ca), ("issuer.crt", made.issuer), ("issuer.key", new.issuer_key.revealed())):
            (credentials / name).write_bytes(content)
        sentry = Sentry(version, folder=credentials.parent)
        running.callback(sentry.kill)
        if not serves(sentry, version):
            yield f"sentry does not load the pair: {sentry.tail()}"
            return
        if (credentials / "ca.crt").read_bytes() != made.ca:
            yield "sentry replaced the pair"
            return
        for party, roots in trusted.items():
            if party not in proved:
                continue
            peer = Peer(version, folder=Path(scratch) / party.replace(" ", "-"), sentry_port=sentry.port, roots=roots)
            running.callback(peer.kill)
            if peer.has_identity() is not proved[party]:
                yield f"{party}: proved {proved[party]}, the peer: {peer.tail()[-1]}"


def _seen(sample: Sample, version: str) -> Snapshot:
    files = sample.files
    roots = files.ca
    secret = TrustSecret(facts=some_facts(), ca=pem.read(roots), issuer=pem.read(files.issuer), key=read_key(files.key))
    configmap = TrustConfigMap(facts=some_facts(), ca=pem.read(roots))
    pods = [a_pod(version=version, anchors=roots)]
    return a_snapshot(taken_at=now(), secret=secret, configmap=configmap, pods=pods, version=version)


def main() -> int:
    """Compare, and say what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bundles", type=int, default=100)
    wanted = parser.parse_args()
    kinds: Counter[str] = Counter()
    wrong = 0
    for version in VERSIONS:
        for outcome in rotated(generated(wanted.seed, wanted.bundles), version):
            kinds[f"{version} {outcome.kind}"] += 1
            if outcome.wrong:
                wrong += 1
                sys.stdout.write(f"{outcome}\n")
    for kind, count in sorted(kinds.items()):
        sys.stdout.write(f"{count:5} {kind}\n")
    sys.stdout.write(f"{wrong} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
