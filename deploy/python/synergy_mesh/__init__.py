"""Synergy Mesh from Python: submit apps, feed frames, read results. `Mesh` blocks; `aio.Mesh` is for asyncio.

Every message, struct and enumeration of the mesh is a class of `synergy_mesh.messages`; the common ones are here, too.
"""

from . import aio, messages
from .errors import (ConflictError, CorruptError, DeadlineError, InternalError, InvalidError, MachineError, MeshError,
                     NoFitError, NotFoundError, OverloadedError, UnavailableError)
from .frames import Frame, new_frame_id, read_npy
from .mesh import App, Mesh, Watch
from .messages import AppRequest, BodyChange, Layout, Objective, Placement, Requirement, Residency, Trigger
from .participant import Identity
from .results import Result
from .session import Heard
from .transport import default_run_folder

__all__ = [
    "App", "AppRequest", "BodyChange", "ConflictError", "CorruptError", "DeadlineError", "Frame", "Heard", "Identity",
    "InternalError", "InvalidError", "Layout", "MachineError", "Mesh", "MeshError", "NoFitError", "NotFoundError", "Objective",
    "OverloadedError", "Placement", "Requirement", "Residency", "Result", "Trigger", "UnavailableError", "Watch", "aio",
    "default_run_folder", "messages", "new_frame_id", "read_npy",
]
