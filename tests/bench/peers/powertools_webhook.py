"""The same with Powertools' router and logger, as AWS's own examples have it."""

import hashlib
import hmac
import json
import os
import time

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

SECRET = os.environ["SLACK_SECRET"].encode()
QUEUE = os.environ["INBOX_URL"]
logger = Logger(service="webhook")
app = APIGatewayHttpResolver()
sqs = boto3.client("sqs")


@app.post("/webhook/slack/<account>")
def webhook(account):
    body = app.current_event.decoded_body.encode()
    headers = app.current_event.headers
    stamp = headers["x-slack-request-timestamp"]
    digest = hmac.new(SECRET, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    fresh = abs(time.time() - int(stamp)) <= 300
    if not fresh or not hmac.compare_digest("v0=" + digest, headers["x-slack-signature"]):
        return Response(401)
    message = json.loads(body)["event"]
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=json.dumps(message),
        MessageGroupId=message["channel"],
        MessageDeduplicationId=message["ts"],
    )
    logger.info("accepted", account=account)
    return Response(200, body="")


def handler(event, context):
    return app.resolve(event, context)
