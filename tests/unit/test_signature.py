"""The SigV4 signer against botocore's."""

import time
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import boto3
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchboard.cloud import aws
from switchboard.cloud.sigv4 import presign, sign
from tests.kit.environment import VARIABLES, surroundings


class Signing(NamedTuple):
    """Where, when and by whom."""

    region: str
    token: str
    at: int

    def botocore(self, kind, service):
        """A botocore signer, and the context that tells it the time."""
        credentials = Credentials(
            VARIABLES["AWS_ACCESS_KEY_ID"], VARIABLES["AWS_SECRET_ACCESS_KEY"], self.token or None
        )
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self.at))
        return kind(credentials, service, self.region), {"timestamp": stamp}

    def surroundings(self):
        return surroundings(AWS_REGION=self.region, AWS_SESSION_TOKEN=self.token)


SIGNINGS = st.builds(
    Signing,
    st.sampled_from(["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1"]),
    st.sampled_from(["", "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJ="]),
    st.integers(min_value=0, max_value=4_102_444_800),
)
UNHURRIED = settings(deadline=None)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
S3_LINKS = {"s3": {"addressing_style": "path"}, "signature_version": "s3v4"}
ODD_KEYS = [
    "a b",
    "会议纪要.pdf",
    "a+b",
    "~user/x",
    "100%",
    "%2F",
    "a//b/../c",
    "?#&=;:@",
    "é\u0301",
]


def signed_by_botocore(auth, context, request):
    """What botocore's `add_auth` does, with its clock given."""
    request.context.update(context)
    auth._modify_request_before_signing(request)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))
    return request


def assert_same(signing, kind, service, request):
    with signing.surroundings():
        made = sign(
            request.method, service, request.url, request.headers, request.data, at=signing.at
        )

    wanted = signed_by_botocore(*signing.botocore(kind, service), request)
    assert made.pop("host") == urlsplit(request.url).netloc
    assert made == {name.lower(): value for name, value in wanted.headers.items()}


@UNHURRIED
@given(
    signing=SIGNINGS,
    service=st.sampled_from(["sqs", "dynamodb", "ssm"]),
    operation=st.from_regex(r"[A-Z][A-Za-z]{2,20}", fullmatch=True),
    body=st.binary(max_size=300),
)
def test_calls_of_json_services_are_signed_as_botocore_signs_them(
    signing, service, operation, body
):
    target, content_type = aws._JSON_SERVICES[service]
    headers = {"content-type": content_type, "x-amz-target": target + operation}
    url = f"https://{service}.{signing.region}.amazonaws.com/"

    assert_same(signing, SigV4Auth, service, AWSRequest("POST", url, headers, body))


@UNHURRIED
@given(signing=SIGNINGS, name=st.text("abc-:./ %é", min_size=3, max_size=40))
@example(
    signing=Signing("us-east-1", "", 1), name="arn:aws:lambda:us-east-1:123456789012:function:a:b"
)
def test_invocations_are_signed_as_botocore_signs_them(signing, name):
    path = f"/2015-03-31/functions/{quote(name, safe='')}/invocations"
    headers = {"content-type": "application/json", "x-amz-invocation-type": "Event"}
    headers["x-amzn-trace-id"] = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    url = f"https://lambda.{signing.region}.amazonaws.com{path}"

    assert_same(signing, SigV4Auth, "lambda", AWSRequest("POST", url, headers, b"{}"))


@UNHURRIED
@given(
    signing=SIGNINGS,
    key=st.one_of(KEYS, st.sampled_from(ODD_KEYS)),
    body=st.binary(max_size=300),
    media_type=st.sampled_from(["application/pdf", "text/plain;  charset=utf-8", " a/b "]),
)
def test_objects_are_put_with_the_signature_of_botocore(signing, key, body, media_type):
    headers = {"content-type": media_type, "if-none-match": "*"}
    url = f"http://s3.{signing.region}.amazonaws.com{aws._object_path('results', key)}"

    assert_same(signing, S3SigV4Auth, "s3", AWSRequest("PUT", url, headers, body))


@UNHURRIED
@given(
    signing=SIGNINGS,
    key=st.one_of(KEYS, st.sampled_from(ODD_KEYS)),
    filename=st.one_of(st.just(""), KEYS, st.sampled_from(ODD_KEYS)),
    seconds=st.integers(min_value=1, max_value=604_800),
)
def test_links_carry_the_signature_of_botocore(signing, key, filename, seconds):
    url = f"https://s3.{signing.region}.amazonaws.com{aws._object_path('results', key)}"
    query = {"response-content-disposition": f"attachment; filename={filename}"} if filename else {}
    with signing.surroundings():
        made = presign(url, query, seconds=seconds, at=signing.at)

    auth, context = signing.botocore(S3SigV4QueryAuth, "s3")
    auth._expires = seconds
    wanted = signed_by_botocore(auth, context, AWSRequest("GET", url, params=query))
    assert parse_qs(urlsplit(made).query) == parse_qs(urlsplit(wanted.url).query)
    assert made.partition("?")[0] == url


def test_a_link_is_what_boto3_makes_at_the_same_second():
    # In us-east-1 boto3 asks the old global host for links.
    with surroundings(
        AWS_SESSION_TOKEN="example-token", AWS_DEFAULT_REGION="eu-west-1", AWS_REGION="eu-west-1"
    ):
        client = boto3.session.Session().client("s3", config=Config(**S3_LINKS))
        params = {
            "Bucket": "results",
            "Key": "results/1/0/会议 纪要+.pdf",
            "ResponseContentDisposition": "attachment; filename*=UTF-8''%E4%BC%9A%E8%AE%AE.pdf",
        }
        asked = dict(ClientMethod="get_object", Params=params, ExpiresIn=3600)
        # The clock may tick between the two; then they are asked again.
        for _ in range(5):
            theirs = client.generate_presigned_url(**asked)
            ours = aws.presigned_get("results", params["Key"], seconds=3600, filename="会议.pdf")
            ours_query, theirs_query = (parse_qs(urlsplit(one).query) for one in (ours, theirs))
            if ours_query["X-Amz-Date"] == theirs_query["X-Amz-Date"]:
                break

    assert ours_query == theirs_query
    assert urlsplit(ours)[:3] == urlsplit(theirs)[:3]


def test_a_link_without_a_name_leaves_the_disposition_to_the_browser():
    with surroundings():
        query = parse_qs(urlsplit(aws.presigned_get("results", "k", seconds=60)).query)

    assert "response-content-disposition" not in query
    assert query["X-Amz-Expires"] == ["60"]


def test_the_example_of_the_s3_manual():
    """AWS, "Authenticating requests: using query parameters", example."""
    with surroundings():
        link = presign(
            "https://examplebucket.s3.amazonaws.com/test.txt", {}, seconds=86_400, at=1_369_353_600
        )

    wanted = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    assert link.endswith(f"&X-Amz-Signature={wanted}")
