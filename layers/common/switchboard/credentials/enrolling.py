"""Links to the page where somebody enrols: good once, for ten minutes, and for one person.

Whoever opens one first enrols as that person. So only who checks codes or operates the stack makes
them: dispatch does not, as what it plans must be approved by somebody else's power.
"""

from switchboard.ledger import tickets
from switchboard.ledger.table import Guard
from switchboard.ledger.tickets import Ticket

PURPOSE = "enrol"


def link(url: str, person: str, sender: str, now: float) -> tuple[str, Guard]:
    """The address below the API's `url`, and a guard of `commit` with which it is good.

    `sender` is who has asked for it, as `channel/account/id`; empty: the operator.
    """
    token = tickets.token()
    ticket = Ticket(purpose=PURPOSE, person=person, sender=sender)
    return f"{url}/signin/enrol#{token}", tickets.issue_guard(token, ticket, now)
