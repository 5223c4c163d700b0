"""A token from `zanni keys join-token` becomes a key of this user's own."""

import getpass
from pathlib import Path
from typing import Optional, Union

import zmq

from .connection import ask_once
from .control import Enrol, Enrolled
from .keys import default_folder, own_pair, pin_leader, token_keys


def enrol(endpoint: str, token: str, folder: Union[None, str, Path] = None, name: Optional[str] = None,
          timeout: float = 10.0) -> str:
    """Makes a key in the folder (the user's, if none is given), brings it to the leader, and pins the leader's; join() finds
    both there. Gives the role. Raises ZanniError and zanni.BadKeys."""
    folder = Path(folder) if folder else default_folder()
    keys = token_keys(token)
    own, _secret = own_pair(folder)
    context = zmq.Context()
    try:
        enrolled = ask_once(context, endpoint, keys, Enrol(own.hex(), name or getpass.getuser()), Enrolled, timeout)
    finally:
        context.destroy(linger=0)
    pin_leader(folder, keys.leader)
    return enrolled.role
