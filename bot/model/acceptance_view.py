"""What Dapr's own code sees in a PEM text: the certificates up to where it stops, or why it refuses the text."""

from collections.abc import Iterable
from typing import Final

from bot.model.certificate import Certificate, certificate
from bot.model.pem import PemDocument
from bot.model.problem import Problem
from bot.model.versions import Version

_CERTIFICATE: Final = "CERTIFICATE"


def seen_by_dapr(document: PemDocument, version: Version, name: str) -> tuple[Certificate, ...] | Problem:
    """The certificates that Dapr reads from a text, at least one, or the problem that makes it refuse the text.

    From 1.12 on (kit/crypto/pem) reading ends silently at the first block that is not a certificate, and what follows the
    last block does not matter. Up to 1.11 (pkg/sentry/certs) anything after the last block is an error.
    """
    if not document.whole:
        return Problem("file-too-large", "critical", f"{name} is larger than what is read here, so nobody judged it.")
    found: list[Certificate] = []
    for block in document.blocks:
        if block.label != _CERTIFICATE:
            return tuple(found) or _none(name)
        if block.problem:
            return Problem(
                "certificate-malformed", "critical", f"{name}: the certificate at line {block.line} cannot be read: {block.problem}."
            )
        found.append(certificate(block.der))
    left = document.blocks[-1].rest if document.blocks else document.size
    if left and version.class_ == "A":
        return Problem("trailing-text", "critical", f"{name}: Dapr up to 1.11 refuses a file with anything after its last PEM block.")
    return tuple(found) or _none(name)


def read_by_dapr(document: PemDocument | None, by: Iterable[Version]) -> tuple[Certificate, ...]:
    """The certificates that Dapr reads from a text, each once; () when it refuses the text. The kindest version counts."""
    if document is None:
        return ()
    seen = [found for version in by if not isinstance(found := seen_by_dapr(document, version, ""), Problem)]
    return tuple({one.fingerprint: one for found in seen[:1] for one in found}.values())


def _none(name: str) -> Problem:
    return Problem("no-certificates", "critical", f"{name} holds no certificate that Dapr reads, so sentry does not start.")
