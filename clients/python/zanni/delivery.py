"""What becomes of a message that has come, and of one that could not be delivered. In the receiving thread."""

import logging

from . import control, runtime_messages
from .address import Address, is_endpoint, question_address, question_of
from .channel import Outbound
from .errors import Code, ZanniError, name_of_code
from .frame import Record
from .messages import hash_of, known, name_of
from .payload import BadPayload, load
from .runtime_messages import (AnyMessage, CreateActor, DeadLetter, LaneRefused, LaneRequest, MailboxDrained,
                               MailboxFull, PoisonMessage, SurveyRequest, Undeliverable)
from .session import Listener
from .stage import host_lost
from .survey import survey

log = logging.getLogger("zanni")

UNREAD_MAX = 10_000
OF_THE_SYSTEM = {hash_of(kind): kind for kind in vars(runtime_messages).values()
                 if isinstance(kind, type) and "message_name" in vars(kind)
                 and kind not in (AnyMessage, DeadLetter, PoisonMessage, runtime_messages.ActorStatus)}


class Delivery(Listener):
    """The part of a Runtime that is about messages in; all its state is the Runtime's."""

    def _dispatch(self, source: int, record: Record) -> None:
        try:
            if record.target_actor == 0:
                self._for_process(source, record)
            elif is_endpoint(record.target_actor):
                self._for_endpoint(source, record)
            else:
                self._stage.take(source, record)
        except BadPayload as error:  # of a message of the system's own
            log.warning("a message of process %016x was refused: %s", source, error)

    def _for_process(self, source: int, record: Record) -> None:
        kind = OF_THE_SYSTEM.get(record.type)
        sender = Address(source, record.sender_actor) if record.sender_actor else Address()
        if kind is None:
            return self.dead_letter(record, Address(self.process, 0), sender, Code.DEAD_TARGET)
        self.counts.delivered += 1
        message = load(record.payload, kind)
        if kind in (MailboxFull, MailboxDrained):
            if message.target.process == source:  # each speaks for its own actors
                with self._lock:
                    (self._full.add if kind is MailboxFull else self._full.discard)(message.target)
        elif kind is CreateActor:
            self._stage.create_for(message)
        elif kind is SurveyRequest and sender:
            self.send_from(Address(), sender, survey(self.process, message, self._stage.cells(), self._recent_dead_letters,
                                                     self.counts.message()))
        elif kind is LaneRequest:
            self.send_from(Address(), Address(source, 0), LaneRefused(message.number, "this process has no lanes"))

    def _for_endpoint(self, source: int, record: Record) -> None:
        sender = Address(source, record.sender_actor) if record.sender_actor else Address()
        if question_address(self.process, question_of(record.target_actor)).actor != record.target_actor:
            return self.dead_letter(record, Address(self.process, record.target_actor), sender, Code.DEAD_TARGET)
        if record.type == hash_of(Undeliverable):
            self.counts.delivered += 1
            notice = load(record.payload, Undeliverable)
            return self._tell_asker(record.target_actor, DeadLetter(AnyMessage(), notice.target, self.address, notice.reason))
        with self._lock:
            question = self._questions.find(question_of(record.target_actor))
            is_answer = question is not None and question.answer((sender, record))
        if is_answer:
            self.counts.delivered += 1
            return None
        if record.type in OF_THE_SYSTEM:
            self.counts.delivered += 1  # nothing of the user's, and no actor is here
            return None
        with self._lock:
            is_full = len(self._unread) >= UNREAD_MAX
            if not is_full:
                self._unread.append((sender, record))
                self._unread_came.notify()
        if is_full:
            return self.dead_letter(record, self.address, sender, Code.OVERLOADED)
        self.counts.delivered += 1
        return None

    def _process_gone(self, process: int, cause: control.Cause) -> None:
        with self._lock:
            self._questions.fail_process(process, ZanniError(Code.DEAD_TARGET, f"process {process:016x} is gone"))
            self._full = {target for target in self._full if target.process != process}
        self._stage.gone(lambda one: one == process, cause)

    def _host_gone(self, host: int, reason: str) -> None:
        with self._lock:
            self._questions.fail_host(host, ZanniError(Code.DEAD_TARGET, f"host {host:08x} is gone: {reason}"))
            self._full = {target for target in self._full if target.process >> 32 != host}
        self._stage.gone(lambda one: one >> 32 == host, host_lost(reason))

    # ---- What can't be delivered

    def _lost(self, message: Outbound, reason: int) -> None:
        kind = OF_THE_SYSTEM.get(message.type)
        if kind is CreateActor:
            asked = load(message.payload, CreateActor)
            self._fail_question(asked.reply_to.actor, reason, f"the process chosen for {asked.type} can't be reached")
        if kind is not None:
            self.counts.delivered += 1
            return
        self.counts.dead_letter(reason)
        content = AnyMessage(message.type, message.name, message.payload)
        self._tell_asker(message.sender_actor,
                         DeadLetter(content, message.target, Address(self.process, message.sender_actor), reason))

    def _fail_question(self, asker: int, reason: int, context: str) -> bool:
        with self._lock:
            question = self._questions.find(question_of(asker))
            if question is not None:
                question.fail(ZanniError(reason, context))
            return question is not None

    def dead_letter(self, record: Record, target: Address, sender: Address, reason: int) -> None:
        """A message that has come, and that nobody here takes."""
        self.counts.dead_letter(reason)
        letter = DeadLetter(any_of(record), target, sender, reason)
        if sender.process == self.process:
            return self._tell_asker(sender.actor, letter)
        if is_endpoint(sender.actor):
            self.send_from(Address(), sender, Undeliverable(target, reason))
        return self._report(letter)

    def _tell_asker(self, asker: int, letter: DeadLetter) -> None:
        """Who waits for an answer hears of it, and nobody else; else it is reported."""
        if is_endpoint(asker) and self._fail_question(asker, letter.reason, str(letter.target)):
            with self._lock:
                self._recent_dead_letters.add(letter)
        else:
            self._report(letter)

    def _report(self, letter: DeadLetter) -> None:
        with self._lock:
            self._recent_dead_letters.add(letter)
        try:
            self._on_dead_letter(letter)
            for handler in self._session.dead_letter_handlers:
                self.send_from(Address(), handler, letter)
        except Exception:  # of the user's code, or as the way to a handler is blocked
            log.exception("a dead letter could not be reported")


def any_of(record: Record) -> AnyMessage:
    kind = known(record.type)
    return AnyMessage(record.type, name_of(kind) if kind else "", record.payload)


class DeadLetterLog:
    """One line for each target, of a limited number."""

    _TARGETS_MAX = 1_000

    def __init__(self):
        self._said = set()

    def __call__(self, letter: DeadLetter) -> None:
        if letter.target in self._said or len(self._said) == self._TARGETS_MAX:
            return
        self._said.add(letter.target)
        log.warning("dead letter: %s to %s: %s (said once for this target)", letter.message.name or "a message",
                    letter.target, name_of_code(letter.reason))
