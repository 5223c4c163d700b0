"""What can go wrong, as exceptions. A code's number travels between processes; core/include/zanni/error.hpp lists them."""

from enum import IntEnum


class Code(IntEnum):
    TIMEOUT = 1
    DEAD_TARGET = 2
    POISON = 3
    UNEXPECTED_REPLY = 4
    UNMET_REQUIREMENT = 5
    UNKNOWN_TYPE = 6
    START_FAILED = 7
    MALFORMED = 8
    TOO_LARGE = 9
    OVERLOADED = 10
    SHUT_DOWN = 11
    BAD_INPUT = 12
    REFUSED = 13
    UNREACHABLE = 14
    SUPERSEDED = 15
    NO_ADDRESS = 16
    HOST_LOST = 17
    WINDOW_TIMEOUT = 18
    UNKNOWN_DELIVERY = 19
    UNKNOWN_NAME = 20


def name_of_code(code: int) -> str:
    """A later version may have more of them."""
    try:
        return Code(code).name.lower()
    except ValueError:
        return f"error {code}"


class ZanniError(Exception):
    """What went wrong, as a code, and where."""

    def __init__(self, code: int, context: str):
        super().__init__(f"{name_of_code(code)}: {context}" if context else name_of_code(code))
        self.code = code
        self.context = context


class Timeout(ZanniError, TimeoutError):
    def __init__(self, context: str):
        super().__init__(Code.TIMEOUT, context)
