"""What rings: one row an alarm, from which `make template` writes the template's alarms."""

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.blocks import Block

FUNCTIONS = ("Ingest", "Dispatch", "Approve", "Fetch", "Deliver", "Sweep", "Console", "Signin")
"""Whose errors ring. A tool's failures are in the Failures queue, which has an alarm."""

RESOURCE = Block(
    """\
  %{name}Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: %{description}
      Namespace: %{namespace}
      MetricName: %{metric}
      Dimensions: [{Name: %{dimension}, Value: %{value}}]
      Statistic: %{statistic}
      Period: %{period}
      EvaluationPeriods: 1
      Threshold: %{threshold}
      ComparisonOperator: %{comparison}Threshold
      TreatMissingData: %{missing}
      AlarmActions: [!Ref Alarms]
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Rings when the metric, over one period, compares with the threshold as it says."""

    name: str
    description: str
    namespace: str
    metric: str
    dimension: str
    value: str
    """The dimension's, as the template writes it."""
    statistic: str = "Sum"
    period: int = 60
    threshold: int = 0
    comparison: str = "GreaterThan"
    missing: str = "notBreaching"

    def resource(self) -> str:
        return RESOURCE.substitute({field: getattr(self, field) for field in self.__slots__})


def _waiting(queue: str, description: str) -> Alarm:
    """A queue in which nothing should be."""
    return Alarm(
        name=queue,
        description=description,
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimension="QueueName",
        value=f"!GetAtt {queue}.QueueName",
        statistic="Maximum",
    )


def _old(queue: str, description: str) -> Alarm:
    """A queue that is not kept up with."""
    return Alarm(
        name=f"{queue}Age",
        description=description,
        namespace="AWS/SQS",
        metric="ApproximateAgeOfOldestMessage",
        dimension="QueueName",
        value=f"!GetAtt {queue}.QueueName",
        statistic="Maximum",
        threshold=300,
    )


def _raised(function: str) -> Alarm:
    return Alarm(
        name=f"{function}Errors",
        description=f"{function} raised",
        namespace="AWS/Lambda",
        metric="Errors",
        dimension="FunctionName",
        value=f"!Ref {function}",
    )


def _counted(name: str, metric: str, description: str, statistic: str = "Sum") -> Alarm:
    """A metric of our own (switchboard/metrics.py) that should stay at zero."""
    return Alarm(
        name=name,
        description=description,
        namespace="Switchboard",
        metric=metric,
        dimension="Stack",
        value="!Ref AWS::StackName",
        statistic=statistic,
    )


ALARMS = (
    _waiting("InboxDead", "Messages that could not be planned"),
    _waiting("HintsDead", "Hints that could not be followed, or messages that are none"),
    _waiting("OutboxDead", "Answers that could not be pushed"),
    # The sweep empties the queues above into the ledger: see `switchboard doctor`.
    _counted("DeadLetters", "dead", "Messages, pushes or calls were given up by their queues"),
    _counted("GivenUp", "ended", "Calls were given up because their function never ended them"),
    _counted("Untold", "failures", "Answers were given up, because their chats did not take them"),
    _counted("Unforeseen", "unforeseen", "Calls met errors in a tool that nobody foresaw"),
    _counted("Unreadable", "unreadable", "Rows of the ledger cannot be read by this release"),
    _counted("Missed", "missed_seconds", "A scheduled function did not run in its time", "Maximum"),
    Alarm(  # who sweeps no more cannot say so
        name="SweepSilent",
        description="The sweep has not run for five minutes",
        namespace="AWS/Lambda",
        metric="Invocations",
        dimension="FunctionName",
        value="!Ref Sweep",
        period=300,
        threshold=1,
        comparison="LessThan",
        missing="breaching",
    ),
    _waiting("Failures", "Calls that Lambda gave up"),
    _old("Inbox", "A message has waited five minutes to be planned"),
    _old("Approvals", "A yes or a no has waited five minutes; its question lapses after fifteen"),
    _old("Hints", "A call whose turn it is has waited five minutes for its hint"),
    _old("Outbox", "An answer has waited five minutes to be pushed"),
    *map(_raised, FUNCTIONS),
)


def resources() -> Iterator[str]:
    return (one.resource() for one in ALARMS)
