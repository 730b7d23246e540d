"""What can go wrong: one family of exceptions, with the codes of the mesh.

``str(error)`` is the mesh's own text: what was wrong, where, and what to do. ``error.code`` is the word that travels.
"""

from __future__ import annotations

from typing import ClassVar


class MeshError(Exception):
    """Anything that the mesh refused, or that kept it from answering."""

    code: str = "internal"
    #: What one can do about errors of this kind, beside what the message says.
    advice: ClassVar[str] = "an error of a kind that this package does not know; is the mesh newer than it?"
    #: Whether the same request may succeed later.
    may_help_again: ClassVar[bool] = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidError(MeshError):
    """The request is wrong."""

    code = "invalid"
    advice = "the same request fails again; change it"


class NotFoundError(MeshError):
    """It names what there is not."""

    code = "not_found"
    advice = "the same request fails again; look which names there are"


class ConflictError(MeshError):
    """It contradicts what is there already."""

    code = "conflict"
    advice = "the same request fails again; end what it contradicts first"


class NoFitError(MeshError):
    """Proved: devices, memory or sensors do not suffice."""

    code = "no_fit"
    advice = "ask for less, stop another app, or let more devices join"


class UnavailableError(MeshError):
    """Nobody is there to answer, or not now."""

    code = "unavailable"
    advice = "the same request may succeed later"
    may_help_again = True


class DeadlineError(MeshError, TimeoutError):
    """No answer in time; the other side may have acted all the same. It is a ``TimeoutError``, too."""

    code = "timeout"
    advice = "look whether it was done before asking again"
    may_help_again = True


class OverloadedError(MeshError):
    """A queue is full."""

    code = "overloaded"
    advice = "the same request may succeed later"
    may_help_again = True


class CorruptError(MeshError):
    """Stored or received bytes are damaged."""

    code = "corrupt"
    advice = "the logs of the mesh say which bytes"


class MachineError(MeshError):
    """The machine refused: a file, a socket, a full disk."""

    code = "environment"
    advice = "mend what the message names"


class InternalError(MeshError):
    """None of the others."""

    code = "internal"
    advice = "a bug report is welcome"


_CLASSES: dict[str, type[MeshError]] = {
    made.code: made
    for made in (InvalidError, NotFoundError, ConflictError, NoFitError, UnavailableError, DeadlineError,
                 OverloadedError, CorruptError, MachineError, InternalError)
}


def error_of(code: str, message: str) -> MeshError:
    """The exception for a code of the mesh; of a code that is not known, a plain MeshError that has it."""
    made = _CLASSES.get(code, MeshError)(message)
    made.code = code
    return made
