"""What this process has asked, and waits to be answered."""

import threading
from typing import Dict, Optional

from .address import QUESTIONS_MAX
from .errors import ZanniError


class Question:
    """One thread waits, another one answers or fails it; only the first answer counts."""

    def __init__(self, number: int, process: int):
        self.number = number
        self.process = process  # that is to answer; 0: nobody in particular
        self._done = threading.Event()
        self._answer = None
        self._error: Optional[ZanniError] = None

    def answer(self, answer) -> bool:
        """False: it had an answer already."""
        if self._done.is_set():
            return False
        self._answer = answer
        self._done.set()
        return True

    def fail(self, error: ZanniError) -> None:
        if not self._done.is_set():
            self._error = error
            self._done.set()

    def wait(self, longest: float) -> bool:
        return self._done.wait(max(0, longest))

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def result(self):
        """When it is done. Raises what it failed with."""
        if self._error is not None:
            raise self._error
        return self._answer


class Questions:
    """Each has a number of its own, so a late answer never passes for another's. Under the system's lock."""

    def __init__(self):
        self._open: Dict[int, Question] = {}
        self._last = 0

    def begin(self, process: int) -> Question:
        number = self._last % QUESTIONS_MAX + 1
        while number in self._open:
            number = number % QUESTIONS_MAX + 1
        self._last = number
        self._open[number] = Question(number, process)
        return self._open[number]

    def find(self, number: int) -> Optional[Question]:
        return self._open.get(number)

    def end(self, question: Question) -> None:
        self._open.pop(question.number, None)

    def fail_process(self, process: int, error: ZanniError) -> None:
        self._fail(lambda question: question.process == process, error)

    def fail_host(self, host: int, error: ZanniError) -> None:
        self._fail(lambda question: question.process >> 32 == host, error)

    def fail_all(self, error: ZanniError) -> None:
        self._fail(lambda question: True, error)

    def _fail(self, concerns, error: ZanniError) -> None:
        for question in list(self._open.values()):
            if concerns(question):
                question.fail(error)
