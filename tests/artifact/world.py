"""A local AWS with what the template declares, and what its tools reach, for one run of a suite."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.built import resources
from local.calendar import CALENDAR, USER, CalendarServer
from local.deployment import client
from local.emulator import Emulator
from local.process import free_port
from scripts.sign_events import SECRETS

STACK = "switchboard"
PASSWORD = "example-password"
SEALS = "ENCRYPT_DECRYPT"
TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
)
QUEUE_PROPERTIES = ("FifoQueue", "DeduplicationScope", "FifoThroughputLimit", "VisibilityTimeout")


class World:
    """The resources that functions are told of, and clients to look at them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.dynamodb, self.s3, self.sqs, self.ssm, self.kms = (
            client(name, environment) for name in ("dynamodb", "s3", "sqs", "ssm", "kms")
        )
        self.references: dict[str, str] = {"AWS::StackName": STACK}
        """Logical ids of the template, and what a `Ref` to them gives."""

    def build(self, calendar: str, github: str) -> None:
        """Make what the template declares, as it declares it, and connect everything."""
        ((table, properties),) = resources("AWS::DynamoDB::Table").items()
        given = {name: properties[name] for name in TABLE_PROPERTIES}
        self.dynamodb.create_table(TableName=table, **given)
        self.references[table] = table
        ((bucket, _),) = resources("AWS::S3::Bucket").items()
        self.references[bucket] = bucket.lower()
        self.s3.create_bucket(Bucket=self.references[bucket])
        for name, properties in resources("AWS::SQS::Queue").items():
            queue = f"{STACK}-{name}" + (".fifo" if properties.get("FifoQueue") else "")
            given = {one: properties[one] for one in QUEUE_PROPERTIES if one in properties}
            attributes = {one: str(value).lower() for one, value in given.items()}
            attributes |= {
                one: properties[one] for one in QUEUE_PROPERTIES[1:3] if one in properties
            }
            made = self.sqs.create_queue(QueueName=queue, Attributes=attributes)
            self.references[name] = made["QueueUrl"]
        for name, properties in resources("AWS::KMS::Key").items():
            spec = properties.get("KeySpec", "SYMMETRIC_DEFAULT")
            made = self.kms.create_key(KeySpec=spec, KeyUsage=properties.get("KeyUsage", SEALS))
            self.references[name] = made["KeyMetadata"]["Arn"]
        login = {"endpoint": calendar, "username": USER, "password": PASSWORD}
        self._connect("ingest", SECRETS)
        self._connect("deliver", {"web/main": {}})
        self._connect("console", {"web/main": SECRETS["web/main"]})
        self._connect("tools/calendar", {"connection": login | {"calendar": CALENDAR}})
        self._connect("tools/github", {"connection": {"endpoint": github, "token": "example"}})

    def close(self) -> None:
        for one in (self.dynamodb, self.s3, self.sqs, self.ssm, self.kms):
            one.close()

    def variables(self, declared: Mapping[str, Any]) -> dict[str, str]:
        """A function's environment variables, references resolved."""
        return {name: self._resolved(value) for name, value in declared.items()}

    def rows(self, pk: str) -> dict[str, dict[str, Any]]:
        """The rows of one partition, by sort key."""
        names = {"ExpressionAttributeValues": {":pk": {"S": pk}}}
        found = self.dynamodb.query(
            TableName=self.references["Ledger"], KeyConditionExpression="pk = :pk", **names
        )
        return {item["sk"]["S"]: item for item in found["Items"]}

    def stored(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.references["Results"], Key=key)["Body"].read()

    def store(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.references["Results"], Key=key, Body=body)

    def empty(self) -> None:
        """Take out every row and every message."""
        table = self.references["Ledger"]
        for item in self.dynamodb.scan(TableName=table)["Items"]:
            key = {"pk": item["pk"], "sk": item["sk"]}
            self.dynamodb.delete_item(TableName=table, Key=key)
        for queue in resources("AWS::SQS::Queue"):
            self.received(queue)

    def received(self, queue: str) -> list[str]:
        """The bodies that wait in a queue; they are taken out of it."""
        bodies = []
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=self.references[queue], MaxNumberOfMessages=10, WaitTimeSeconds=0
            )
            if not answer.get("Messages"):
                return bodies
            for message in answer["Messages"]:
                bodies.append(message["Body"])
                self.sqs.delete_message(
                    QueueUrl=self.references[queue], ReceiptHandle=message["ReceiptHandle"]
                )

    def _connect(self, name: str, values: Mapping[str, Any]) -> None:
        self.ssm.put_parameter(
            Name=f"/{STACK}/{name}", Value=json.dumps(values), Type="SecureString"
        )

    def _resolved(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return self.references[value["Ref"]]
        if "Fn::GetAtt" in value:  # of a key, the API, or a queue, as `events/` has it
            if value["Fn::GetAtt"][1] == "ApiEndpoint":
                return "https://api.example"
            reference = self.references[value["Fn::GetAtt"][0]]
            if reference.startswith("arn:"):
                return reference
            name = reference.rpartition("/")[2]
            return f"arn:aws:sqs:eu-central-1:123456789012:{name}"
        told = str(value["Fn::Sub"]).replace("${AWS::StackName}", STACK)
        return told.replace("${Key.Arn}", self.references["Key"])


@contextmanager
def running(state: Path, github: str) -> Iterator[World]:
    """A world of its own: a local AWS, a calendar server, and the address of a GitHub."""
    emulator = Emulator(state, free_port())
    calendar = CalendarServer(state, free_port(), PASSWORD)
    before = dict(os.environ)
    emulator.start()
    world = World(emulator.environment)
    try:
        calendar.start()
        world.build(calendar.url, github)
        table = world.variables({"LEDGER_TABLE": {"Ref": "Ledger"}})
        os.environ.update(emulator.environment | table)
        yield world
    finally:
        os.environ.clear()
        os.environ.update(before)
        world.close()
        calendar.stop()
        emulator.stop()
