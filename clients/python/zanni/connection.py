"""The DEALER by which a process speaks to its host's broker. It moves frames and decides nothing; session.py decides."""

import os
import secrets
import time
from typing import List, Optional, Tuple, Type, TypeVar

import zmq
from zmq.utils.monitor import parse_monitor_message

from .address import routing_id
from .control import Refused
from .errors import Code, ZanniError
from .frame import FRAME_BYTES_MAX, Header, Kind, Malformed, Record, decode, encode
from .keys import Keys
from .messages import hash_of
from .payload import dump, load

Reply = TypeVar("Reply")

FRAMES_PER_ROUND = 64
_TAIL_BYTES = 16
_BROKEN_OFF_MAX = 3  # a broker that is just starting, or ending, breaks off too
_CRYPTOGRAPHIC = 0x11000001  # ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC: not the key that is pinned here
_HANDSHAKE_FAILED = (zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL |
                     zmq.EVENT_HANDSHAKE_FAILED_AUTH)


class Connection:
    """To be used by one thread, but for wake()."""

    def __init__(self, context: zmq.Context, endpoint: str, process: int, keys: Optional[Keys]):
        tail = secrets.token_bytes(_TAIL_BYTES) if keys else b""
        self._dealer = _dealer(context, keys, routing_id(process) + tail)
        self._unsent: Optional[bytes] = None
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_out, False)
        os.set_blocking(self._wake_in, False)
        self._poller = zmq.Poller()
        self._poller.register(self._dealer, zmq.POLLIN)
        self._poller.register(self._wake_out, zmq.POLLIN)
        self._dealer.connect(endpoint)

    def wake(self) -> None:
        """Ends wait(). Any thread may call it until close()."""
        try:
            os.write(self._wake_in, b"x")
        except BlockingIOError:
            pass  # it will wake as it is

    def wait(self, longest_ns: int) -> None:
        """Until a frame has come, wake() was called, or the time is over. While a frame couldn't be sent it is short."""
        longest_ms = 1 if self._unsent is not None else max(0, -(-longest_ns // 1_000_000))
        ready = dict(self._poller.poll(longest_ms))
        if self._wake_out in ready:
            try:
                os.read(self._wake_out, 4096)
            except BlockingIOError:
                pass

    def receive(self) -> List[bytes]:
        frames = []
        while len(frames) < FRAMES_PER_ROUND:
            try:
                parts = self._dealer.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            frames.append(parts[0] if len(parts) == 1 else b"")  # a frame of this protocol is one of ZeroMQ's
        return frames

    def flush(self, following) -> bool:
        """Sends what `following()` gives until it gives None, or the socket is full: False then."""
        while True:
            if self._unsent is None:
                self._unsent = following()
            if self._unsent is None:
                return True
            try:
                self._dealer.send(self._unsent, zmq.NOBLOCK)
            except zmq.Again:
                return False
            self._unsent = None

    def close(self) -> None:
        self._dealer.close()
        os.close(self._wake_out)
        os.close(self._wake_in)


def ask_once(context: zmq.Context, endpoint: str, keys: Optional[Keys], question, reply: Type[Reply],
             longest: float) -> Reply:
    """A control message from a socket that has no routing id, and its answer. Raises ZanniError, with the endpoint."""
    dealer = _dealer(context, keys, None)
    watch = dealer.get_monitor_socket(_HANDSHAKE_FAILED)
    try:
        try:
            dealer.connect(endpoint)
        except zmq.ZMQError as error:
            raise ZanniError(Code.BAD_INPUT, f"can't connect to {endpoint}: {error}") from error
        dealer.send(encode(Header(Kind.CONTROL), [Record(hash_of(type(question)), dump(question, type(question)))]))
        return _read_answer(_await_answer(dealer, watch, endpoint, keys, longest), endpoint, reply)
    finally:
        dealer.disable_monitor()
        watch.close()
        dealer.close(linger=0)


def _await_answer(dealer, watch, endpoint: str, keys: Optional[Keys], longest: float) -> bytes:
    poller = zmq.Poller()
    poller.register(dealer, zmq.POLLIN)
    poller.register(watch, zmq.POLLIN)
    deadline = time.monotonic() + longest
    broken_off = 0
    while (left := deadline - time.monotonic()) > 0:
        ready = dict(poller.poll(max(1, int(left * 1000))))
        if dealer in ready:
            return dealer.recv()
        if watch in ready:
            event = parse_monitor_message(watch.recv_multipart())
            why, may_pass = _explain(event["event"], event["value"], keys is not None)
            broken_off += may_pass
            if not may_pass or broken_off == _BROKEN_OFF_MAX:
                raise ZanniError(Code.REFUSED, f"{endpoint}: {why}")
    raise ZanniError(Code.UNREACHABLE, f"{endpoint}: no broker answers in {longest:g} s")


def _explain(event: int, value: int, with_keys: bool) -> Tuple[str, bool]:
    """What a handshake that failed says, and whether that may pass."""
    if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
        return "the broker does not let this key in: it is unknown there, revoked, or its token is spent", False
    if event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL and value != _CRYPTOGRAPHIC:
        return ("this broker has no keys, or is none: keys=\"none\" speaks to it all the same" if with_keys else
                "this broker lets nobody in without a key: 'zanni keys' says how to get one"), False
    return "the broker broke off the handshake: " + (
        "its key is not the one that is pinned here, or it has none" if with_keys else
        "it lets nobody in without a key, as it seems"), True


def _read_answer(frame: bytes, endpoint: str, reply: Type[Reply]) -> Reply:
    try:
        records = decode(frame)[1]
        for record in records:
            if record.type == hash_of(Refused):
                refused = load(record.payload, Refused)
                raise ZanniError(refused.code, f"{endpoint}: {refused.context}")
            if record.type == hash_of(reply):
                return load(record.payload, reply)
    except Malformed as error:
        raise ZanniError(Code.MALFORMED, f"{endpoint}: whoever answers is no Zanni broker: {error}") from error
    raise ZanniError(Code.MALFORMED, f"{endpoint}: an answer of another kind")


def _dealer(context: zmq.Context, keys: Optional[Keys], identity: Optional[bytes]):
    """The settings are those of docs/adr/0006-socket-settings.md."""
    dealer = context.socket(zmq.DEALER)
    for option, value in ((zmq.SNDHWM, 1000), (zmq.RCVHWM, 1000), (zmq.LINGER, 500), (zmq.RECONNECT_IVL, 10),
                          (zmq.RECONNECT_IVL_MAX, 200), (zmq.HANDSHAKE_IVL, 2000), (zmq.CONNECT_TIMEOUT, 1000),
                          (zmq.TCP_KEEPALIVE, 1), (zmq.TCP_KEEPALIVE_IDLE, 5), (zmq.TCP_KEEPALIVE_INTVL, 1),
                          (zmq.TCP_KEEPALIVE_CNT, 3), (zmq.SNDBUF, 256 * 1024), (zmq.RCVBUF, 256 * 1024),
                          (zmq.MAXMSGSIZE, FRAME_BYTES_MAX)):
        dealer.setsockopt(option, value)
    if keys:
        dealer.setsockopt(zmq.CURVE_SERVERKEY, keys.leader)
        dealer.setsockopt(zmq.CURVE_PUBLICKEY, keys.own)
        dealer.setsockopt(zmq.CURVE_SECRETKEY, keys.secret)
    if identity:
        dealer.setsockopt(zmq.ROUTING_ID, identity)
    return dealer
