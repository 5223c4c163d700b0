"""Message types: dataclasses that have a name, which is part of the application's protocol, and some plain types."""

import dataclasses
import functools
from typing import Dict, Optional, Tuple

from .address import Address
from .frame import BASES_MAX
from .names import type_hash

# A plain int goes as int64. Of another width it has to be a field, where the C++ type says which.
_PLAIN = {str: "string", bytes: "bytes", bool: "bool", int: "int64", float: "double", Address: "address"}
_known: Dict[int, type] = {type_hash(name): plain for plain, name in _PLAIN.items()}


def message(name: str):
    """Makes a class a message type: a dataclass whose fields travel in their order, under this name. A class that is derived
    from another message type is based on it: who has no handler for it takes it as that one."""

    def named(cls):
        cls = dataclasses.dataclass(cls)
        cls.message_name = name
        _known[type_hash(name)] = cls
        return cls

    return named


@functools.lru_cache(maxsize=None)
def hash_of(cls) -> int:
    """Of a message type's name, as a record holds it. Raises TypeError for a class that is no message type."""
    return type_hash(name_of(cls))


def known(type_: int, bases: Tuple[int, ...] = ()) -> Optional[type]:
    """The class of that hash, or of the nearest of the bases; None if this program has none."""
    return next((_known[one] for one in (type_, *bases) if one in _known), None)


def name_of(cls) -> str:
    if cls in _PLAIN:
        return _PLAIN[cls]
    name = vars(cls).get("message_name")
    if name is None or not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls.__name__} is no message type: put @zanni.message(\"its.Name\") before it")
    return name


@functools.lru_cache(maxsize=None)
def bases_of(cls) -> Tuple[int, ...]:
    """The hashes of the message types that this one is based on, the nearest first."""
    return tuple(hash_of(base) for base in cls.__mro__[1:] if "message_name" in vars(base))[:BASES_MAX]
