"""The vectors of Standard Webhooks: a secret, a public key, or one of each while it is rotated."""

from tests.vectors.judging import Vector, judged


def judge(vector: Vector) -> str:
    names = ("secret", "secret.previous")
    return judged("webhook", dict(zip(names, vector["keys"].values(), strict=False)), vector)
