"""A program's place on the bus, without waiting for anything: packets in, packets out, by the rules of `bus/README.md`.

Whoever owns it calls step() when packets may be there, and tick() when next_deadline() has come. Blocking programs and
asyncio have this one in common, and a test compares its packets with those of the C++ `bus::Participant`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .calls import FIRST_JOIN_RETRY_NS, FIRST_RETRY_NS, Calls, Clock
from .envelope import M, open_envelope, read_body, seal
from .errors import DeadlineError, InvalidError, MeshError, error_of
from .fields import Command, Message
from .messages import MESSAGES, BrokerState, Envelope, Failure, Join, Joined
from .outgoing import Outgoing, class_of
from .transport import Packet, Transport

R = TypeVar("R", bound=Message)

SECOND_NS = 1_000_000_000
JOIN_TIMEOUT_NS = 2 * SECOND_NS
CLOCKS_AGREE_NS = 2 * SECOND_NS
MAX_WATCHED = 16384


@dataclass(frozen=True)
class Identity:
    """The name must be unique on the bus; `instance` differs each time a program starts."""

    name: str = field(default_factory=lambda: f"py-{os.getpid()}-{secrets.randbelow(1_000_000)}")
    instance: int = field(default_factory=lambda: secrets.randbits(63) | 1)


class Answer(Generic[R]):
    """Of a command: the reply or the error, as soon as there is one."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.reply: R | None = None
        self.error: MeshError | None = None

    @property
    def is_there(self) -> bool:
        return self.reply is not None or self.error is not None

    def result(self) -> R:
        if self.error is not None:
            raise self.error
        assert self.reply is not None, "asked for before it was there"
        return self.reply


@dataclass(eq=False)
class Subscription:
    topic: str
    of: type[Message] | None  # None: every message
    handle: Callable[[Packet, Envelope, Any], None]
    #: Of each state, the last that was told: a broker sends it again to each new subscription of anybody here.
    told: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def is_new(self, topic: str, envelope: Envelope) -> bool:
        sender, instance, sequence = self.told.get(topic, ("", 0, 0))
        if (sender, instance) == (envelope.sender, envelope.instance) and 0 < envelope.sequence <= sequence:
            return False
        self.told[topic] = (envelope.sender, envelope.instance, envelope.sequence)
        return True

    def matches(self, topic: str) -> bool:
        return topic.startswith(self.topic) if self.topic.endswith("/") or not self.topic else topic == self.topic


