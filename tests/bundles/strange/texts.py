"""By hand: the PEM texts that editors, shells, tools and people make of certificates."""

import datetime as dt
from collections.abc import Callable, Iterator

from tests.bundles.armour import armoured, contents
from tests.certificates import Files, a_key, a_root, an_issuer, bundle_of, key_pem

BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
Edit = Callable[[bytes], bytes]


def every(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    """Each edit on the only root, on the issuer, and on the first of two roots (where it may hide the second, which is needed)."""
    root, first = (a_root(name, now=now, key=a_key("p256", name)) for name in ("root", "first"))
    issuer = an_issuer(root, "issuer", now=now, key=a_key("p256", "issuer"))
    good = bundle_of(issuer, roots=(root,))
    for name, edit in EDITS.items():
        yield f"ca.crt: {name}", Files(edit(good.ca), good.issuer, good.key)
        yield f"issuer.crt: {name}", Files(good.ca, edit(good.issuer), good.key)
        yield f"first of two roots: {name}", Files(edit(first.pem) + root.pem, good.issuer, good.key)
        yield f"second of two roots: {name}", Files(root.pem + edit(first.pem), good.issuer, good.key)
    for name, insert in INSERTS.items():
        yield f"between two roots: {name}", Files(first.pem + insert + root.pem, good.issuer, good.key)
        yield f"before ca.crt: {name}", Files(insert + good.ca, good.issuer, good.key)
        yield f"before issuer.crt: {name}", Files(good.ca, insert + good.issuer, good.key)
        yield f"behind issuer.crt: {name}", Files(good.ca, good.issuer + insert, good.key)
        yield f"behind ca.crt: {name}", Files(good.ca + insert, good.issuer, good.key)
        yield f"before issuer.key: {name}", Files(good.ca, good.issuer, insert + good.key)


def _swap(old: bytes, new: bytes, count: int = -1) -> Edit:
    return lambda data: data.replace(old, new, count)


def _body(change: Edit) -> Edit:
    def edit(data: bytes) -> bytes:
        head, _, rest = data.partition(b"\n")
        body, dashes, tail = rest.partition(b"-----END")
        return head + b"\n" + change(body) + dashes + tail

    return edit


def _rewritten(*, width: int = 64, headers: str = "") -> Edit:
    return lambda data: armoured("CERTIFICATE", contents(data), width=width, headers=headers)


EDITS: dict[str, Edit] = {
    "blank after BEGIN": _swap(BEGIN + b"\n", BEGIN + b" \n"),
    "tab after BEGIN": _swap(BEGIN + b"\n", BEGIN + b"\t\n"),
    "letter after BEGIN": _swap(BEGIN + b"\n", BEGIN + b"x\n"),
    "blank after END": _swap(END + b"\n", END + b" \n"),
    "tab and CRLF after END": _swap(END + b"\n", END + b"\t\r\n"),
    "letter after END": _swap(END + b"\n", END + b"x\n"),
    "blank before BEGIN": _swap(BEGIN, b" " + BEGIN),
    "tab before END": _swap(END, b"\t" + END),
    "END on the last line of base64": _swap(b"\n" + END, END),
    "base64 on the line of BEGIN": _swap(BEGIN + b"\n", BEGIN),
    "four dashes": _swap(BEGIN, BEGIN[1:]),
    "six dashes": _swap(BEGIN, b"-" + BEGIN),
    "six dashes behind": _swap(BEGIN, BEGIN + b"-"),
    "en dashes": _swap(b"-----", "\u2013\u2013\u2013\u2013\u2013".encode()),
    "two blanks in BEGIN": _swap(b"BEGIN CERT", b"BEGIN  CERT"),
    "begin in lower case": _swap(b"BEGIN", b"begin"),
    "no break space in BEGIN": _swap(b"BEGIN CERT", "BEGIN\u00a0CERT".encode()),
    "END of something else": _swap(b"END CERTIFICATE", b"END X509 CRL"),
    "END missing": _swap(END + b"\n", b""),
    "BEGIN twice": _swap(BEGIN + b"\n", BEGIN + b"\n" + BEGIN + b"\n"),
    "END twice": _swap(END, END + b"\n" + END),
    "labelled X509 CERTIFICATE": _swap(b"CERTIFICATE-----", b"X509 CERTIFICATE-----"),
    "labelled TRUSTED CERTIFICATE": _swap(b"CERTIFICATE-----", b"TRUSTED CERTIFICATE-----"),
    "labelled PKCS7": _swap(b"CERTIFICATE-----", b"PKCS7-----"),
    "labelled with nothing": _swap(b" CERTIFICATE-----", b"-----"),
    "labelled with a blank": _swap(b"CERTIFICATE-----", b"-----"),
    "CRLF": _swap(b"\n", b"\r\n"),
    "CR": _swap(b"\n", b"\r"),
    "LF CR": _swap(b"\n", b"\n\r"),
    "CR CR LF": _swap(b"\n", b"\r\r\n"),
    "CRLF on the first line only": _swap(b"\n", b"\r\n", 1),
    "line separators": _swap(b"\n", "\u2028".encode()),
    "form feeds": _swap(b"\n", b"\x0c\n"),
    "vertical tabs": _body(_swap(b"\n", b"\x0b")),
    "NEL": _body(_swap(b"\n", b"\xc2\x85")),
    "NUL at the end": lambda data: data + b"\x00",
    "NUL in the base64": _body(lambda body: body[:20] + b"\x00" + body[20:]),
    "control Z": lambda data: data + b"\x1a",
    "blanks in the base64": _body(lambda body: body[:20] + b"  \t " + body[20:]),
    "minus in the base64": _body(lambda body: body[:20] + b"-" + body[21:]),
    "base64 of URLs": _body(lambda body: body.replace(b"+", b"-").replace(b"/", b"_")),
    "padding taken off": _body(lambda body: body.replace(b"=", b"")),
    "padding added": _body(lambda body: body.rstrip(b"\n") + b"==\n"),
    "padding in the middle": _body(lambda body: body[:20] + b"==" + body[20:]),
    "last bits not zero": _body(lambda body: body.replace(b"A==", b"B==").replace(b"E=", b"F=")),
    "comment in the base64": _body(lambda body: b"# comment\n" + body),
    "colon in the base64": _body(lambda body: body[:20] + b":" + body[20:]),
    "in one line": _rewritten(width=100_000),
    "in lines of 76": _rewritten(width=76),
    "in lines of 3": _rewritten(width=3),
    "blank lines inside": _swap(b"\n", b"\n\n"),
    "blank line first": _swap(BEGIN + b"\n", BEGIN + b"\n\n"),
    "header": _rewritten(headers="Comment: x\n\n"),
    "headers": _rewritten(headers="Comment: x\nOther: y\n\n"),
    "header without a blank line": _rewritten(headers="Comment: x\n"),
    "header without a value": _rewritten(headers="Comment:\n\n"),
    "header continued": _rewritten(headers="Comment: x\n y\n\n"),
    "header with a CRLF": _rewritten(headers="Comment: x\r\n\r\n"),
    "header without a colon": _rewritten(headers="Comment\n\n"),
    "header encrypted": _rewritten(headers="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"),
    "header behind a blank line": _rewritten(headers="\nComment: x\n\n"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "byte order mark and newline": lambda data: b"\xef\xbb\xbf\n" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without mark": lambda data: data.decode().encode("utf-16-le"),
    "indented by YAML": lambda data: b"".join(b"    " + line for line in data.splitlines(keepends=True)),
    "indented but for BEGIN": lambda data: b"    ".join(data.splitlines(keepends=True)),
    "quoted": lambda data: b'"' + data + b'"',
    "quoted by mail": lambda data: b"".join(b"> " + line for line in data.splitlines(keepends=True)),
    "behind a key of YAML": lambda data: b"ca.crt: |\n" + data,
    "behind a key on its line": lambda data: b"ca.crt: " + data,
    "backslashes at line ends": _swap(b"\n", b"\\\n"),
    "literal newlines": _swap(b"\n", b"\\n"),
    "literal newlines and one real": lambda data: data.replace(b"\n", b"\\n") + b"\n",
    "no newline at all": _swap(b"\n", b""),
    "no final newline": lambda data: data.rstrip(b"\n"),
    "blanks at the end": lambda data: data + b"   ",
    "HTML": lambda data: b"<pre>" + data + b"</pre>\n",
    "empty": lambda _: b"",
    "newline only": lambda _: b"\n",
    "BEGIN only": lambda _: BEGIN,
    "BEGIN and END only": lambda _: BEGIN + b"\n" + END + b"\n",
    "END first": lambda data: END + b"\n" + data,
    "200 KiB of text before": lambda data: b"# text\n" * 29_000 + data,
    "200 KiB of text behind": lambda data: data + b"# text\n" * 29_000,
    "200 KiB of dashes before": lambda data: b"-" * 200_000 + b"\n" + data,
    "20000 BEGINs before": lambda data: (b"-----BEGIN " * 20_000) + b"\n" + data,
    "3000 broken blocks before": lambda data: (BEGIN + b"\n!\n" + END + b"\n") * 3000 + data,
}  # fmt: skip

_GARBAGE = bytes(range(256))
INSERTS: dict[str, bytes] = {
    "text": b"subject=O = root\nissuer=O = root\n",
    "text with dashes": b"----- my roots -----\n",
    "text with BEGIN": b"the line -----BEGIN CERTIFICATE----- begins it\n",
    "a line with BEGIN and more": b"-----BEGIN CERTIFICATE----- begins it\n",
    "a BEGIN line": BEGIN + b"\n",
    "an END line": END + b"\n",
    "a BEGIN line of a key": b"-----BEGIN PRIVATE KEY-----\n",
    "an empty block": BEGIN + b"\n" + END + b"\n",
    "an empty block in one line": BEGIN + END + b"\n",
    "a block of nothing": armoured("CERTIFICATE", b""),
    "a block of zeros": armoured("CERTIFICATE", b"\x00" * 30),
    "a block with headers only": BEGIN + b"\nA: b\n\n" + END + b"\n",
    "a request": armoured("CERTIFICATE REQUEST", b"0\x00"),
    "a CRL": armoured("X509 CRL", b"0\x00"),
    "parameters": armoured("EC PARAMETERS", bytes.fromhex("06082a8648ce3d030107")),
    "a key": key_pem(a_key("p256", "inserted")),
    "a broken key": b"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
    "an unfinished key": b"-----BEGIN PRIVATE KEY-----\nAAAA\n",
    "a key of another end": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
    "a block without label": b"-----BEGIN -----\nAAAA\n-----END -----\n",
    "a block with a label of dashes": b"-----BEGIN A-B-----\nAAAA\n-----END A-B-----\n",
    "an openssh key": b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    "a PGP block": b"-----BEGIN PGP MESSAGE-----\n\nAAAA\n=njUN\n-----END PGP MESSAGE-----\n",
    "a block of two ends": b"-----BEGIN A-----\nAAAA\n-----END A-----\n-----END A-----\n",
    "newlines": b"\n\n\n",
    "blanks without newline": b"  ",
    "blanks and newline": b"  \n",
    "NUL": b"\x00\n",
    "all bytes": _GARBAGE,
    "all bytes and newline": _GARBAGE + b"\n",
    "bidi": "\u202e\u2066\n".encode(),
}  # fmt: skip
