"""Which actors of this process have a name in the convention, or are to have one; and who asks for names. What is not
answered is said again, and everything when the broker is new. Pure. Source: docs/protocol.md, "Names"."""

from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

from .address import Address
from .control import ClaimNames, FindName, NameClaim, NameFound, NameGiven, ReleaseName

CLAIMS_PER_MESSAGE = 200

_CLAIMED, _HELD, _RELEASING = range(3)
_Key = Tuple[str, Address]


@dataclass
class _Claim:
    stage: int = _CLAIMED
    say_at: Optional[int] = 0  # None: it is known
    held_since: int = 0


class NameClaims:
    def __init__(self):
        self._claims: Dict[_Key, _Claim] = {}
        self._questions: Dict[_Key, int] = {}  # when each is to be put again

    def claim(self, name: str, claimer: Address) -> None:
        self._claims[name, claimer] = _Claim()

    def release(self, name: str, claimer: Address) -> None:
        if (name, claimer) in self._claims:
            self._claims[name, claimer] = _Claim(_RELEASING)

    def find(self, name: str, asker: Address) -> None:
        self._questions[name, asker] = 0

    def find_no_more(self, name: str, asker: Address) -> None:
        self._questions.pop((name, asker), None)

    def say_all(self) -> None:
        """The broker, or the leader behind it, knows nothing of what was said before."""
        for claim in self._claims.values():
            claim.say_at = 0
        for key in self._questions:
            self._questions[key] = 0

    def words(self, now: int, retry_after: int) -> List[object]:
        """What is to be said to the broker now."""
        words: List[object] = []
        claims = []
        for (name, claimer), claim in self._claims.items():
            if claim.say_at is None or now < claim.say_at:
                continue
            claim.say_at = None if claim.stage == _HELD else now + retry_after
            if claim.stage == _RELEASING:
                words.append(ReleaseName(name, claimer))
            else:
                held = claim.stage == _HELD
                claims.append(NameClaim(name, claimer, held, now - claim.held_since if held else 0))
        for at in range(0, len(claims), CLAIMS_PER_MESSAGE):
            words.append(ClaimNames(claims[at:at + CLAIMS_PER_MESSAGE]))
        for (name, asker), say_at in self._questions.items():
            if now >= say_at:
                self._questions[name, asker] = now + retry_after
                words.append(FindName(name, asker))
        return words

    def due(self) -> Optional[int]:
        times = [claim.say_at for claim in self._claims.values() if claim.say_at is not None]
        times += self._questions.values()
        return min(times) if times else None

    def on_given(self, news: NameGiven, now: int) -> bool:
        """Whether that is an answer, or the loss of a name; else it is to be ignored."""
        key = news.name, news.claimer
        claim = self._claims.get(key)
        is_ours = news.owner == news.claimer
        if claim is None:
            if is_ours:  # asked for twice and answered twice, and wanted no more
                self._claims[key] = _Claim(_RELEASING)
            return False
        if claim.stage == _RELEASING or (claim.stage == _HELD and is_ours):
            return False
        if is_ours:
            self._claims[key] = _Claim(_HELD, None, now)
        else:
            del self._claims[key]
        return True

    def on_released(self, name: str, claimer: Address) -> None:
        claim = self._claims.get((name, claimer))
        if claim is not None and claim.stage == _RELEASING:
            del self._claims[name, claimer]

    def on_found(self, news: NameFound) -> bool:
        """Whether somebody here has asked."""
        return self._questions.pop((news.name, news.asker), None) is not None
