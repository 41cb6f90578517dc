"""Matrix's vectors: a transaction's id is in the path, not in the query."""

from msgspec import structs

from tests.vectors.judging import Vector, judged, webhook_of


def judge(vector: Vector) -> str:
    query = {name: value for name, value in vector["query"].items() if name != "txnId"}
    rest = f"_matrix/app/v1/transactions/{vector['query']['txnId']}"
    webhook = structs.replace(webhook_of(vector), query=query, rest=rest)
    return judged("matrix", vector["keys"], vector, webhook)
