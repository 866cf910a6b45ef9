"""PEM, written in whatever way is wanted."""

import base64


def armoured(label: str, der: bytes, *, width: int = 64, headers: str = "") -> bytes:
    """One PEM block. ``headers``: lines that stand between BEGIN and the base64, with their own line ends."""
    coded = base64.b64encode(der)
    lines = b"\n".join(coded[at : at + width] for at in range(0, len(coded), width))
    return f"-----BEGIN {label}-----\n{headers}".encode() + lines + f"\n-----END {label}-----\n".encode()


def contents(pem: bytes) -> bytes:
    """The bytes inside of the only PEM block of a text."""
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))
