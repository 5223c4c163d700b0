"""Payloads: values by their annotated type, as docs/protocol.md's table says. Needs python3-msgpack."""

import dataclasses
import enum
import functools
import math
import types
import typing
from datetime import timedelta

import msgpack

from .address import Address

DEPTH_MAX = 64
_NONE = type(None)
_UNIONS = (typing.Union, getattr(types, "UnionType", typing.Union))


class BadPayload(ValueError):
    """A payload that is not of the type that its reader expects, or a value that is not of the type that its writer
    names. The text names that type, or what is wrong, and never holds payload bytes."""


def dump(value, of) -> bytes:
    """Raises BadPayload if the value is not of the type."""
    try:
        return msgpack.packb(_plain(value, of), unicode_errors="surrogateescape")
    except OverflowError as error:
        raise BadPayload("an integer of more than 64 bits") from error


def load(content: bytes, of):
    """Raises BadPayload. What an aggregate or a tuple lacks at its end has its default."""
    try:
        # C++ checks no UTF-8, so what isn't must survive the way through here.
        plain = msgpack.unpackb(content, unicode_errors="surrogateescape", strict_map_key=False,
                                object_pairs_hook=_Pairs)
    except (ValueError, RecursionError, TypeError) as error:
        raise BadPayload(f"no MessagePack value: {type(error).__name__}") from error
    _check_depth(plain)
    return _typed(plain, of)


class _Pairs(list):
    """A map's pairs as they stand: a dict would hide a key that comes twice."""


def _check_depth(plain) -> None:
    level, depth = [plain], 0
    while level := [item for item in level if isinstance(item, list)]:
        depth += 1
        if depth > DEPTH_MAX:
            raise BadPayload(f"arrays and maps more than {DEPTH_MAX} deep")
        level = [child for item in level for child in _children(item)]


def _children(item):
    return [part for pair in item for part in pair] if isinstance(item, _Pairs) else item


def _plain(value, of):
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin in _UNIONS:
        return _plain_union(value, arguments)
    if dataclasses.is_dataclass(of) and of is not Address:
        _expect(isinstance(value, of), of)
        return [_plain(getattr(value, name), kind) for name, kind in _fields(of)]
    _expect(_is(value, origin or of), of)
    if origin in (list, set):
        return [_plain(item, arguments[0]) for item in value]
    if origin is dict:
        return {_plain(key, arguments[0]): _plain(item, arguments[1]) for key, item in value.items()}
    if origin is tuple:
        _expect(len(value) == len(arguments), of)
        return [_plain(item, kind) for item, kind in zip(value, arguments)]
    if of is Address:
        return value.to_bytes()
    if of is timedelta:
        return value // timedelta(microseconds=1) * 1000
    if of is float:
        return _shortest(float(value))
    return int(value.value) if isinstance(value, enum.Enum) else value


def _shortest(value: float):
    """A whole number is an integer, as in C++; but -0.0 keeps its sign."""
    is_whole = value.is_integer() and -2**63 <= value < 2**64 and (value != 0 or math.copysign(1, value) > 0)
    return int(value) if is_whole else value


def _plain_union(value, kinds):
    if _is_optional(kinds):
        return None if value is None else _plain(value, _present(kinds))
    for number, kind in enumerate(kinds):
        if _is(value, typing.get_origin(kind) or kind):
            return [number, _plain(value, kind)]
    raise BadPayload(f"{type(value).__name__} is no alternative")


def _typed(plain, of):
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin in _UNIONS:
        return _typed_union(plain, arguments)
    if of is Address or of is timedelta or isinstance(of, enum.EnumMeta):
        return _typed_scalar(plain, of)
    if of is float:
        _expect(_is(plain, of), of)
        return float(plain)
    if origin is dict:
        return _typed_map(plain, arguments)
    if origin in (list, set, tuple) or dataclasses.is_dataclass(of):
        _expect(type(plain) is list, of)
        return _typed_array(plain, of, origin, arguments)
    _expect(_is(plain, of), of)
    return plain


def _typed_scalar(plain, of):
    _expect(_is(plain, bytes if of is Address else int), of)
    try:
        if of is Address:
            return Address.from_bytes(plain)
        return timedelta(microseconds=plain // 1000) if of is timedelta else of(plain)
    except (ValueError, OverflowError) as error:
        raise BadPayload(str(error)) from error


def _typed_array(plain, of, origin, arguments):
    if origin is list:
        return [_typed(item, arguments[0]) for item in plain]
    if origin is set:
        return _hashed(lambda: {_typed(item, arguments[0]) for item in plain}, of)
    # zip ends with the shorter one: unknown fields are skipped, missing ones keep their defaults.
    if origin is tuple:
        known = tuple(_typed(item, kind) for item, kind in zip(plain, arguments))
        return known + tuple(_default(kind) for kind in arguments[len(known):])
    return _made(of, {name: _typed(item, kind) for (name, kind), item in zip(_fields(of), plain)})


@functools.lru_cache(maxsize=None)
def _fields(of):
    """Names and types; looking types up is slow."""
    hints = typing.get_type_hints(of)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(of))


def _made(of, known):
    try:
        return of(**known)
    except TypeError as error:
        raise BadPayload(f"{of.__name__} with {len(known)} fields, and no defaults for the others") from error


def _default(of):
    """What C++ leaves in a field that a payload doesn't have."""
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin in _UNIONS:
        return None if _is_optional(arguments) else _default(arguments[0])
    if origin is tuple:
        return tuple(_default(kind) for kind in arguments)
    if isinstance(of, enum.EnumMeta):
        return _typed_scalar(0, of)
    return _made(origin or of, {})


def _hashed(make, of):
    try:
        return make()
    except TypeError as error:
        raise BadPayload(f"{of} of elements that have no hash") from error


def _typed_map(plain, arguments):
    _expect(isinstance(plain, _Pairs), dict)
    result = _hashed(lambda: {_typed(key, arguments[0]): _typed(item, arguments[1]) for key, item in plain}, dict)
    if len(result) != len(plain):
        raise BadPayload("a map with a key twice")
    return result


def _typed_union(plain, kinds):
    if _is_optional(kinds):
        return None if plain is None else _typed(plain, _present(kinds))
    fits = type(plain) is list and len(plain) == 2 and _is(plain[0], int) and 0 <= plain[0] < len(kinds)
    _expect(fits, "variant")
    return _typed(plain[1], kinds[plain[0]])


def _is_optional(kinds) -> bool:
    """Python makes Optional[Union[A, B]] one Union of three, the last of which is None."""
    return kinds[-1] is _NONE or (_NONE in kinds and len(kinds) == 2)


def _present(kinds):
    return typing.Union[tuple(kind for kind in kinds if kind is not _NONE)]


def _is(value, kind) -> bool:
    if kind is int or kind is float:
        return isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _expect(holds: bool, of) -> None:
    if not holds:
        raise BadPayload(f"not a value of {getattr(of, '__name__', of)}")
