"""What a bundle is made of before it is made: certificates by name, and which of them go into which file."""

from dataclasses import dataclass, field
from typing import Any

from tests.certificates import Files

KINDS = ("p256", "p256", "p256", "p256", "p384", "p521", "p224", "ed25519", "rsa2048", "rsa1024")


@dataclass
class Spec:
    """One certificate to be made. ``by`` is the name of its signer in the plan, its own name for a root."""

    name: str
    by: str
    kind: str = "p256"
    key_name: str = ""
    subject: str = ""
    options: dict[str, Any] = field(default_factory=dict)


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
