"""The one exchange with a real socket: connections are kept, proved and replaced."""

import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import botocore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from switchboard.cloud import aws, connections
from switchboard.credentials import parameters
from switchboard.errors import UnavailableError
from switchboard.net import exchange, http
from tests.kit.clock import Clock
from tests.kit.environment import surroundings
from tests.kit.servers import Told, serving

QUEUE = {"QueueUrl": "q", "MessageBody": "会议"}


@contextmanager
def reaching(url, **values):
    """AWS at `url`, with no pause between tries."""
    clock = Clock()
    with surroundings(AWS_ENDPOINT_URL=url, **values), clock.installed():
        yield clock.slept
        connections.hang_up()


@pytest.fixture(scope="module")
def unknown_authority(tmp_path_factory):
    """The path of a certificate for localhost that nobody vouches for, and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(pem))
    (path.parent / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, path.parent / "key.pem")
    return path, context


def test_a_call_is_signed_and_sent_as_it_is():
    with serving(Told(body=b'{"MessageId":"1"}')) as server, reaching(server.url):
        assert aws.call("sqs", "SendMessage", QUEUE) == {"MessageId": "1"}

    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/")
    assert asked.body == '{"QueueUrl":"q","MessageBody":"会议"}'.encode()
    assert asked.headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert asked.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7")
    assert asked.headers["host"] == server.url.removeprefix("http://")


def test_an_object_comes_back_as_the_bytes_it_is():
    with serving(Told(body=b"\x00\xff")) as server, reaching(server.url):
        assert aws.get_object("results", "a b") == b"\x00\xff"

    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/results/a%20b")


def test_one_connection_serves_many_calls():
    with serving() as server, reaching(server.url):
        for _ in range(5):
            aws.call("sqs", "SendMessage", QUEUE)

    assert server.connections == 1
    assert len(server.asked) == 5


def test_a_refusal_leaves_the_connection_usable():
    refused = Told(status=400, body=b'{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}')
    with serving(refused, Told()) as server, reaching(server.url):
        with pytest.raises(aws.AwsError, match="QueueDoesNotExist"):
            aws.call("sqs", "SendMessage", QUEUE)
        aws.call("sqs", "SendMessage", QUEUE)

    assert server.connections == 1


def test_a_connection_that_went_stale_is_replaced():
    with serving(Told(hang_up=True), Told(body=b'{"a":1}')) as server, reaching(server.url):
        aws.call("sqs", "SendMessage", QUEUE)
        assert aws.call("sqs", "SendMessage", QUEUE) == {"a": 1}

    assert server.connections == 2
    assert len(server.asked) == 2


def test_lambda_names_its_error_in_a_header():
    told = Told(404, b'{"Type":"User"}', {"x-amzn-errortype": "ResourceNotFoundException"})
    with (
        serving(told) as server,
        reaching(server.url),
        pytest.raises(aws.AwsError, match="ResourceNotFoundException"),
    ):
        aws.invoke("switchboard-tool-none", b"{}")


def test_where_nothing_listens_the_service_is_unavailable():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with reaching(url) as pauses, pytest.raises(UnavailableError) as caught:
            aws.call("sqs", "SendMessage", QUEUE)

    assert caught.value.detail == "sqs: ConnectionRefusedError"
    assert len(pauses) == aws.TRIES - 1


def test_an_answer_that_is_no_http_is_tried_again():
    with serving(Told(200, b"{}", {"content-length": "99"}, hang_up=True), Told()) as server:  # noqa: SIM117
        with reaching(server.url):
            aws.call("sqs", "SendMessage", QUEUE)

    assert len(server.asked) == 2


def test_an_unknown_authority_is_refused(unknown_authority):
    _, context = unknown_authority
    with (
        serving(tls=context) as server,
        reaching(server.url),
        pytest.raises(UnavailableError) as caught,
    ):
        aws.call("sqs", "SendMessage", QUEUE)

    assert caught.value.detail == "sqs: SSLCertVerificationError"
    assert server.asked == []


def test_a_platform_is_proved_as_well(unknown_authority):
    _, context = unknown_authority
    with (
        serving(tls=context) as server,
        pytest.raises(UnavailableError, match="SSLCertVerificationError"),
    ):
        http.post(f"{server.url}/chat.postMessage", {})

    assert server.asked == []


def test_a_plain_endpoint_needs_no_context():
    with surroundings(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_CA_BUNDLE="/nowhere"):
        connections.warm()

        with pytest.raises(FileNotFoundError):
            connections.tls()


def test_an_authority_that_is_named_is_trusted(unknown_authority):
    path, context = unknown_authority
    with serving(tls=context) as server, reaching(server.url, AWS_CA_BUNDLE=str(path)):
        connections.warm()
        assert aws.call("sqs", "SendMessage", QUEUE) == {}


@pytest.fixture
def old_server(unknown_authority):
    """A server's context that offers TLS 1.1 and nothing later."""
    path, _ = unknown_authority
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path, path.parent / "key.pem")
    made.set_ciphers("DEFAULT@SECLEVEL=0")  # OpenSSL 3 takes TLS 1.1 at no other
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1_1
    return path, made


