"""A client of Zanni's conventions in Python. See clients/python/README.md.

The modules zanni.frame, zanni.payload, zanni.channel and zanni.session are pure and can be used alone; what is named here
needs pyzmq as well.
"""

_PUBLIC = {
    "Actor": "actor", "handles": "actor", "Address": "address", "Cause": "control", "Requirement": "control",
    "Code": "errors", "Timeout": "errors", "ZanniError": "errors", "enrol": "enrolment", "BadKeys": "keys", "Keys": "keys",
    "message": "messages", "BadPayload": "payload", "ActorStatus": "runtime_messages",
    "ActorStatusRequest": "runtime_messages", "AnyMessage": "runtime_messages", "DeadLetter": "runtime_messages",
    "Down": "runtime_messages", "ExitRequest": "runtime_messages", "PoisonMessage": "runtime_messages",
    "Received": "system", "System": "system", "join": "system",
}
__all__ = sorted(_PUBLIC)


def __getattr__(name):
    """On first use, so that the frames can be read where there is no pyzmq."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'zanni' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module("." + _PUBLIC[name], __name__), name)
    globals()[name] = value
    return value
