"""Calls of one message that need an approval: one question asks about all of them."""

from collections.abc import Sequence

from msgspec import structs

from switchboard.ledger.runs import Planned
from switchboard.sdk.kit.shown import require_shown, shown


def asked_about(calls: Sequence[Planned]) -> list[Planned]:
    """The same calls, of which those that need an approval know how many they are.

    Raises BadRequestError when they cannot all be shown in full: then none of them is run.
    """
    asking = [one.command.params for one in calls if one.command.params.meta.asks]
    require_shown(sum(len(shown(one.arguments)) for one in asking))
    return [_one_of(len(asking), one) for one in calls]


def _one_of(count: int, planned: Planned) -> Planned:
    command = planned.command
    params, asks = command.params, command.params.meta.asks
    if asks is None:
        return planned
    meta = structs.replace(params.meta, asks=structs.replace(asks, together=count))
    command = structs.replace(command, params=structs.replace(params, meta=meta))
    return structs.replace(planned, command=command)
