"""Ways in which people and tools spoil a PEM file, each an edit of its bytes."""

import base64
import random
from collections.abc import Callable

from tests.certificates import a_key, an_x25519_key_pem, key_pem

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
    if not der:
        return data
    where = dice.randrange(len(der))
    der[where] = dice.choice((der[where] ^ 1, der[where] ^ 0x80, 0, 0xFF, der[where] + 1 & 0xFF))
    coded = base64.encodebytes(bytes(der)).replace(b"\n", b"")
    wrapped = b"\n".join(coded[i : i + 64] for i in range(0, len(coded), 64))
    parts[at] = lines[0] + b"\n" + wrapped + b"\n" + b"-----END " + lines[0].removeprefix(b"-----BEGIN ") + b"\n"
    return b"".join(parts)


def _append_to_der(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines()
    if not lines:
        return data
    body = [line for line in lines[1:-1] if not line.startswith(b"-----")]
    try:
        der = base64.b64decode(b"".join(body)) + b"\x00"
    except ValueError:
        return data
    return lines[0] + b"\n" + base64.encodebytes(der) + lines[-1] + b"\n"


_EC_PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"

EDITS: tuple[tuple[str, Edit], ...] = (
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
