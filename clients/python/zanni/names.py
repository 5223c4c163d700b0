"""The number that stands for a message type's name in a record."""

_BASIS = 0xCBF29CE484222325
_PRIME = 0x100000001B3
_MASK = 0xFFFFFFFFFFFFFFFF


def type_hash(name: str) -> int:
    """64-bit FNV-1a of the name's UTF-8 bytes."""
    value = _BASIS
    for byte in name.encode("utf-8"):
        value = (value ^ byte) * _PRIME & _MASK
    return value