class Participant:
    def __init__(self, transport: Transport, clock: Clock, identity: Identity) -> None:
        self._transport, self._clock = transport, clock
        self.name, self.instance = identity.name, identity.instance
        self._outgoing = Outgoing(transport)
        self._calls = Calls(self._outgoing, clock)
        self._subscriptions: list[Subscription] = []
        self._sequences: dict[str, int] = {}
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}
        self._requests = 0
        self._broker_ahead = 0
        self._joins: Answer[Joined] | None = None
        self.epoch = 0  # of the broker; 0 before it answered
        self.join_error: MeshError | None = None  # why the broker refused, where it did
        self.received = self.invalid = self.gaps = 0
        transport.subscribe(f"@{self.name}/")
        self.subscribe("state/broker", BrokerState, self._hear_broker)

    # What is heard.

    def subscribe(self, topic: str, of: type[M], handle: Callable[[Envelope, M], None]) -> Subscription:
        """Messages of that class on a topic; one that ends in '/' stands for all below it."""
        return self._add(Subscription(topic, of, lambda _, envelope, body: handle(envelope, read_body(envelope, body, of))))

    def subscribe_all(self, topic: str, handle: Callable[[Packet, Envelope, Message], None]) -> Subscription:
        """Every message that this package knows on a topic or below it."""
        def read(packet: Packet, envelope: Envelope, body: Any) -> None:
            if known := MESSAGES.get(envelope.schema):
                handle(packet, envelope, read_body(envelope, body, known))
        return self._add(Subscription(topic, None, read))

    def _add(self, subscription: Subscription) -> Subscription:
        self._transport.subscribe(subscription.topic)
        self._subscriptions.append(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            self._transport.unsubscribe(subscription.topic)

    def step(self) -> bool:
        """Handles one packet; False when none is there. Damaged ones are counted."""
        packet = self._transport.receive()
        if packet is None:
            return False
        self.received += 1
        try:
            self._dispatch(packet)
        except InvalidError:
            self.invalid += 1
        return True

    def _dispatch(self, packet: Packet) -> None:
        envelope, body = open_envelope(packet.payload)
        kind = class_of(packet.topic)
        if kind == "direct" and packet.topic.startswith(f"@{self.name}/"):
            return self._hear_reply(packet, envelope)
        self._watch_for_gaps(packet.topic, envelope)
        for subscription in list(self._subscriptions):  # a handler may add another: not for this packet
            if not subscription.matches(packet.topic) or subscription.of not in (None, MESSAGES.get(envelope.schema)):
                continue
            if kind != "state" or subscription.is_new(packet.topic, envelope):
                subscription.handle(packet, envelope, body)

    def _watch_for_gaps(self, topic: str, envelope: Envelope) -> None:
        if envelope.sequence == 0:
            return
        if len(self._seen) >= MAX_WATCHED:
            self._seen.clear()
        key = (topic, envelope.sender)
        instance, sequence = self._seen.get(key, (envelope.instance, envelope.sequence - 1))
        if instance == envelope.instance and envelope.sequence <= sequence:
            return
        if instance == envelope.instance:
            self.gaps += envelope.sequence - sequence - 1
        self._seen[key] = (envelope.instance, envelope.sequence)

    # What is asked.

    def call(self, topic: str, command: Command[R], timeout_ns: int) -> Answer[R]:
        """Sends the command until it is answered, or its deadline is over."""
        self._requests += 1
        answer: Answer[R] = Answer(f"{self.name}#{self.instance % 0xffffff}.{self._requests}")
        envelope = self._envelope_for(topic)
        envelope.request_id = answer.request_id
        if not isinstance(command, Join):  # it tells the broker's clock, and can not be held to it
            envelope.deadline_unix_ns = self.broker_time_ns() + timeout_ns
        packet = Packet(topic, seal(envelope, command))
        self._calls.begin(packet, answer.request_id, timeout_ns, lambda said: self._end(command, answer, said),
                          FIRST_JOIN_RETRY_NS if isinstance(command, Join) else FIRST_RETRY_NS)
        return answer

    @staticmethod
    def _end(command: Command[R], answer: Answer[R], said: bytes | MeshError) -> None:
        if isinstance(said, MeshError):
            answer.error = said
            return
        try:
            envelope, body = open_envelope(said)
            if envelope.schema == Failure.NAME:
                failure = read_body(envelope, body, Failure)
                answer.error = error_of(failure.code, failure.message)
            else:
                reply: Any = read_body(envelope, body, MESSAGES[command.REPLY])
                answer.reply = reply
        except InvalidError as error:
            answer.error = error

    def cancel(self, answer: Answer[Any]) -> None:
        """Not repeated any more; what was sent may still be acted on."""
        self._calls.cancel(answer.request_id)

    def _hear_reply(self, packet: Packet, envelope: Envelope) -> None:
        done = self._calls.take(envelope.request_id)
        if done is None:
            return
        if envelope.schema == Joined.NAME and envelope.sent_unix_ns != 0:
            ahead = envelope.sent_unix_ns - self._clock.unix_ns()
            # Clocks of one machine agree; what they seem to differ by is the time that the answer took.
            self._broker_ahead = 0 if abs(ahead) < CLOCKS_AGREE_NS else ahead
        done(packet.payload)
        self._look_at_joining()

    def publish(self, topic: str, message: Message) -> None:
        """Sends by the rule of the topic's class. Raises OverloadedError at a full queue."""
        self._outgoing.transmit(Packet(topic, seal(self._envelope_for(topic), message)))

    def _envelope_for(self, topic: str) -> Envelope:
        envelope = Envelope(schema="", version=1, sender=self.name, instance=self.instance, sent_unix_ns=self._clock.unix_ns())
        # Commands and answers are repeated until they arrive: numbering them would count repetitions as losses.
        if class_of(topic) not in ("command", "direct"):
            envelope.sequence = self._sequences[topic] = self._sequences.get(topic, 0) + 1
        return envelope

    def broker_time_ns(self) -> int:
        """By the one clock that all participants know. Until joined, by this process's own."""
        return self._clock.unix_ns() + self._broker_ahead

    # Joining.

    @property
    def joined(self) -> bool:
        return self.epoch != 0

    def join(self) -> None:
        """Asks the broker to confirm this participant; repeats for ever."""
        if self._joins is None:
            self._joins = self.call("cmd/broker", Join(), JOIN_TIMEOUT_NS)

    def _look_at_joining(self) -> None:
        if self._joins is None or not self._joins.is_there:
            return
        answer, self._joins = self._joins, None
        if answer.reply is None:
            self.join_error = None if isinstance(answer.error, DeadlineError) else answer.error
            return self.join()
        if answer.reply.epoch != self.epoch:
            self.epoch = answer.reply.epoch
            self._outgoing.confirmed()

    def _hear_broker(self, _: Envelope, broker: BrokerState) -> None:
        if self.epoch not in (0, broker.epoch):
            self.join()

    # What is due.

    def tick(self) -> None:
        self._outgoing.flush()
        self._calls.tick()
        self._look_at_joining()

    def next_deadline(self) -> int | None:
        """Monotonic, in nanoseconds; None: nothing is due by itself."""
        due = self._calls.next_deadline()
        if not self._outgoing.has_to_flush:
            return due
        soon = self._clock.monotonic_ns() + 1_000_000
        return soon if due is None else min(due, soon)