@pytest.mark.parametrize("tls", [connections.tls, exchange.tls])
def test_a_server_with_tls_1_1_alone_is_refused_by_the_least_that_we_take(old_server, tls):
    path, context = old_server
    with serving(tls=context) as server, reaching(server.url, AWS_CA_BUNDLE=str(path)):
        made = tls.__wrapped__()  # its own: the others stay as they are
        made.load_verify_locations(path)
        made.set_ciphers("DEFAULT@SECLEVEL=0")  # so that nothing else keeps them apart
        host = ("localhost", server.server_port)

        with pytest.raises(ssl.SSLError), socket.create_connection(host) as plain:
            made.wrap_socket(plain, server_hostname="localhost")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            made.minimum_version = ssl.TLSVersion.TLSv1_1
        with (
            socket.create_connection(host) as plain,
            made.wrap_socket(plain, server_hostname="localhost") as taken,
        ):
            assert taken.version() == "TLSv1.1"


def test_the_roots_are_the_four_that_the_sdk_knows_too():
    ours, theirs = (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) for _ in range(2))
    ours.load_verify_locations(connections.ROOTS)
    theirs.load_verify_locations(f"{botocore.__path__[0]}/cacert.pem")

    names = sorted(dict(sum(one["subject"], ()))["commonName"] for one in ours.get_ca_certs())
    assert names == [f"Amazon Root CA {number}" for number in (1, 2, 3, 4)]
    assert set(ours.get_ca_certs(binary_form=True)) <= set(theirs.get_ca_certs(binary_form=True))


def test_tls_is_checked_in_full():
    with surroundings():
        context = connections.tls()

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 4


def test_a_region_of_china_has_its_own_domain():
    with surroundings(AWS_REGION="cn-north-1"):
        assert connections.base_of("sqs") == "https://sqs.cn-north-1.amazonaws.com.cn"
    with surroundings(AWS_REGION="eu-west-1"):
        assert connections.base_of("sqs") == "https://sqs.eu-west-1.amazonaws.com"


def test_a_parameter_is_read_once_and_may_be_missing():
    value = Told(
        body=b'{"Parameter":{"Value":"{\\"slack/main\\":{\\"signing_secret\\":\\"s\\"}}"}}'
    )
    missing = Told(400, b'{"__type":"ParameterNotFound"}')
    with serving(value, missing) as server, reaching(server.url):
        for _ in range(3):
            assert parameters.parameter("/a/ingest") == {"slack/main": {"signing_secret": "s"}}
        assert parameters.parameter("/a/deliver") == {}

    assert len(server.asked) == 2
    assert server.asked[0].body == b'{"Name":"/a/ingest","WithDecryption":true}'


def test_a_parameter_that_may_not_be_read_stops_the_start():
    told = Told(400, b'{"__type":"AccessDeniedException"}')
    with (
        serving(told) as server,
        reaching(server.url),
        pytest.raises(aws.AwsError, match="AccessDenied"),
    ):
        parameters.parameter("/a/ingest")
