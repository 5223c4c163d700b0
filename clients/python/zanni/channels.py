"""The channels of one process to all its peers. Pure: no sockets, and the time is given, in nanoseconds."""

from collections import OrderedDict
from typing import Dict, List, Optional, Tuple

from .channel import Channel, Outbound, Settings
from .errors import Code, ZanniError
from .frame import Header

UNSENT_BYTES_MAX = 256 * 1024 * 1024
CONGESTED_BYTES = 1024 * 1024
ENDED_MAX = 10_000

Lost = List[Tuple[Outbound, int]]  # messages, and why each was not delivered, or may not have been


class Channels:
    def __init__(self, own: int, settings: Settings = Settings()):
        self._own = own
        self._settings = settings
        self._channels: Dict[int, Channel] = {}
        self._ended: "OrderedDict[int, None]" = OrderedDict()
        self._turn: List[int] = []  # peers to whom there is something to say, in fair order

    # ---- Out

    def add(self, message: Outbound, starts_peer: bool = False) -> None:
        """Raises ZanniError for what can't be sent at all."""
        peer = message.target.process
        if peer in self._ended:
            raise ZanniError(Code.DEAD_TARGET, f"process {peer:016x} has ended")
        if sum(channel.out.waiting_bytes for channel in self._channels.values()) > UNSENT_BYTES_MAX:
            raise ZanniError(Code.OVERLOADED, f"over {UNSENT_BYTES_MAX} bytes wait to leave this process")
        channel = self._channel(peer)
        try:
            channel.send(message)
        except ValueError as error:
            raise ZanniError(Code.TOO_LARGE, str(error)) from error
        channel.starts_peer |= starts_peer
        self._list(peer)

    def is_congested(self, peer: int) -> bool:
        """So much waits for that peer that senders should wait, too."""
        channel = self._channels.get(peer)
        return channel is not None and channel.out.waiting_bytes > CONGESTED_BYTES

    def next(self, now: int) -> Optional[bytes]:
        while self._turn:
            peer = self._turn.pop(0)
            channel = self._channels.get(peer)
            if channel is None:
                continue
            frame = channel.next(now)
            if channel.has_to_say():
                self._list(peer)
            if frame is not None:
                return frame
        return None

    # ---- In

    def on_word(self, header: Header, now: int) -> bool:
        """False: the frame is to be refused whole."""
        if header.source in self._ended:
            return True
        channel = self._channel(header.source)
        makes_sense = channel.on_word(header, now)
        self._look(header.source, channel)
        return makes_sense

    def on_data(self, header: Header, size: int, now: int) -> Tuple[bool, bool]:
        """Whether the frame is taken, and whether its sender has begun anew with it."""
        if header.source in self._ended:
            return False, False
        channel = self._channel(header.source)
        taken = channel.on_data(header, size, now)
        self._look(header.source, channel)
        return taken, channel.incoming.began_anew

    # ---- Interruptions

    def resume(self, now: int) -> None:
        for peer, channel in self._channels.items():
            channel.out.resume(now)
            self._list(peer)

    def ask_host(self, host: int, now: int) -> None:
        for peer, channel in self._channels.items():
            if peer >> 32 == host:
                channel.out.ask(now)
                self._list(peer)

    def peers(self) -> List[int]:
        return list(self._channels)

    def is_of_this_epoch(self, returned: Header) -> bool:
        channel = self._channels.get(returned.source)
        return channel is not None and channel.out.epoch == returned.epoch

    def close(self, peer: int, unsent: int) -> Lost:
        """Gives the peer up. A next message to it begins another epoch."""
        channel = self._channels.get(peer)
        if channel is None:
            return []
        rest = channel.close()
        return [(message, Code.UNKNOWN_DELIVERY) for message in rest.unknown] + \
            [(message, unsent) for message in rest.unsent]

    def forget(self, peer: int) -> Lost:
        """It has ended, and its id is never used again."""
        lost = self.close(peer, Code.DEAD_TARGET)
        self._channels.pop(peer, None)
        self._ended[peer] = None
        if len(self._ended) > ENDED_MAX:
            self._ended.popitem(last=False)
        return lost

    def acknowledge_all(self) -> None:
        """This process leaves: peers are to know what has come in the last milliseconds."""
        for peer, channel in self._channels.items():
            if channel.incoming.due() is not None:
                channel.incoming.tell()
                self._list(peer)

    # ---- Time

    def tick(self, now: int) -> Lost:
        lost = []
        for peer, channel in self._channels.items():
            lost += [(message, Code.WINDOW_TIMEOUT) for message in channel.tick(now)]
            self._look(peer, channel)
        return lost

    def due(self) -> Optional[int]:
        times = [time for time in (channel.due() for channel in self._channels.values()) if time is not None]
        return min(times) if times else None

    @property
    def is_settled(self) -> bool:
        return all(channel.out.is_settled for channel in self._channels.values())

    @property
    def messages(self) -> int:
        """That are not known to have arrived."""
        return sum(channel.out.messages for channel in self._channels.values())

    @property
    def resent(self) -> int:
        return sum(channel.out.resent for channel in self._channels.values())

    def _channel(self, peer: int) -> Channel:
        if peer not in self._channels:
            self._channels[peer] = Channel(self._own, peer, self._settings)
        return self._channels[peer]

    def _look(self, peer: int, channel: Channel) -> None:
        if channel.has_to_say():
            self._list(peer)

    def _list(self, peer: int) -> None:
        if peer not in self._turn:
            self._turn.append(peer)
