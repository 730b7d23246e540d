"""Messages on the wire: one msgpack map of the envelope's fields, with the message as its last field, `body`."""

from __future__ import annotations

from typing import Any, TypeVar

import msgpack

from .errors import InvalidError
from .fields import Message
from .messages import MAX_ITEMS, MAX_MESSAGE_BYTES, Envelope

M = TypeVar("M", bound=Message)


def seal(envelope: Envelope, message: Message) -> bytes:
    """The second frame of a packet. Name and versions of the envelope become the message's."""
    envelope.schema = message.NAME
    envelope.version = message.VERSION
    envelope.oldest_reader = message.OLDEST_READER
    plain = envelope.to_plain("envelope")
    plain["body"] = message.to_plain(message.NAME)
    return bytes(msgpack.packb(plain))


def open_envelope(payload: bytes) -> tuple[Envelope, Any]:
    """The envelope, and the body as it came. Raises InvalidError where the bytes are damaged."""
    if len(payload) > MAX_MESSAGE_BYTES:
        raise InvalidError(f"the message has {len(payload)} bytes, the limit is {MAX_MESSAGE_BYTES}")
    try:
        plain = msgpack.unpackb(payload, unicode_errors="surrogateescape", max_array_len=MAX_ITEMS, max_map_len=MAX_ITEMS)
    except (ValueError, TypeError, RecursionError) as error:  # how msgpack tells of damaged input
        raise InvalidError(f"not a msgpack value: {error}") from None
    envelope = Envelope.from_plain(plain, "envelope")
    if "body" not in plain:
        raise InvalidError("envelope: 'body' is missing")
    return envelope, plain["body"]


def read_body(envelope: Envelope, body: Any, of: type[M]) -> M:
    """The body as a message of that class. Raises InvalidError where it is another, or needs a newer reader."""
    if envelope.schema != of.NAME:
        raise InvalidError(f"expected message '{of.NAME}', found '{envelope.schema}'")
    if envelope.oldest_reader > of.VERSION:
        raise InvalidError(f"message '{of.NAME}' needs a reader of version {envelope.oldest_reader}, "
                           f"this one is version {of.VERSION}")
    return of.from_plain(body, of.NAME)
