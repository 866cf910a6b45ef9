"""Bundles made at random from a seed: sound structures, broken in zero to three of the ways in which people and tools break them.

``generate(seed)`` is deterministic in everything but key bytes. The differential suites feed the result to Go's own functions,
to real sentries and to the model, and compare.
"""

import base64
import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.certificates import ANY, CA_USAGES, CLIENT, CODE, DAY, SERVER, Files, Made, a_certificate, a_key, an_x25519_key_pem, key_pem

_RSA_SIGNATURE = bytes.fromhex("06092a864886f70d0101")
KINDS = ("p256", "p256", "p256", "p256", "p384", "p521", "p224", "ed25519", "rsa2048", "rsa1024")


@dataclass
class Spec:
    """One certificate to be made. ``by`` is the name of its signer in the plan, its own name for a root."""

    name: str
    by: str
    kind: str = "p256"
    key_name: str = ""
    subject: str = ""
    options: dict[str, object] = field(default_factory=dict)


@dataclass
class Plan:
    """Certificates by name, and which of them go into which file."""

    specs: dict[str, Spec]
    roots: list[str]
    chain: list[str]
    key_of: str = "issuer"
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    """A generated bundle and what was done to it."""

    seed: int
    notes: tuple[str, ...]
    files: Files


def generate(seed: int, now: dt.datetime) -> Sample:
    """The bundle of a seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    plan = _sound(dice)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3))):
        name, change = dice.choice(_CHANGES)
        change(plan, dice, now)
        plan.notes.append(name)
    made = _make(plan, now)
    files = _files(plan, made)
    for _ in range(dice.choice((0, 0, 0, 1, 1, 2))):
        name, edit = dice.choice(_EDITS)
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
            made[name] = a_certificate(spec.subject, key=key, by=by, now=now, **options)  # type: ignore[arg-type]
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


def _fitting(spec: Spec, by: Made | None) -> dict[str, object]:
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


Change = Callable[[Plan, random.Random, dt.datetime], None]


def _option(**options: object) -> Change:
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
    options: dict[str, object] = {}
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


_CHANGES: tuple[tuple[str, Change], ...] = (
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

Edit = Callable[[bytes, random.Random], bytes]


def _blocks(data: bytes) -> list[bytes]:
    parts = data.split(b"-----BEGIN ")
    return [parts[0], *(b"-----BEGIN " + part for part in parts[1:])]


def _between(insert: bytes) -> Edit:
    def edit(data: bytes, dice: random.Random) -> bytes:
        parts = _blocks(data)
        parts.insert(dice.randrange(1, len(parts) + 1), insert)
        return b"".join(parts)

    return edit


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(max(1, len(data)))]


def _cut_last_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[: -dice.choice((1, 2, 3))])


def _drop_a_line(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        lines.pop(dice.randrange(len(lines)))
    return b"".join(lines)


def _swap_a_byte(data: bytes, dice: random.Random) -> bytes:
    if not data:
        return data
    at = dice.randrange(len(data))
    return data[:at] + bytes((dice.choice(b"AZaz09+/=- \n\t:\x00\xff"),)) + data[at + 1 :]


def _swap_der_byte(data: bytes, dice: random.Random) -> bytes:
    """Another byte inside of one block, encoded properly again."""
    parts = _blocks(data)
    if len(parts) < 2:
        return data
    at = dice.randrange(1, len(parts))
    lines = parts[at].splitlines()
    body = [line for line in lines[1:] if line and not line.startswith(b"-----")]
    try:
        der = bytearray(base64.b64decode(b"".join(body)))
    except ValueError:
        return data
    where = dice.randrange(len(der))
    der[where] = dice.choice((der[where] ^ 1, der[where] ^ 0x80, 0, 0xFF, der[where] + 1 & 0xFF))
    coded = base64.encodebytes(bytes(der)).replace(b"\n", b"")
    wrapped = b"\n".join(coded[i : i + 64] for i in range(0, len(coded), 64))
    parts[at] = lines[0] + b"\n" + wrapped + b"\n" + b"-----END " + lines[0].removeprefix(b"-----BEGIN ") + b"\n"
    return b"".join(parts)


def _append_to_der(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines()
    body = [line for line in lines[1:-1] if not line.startswith(b"-----")]
    try:
        der = base64.b64decode(b"".join(body)) + b"\x00"
    except ValueError:
        return data
    return lines[0] + b"\n" + base64.encodebytes(der) + lines[-1] + b"\n"


_EC_PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"

_EDITS: tuple[tuple[str, Edit], ...] = (
    ("empty", lambda _, __: b""),
    ("garbage", lambda _, dice: dice.randbytes(200)),
    ("text", lambda _, __: b"not a certificate\n"),
    ("leading text", lambda data, _: b"# comment: here\nsome text\n" + data),
    ("leading blank", lambda data, _: b"\n\n" + data),
    ("leading space", lambda data, _: b" " + data),
    ("bom", lambda data, _: b"\xef\xbb\xbf" + data),
    ("trailing text", lambda data, _: data + b"junk at the end\n"),
    ("trailing space", lambda data, _: data + b" "),
    ("trailing newlines", lambda data, _: data + b"\n\n"),
    ("trailing nul", lambda data, _: data + b"\x00"),
    ("trailing non-utf8", lambda data, _: data + b"\xff\xfe\n"),
    ("crlf", lambda data, _: data.replace(b"\n", b"\r\n")),
    ("cr only", lambda data, _: data.replace(b"\n", b"\r")),
    ("no final newline", lambda data, _: data.rstrip(b"\n")),
    ("no newlines", lambda data, _: data.replace(b"\n", b"")),
    ("glued blocks", lambda data, _: data.replace(b"-----\n-----", b"----------")),
    ("base64 twice", lambda data, _: base64.b64encode(data)),
    ("literal newlines", lambda data, _: data.replace(b"\n", b"\\n")),
    ("indented", lambda data, _: b"".join(b"  " + line for line in data.splitlines(keepends=True))),
    ("tabs in base64", lambda data, _: data.replace(b"\nM", b"\n\tM", 1)),
    ("trailing blanks on lines", lambda data, _: data.replace(b"\n", b" \t\n")),
    ("blank lines inside", lambda data, _: data.replace(b"\n", b"\n\n")),
    ("truncated", _cut),
    ("last lines cut", _cut_last_lines),
    ("line dropped", _drop_a_line),
    ("byte swapped", _swap_a_byte),
    ("der byte swapped", _swap_der_byte),
    ("der byte swapped", _swap_der_byte),
    ("der trailing byte", _append_to_der),
    ("ec parameters between", _between(_EC_PARAMETERS)),
    ("key between", _between(key_pem(a_key("p256", "between")))),
    ("text between", _between(b"subject=CN = x\nissuer=CN = y\n")),
    ("begin without end", _between(b"-----BEGIN CERTIFICATE-----\nMIIB\n")),
    ("end without begin", _between(b"-----END CERTIFICATE-----\n")),
    ("empty block", _between(b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")),
    ("trusted certificate label", lambda data, _: data.replace(b" CERTIFICATE-", b" TRUSTED CERTIFICATE-")),
    ("lower-case label", lambda data, _: data.replace(b" CERTIFICATE-", b" certificate-")),
    ("one label mismatch", lambda data, _: data.replace(b"-----END CERTIFICATE-----", b"-----END CERT-----", 1)),
    ("pem headers", lambda data, _: data.replace(b"-----\nM", b"-----\nComment: hello\n\nM", 1)),
    ("pem headers without blank line", lambda data, _: data.replace(b"-----\nM", b"-----\nComment: hello\nM", 1)),
    ("end line with text", lambda data, _: data.replace(b"-----END CERTIFICATE-----\n", b"-----END CERTIFICATE----- x\n", 1)),
    ("doubled", lambda data, _: data + data),
    ("x25519 key", lambda _, __: an_x25519_key_pem()),
    ("traditional key", lambda _, __: key_pem(a_key("p256", "issuer"), "traditional")),
)

__all__ = ["CA_USAGES", "Plan", "Sample", "generate"]
