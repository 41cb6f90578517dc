"""One seed: everything moves and is disturbed; then peace."""

from tests.kit.queues import Queue
from tests.simulation import faults
from tests.simulation.acts import Acts
from tests.simulation.messages import second_thoughts
from tests.simulation.world import installed

STEPS, ROUNDS = 3_000, 150
DAY = 86_400.0
MINUTE = 60.0
"""Between two sweeps, once all is quiet; before that the sweep comes whenever a row is due."""


class Seed(Acts):
    """A story told from its number."""

    def run(self) -> "Seed":
        """Disturb, then settle."""
        self.world.vendor.refused = {
            text for one in self.messages if one.refused for text in one.texts
        }
        self.world.vendor.hidden = {one.hidden for one in self.messages if one.hidden}
        with installed(self.world, self, self.seed):
            self._disturbed(self.rng.randrange(25, 55))
            self._drain()
            if self.asked():
                self._faults += 2
                self._disturbed(30)
            if self.mood.calm:
                self._drain()
                if due := self._due(asked=True):
                    self.monitor.broken("I7", f"waits for a sweep though nothing failed: {due}")
            self._settle()
            self.clock.advance(self.rng.choice((0, 3, 8)) * DAY)
            self._silent = False
            self._outages.clear()
            self._left = second_thoughts(self.world, self.rng, len(self.messages) + 1)
            if self._left:
                self.messages += self._left
                self._faults += 3
                self._disturbed(30)
                self._settle()
        return self

    def _disturbed(self, steps: int) -> None:
        """Everybody moves, and everything goes wrong, until all is said."""
        self._faulty = True
        if self.used or self._focus == "dispatch" or self.rng.random() < 0.2:
            self._rush()
        while self._left or (steps > 0 and self._faults > 0):
            steps -= 1
            self._act()
        self._bury()
        self._faulty = False
        ours = [name for name in self._outages if not name.startswith("desk.")]
        for name in ours:  # a vendor may stay down a little longer
            del self._outages[name]

    def _rush(self) -> None:
        """All is said before anything is done, and maybe what came first cannot be committed."""
        while self._left:
            self._arrive()
        if not self.mood.calm and self.rng.random() < 0.3:
            both_copies = [faults.refused("AccessDeniedException", 403)] * 2
            self._outages["dynamodb.TransactWriteItems"] = both_copies

    def _bury(self) -> None:
        """A message on its way to the dead letters is watched to its end."""
        runs = [one.run_id for one in self._poisoned]
        if runs:
            self._focus, self._faults = "sweep", self._faults + 4
        for _ in range(ROUNDS if runs else 0):
            cloud = self.world.aws
            waiting = (*cloud.inbox.messages, *cloud.inbox_dead.messages)
            times = [one.visible_at for run in runs for one in waiting if run in one.body]
            if not times:
                return
            self.clock.advance(max(0.0, min(times) - self.clock.now))
            self._inbox()
            self._sweep()
            self._act()

    # Peace

    def _drain(self) -> None:
        for _ in range(STEPS):
            if not (
                self._inbox()
                or self._hints()
                or self._approvals()
                or self._invoke()
                or self._outbox()
            ):
                return
        self.monitor.broken("I7", f"not quiet after {STEPS} steps")

    def _settle(self) -> None:
        """Time passes until nothing is left to do."""
        for _ in range(ROUNDS):
            self._drain()
            if not self._outstanding():
                return
            self.clock.advance(self._pause())
            now = self.clock.now
            again = [message for at, message in self._retries if at <= now]
            self._retries = [one for one in self._retries if one[0] > now]
            for message in again:
                self._post(message)
            self._sweep()
        self.monitor.broken("I7", f"still waits after {ROUNDS} sweeps: {self._outstanding()}")

    def _pause(self) -> float:
        """Until the sweep comes and something can move; longer than the skew of any clock."""
        cloud, now = self.world.aws, self.clock.now
        times = [max(one.not_before, self._busy) for one in cloud.invocations]
        times += [one.visible_at for queue in self._flowing() for one in queue.messages]
        times += [float(row["due_at"]["N"]) for row in self._due_rows()]
        times += [one.visible_at for one in self._given_up()]
        times += [at for at, _ in self._retries]
        soonest = min(times, default=now + 60.0) - now
        return max(soonest, MINUTE) + 6.0

    def _due(self, *, asked: bool = False) -> list[str]:
        """Rows that need something; but for open questions, when `asked`."""
        return [
            f"{row['pk']['S']} {row['sk']['S']}"
            for row in self._due_rows()
            if not asked or row["state"]["S"] != "ASKED"
        ]

    def _flowing(self) -> tuple[Queue, ...]:
        cloud = self.world.aws
        return cloud.inbox, cloud.hints, cloud.approvals, cloud.outbox

    def _outstanding(self) -> list[str]:
        """Whatever still waits, in words."""
        cloud = self.world.aws
        lanes = [
            f"{key[0]} {row['ops']['L']}"
            for key, row in cloud.table.rows.items()
            if key[1] == "lane" and row.get("ops", {}).get("L")
        ]
        queued = [one.body for queue in self._flowing() for one in queue.messages]
        queued += [one.body for one in self._given_up()]
        invokes = [one.function for one in cloud.invocations]
        return self._due() + lanes + queued + invokes + [one.text for _, one in self._retries]
