"""A test authority, a certificate of its for this machine, and the bundles that clients get."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import botocore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from switchboard.cloud.connections import ROOTS

PUBLIC = Path(botocore.__file__).with_name("cacert.pem")
"""Mozilla's list of authorities, as botocore ships it and every Linux has it."""
TEST_ROOT, SERVER = "test-root.pem", "server.pem"
AMAZON_BUNDLE, PUBLIC_BUNDLE = "amazon-and-test.pem", "public-and-test.pem"


def issue(folder: Path) -> None:
    """Write the server's key and certificate, and each bundle with the test authority added.

    RSA with 2048 bits, as AWS's own endpoints have.
    """
    root_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    root_name = _name("Test root")
    root_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    root = (
        _builder(root_name, root_name, root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(root_id, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id)
    server = (
        _builder(_name("localhost"), root_name, server_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    key = server_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = root.public_bytes(serialization.Encoding.PEM)
    (folder / TEST_ROOT).write_bytes(pem)
    (folder / SERVER).write_bytes(key + server.public_bytes(serialization.Encoding.PEM))
    (folder / AMAZON_BUNDLE).write_bytes(ROOTS.read_bytes() + b"\n" + pem)
    (folder / PUBLIC_BUNDLE).write_bytes(PUBLIC.read_bytes() + b"\n" + pem)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=not signs_certificates,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
