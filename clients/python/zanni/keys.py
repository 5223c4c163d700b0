"""The folder of keys, as `zanni keys` makes it and docs/security.md describes it: own.key and leader.pub."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import zmq
from zmq.utils import z85

KEY_BYTES = 32
_FILE_BYTES_MAX = 4096
_TOKEN_PREFIX = "zanni1-"
_EXPIRY_BYTES = 8


class BadKeys(Exception):
    """A folder, file or token that can't be used; the text names it, and never holds a secret."""


@dataclass(frozen=True)
class Keys:
    """What a connection to a broker with keys needs, each 32 bytes: the one key that the broker must have, and the pair
    that says who connects."""

    leader: bytes
    own: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"Keys(own={self.own.hex()})"


def keys_for(endpoint: str, asked: Union[None, str, Path, Keys] = None) -> Optional[Keys]:
    """By ipc there are none. `asked`: a folder, "none", or None: the user's folder, if it is there. Raises BadKeys."""
    if endpoint.startswith("ipc://") or asked == "none":
        return None
    if isinstance(asked, Keys):
        return asked
    folder = Path(asked) if asked else default_folder()
    if not folder.exists():
        if asked:
            raise BadKeys(f"{folder}: no such folder of keys")
        return None
    return read_folder(folder)


def default_folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME")
    return (Path(config) if config else Path.home() / ".config") / "zanni" / "keys"


def read_folder(folder: Path) -> Keys:
    """Raises BadKeys, also where others could have read or written."""
    _check_private(folder, "0700")
    leader = _read(folder / "leader.pub", "zanni-leader 1", "public")[0]
    own, secret = _read(folder / "own.key", "zanni-key 1", "public", "secret")
    if public_of(secret) != own:
        raise BadKeys(f"{folder / 'own.key'}: its public and secret key don't belong together")
    return Keys(leader, own, secret)


def token_keys(token: str) -> Keys:
    """What a newcomer connects with once, to bring a key of its own. Raises BadKeys."""
    try:
        content = bytes.fromhex(token[len(_TOKEN_PREFIX):])
    except ValueError:
        content = b""
    if not token.startswith(_TOKEN_PREFIX) or len(content) != 2 * KEY_BYTES + _EXPIRY_BYTES:
        raise BadKeys("a token is the one word, zanni1-..., that 'zanni keys join-token' prints")
    leader, secret = content[:KEY_BYTES], content[KEY_BYTES:2 * KEY_BYTES]
    return Keys(leader, public_of(secret), secret)


def own_pair(folder: Path):
    """The public and the secret key of this folder, which are made if there are none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    _check_private(folder, "0700")
    file = folder / "own.key"
    if not file.exists():
        own, secret = (z85.decode(key) for key in zmq.curve_keypair())
        _write(file, f"zanni-key 1\npublic {own.hex()}\nsecret {secret.hex()}\n")
    return _read(file, "zanni-key 1", "public", "secret")


def pin_leader(folder: Path, leader: bytes) -> None:
    """No other broker is spoken to with the keys of this folder."""
    file = folder / "leader.pub"
    if file.exists():
        file.unlink()
    _write(file, f"zanni-leader 1\npublic {leader.hex()}\n")


def public_of(secret: bytes) -> bytes:
    return z85.decode(zmq.curve_public(z85.encode(secret)))


def _read(file: Path, first: str, *names: str):
    _check_private(file, "0600")
    with open(file, encoding="ascii", errors="replace") as lines:
        text = lines.read(_FILE_BYTES_MAX)
    words = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
    try:
        keys = [bytes.fromhex(words[name]) for name in names]
    except (KeyError, ValueError):
        keys = []
    if not text.startswith(first + "\n") or not keys or any(len(key) != KEY_BYTES for key in keys):
        raise BadKeys(f"{file}: not a file of 'zanni keys'")
    return keys


def _check_private(path: Path, mode: str) -> None:
    try:
        found = path.stat() if mode == "0700" else path.lstat()
    except OSError as error:
        raise BadKeys(f"{path}: can't be read: {error.strerror}") from error
    if found.st_uid != os.geteuid():
        raise BadKeys(f"{path}: keys of another user")
    if stat.S_ISLNK(found.st_mode):
        raise BadKeys(f"{path}: a link, not a file")
    if found.st_mode & 0o077:
        raise BadKeys(f"{path}: others can get at it; 'chmod {mode}' it")


def _write(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="ascii") as out:
        out.write(text)
