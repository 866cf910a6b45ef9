"""Ways in which certificates and chains go wrong, each a change to a plan."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.bundles.plan import KINDS, Plan, Spec
from tests.certificates import ANY, CLIENT, CODE, DAY, SERVER

Change = Callable[[Plan, random.Random, dt.datetime], None]


def _option(**options: Any) -> Change:
    def change(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
        plan.specs[dice.choice(list(plan.specs))].options.update(options)

    return change


def _dates(before: int, after: int, seconds: int = 0) -> Change:
    def change(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
        extra = dt.timedelta(seconds=seconds)
        plan.specs[dice.choice(list(plan.specs))].options.update(not_before=now + before * DAY, not_after=now + after * DAY + extra)

    return change


def _path_length(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.specs[dice.choice(list(plan.specs))].options["path_length"] = dice.choice((0, 0, 1, 2))


def _another_root(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    name = f"root{len(plan.specs)}"
    options: dict[str, Any] = {}
    if dice.random() < 0.4:
        options = {"not_before": now - 20 * DAY, "not_after": now - 2 * DAY}
    plan.specs[name] = Spec(name, name, dice.choice(KINDS), subject=dice.choice((name, "root")), options=options)
    plan.roots.insert(dice.randrange(len(plan.roots) + 1), name)


def _many_roots(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    same = dice.random() < 0.5
    for at in range(dice.choice((10, 63, 99, 100, 110))):
        name = f"extra{at}"
        plan.specs[name] = Spec(name, name, "p256", key_name=f"extra{at % 7}", subject="root" if same else name)
        plan.roots.insert(0, name)


def _wrong_root(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.specs["stranger"] = Spec("stranger", "stranger", subject=dice.choice(("root", "stranger")))
    plan.roots = ["stranger"]


def _same_key_root(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    old = plan.specs["root"]
    plan.specs["renewed"] = Spec("renewed", "renewed", old.kind, key_name=old.key_name or "root", subject=old.subject)
    plan.roots = dice.choice((["renewed"], ["root", "renewed"], ["renewed", "root"]))
    if dice.random() < 0.5:
        old.options.update(not_before=now - 20 * DAY, not_after=now - DAY)


def _cross(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    """The rotation without restarts: new issuer below a new root that the old issuer has signed."""
    old_issuer = plan.chain[0]
    plan.specs["new-root"] = Spec("new-root", "new-root", dice.choice(KINDS), subject="new-root")
    root = plan.specs["new-root"]
    plan.specs["crossed"] = Spec("crossed", old_issuer, root.kind, key_name="new-root", subject="new-root")
    plan.specs["new-issuer"] = Spec("new-issuer", "new-root", dice.choice(KINDS), subject=dice.choice(("new-issuer", "issuer")))
    plan.chain = ["new-issuer", "crossed", *plan.chain]
    plan.roots = dice.choice(([*plan.roots, "new-root"], ["new-root", *plan.roots], list(plan.roots), ["new-root"]))
    plan.key_of = "new-issuer"


def _issuer_is_root(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.chain, plan.key_of = dice.choice((["root"], ["root", "root"])), "root"


def _append_root(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.chain = [*plan.chain, "root"]


def _shuffle(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    dice.shuffle(plan.chain)


def _missing_middle(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    if len(plan.chain) > 1:
        plan.chain.pop(1)


def _middle_in_ca(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.roots.insert(dice.randrange(len(plan.roots) + 1), plan.chain[-1])


def _duplicates(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    if dice.random() < 0.5:
        plan.roots.append(plan.roots[0])
    else:
        plan.chain.insert(0, plan.chain[0])


def _other_key(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.key_of = dice.choice(list(plan.specs))


def _key_of_root_in_issuer(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    """Issuer and root share a key, so that Go takes the issuer for self-signed."""
    root = plan.specs["root"]
    issuer = plan.specs["issuer"]
    issuer.kind, issuer.key_name = root.kind, root.key_name or "root"


def _key_of_root_anywhere(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    """As above for any certificate: sentry leaves what it takes for self-signed out of the chain that it sends to workloads."""
    root = plan.specs["root"]
    spec = plan.specs[dice.choice([name for name in plan.specs if name != "root"])]
    spec.kind, spec.key_name = root.kind, root.key_name or "root"


def _same_subject(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    subject = dice.choice(("root", "", "all"))
    for spec in plan.specs.values():
        spec.subject = subject


def _empty_subject(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.specs[dice.choice(list(plan.specs))].subject = ""


def _issuer_name_differs(plan: Plan, dice: random.Random, now: dt.datetime) -> None:
    plan.specs[dice.choice(list(plan.specs))].options["issuer"] = "somebody else"


def _constraints(*, critical: bool, **names: Sequence[x509.GeneralName]) -> Change:
    return _option(extensions=((x509.NameConstraints(names.get("permitted"), names.get("excluded")), critical),))


CHANGES: tuple[tuple[str, Change], ...] = (
    ("expired", _dates(-30, -1)),
    ("expired seconds ago", _dates(-30, 0, -3)),
    ("not yet valid", _dates(1, 30)),
    ("ends soon", _dates(-30, 3)),
    ("ca false", _option(ca=False)),
    ("no basicConstraints", _option(ca=None)),
    ("no basicConstraints, no key usage", _option(ca=None, usages=None)),
    ("no key usage", _option(usages=None)),
    ("key usage without certSign", _option(usages=("digital_signature", "crl_sign"))),
    ("key usage certSign only", _option(usages=("key_cert_sign",))),
    ("key usage nothing", _option(usages=())),
    ("eku server", _option(extended=(SERVER,))),
    ("eku client", _option(extended=(CLIENT,))),
    ("eku server+client", _option(extended=(SERVER, CLIENT))),
    ("eku any", _option(extended=(ANY,))),
    ("eku code", _option(extended=(CODE,))),
    ("eku code+any", _option(extended=(CODE, ANY))),
    ("pathlen", _path_length),
    ("pathlen", _path_length),
    ("another root", _another_root),
    ("another root", _another_root),
    ("many roots", _many_roots),
    ("wrong root", _wrong_root),
    ("same-key root", _same_key_root),
    ("cross-signed", _cross),
    ("cross-signed", _cross),
    ("issuer is root", _issuer_is_root),
    ("root appended to chain", _append_root),
    ("chain shuffled", _shuffle),
    ("middle missing", _missing_middle),
    ("middle in ca.crt", _middle_in_ca),
    ("duplicates", _duplicates),
    ("another key", _other_key),
    ("issuer has root's key", _key_of_root_in_issuer),
    ("somebody has root's key", _key_of_root_anywhere),
    ("same subject everywhere", _same_subject),
    ("empty subject", _empty_subject),
    ("issuer name differs", _issuer_name_differs),
    ("sha1", _option(algorithm_byte=0x05)),
    ("md5", _option(algorithm_byte=0x04)),
    ("sha384", _option(digest=hashes.SHA384())),
    ("sha512", _option(digest=hashes.SHA512())),
    ("pss", _option(pss=True)),
    ("pss sha384", _option(pss=True, digest=hashes.SHA384())),
    ("no key identifiers", _option(key_identifiers=False)),
    ("dns san", _option(dns=("cluster.local",))),
    ("uri san", _option(uris=("spiffe://cluster.local/ns/dapr-system/dapr-sentry",))),
    ("uri san without host", _option(uris=("urn:example:1",))),
    ("uri san malformed", _option(uris=("spiffe://bad host/",))),
    ("constraints: dns svc", _constraints(critical=True, permitted=[x509.DNSName("svc")])),
    ("constraints: uri cluster.local", _constraints(critical=True, permitted=[x509.UniformResourceIdentifier("cluster.local")])),
    (
        "constraints: uri both",
        _constraints(critical=False, permitted=[x509.UniformResourceIdentifier("cluster.local"), x509.UniformResourceIdentifier("public")]),
    ),
    ("constraints: excluded uri", _constraints(critical=True, excluded=[x509.UniformResourceIdentifier("public")])),
    ("constraints: directory, critical", _constraints(critical=True, permitted=[x509.DirectoryName(x509.Name([]))])),
    ("constraints: directory", _constraints(critical=False, permitted=[x509.DirectoryName(x509.Name([]))])),
    (
        "unknown critical extension",
        _option(extensions=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)),
    ),
    ("unknown extension", _option(extensions=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False),))),
    ("policy", _option(extensions=((x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)]), False),))),
    ("explicit policy", _option(extensions=((x509.PolicyConstraints(0, None), True),))),
    ("key usage critical off, sans", _option(dns=("a.example", "b.example"))),
)
