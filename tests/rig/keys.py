"""What etcd's guest needs before it can start: a serving certificate, a key that signs tokens, a kubeconfig."""

import ipaddress
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class ServingFiles:
    """PEM files: a self-signed certificate for 127.0.0.1 and localhost, which is its own CA, and its key."""

    certificate: Path
    key: Path


def write_serving_files(folder: Path) -> ServingFiles:
    """Makes the API server's own TLS identity, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rig-kube-apiserver")])
    now = datetime.now(UTC)  # noqa: TID251 - real binaries read the real clock
    loopback = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(loopback), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_signs_and_serves(), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = ServingFiles(folder / "serving.crt", folder / "serving.key")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_key(files.key, key)
    return files


def write_service_account_key(folder: Path) -> Path:
    """The key that signs and checks ServiceAccount tokens."""
    path = folder / "service-account.key"
    _write_key(path, ec.generate_private_key(ec.SECP256R1()))
    return path


def write_kubeconfig(path: Path, *, url: str, ca: Path, token: str, namespace: str = "default", context: str = "rig") -> Path:
    """A kubeconfig of one context that carries the token and points at the CA."""
    # Dumped as JSON, which every YAML reader reads.
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": context, "cluster": {"server": url, "certificate-authority": str(ca)}}],
        "users": [{"name": context, "user": {"token": token}}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context, "namespace": namespace}}],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    path.chmod(0o600)
    return path


def _signs_and_serves() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    # Not PKCS8: kube-apiserver takes the public half of a signing key only from the traditional encoding.
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    path.write_bytes(pem)
    path.chmod(0o600)
