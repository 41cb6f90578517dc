"""The vectors of Standard Webhooks."""

from tests.vectors.judging import Vector, judged


def judge(vector: Vector) -> str:
    return judged("webhook", vector["keys"], vector)
