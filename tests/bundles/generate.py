"""Bundles made at random from a seed: sound structures, broken in zero to three of the ways in which people and tools break them.

``generate(seed)`` is deterministic in everything but key bytes. The differential suites feed the result to real sentries and
to the model, and compare.
"""

import datetime as dt
import random
from dataclasses import replace
from typing import Any

from cryptography import x509

from tests.bundles.changes import CHANGES
from tests.bundles.edits import EDITS
from tests.bundles.plan import KINDS, Plan, Sample, Spec
from tests.certificates import Files, Made, a_certificate, a_key, key_pem

_RSA_SIGNATURE = bytes.fromhex("06092a864886f70d0101")


def generate(seed: int, now: dt.datetime) -> Sample:
    """The bundle of a seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    plan = _sound(dice)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3))):
        name, change = dice.choice(CHANGES)
        change(plan, dice, now)
        plan.notes.append(name)
    made = _make(plan, now)
    files = _files(plan, made)
    for _ in range(dice.choice((0, 0, 0, 1, 1, 2))):
        name, edit = dice.choice(EDITS)
        which = dice.choice(("ca", "ca", "issuer", "issuer", "key"))
        files = replace(files, **{which: edit(getattr(files, which), dice)})
        plan.notes.append(f"{which}: {name}")
    return Sample(seed, tuple(plan.notes), files)


def _sound(dice: random.Random) -> Plan:
    root, issuer = dice.choice(KINDS), dice.choice(KINDS)
    specs = {"root": Spec("root", "root", root, subject="root")}
    above = "root"
    for at in range(dice.choice((0, 0, 0, 1, 2))):
        name = f"middle{at}"
        specs[name] = Spec(name, above, dice.choice(KINDS), subject=name)
        above = name
    specs["issuer"] = Spec("issuer", above, issuer, subject="issuer")
    chain = [name for name in reversed(specs) if name != "root"]
    return Plan(specs, ["root"], chain, notes=[f"{root} > {issuer}, {len(chain) - 1} between"])


def _make(plan: Plan, now: dt.datetime) -> dict[str, Made]:
    made: dict[str, Made] = {}

    def one(name: str) -> Made:
        if name not in made:
            spec = plan.specs[name]
            by = None if spec.by == name else one(spec.by)
            key = a_key(spec.kind, spec.key_name or spec.name)
            options = _fitting(spec, by)
            weak = options.pop("algorithm_byte", None)
            made[name] = a_certificate(spec.subject, key=key, by=by, now=now, **options)
            if isinstance(weak, int):
                made[name] = _claiming(made[name], weak)
        return made[name]

    for name in plan.specs:
        one(name)
    return made


def _claiming(made: Made, algorithm: int) -> Made:
    """The same certificate saying that it was signed with MD5 or SHA-1; only RSA's names are as long as the real one's."""
    der = made.der.replace(_RSA_SIGNATURE + b"\x0b", _RSA_SIGNATURE + bytes((algorithm,)))
    return Made(x509.load_der_x509_certificate(der), made.key)


def _fitting(spec: Spec, by: Made | None) -> dict[str, Any]:
    """Options that the signer's kind of key can do."""
    signer = by.key if by else a_key(spec.kind, spec.key_name or spec.name)
    options = dict(spec.options)
    if type(signer).__name__ != "RSAPrivateKey":
        options.pop("pss", None)
    return options


def _files(plan: Plan, made: dict[str, Made]) -> Files:
    ca = b"".join(made[name].pem for name in plan.roots)
    issuer = b"".join(made[name].pem for name in plan.chain)
    return Files(ca, issuer, key_pem(made[plan.key_of].key))
