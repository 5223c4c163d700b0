#!/usr/bin/env python3
"""A Python program in a convention: it counts with an actor of its own, and asks one in C++.

    zanni broker --capability Server=true --load ./libecho.so
    samples/python/counter.py tcp://127.0.0.1:1900
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "clients" / "python"))

import zanni  # noqa: E402


@zanni.message("echo.Ping")  # as samples/echo/echo.hpp has them
class Ping:
    number: int = 0
    sent_ns: int = 0


@zanni.message("echo.Pong")
class Pong:
    number: int = 0
    sent_ns: int = 0


@zanni.message("counter.Add")
class Add:
    amount: int = 1


@zanni.message("counter.Total")
class Total:
    value: int = 0


class Counter(zanni.Actor):
    def __init__(self):
        self.total = 0

    @zanni.handles
    def add(self, add: Add) -> Total:
        self.total += add.amount
        return Total(self.total)  # the answer

    @zanni.handles
    def pong(self, pong: Pong):
        self.total += pong.number


with zanni.join(sys.argv[1]) as system:
    echo = system.create("echo.EchoServer")  # in C++, on whichever host offers what it requires
    print("C++ answers", system.ask(echo, Ping(number=7), Pong).number)

    counter = system.create(Counter, name="counter")  # here; the whole convention finds it by this name
    print("Python answers", system.ask(system.find_name("counter"), Add(5), Total).value)

    system.send_from(counter, echo, Ping(number=100))  # the answer goes to the counter
    while (total := system.ask(counter, Add(0), Total).value) < 105:
        pass
    print("C++ has answered the Python actor:", total)
