"""What Zanni is to reach, row by row."""

import re
from dataclasses import dataclass


@dataclass
class Aim:
    """For the rows whose question and text match. Where more is better: at least `factor` times the peer's median; else at
    most. Without a peer `factor` itself is the bound, in the row's unit."""

    question: str
    what: str
    factor: float
    peer: str = ""
    contestant: str = "Zanni"
    beside: tuple = ()  # (text, other): the contestant's own median in the row that has `other` where this one has `text`

    def is_for(self, row):
        return bool(re.fullmatch(self.question, row.question) and re.match(self.what, row.what))

    def outcome(self, row, rows):
        """"at least 4 x Erlang: 5.1, met", or nothing when somebody didn't take part."""
        own = row.best().get(self.contestant)
        bound = self.bound(row, rows)
        if not own or not bound:
            return ""
        reached = own.median() / bound
        limit = 1 if not self.peer and not self.beside else self.factor
        met = reached <= limit if row.less_is_better() else reached >= limit
        word = "at most" if row.less_is_better() else "at least"
        who = "" if self.contestant == "Zanni" else f"{self.contestant}: "
        if limit == 1 and not self.peer and not self.beside:
            return f"{who}{word} {self.factor:,.0f} {row.unit}: {'met' if met else '**missed**'}"
        of = self.peer or f"{self.contestant} with {self.beside[1]}"
        return f"{who}{word} {self.factor} x {of}: {reached:.2f}, {'met' if met else '**missed**'}"

    def bound(self, row, rows):
        if self.beside:
            other = next((one for one in rows if one.what == row.what.replace(*self.beside)), None)
            answer = other and other.best().get(self.contestant)
        elif self.peer:
            answer = row.best().get(self.peer)
        else:
            return self.factor
        return answer.median() if answer else None


LANE = "Zanni, lane"

AIMS = [
    Aim("one_to_one", "to and fro", 4, "Erlang"),
    Aim("one_to_one", "one way", 2.5, "Erlang"),
    Aim("many_to_one_.*", "", 4, "Erlang"),
    Aim("big_100|big_1000", "", 3, "Erlang"),
    Aim("big_10000", "", 0.83, beside=("10,000", "10")),
    Aim("big_.*", ".*2 threads", 1, beside=("2 threads", "1 thread")),
    Aim("ring", "", 4, "Erlang"),
    Aim("creation", "", 3, "Erlang"),
    Aim("timers", "", 2, "Erlang"),
    Aim("idle_memory", "", 400),
    Aim("in_flight_.*", "round trips", 2, "libnats"),
    Aim("in_flight_.*", "round trips", 2, "NATS"),
    Aim("in_flight_.*", "round trips", 10, "Erlang"),
    Aim("in_flight_.*|one_way_(16|256)", "processor time", 1.3, "libzmq"),
    Aim("one_way_(16|256)", "one way", 2, "libnats"),
    Aim("one_way_(16|256)", "one way", 2, "NATS"),
    Aim("one_way_(4096|65536)", "one way", 0.9, "libzmq"),
    Aim("one_way_(4096|65536)", "one way", 1, "Erlang", LANE),
    Aim("strict", "", 1.15, "libzmq"),
    Aim("strict", "", 1, "NATS"),
    Aim("strict", "", 1.15, "libzmq, direct", LANE),
    Aim("strict", "", 1, "Erlang", LANE),
    Aim("flood_.*", ".*p50", 2_000),
    Aim("flood_.*", ".*p99", 10_000),
    Aim("silent", ".*one stopped, p99", 1.2, beside=("one stopped", "all alive")),
    Aim("remote_creation", ".*at once", 2, "Erlang"),
    Aim("remote_creation", ".*one by one", 1, "Erlang"),
]


def outcomes(row, rows):
    return [said for aim in AIMS if aim.is_for(row) and (said := aim.outcome(row, rows))]
