"""Creates a self-signed certificate for tests in which daphne itself serves TLS."""

import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Files(NamedTuple):
    key: Path
    certificate: Path


def endpoint(port: int, files: Files) -> tuple[str, str]:
    """The arguments that make daphne serve TLS on this port, too."""
    return "-e", f"ssl:{port}:interface=127.0.0.1:privateKey={files.key}:certKey={files.certificate}"


def certificate(folder: Path) -> Files:
    """A key and a self-signed certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = Files(folder / "key.pem", folder / "certificate.pem")
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files.key.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    files.certificate.write_bytes(made.public_bytes(encoding))
    return files
