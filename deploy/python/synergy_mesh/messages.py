"""The messages of the mesh. Made by make_messages.py of `synergy schema --json`; do not edit.

Every class is a dataclass with keyword arguments only. Times are whole nanoseconds, other units are in the names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from .fields import (Boolean, Bytes, Command, EnumOf, Field, Integer, ListOf, MapOf, Message, Number, Struct, StructOf,
                     Text, Word)


MAX_TOPIC_BYTES = 200
MAX_MESSAGE_BYTES = 4194304
MAX_DEPTH = 32
MAX_ITEMS = 65536
ERROR_CODES = ("invalid", "not_found", "conflict", "no_fit", "unavailable", "timeout", "overloaded", "corrupt",
    "environment", "internal")


class AcceleratorAction(Word):
    POWER_CYCLE = "power_cycle"
    LOAD_WEIGHTS = "load_weights"
    SWITCH = "switch"
    RELOAD = "reload"
    LOAD = "load"
    INFER = "infer"
    UNLOAD = "unload"


class AcceleratorKind(Word):
    MAX78000 = "MAX78000"
    MAX78002 = "MAX78002"


class AppPhase(Word):
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    REJECTED = "rejected"


class Background(Word):
    ANY = "any"
    DARK = "dark"
    LIGHT = "light"


class DemandKind(Word):
    APP = "app"
    MIN_RATE = "min_rate"
    RATE = "rate"
    REPEAT = "repeat"
    DEADLINE_US = "deadline_us"
    AT_LEAST_DEVICES = "at_least_devices"
    SENSING_NEEDS = "sensing.needs"
    SENSING_ON = "sensing.on"
    INTERACTION_NEEDS = "interaction.needs"
    INTERACTION_ON = "interaction.on"
    MEMORY = "memory"


class DeployStage(Word):
    LOAD_BESIDE = "load_beside"
    SERVE = "serve"


class Effort(Word):
    QUICK = "quick"
    FULL = "full"


class ElementType(Word):
    UINT8 = "uint8"
    INT8 = "int8"
    INT16 = "int16"


class Fit(Word):
    CROP = "crop"
    PAD = "pad"
    STRETCH = "stretch"


class FrameUse(Word):
    OWN = "own"
    NEWEST = "newest"
    ONCE = "once"
    EVERY = "every"


class Layout(Word):
    CHW = "chw"
    HWC = "hwc"


class LifeCycle(Word):
    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    STOPPED = "stopped"
    SILENT = "silent"


class Mark(Word):
    SILICON = "silicon"
    FIT = "fit"
    SHEET = "sheet"
    ASSUMED = "assumed"
    UNVERIFIED = "unverified"


class Objective(Word):
    FAIR = "fair"
    ROUNDS = "rounds"
    SUM = "sum"
    LATENCY = "latency"
    ENERGY = "energy"
    LIFETIME = "lifetime"


class PlanStatus(Word):
    OPTIMAL = "optimal"
    BOUNDED = "bounded"
    HEURISTIC = "heuristic"


class RefusalKind(Word):
    OOR = "oor"
    INFEASIBLE = "infeasible"
    BUDGET_SPENT = "budget_spent"
    INVALID = "invalid"


class Residency(Word):
    RESIDENT = "resident"
    RELOAD = "reload"
    NEEDED = "needed"


class ResultKind(Word):
    ARGMAX = "argmax"
    SOFTMAX = "softmax"
    RAW = "raw"


class RunOutcome(Word):
    COMPLETED = "completed"
    FAILED = "failed"


class StoppedBy(Word):
    PROOF = "proof"
    NODES = "nodes"
    TIME = "time"


class TaskKind(Word):
    SENSE = "sense"
    PREPARE = "prepare"
    SWITCH = "switch"
    LOAD = "load"
    INFER = "infer"
    UNLOAD = "unload"
    UNPACK = "unpack"
    TRANSFER = "transfer"
    INTERACT = "interact"


class TaskOrder(Word):
    CYCLIC = "cyclic"
    DYNAMIC = "dynamic"


class Trigger(Word):
    FREE = "free"
    FRAME = "frame"


class Unit(Word):
    SENSOR = "sensor"
    CPU = "cpu"
    ACCELERATOR = "accelerator"
    TX = "tx"
    RX = "rx"
    ACTUATOR = "actuator"


@dataclass(kw_only=True, slots=True)
class Envelope(Struct):
    #: the message's name
    schema: str
    #: version of the message
    version: int
    #: oldest version whose readers understand it
    oldest_reader: int = 1
    #: name of the sending participant
    sender: str
    #: differs each time the sender starts
    instance: int = 0
    #: counts the sender's messages on the topic; 0 = not counted
    sequence: int = 0
    #: correlation and idempotency key
    request_id: str = ""
    #: when it was sent [ns]
    sent_unix_ns: int = 0
    #: not acted on after this; 0 = no deadline [ns]
    deadline_unix_ns: int = 0

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("schema", Text(1, most_bytes=64)),
        Field("version", Integer(0, 4294967295)),
        Field("oldest_reader", Integer(0, 4294967295), optional=True),
        Field("sender", Text(1, most_bytes=128)),
        Field("instance", Integer(0, 18446744073709551615), optional=True),
        Field("sequence", Integer(0, 4611686018427387904), optional=True),
        Field("request_id", Text(0, most_bytes=128), optional=True),
        Field("sent_unix_ns", Integer(-4611686018427387904, 4611686018427387904), optional=True),
        Field("deadline_unix_ns", Integer(-4611686018427387904, 4611686018427387904), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class AcceleratorDo(Command["AcceleratorDone"]):
    """`accelerator.do` on `cmd/accelerator/DEVICE`, answered by `accelerator.done`."""

    #: what to do
    action: AcceleratorAction
    #: with which chunk
    chunk: ChunkKey
    #: earliest model time [ns]
    begin_ns: int
    #: input of a load: channels x rows x columns, packed
    data: bytes = b""
    #: in the time of a transfer: takes none itself
    streamed: bool = False

    NAME: ClassVar[str] = "accelerator.do"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/accelerator/DEVICE"
    REPLY: ClassVar[str] = "accelerator.done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("action", EnumOf(AcceleratorAction)),
        Field("chunk", StructOf(lambda: ChunkKey)),
        Field("begin_ns", Integer(0, 4611686018427387904)),
        Field("data", Bytes(), optional=True),
        Field("streamed", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class AcceleratorDone(Message):
    """`accelerator.done`."""

    #: model time [ns]
    begin_ns: int
    #: model time [ns]
    end_ns: int
    #: of the operation [uj]
    energy_uj: float
    #: of an inference [cycles]
    cycles: int = 0
    #: of an unload
    data: bytes = b""

    NAME: ClassVar[str] = "accelerator.done"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("begin_ns", Integer(0, 4611686018427387904)),
        Field("end_ns", Integer(0, 4611686018427387904)),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("cycles", Integer(0, 4611686018427387904), optional=True),
        Field("data", Bytes(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class AppForecast(Message):
    """`app.forecast`."""

    #: the app
    app: str
    #: runs per second that the plan would give it [runs per second]
    rate: float
    #: other apps whose rate would be another
    changes: list[RateChange] = field(default_factory=list)
    #: what each device would draw, and for how many hours
    devices: list[DevicePower] = field(default_factory=list)
    #: the same by the plan in force; empty: there is none
    devices_now: list[DevicePower] = field(default_factory=list)
    #: on where its input would come from
    warnings: list[str] = field(default_factory=list)

    NAME: ClassVar[str] = "app.forecast"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
        Field("rate", Number(0.0, 1e+18)),
        Field("changes", ListOf(StructOf(lambda: RateChange), 0, 65536), optional=True),
        Field("devices", ListOf(StructOf(lambda: DevicePower), 0, 65536), optional=True),
        Field("devices_now", ListOf(StructOf(lambda: DevicePower), 0, 65536), optional=True),
        Field("warnings", ListOf(Text(0), 0, 65536), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class AppStop(Command["AppStopped"]):
    """`app.stop` on `cmd/dispatcher`, answered by `app.stopped`."""

    #: the app
    app: str

    NAME: ClassVar[str] = "app.stop"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/dispatcher"
    REPLY: ClassVar[str] = "app.stopped"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class AppStopped(Message):
    """`app.stopped`."""

    #: the app
    app: str

    NAME: ClassVar[str] = "app.stopped"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class AppSubmit(Command["AppSubmitted"]):
    """`app.submit` on `cmd/dispatcher`, answered by `app.submitted`."""

    #: the app
    request: AppRequest

    NAME: ClassVar[str] = "app.submit"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/dispatcher"
    REPLY: ClassVar[str] = "app.submitted"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("request", StructOf(lambda: AppRequest)),
    )


@dataclass(kw_only=True, slots=True)
class AppSubmitted(Message):
    """`app.submitted`."""

    #: the app
    app: str
    #: the plan that serves it
    plan_id: int
    #: number of its first run
    first_run: int
    #: runs per second that the plan gives it [runs per second]
    rate: float = 0.0
    #: on where its input comes from
    warnings: list[str] = field(default_factory=list)
    #: other apps whose rate is another now
    changes: list[RateChange] = field(default_factory=list)

    NAME: ClassVar[str] = "app.submitted"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("first_run", Integer(0, 4611686018427387904)),
        Field("rate", Number(-1e+18, 1e+18), optional=True),
        Field("warnings", ListOf(Text(0), 0, 65536), optional=True),
        Field("changes", ListOf(StructOf(lambda: RateChange), 0, 65536), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class AppTry(Command["AppForecast"]):
    """`app.try` on `cmd/dispatcher`, answered by `app.forecast`."""

    #: the app
    request: AppRequest

    NAME: ClassVar[str] = "app.try"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/dispatcher"
    REPLY: ClassVar[str] = "app.forecast"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("request", StructOf(lambda: AppRequest)),
    )


@dataclass(kw_only=True, slots=True)
class AppSet(Message):
    """`apps` on `state/apps`."""

    #: every app known
    apps: list[AppStatus]

    NAME: ClassVar[str] = "apps"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "state/apps"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("apps", ListOf(StructOf(lambda: AppStatus), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class BodyView(Message):
    """`body` on `state/body`."""

    #: the body's name
    name: str
    #: host seconds per emulated second [host seconds per model second]
    time_scale: float
    #: all devices, in order
    devices: list[Device]
    #: devices that are not there now, or not to be used
    absent: list[str]
    #: why a device is absent, by id
    notes: dict[str, str] = field(default_factory=dict)
    #: percent left, by id [percent]
    batteries: dict[str, int] = field(default_factory=dict)
    #: between all pairs
    link: LinkProfile
    #: by name
    device_profiles: dict[str, DeviceProfile]
    #: by name
    sensor_profiles: dict[str, SensorProfile]
    #: by name
    actuator_profiles: dict[str, ActuatorProfile]

    NAME: ClassVar[str] = "body"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "state/body"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("name", Text(0)),
        Field("time_scale", Number(0.01, 1000000.0)),
        Field("devices", ListOf(StructOf(lambda: Device), 1, 64)),
        Field("absent", ListOf(Text(0), 0, 65536)),
        Field("notes", MapOf(Text(0), 0, 65536), optional=True),
        Field("batteries", MapOf(Integer(0, 4294967295), 0, 65536), optional=True),
        Field("link", StructOf(lambda: LinkProfile)),
        Field("device_profiles", MapOf(StructOf(lambda: DeviceProfile), 0, 65536)),
        Field("sensor_profiles", MapOf(StructOf(lambda: SensorProfile), 0, 65536)),
        Field("actuator_profiles", MapOf(StructOf(lambda: ActuatorProfile), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class BodyChange(Command["Done"]):
    """`body.change` on `cmd/monitor`, answered by `done`."""

    #: another link profile
    link: str = ""
    #: the device that changes
    device: str = ""
    #: its new profile
    profile: str = ""
    #: its battery, 0 to 100 [percent]
    battery_percent: float | None = None

    NAME: ClassVar[str] = "body.change"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/monitor"
    REPLY: ClassVar[str] = "done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("link", Text(0), optional=True),
        Field("device", Text(0), optional=True),
        Field("profile", Text(0), optional=True),
        Field("battery_percent", Number(0.0, 100.0), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class BrokerState(Message):
    """`broker` on `state/broker`."""

    #: differs each time the broker starts
    epoch: int
    #: messages and bytes forwarded, by topic class
    counters: dict[str, int]

    NAME: ClassVar[str] = "broker"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "state/broker"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("epoch", Integer(0, 18446744073709551615)),
        Field("counters", MapOf(Integer(0, 4611686018427387904), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class Join(Command["Joined"]):
    """`bus.join` on `cmd/broker`, answered by `bus.joined`."""


    NAME: ClassVar[str] = "bus.join"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/broker"
    REPLY: ClassVar[str] = "bus.joined"


@dataclass(kw_only=True, slots=True)
class Joined(Message):
    """`bus.joined`."""

    #: the broker's epoch
    epoch: int

    NAME: ClassVar[str] = "bus.joined"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("epoch", Integer(0, 18446744073709551615)),
    )


@dataclass(kw_only=True, slots=True)
class Deploy(Command["Deployed"]):
    """`deploy` on `cmd/executor/DEVICE`, answered by `deployed`."""

    #: the whole plan
    plan: CollaborationPlan
    #: counts the plan's starts
    start: int = 0
    #: load_beside or serve; default serve
    stage: DeployStage = DeployStage.SERVE
    #: request id of the command that the plan was made for; empty: of none
    origin: str = ""

    NAME: ClassVar[str] = "deploy"
    VERSION: ClassVar[int] = 2
    OLDEST_READER: ClassVar[int] = 2
    TOPIC: ClassVar[str | None] = "cmd/executor/DEVICE"
    REPLY: ClassVar[str] = "deployed"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("plan", StructOf(lambda: CollaborationPlan)),
        Field("start", Integer(0, 4611686018427387904), optional=True),
        Field("stage", EnumOf(DeployStage), optional=True),
        Field("origin", Text(0, most_bytes=128), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class Deployed(Message):
    """`deployed`."""

    #: the device
    device: str
    #: the plan
    plan_id: int
    #: emulated time spent loading weights [ns]
    weight_load_ns: int
    #: the executor's, as in its heartbeats; 0: not told
    instance: int = 0

    NAME: ClassVar[str] = "deployed"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(0)),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("weight_load_ns", Integer(-4611686018427387904, 4611686018427387904)),
        Field("instance", Integer(0, 18446744073709551615), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class Done(Message):
    """`done`."""

    #: for people
    note: str = ""

    NAME: ClassVar[str] = "done"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("note", Text(0), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class Failure(Message):
    """`failure`."""

    #: kind of error, by name
    code: str
    #: what was wrong and what to do
    message: str

    NAME: ClassVar[str] = "failure"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("code", Text(0)),
        Field("message", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class FrameEnded(Message):
    """`frame.ended` on `run/DEVICE`."""

    #: whose outcome
    app: str
    #: of the frame
    sequence: int

    NAME: ClassVar[str] = "frame.ended"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "run/DEVICE"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("sequence", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class FrameFed(Message):
    """`frame.fed`."""

    #: which frame
    frame: FrameRef
    #: apps that have one outcome of it each
    apps: list[str]
    #: it had been fed before
    again: bool = False

    NAME: ClassVar[str] = "frame.fed"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("frame", StructOf(lambda: FrameRef)),
        Field("apps", ListOf(Text(0), 0, 65536)),
        Field("again", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class FrameFeed(Command["FrameFed"]):
    """`frame.feed` on `cmd/executor/DEVICE`, answered by `frame.fed`."""

    #: the capability: camera, microphone ...
    sensor: str
    #: names the frame among those of the sensor: the same id again is the same frame
    id: str
    #: uint8 (default): pixels; int8: a network's input; int16: sound, of two bytes a sample, the lower one first
    dtype: ElementType = ElementType.UINT8
    #: lengths of the axes
    shape: list[int]
    #: of the axes: chw (default), or hwc: rows, columns, channels, as pictures have it
    layout: Layout = Layout.CHW
    #: of mono sound (int16, its samples are the only axis); 0: it is no sound [samples per second]
    sound_rate: int = 0
    #: the values, the last axis' neighbours together
    data: bytes

    NAME: ClassVar[str] = "frame.feed"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/executor/DEVICE"
    REPLY: ClassVar[str] = "frame.fed"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("sensor", Text(1, most_bytes=64)),
        Field("id", Text(1, most_bytes=128)),
        Field("dtype", EnumOf(ElementType), optional=True),
        Field("shape", ListOf(Integer(0, 4611686018427387904), 1, 64)),
        Field("layout", EnumOf(Layout), optional=True),
        Field("sound_rate", Integer(4000, 192000, or_value=0), optional=True),
        Field("data", Bytes()),
    )


@dataclass(kw_only=True, slots=True)
class FramesOpen(Command["Done"]):
    """`frame.open` on `cmd/dispatcher`, answered by `done`."""

    #: whose sensors they came to
    device: str
    #: by sequence, ascending
    frames: list[OpenFrame]
    #: they may have been told before
    again: bool = False

    NAME: ClassVar[str] = "frame.open"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/dispatcher"
    REPLY: ClassVar[str] = "done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("frames", ListOf(StructOf(lambda: OpenFrame), 0, 256)),
        Field("again", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class Health(Message):
    """`health` on `health/PROCESS`."""

    #: the process's name
    process: str
    #: differs each time it starts
    instance: int
    #: process id
    pid: int
    #: where it is in its life
    state: LifeCycle
    #: what it waits for
    note: str = ""
    #: bus and service counters, by name
    counters: dict[str, int] = field(default_factory=dict)

    NAME: ClassVar[str] = "health"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "health/PROCESS"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("process", Text(1, most_bytes=128)),
        Field("instance", Integer(0, 18446744073709551615)),
        Field("pid", Integer(-4611686018427387904, 4611686018427387904)),
        Field("state", EnumOf(LifeCycle)),
        Field("note", Text(0, most_bytes=512), optional=True),
        Field("counters", MapOf(Integer(0, 4611686018427387904), 0, 64, least_key_bytes=1, most_key_bytes=64),
            optional=True),
    )


@dataclass(kw_only=True, slots=True)
class CollaborationPlan(Message):
    """`plan` on `state/plan`."""

    #: number in the plan history
    id: int
    #: the body it is for
    body: str
    #: what chose it
    policy: str
    #: quick or full; default full
    effort: Effort = Effort.FULL
    #: what was sought
    objective: Objective
    #: optimal, bounded or heuristic
    status: PlanStatus
    #: what ended the search: proof, nodes or time; null: nothing did
    stopped_by: StoppedBy | None = None
    #: nodes that the search took
    nodes_spent: int = 0
    #: resident, reload or needed; default resident
    residency: Residency = Residency.RESIDENT
    #: one for each app
    pipelines: list[PipelinePlan]
    #: order and load of each unit
    units: list[UnitOrder]
    #: false: one run at a time in the whole mesh
    overlap: bool = True
    #: cyclic or dynamic; default cyclic
    order: TaskOrder = TaskOrder.CYCLIC
    #: apps that find no room, and why
    left_out: list[LeftOut] = field(default_factory=list)
    #: what is occupied
    memory: list[MemoryUse]
    #: what each present device draws, and for how long
    devices: list[DevicePower]
    #: predicted, by the objective: runs per second, us, uJ or hours
    objective_value: float
    #: no plan is better; null: none claimed
    bound: float | None = None
    #: of objectives fair and lifetime, the lowest first
    levels: list[RateLevel] = field(default_factory=list)
    #: the lowest of the pipelines' rates [rounds per second]
    rounds_per_second: float
    #: predicted, mean over pipelines, empty mesh [ns]
    latency_ns: int
    #: predicted: tasks of a run, mean over all runs [uj]
    energy_uj: float
    #: of the pipeline with the lowest rate
    bottleneck: str
    #: why this plan
    reason: str
    #: time spent planning [us]
    planning_us: int
    #: the placement that somebody pinned; null: the planner chose
    pinned: Placement | None = None

    NAME: ClassVar[str] = "plan"
    VERSION: ClassVar[int] = 2
    OLDEST_READER: ClassVar[int] = 2
    TOPIC: ClassVar[str | None] = "state/plan"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("id", Integer(0, 4611686018427387904)),
        Field("body", Text(0)),
        Field("policy", Text(0)),
        Field("effort", EnumOf(Effort), optional=True),
        Field("objective", EnumOf(Objective)),
        Field("status", EnumOf(PlanStatus)),
        Field("stopped_by", EnumOf(StoppedBy), optional=True, nullable=True),
        Field("nodes_spent", Integer(0, 4611686018427387904), optional=True),
        Field("residency", EnumOf(Residency), optional=True),
        Field("pipelines", ListOf(StructOf(lambda: PipelinePlan), 0, 65536)),
        Field("units", ListOf(StructOf(lambda: UnitOrder), 0, 65536)),
        Field("overlap", Boolean(), optional=True),
        Field("order", EnumOf(TaskOrder), optional=True),
        Field("left_out", ListOf(StructOf(lambda: LeftOut), 0, 65536), optional=True),
        Field("memory", ListOf(StructOf(lambda: MemoryUse), 0, 65536)),
        Field("devices", ListOf(StructOf(lambda: DevicePower), 0, 65536)),
        Field("objective_value", Number(-1e+18, 1e+18)),
        Field("bound", Number(-1e+18, 1e+18), optional=True, nullable=True),
        Field("levels", ListOf(StructOf(lambda: RateLevel), 0, 65536), optional=True),
        Field("rounds_per_second", Number(0.0, 1e+18)),
        Field("latency_ns", Integer(0, 864000000000000)),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("bottleneck", Text(0)),
        Field("reason", Text(0)),
        Field("planning_us", Integer(0, 4611686018427387904)),
        Field("pinned", StructOf(lambda: Placement), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class PlanAgain(Command["CollaborationPlan"]):
    """`plan.again` on `cmd/dispatcher`, answered by `plan`."""

    #: policy from now on; empty: as before
    policy: str = ""
    #: policy, objective and residency are for this plan only
    once: bool = False
    #: objective from now on; null: as before
    objective: Objective | None = None
    #: residency from now on; null: as before
    residency: Residency | None = None
    #: the placement to serve from now on, of just the apps that run
    pin: Placement | None = None
    #: end what is pinned, and plan as usual
    unpin: bool = False

    NAME: ClassVar[str] = "plan.again"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/dispatcher"
    REPLY: ClassVar[str] = "plan"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("policy", Text(0), optional=True),
        Field("once", Boolean(), optional=True),
        Field("objective", EnumOf(Objective), optional=True, nullable=True),
        Field("residency", EnumOf(Residency), optional=True, nullable=True),
        Field("pin", StructOf(lambda: Placement), optional=True, nullable=True),
        Field("unpin", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class PlanMake(Command["CollaborationPlan"]):
    """`plan.make` on `cmd/planner`, answered by `plan`."""

    #: number the plan is to have
    id: int
    #: all apps to serve
    apps: list[AppRequest]
    #: serve the first in the list that fit together
    leave_out: bool = False
    #: empty: the planner's default
    policy: str = ""
    #: what made it necessary
    cause: str = ""
    #: quick or full; default full
    effort: Effort = Effort.FULL
    #: what to seek; null: the planner's default
    objective: Objective | None = None
    #: resident, reload or needed; null: the planner's default
    residency: Residency | None = None
    #: the placement to make the plan of; null: the planner chooses
    pinned: Placement | None = None
    #: request id of the command that asked for it; empty: nobody did
    origin: str = ""

    NAME: ClassVar[str] = "plan.make"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/planner"
    REPLY: ClassVar[str] = "plan"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("id", Integer(0, 4611686018427387904)),
        Field("apps", ListOf(StructOf(lambda: AppRequest), 0, 65536)),
        Field("leave_out", Boolean(), optional=True),
        Field("policy", Text(0), optional=True),
        Field("cause", Text(0), optional=True),
        Field("effort", EnumOf(Effort), optional=True),
        Field("objective", EnumOf(Objective), optional=True, nullable=True),
        Field("residency", EnumOf(Residency), optional=True, nullable=True),
        Field("pinned", StructOf(lambda: Placement), optional=True, nullable=True),
        Field("origin", Text(0, most_bytes=128), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class RunFailed(Message):
    """`run.failed` on `event/failed/APP`."""

    #: which attempt
    key: RunKey
    #: where it ended
    device: str
    #: why
    reason: str

    NAME: ClassVar[str] = "run.failed"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "event/failed/APP"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("key", StructOf(lambda: RunKey)),
        Field("device", Text(0)),
        Field("reason", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class RunGrant(Message):
    """`run.grant` on `run/DEVICE`."""

    #: which run
    key: RunKey
    #: by which plan
    plan_id: int
    #: which execution plan
    execution: int
    #: earliest model time of its sensing [ns]
    not_before_ns: int
    #: which start of the plan
    start: int = 0
    #: which of the pipeline's turns since that start
    turn: int = 0
    #: to take; null: the sensor's own, or the newest that was fed
    frame: FrameRef | None = None

    NAME: ClassVar[str] = "run.grant"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "run/DEVICE"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("key", StructOf(lambda: RunKey)),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("execution", Integer(0, 4294967295)),
        Field("not_before_ns", Integer(0, 4611686018427387904)),
        Field("start", Integer(0, 4611686018427387904), optional=True),
        Field("turn", Integer(0, 4611686018427387904), optional=True),
        Field("frame", StructOf(lambda: FrameRef), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class RunResult(Message):
    """`run.result` on `event/result/APP`."""

    #: which run, its energy, the devices it crossed
    run: RunState
    #: model time the interaction ended [ns]
    ended_ns: int
    #: index of the class; -1: not an argmax
    label: int
    #: the class's output value
    score: int
    #: name of the class
    label_name: str = ""
    #: softmax or raw output
    output: bytes = b""
    #: host time behind model time at the end [ns]
    lag_ns: int = 0

    NAME: ClassVar[str] = "run.result"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "event/result/APP"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("run", StructOf(lambda: RunState)),
        Field("ended_ns", Integer(0, 4611686018427387904)),
        Field("label", Integer(-2147483648, 2147483647)),
        Field("score", Integer(-2147483648, 2147483647)),
        Field("label_name", Text(0), optional=True),
        Field("output", Bytes(), optional=True),
        Field("lag_ns", Integer(-4611686018427387904, 4611686018427387904), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class RunSkip(Message):
    """`run.skip` on `run/DEVICE`."""

    #: whose pipeline
    app: str
    #: by which plan
    plan_id: int
    #: which start of the plan
    start: int
    #: the first
    first_turn: int
    #: how many
    turns: int

    NAME: ClassVar[str] = "run.skip"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "run/DEVICE"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("start", Integer(0, 4611686018427387904)),
        Field("first_turn", Integer(0, 4611686018427387904)),
        Field("turns", Integer(0, 16777216)),
    )


@dataclass(kw_only=True, slots=True)
class ServiceList(Message):
    """`services` on `state/services`."""

    #: every process heard of, by name
    services: list[Health]

    NAME: ClassVar[str] = "services"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "state/services"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("services", ListOf(StructOf(lambda: Health), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class BackupStore(Command["BackupProgress"]):
    """`store.backup` on `cmd/store`, answered by `store.backup_progress`."""

    #: an absolute path, where nothing is yet
    file: str

    NAME: ClassVar[str] = "store.backup"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "store.backup_progress"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("file", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class BackupProgress(Message):
    """`store.backup_progress`."""

    #: of the file as it is now [bytes]
    bytes: int
    #: so far [bytes]
    copied_bytes: int
    #: the copy stands at its path, whole and on the disk
    complete: bool

    NAME: ClassVar[str] = "store.backup_progress"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("bytes", Integer(0, 4611686018427387904)),
        Field("copied_bytes", Integer(0, 4611686018427387904)),
        Field("complete", Boolean()),
    )


@dataclass(kw_only=True, slots=True)
class StoreBody(Command["Done"]):
    """`store.body` on `cmd/store`, answered by `done`."""

    #: with every profile
    body: BodyView

    NAME: ClassVar[str] = "store.body"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("body", StructOf(lambda: BodyView)),
    )


@dataclass(kw_only=True, slots=True)
class StoreDecision(Command["Done"]):
    """`store.decision` on `cmd/store`, answered by `done`."""

    #: apps that changed
    apps: list[AppStatus]
    #: a new plan
    plan: CollaborationPlan | None = None
    #: what happened
    cause: str
    #: what was decided, where no plan tells it
    decided: str = ""
    #: when it was decided [ns]
    at_unix_ns: int = 0
    #: request id of the command that asked for it; empty: nobody did
    origin: str = ""

    NAME: ClassVar[str] = "store.decision"
    VERSION: ClassVar[int] = 2
    OLDEST_READER: ClassVar[int] = 2
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("apps", ListOf(StructOf(lambda: AppStatus), 0, 65536)),
        Field("plan", StructOf(lambda: CollaborationPlan), optional=True, nullable=True),
        Field("cause", Text(0)),
        Field("decided", Text(0), optional=True),
        Field("at_unix_ns", Integer(-4611686018427387904, 4611686018427387904), optional=True),
        Field("origin", Text(0, most_bytes=128), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class EventTable(Message):
    """`store.events`."""

    #: newest first
    events: list[EventRecord]

    NAME: ClassVar[str] = "store.events"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("events", ListOf(StructOf(lambda: EventRecord), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class FrameOutcomes(Message):
    """`store.frames`."""

    #: by sequence, then by app
    outcomes: list[FrameOutcome]

    NAME: ClassVar[str] = "store.frames"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("outcomes", ListOf(StructOf(lambda: FrameOutcome), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class PlanHistory(Message):
    """`store.history`."""

    #: newest first
    plans: list[PlanSummary]

    NAME: ClassVar[str] = "store.history"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("plans", ListOf(StructOf(lambda: PlanSummary), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class LoadState(Command["StoredState"]):
    """`store.load` on `cmd/store`, answered by `store.state`."""


    NAME: ClassVar[str] = "store.load"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "store.state"


@dataclass(kw_only=True, slots=True)
class QueryEvents(Command["EventTable"]):
    """`store.query_events` on `cmd/store`, answered by `store.events`."""

    #: at most so many, 1000 at the highest
    limit: int = 100

    NAME: ClassVar[str] = "store.query_events"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "store.events"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("limit", Integer(0, 4294967295), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class QueryFrames(Command["FrameOutcomes"]):
    """`store.query_frames` on `cmd/store`, answered by `store.frames`."""

    #: whose sensors they came to
    device: str
    #: of the frames
    sequences: list[int]

    NAME: ClassVar[str] = "store.query_frames"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "store.frames"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("sequences", ListOf(Integer(0, 4611686018427387904), 0, 256)),
    )


@dataclass(kw_only=True, slots=True)
class QueryHistory(Command["PlanHistory"]):
    """`store.query_history` on `cmd/store`, answered by `store.history`."""

    #: at most so many
    limit: int = 20
    #: made then or later [ns]
    since_unix_ns: int | None = None
    #: made before [ns]
    until_unix_ns: int | None = None
    #: that serve this app
    app: str | None = None
    #: in which this device senses, computes or interacts
    device: str | None = None

    NAME: ClassVar[str] = "store.query_history"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "store.history"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("limit", Integer(0, 4294967295), optional=True),
        Field("since_unix_ns", Integer(-4611686018427387904, 4611686018427387904), optional=True, nullable=True),
        Field("until_unix_ns", Integer(-4611686018427387904, 4611686018427387904), optional=True, nullable=True),
        Field("app", Text(0), optional=True, nullable=True),
        Field("device", Text(0), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class QueryPlan(Command["CollaborationPlan"]):
    """`store.query_plan` on `cmd/store`, answered by `plan`."""

    #: its number
    id: int

    NAME: ClassVar[str] = "store.query_plan"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "plan"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("id", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class QueryRuns(Command["RunTable"]):
    """`store.query_runs` on `cmd/store`, answered by `store.run_table`."""

    #: the app
    app: str
    #: from this run on
    first_run: int = 0
    #: at most so many, 10000 at the highest
    limit: int = 1000

    NAME: ClassVar[str] = "store.query_runs"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "store.run_table"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
        Field("first_run", Integer(0, 4611686018427387904), optional=True),
        Field("limit", Integer(0, 4294967295), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class RunTable(Message):
    """`store.run_table`."""

    #: by run number
    runs: list[RunRecord]

    NAME: ClassVar[str] = "store.run_table"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("runs", ListOf(StructOf(lambda: RunRecord), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class StoreRuns(Command["Done"]):
    """`store.runs` on `cmd/store`, answered by `done`."""

    #: runs that ended
    runs: list[RunRecord]
    #: the apps they belong to, as they are now
    apps: list[AppStatus]

    NAME: ClassVar[str] = "store.runs"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("runs", ListOf(StructOf(lambda: RunRecord), 0, 65536)),
        Field("apps", ListOf(StructOf(lambda: AppStatus), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class StoredState(Message):
    """`store.state`."""

    #: every app
    apps: list[AppStatus]
    #: the newest plan; null: none yet, or of a version that is not read any more
    plan: CollaborationPlan | None = None
    #: 0: none yet
    last_plan_id: int
    #: started, not recorded; of running and stopped apps, by app
    open_runs: dict[str, list[int]]

    NAME: ClassVar[str] = "store.state"
    VERSION: ClassVar[int] = 3
    OLDEST_READER: ClassVar[int] = 3
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("apps", ListOf(StructOf(lambda: AppStatus), 0, 65536)),
        Field("plan", StructOf(lambda: CollaborationPlan), optional=True, nullable=True),
        Field("last_plan_id", Integer(0, 4611686018427387904)),
        Field("open_runs", MapOf(ListOf(Integer(0, 4611686018427387904), 0, 65536), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class StoreSwitch(Command["Done"]):
    """`store.switch` on `cmd/store`, answered by `done`."""

    #: the plan
    plan_id: int
    #: until no run was under way [ns]
    drain_ns: int
    #: from then until it was served [ns]
    load_ns: int

    NAME: ClassVar[str] = "store.switch"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/store"
    REPLY: ClassVar[str] = "done"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("drain_ns", Integer(0, 864000000000000)),
        Field("load_ns", Integer(0, 864000000000000)),
    )


@dataclass(kw_only=True, slots=True)
class TaskTable(Message):
    """`tasks`."""

    #: the device
    device: str
    #: model time of the answer [ns]
    now_ns: int
    #: true: of what was asked for, only the newest are here
    cut: bool = False
    #: in the order they ended
    tasks: list[TaskRecord]

    NAME: ClassVar[str] = "tasks"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("now_ns", Integer(0, 4611686018427387904)),
        Field("cut", Boolean(), optional=True),
        Field("tasks", ListOf(StructOf(lambda: TaskRecord), 0, 8192)),
    )


@dataclass(kw_only=True, slots=True)
class QueryTasks(Command["TaskTable"]):
    """`tasks.query` on `cmd/executor/DEVICE`, answered by `tasks`."""

    #: model time; 0: from the first one known [ns]
    since_ns: int = 0
    #: before now; 0: by since_ns alone [ns]
    last_ns: int = 0

    NAME: ClassVar[str] = "tasks.query"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "cmd/executor/DEVICE"
    REPLY: ClassVar[str] = "tasks"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("since_ns", Integer(0, 4611686018427387904), optional=True),
        Field("last_ns", Integer(0, 864000000000000), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class TensorSent(Message):
    """`tensor` on `run/DEVICE`."""

    #: the run it belongs to
    run: RunState
    #: the transfer
    step: int
    #: the sending device
    from_: str
    #: model time at which the sender was ready [ns]
    ready_ns: int
    #: channels x rows x columns, packed
    data: bytes

    NAME: ClassVar[str] = "tensor"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "run/DEVICE"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("run", StructOf(lambda: RunState)),
        Field("step", Integer(0, 4294967295)),
        Field("from", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$'), attribute="from_"),
        Field("ready_ns", Integer(0, 4611686018427387904)),
        Field("data", Bytes()),
    )


@dataclass(kw_only=True, slots=True)
class TensorTaken(Message):
    """`tensor.taken` on `run/DEVICE`."""

    #: the run
    key: RunKey
    #: the transfer
    step: int
    #: model time [ns]
    begin_ns: int
    #: model time [ns]
    end_ns: int

    NAME: ClassVar[str] = "tensor.taken"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "run/DEVICE"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("key", StructOf(lambda: RunKey)),
        Field("step", Integer(0, 4294967295)),
        Field("begin_ns", Integer(0, 4611686018427387904)),
        Field("end_ns", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class MeshUse(Message):
    """`use` on `state/use`."""

    #: host time that the figures cover [ns]
    window_ns: int
    #: host seconds per emulated second [host seconds per model second]
    time_scale: float
    #: the plan in force; 0: none
    plan_id: int
    #: measured, model time: of the app that is to have the lowest rate [rounds per second]
    rounds_per_second: float
    #: by the plan: the lowest of its apps' rates [rounds per second]
    predicted_rounds_per_second: float
    #: time spent on the plan in force [us]
    planning_us: int
    #: the last change of plans, from drain to deployed; 0: not told [us]
    switch_us: int
    #: the worst of all pipelines and processes [us]
    lag_p99_us: float
    #: of every device heard of in the window
    units: list[UnitUse]
    #: what each present device draws, in body order
    devices: list[DeviceUse] = field(default_factory=list)
    #: of the plan, and others with results in the window
    pipelines: list[PipelineUse]
    #: heard of in the window, by name
    processes: list[ProcessUse]
    #: counters of these processes since they started, summed
    bus: BusUse

    NAME: ClassVar[str] = "use"
    VERSION: ClassVar[int] = 1
    OLDEST_READER: ClassVar[int] = 1
    TOPIC: ClassVar[str | None] = "state/use"

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("window_ns", Integer(0, 864000000000000)),
        Field("time_scale", Number(0.0, 1000000.0)),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("rounds_per_second", Number(0.0, 1e+18)),
        Field("predicted_rounds_per_second", Number(0.0, 1e+18)),
        Field("planning_us", Integer(0, 4611686018427387904)),
        Field("switch_us", Integer(0, 4611686018427387904)),
        Field("lag_p99_us", Number(0.0, 1e+18)),
        Field("units", ListOf(StructOf(lambda: UnitUse), 0, 65536)),
        Field("devices", ListOf(StructOf(lambda: DeviceUse), 0, 65536), optional=True),
        Field("pipelines", ListOf(StructOf(lambda: PipelineUse), 0, 65536)),
        Field("processes", ListOf(StructOf(lambda: ProcessUse), 0, 65536)),
        Field("bus", StructOf(lambda: BusUse)),
    )


@dataclass(kw_only=True, slots=True)
class ActuatorProfile(Struct):
    #: the capability it offers
    name: str
    #: hand-over time of a label [us]
    label_us: Figure
    #: hand-over time of a map (one byte a pixel) [us]
    map_us: Figure

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("name", Text(0)),
        Field("label_us", StructOf(lambda: Figure)),
        Field("map_us", StructOf(lambda: Figure)),
    )


@dataclass(kw_only=True, slots=True)
class AppRequest(Struct):
    #: the app's name, unique in the mesh: letters, digits, - _ .
    app: str
    #: a model of deploy/models
    model: str
    #: where the input comes from
    sensing: Requirement
    #: where the result goes
    interaction: Requirement
    #: how many runs this submission asks for; 0 = until stopped
    runs: int = 0
    #: spread the model over at least so many accelerators
    at_least_devices: int = 1
    #: higher goes first
    priority: int = 0
    #: runs per second wanted, and started at most; 0 = as many as come through [runs per second]
    rate: float = 0.0
    #: runs per second that a plan must reach; 0 = any [runs per second]
    min_rate: float = 0.0
    #: its share of what several apps can have; default 1
    weight: float = 1.0
    #: true: several runs may take the same frame; default false: no more runs per second than the sensor gives frames
    repeat: bool = False
    #: free (default): as often as the plan gives; frame: once for each frame, in order; planned at `rate`, else at the
    #: rate at which its sensor gives frames
    trigger: Trigger = Trigger.FREE
    #: longest latency of a run in an empty mesh; 0 = any [us]
    deadline_us: float = 0.0

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("model", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("sensing", StructOf(lambda: Requirement)),
        Field("interaction", StructOf(lambda: Requirement)),
        Field("runs", Integer(0, 1000000000000000), optional=True),
        Field("at_least_devices", Integer(0, 4294967295), optional=True),
        Field("priority", Integer(-2147483648, 2147483647), optional=True),
        Field("rate", Number(1e-06, 1000000000.0, or_value=0), optional=True),
        Field("min_rate", Number(0.0, 1000000000.0), optional=True),
        Field("weight", Number(1e-06, 1000000.0), optional=True),
        Field("repeat", Boolean(), optional=True),
        Field("trigger", EnumOf(Trigger), optional=True),
        Field("deadline_us", Number(0.0, 1e+18), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class AppStatus(Struct):
    #: what was asked
    request: AppRequest
    #: running, finished, stopped or rejected
    phase: AppPhase
    #: why it is not running
    reason: str = ""
    #: the collaboration plan that serves it
    plan_id: int = 0
    #: first run of the present submission
    first_run: int = 0
    #: the next run to start
    next_run: int = 0
    #: runs of the present submission with a result
    completed: int = 0
    #: runs of the present submission reported failed
    failed: int = 0

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("request", StructOf(lambda: AppRequest)),
        Field("phase", EnumOf(AppPhase)),
        Field("reason", Text(0), optional=True),
        Field("plan_id", Integer(0, 4611686018427387904), optional=True),
        Field("first_run", Integer(0, 4611686018427387904), optional=True),
        Field("next_run", Integer(0, 4611686018427387904), optional=True),
        Field("completed", Integer(0, 4611686018427387904), optional=True),
        Field("failed", Integer(0, 4611686018427387904), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class BusUse(Struct):
    #: messages
    sent: int
    #: messages
    received: int
    #: of them
    bytes_sent: int
    #: of them
    bytes_received: int
    #: messages missed, by their sequence numbers
    gaps: int
    #: messages given up at a full queue
    dropped: int
    #: commands sent again
    retries: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("sent", Integer(0, 4611686018427387904)),
        Field("received", Integer(0, 4611686018427387904)),
        Field("bytes_sent", Integer(0, 4611686018427387904)),
        Field("bytes_received", Integer(0, 4611686018427387904)),
        Field("gaps", Integer(0, 4611686018427387904)),
        Field("dropped", Integer(0, 4611686018427387904)),
        Field("retries", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class CheckpointProfile(Struct):
    #: from power to the first instruction of the program; at least 0.001 [us]
    boot_us: Figure
    #: the whole device asleep with the accelerator's weights kept, and its radio off [mw]
    retained_mw: Figure
    #: FRAM for tensors and checkpoints [bytes]
    fram_bytes: Figure
    #: to write or read one byte [ns per byte]
    fram_ns_per_byte: Figure
    #: by the FRAM itself, beside the MCU that drives it [nj per byte]
    fram_nj_per_byte: Figure
    #: added to each checkpoint: sequence, checksum, commit word [us]
    commit_us: Figure

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("boot_us", StructOf(lambda: Figure)),
        Field("retained_mw", StructOf(lambda: Figure)),
        Field("fram_bytes", StructOf(lambda: Figure)),
        Field("fram_ns_per_byte", StructOf(lambda: Figure)),
        Field("fram_nj_per_byte", StructOf(lambda: Figure)),
        Field("commit_us", StructOf(lambda: Figure)),
    )


@dataclass(kw_only=True, slots=True)
class Chunk(Struct):
    #: where it runs
    device: str
    #: first layer, from 0
    first_layer: int
    #: last layer, included
    last_layer: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("first_layer", Integer(0, 4294967295)),
        Field("last_layer", Integer(0, 4294967295)),
    )


@dataclass(kw_only=True, slots=True)
class ChunkKey(Struct):
    #: the model
    model: str
    #: SHA-256 of its files
    model_digest: str
    #: first layer
    first_layer: int
    #: last layer, included
    last_layer: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("model", Text(0)),
        Field("model_digest", Text(0)),
        Field("first_layer", Integer(0, 4294967295)),
        Field("last_layer", Integer(0, 4294967295)),
    )


@dataclass(kw_only=True, slots=True)
class Conflict(Struct):
    #: that no plan keeps together
    demands: list[Demand]
    #: proved: without any one of them the others can be kept
    is_smallest: bool
    #: giving up one of them lets all apps be served; false: there are other conflicts, or it is not known
    is_enough: bool = True
    #: of several minimum rates: the part of each that fits at once; null: not known
    min_rates_fit: float | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("demands", ListOf(StructOf(lambda: Demand), 0, 65536)),
        Field("is_smallest", Boolean()),
        Field("is_enough", Boolean(), optional=True),
        Field("min_rates_fit", Number(0.0, 1.0), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class Demand(Struct):
    #: what is asked, as the app's file calls it; app: to be served at all
    kind: DemandKind
    #: by whom; empty: by the body
    app: str = ""
    #: as asked: runs per second, us, devices
    value: float = 0.0
    #: of sensing.on and interaction.on the device; of memory and capabilities what is missing
    detail: str = ""
    #: the value that fits where all else stays; null: not known, or it can only be given up
    fits: float | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("kind", EnumOf(DemandKind)),
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''), optional=True),
        Field("value", Number(0.0, 1e+18), optional=True),
        Field("detail", Text(0), optional=True),
        Field("fits", Number(0.0, 1e+18), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class Device(Struct):
    #: its name on the body
    id: str
    #: a profile of deploy/devices
    profile: str
    #: what it senses
    sensors: list[Sensor] = field(default_factory=list)
    #: what it can do: display, haptic, speaker
    actuators: list[str] = field(default_factory=list)

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("id", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("profile", Text(0)),
        Field("sensors", ListOf(StructOf(lambda: Sensor), 0, 65536), optional=True),
        Field("actuators", ListOf(Text(0), 0, 65536), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class DevicePower(Struct):
    #: the device
    device: str
    #: idle power and its part of all tasks [mw]
    power_mw: float
    #: until its battery is empty; null: nothing drains it [hours]
    hours: float | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("power_mw", Number(0.0, 1e+18)),
        Field("hours", Number(0.0, 1e+18), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class Figure(Struct):
    #: in the unit its name says
    value: float
    #: silicon, fit, sheet, assumed or unverified
    mark: Mark
    #: where it was read
    source: str = ""

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("value", Number(0.0, 1000000000.0)),
        Field("mark", EnumOf(Mark)),
        Field("source", Text(0), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class DeviceProfile(Struct):
    #: the profile's name
    name: str
    #: MAX78000 or MAX78002
    accelerator: AcceleratorKind
    #: clock of the Arm core [mhz]
    mcu_clock_mhz: Figure
    #: clock of the Arm core at which this profile's times and mcu_active_mw hold; 0 = 100 on a MAX78000, 120 on a
    #: MAX78002 [mhz]
    measured_at_mcu_mhz: Figure = field(default_factory=lambda: Figure.from_plain({'value': 0.0, 'mark': 'assumed',
        'source': ''}))
    #: accelerator clock during inference [mhz]
    cnn_clock_mhz: Figure
    #: added to each start of the accelerator [us]
    startup_us: Figure
    #: extra cycles per output pixel of a convolution when pipelined; 0 when not [cycles per conv pixel]
    pipeline_cycles_per_conv_pixel: Figure
    #: extra cycles per pixel and pass of a passthrough layer when pipelined; 0 when not [cycles per passthrough pixel]
    pipeline_cycles_per_passthrough_pixel: Figure
    #: SRAM of the MCU [bytes]
    sram_bytes: Figure
    #: SRAM free for tensor buffers [bytes]
    sram_for_tensors_bytes: Figure
    #: flash free for weights [bytes]
    flash_for_weights_bytes: Figure
    #: weight store beside the flash [bytes]
    extra_weight_store_bytes: Figure
    #: writing one 32-bit input word [ns per word]
    load_input_ns_per_word: Figure
    #: writing one 32-bit weight word [ns per word]
    load_weight_ns_per_word: Figure
    #: reading one 32-bit word [ns per word]
    unload_ns_per_word: Figure
    #: cpu time to unpack one result byte [ns per byte]
    unpack_ns_per_byte: Figure
    #: of each of these words, what the accelerator's own clock takes, whatever the MCU's; 0 = none [ns per word]
    accelerator_ns_per_word: Figure = field(default_factory=lambda: Figure.from_plain({'value': 0.0, 'mark': 'assumed',
        'source': ''}))
    #: writing one register or bias word [ns]
    register_write_ns: Figure
    #: layer registers written at a switch [registers per layer and quadrant]
    registers_per_layer_and_quadrant: Figure
    #: crop, normalise, to signed bytes [ns per byte]
    prepare_ns_per_byte: Figure
    #: cpu time of the argmax, per input byte [ns per byte]
    argmax_ns_per_byte: Figure
    #: computing, above idle [mw]
    accelerator_active_mw: Figure
    #: loading one input word [nj per input word]
    accelerator_nj_per_input_word: Figure
    #: loading one weight word [nj per weight word]
    accelerator_nj_per_weight_word: Figure
    #: computing, above idle and the part of accelerator_active_mw: per layer cycle and input processor [pj per
    #: processor cycle]
    accelerator_pj_per_processor_cycle: Figure = field(default_factory=lambda: Figure.from_plain({'value': 0.0,
        'mark': 'assumed', 'source': ''}))
    #: MCU working [mw]
    mcu_active_mw: Figure
    #: MCU asleep; the device's idle power without radio [mw]
    mcu_sleep_mw: Figure
    #: battery capacity, at least 0.001; without it: the three blocks that follow [mwh]
    battery_mwh: Figure | None = None
    #: of a device without a battery: what it harvests, and its converter
    harvest: HarvestProfile | None = None
    #: of a device without a battery: its capacitor
    store: StoreProfile | None = None
    #: of a device without a battery: how its work outlives a loss of power
    checkpoint: CheckpointProfile | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("name", Text(0)),
        Field("accelerator", EnumOf(AcceleratorKind)),
        Field("mcu_clock_mhz", StructOf(lambda: Figure)),
        Field("measured_at_mcu_mhz", StructOf(lambda: Figure), optional=True),
        Field("cnn_clock_mhz", StructOf(lambda: Figure)),
        Field("startup_us", StructOf(lambda: Figure)),
        Field("pipeline_cycles_per_conv_pixel", StructOf(lambda: Figure)),
        Field("pipeline_cycles_per_passthrough_pixel", StructOf(lambda: Figure)),
        Field("sram_bytes", StructOf(lambda: Figure)),
        Field("sram_for_tensors_bytes", StructOf(lambda: Figure)),
        Field("flash_for_weights_bytes", StructOf(lambda: Figure)),
        Field("extra_weight_store_bytes", StructOf(lambda: Figure)),
        Field("load_input_ns_per_word", StructOf(lambda: Figure)),
        Field("load_weight_ns_per_word", StructOf(lambda: Figure)),
        Field("unload_ns_per_word", StructOf(lambda: Figure)),
        Field("unpack_ns_per_byte", StructOf(lambda: Figure)),
        Field("accelerator_ns_per_word", StructOf(lambda: Figure), optional=True),
        Field("register_write_ns", StructOf(lambda: Figure)),
        Field("registers_per_layer_and_quadrant", StructOf(lambda: Figure)),
        Field("prepare_ns_per_byte", StructOf(lambda: Figure)),
        Field("argmax_ns_per_byte", StructOf(lambda: Figure)),
        Field("accelerator_active_mw", StructOf(lambda: Figure)),
        Field("accelerator_nj_per_input_word", StructOf(lambda: Figure)),
        Field("accelerator_nj_per_weight_word", StructOf(lambda: Figure)),
        Field("accelerator_pj_per_processor_cycle", StructOf(lambda: Figure), optional=True),
        Field("mcu_active_mw", StructOf(lambda: Figure)),
        Field("mcu_sleep_mw", StructOf(lambda: Figure)),
        Field("battery_mwh", StructOf(lambda: Figure), optional=True, nullable=True),
        Field("harvest", StructOf(lambda: HarvestProfile), optional=True, nullable=True),
        Field("store", StructOf(lambda: StoreProfile), optional=True, nullable=True),
        Field("checkpoint", StructOf(lambda: CheckpointProfile), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class DeviceUse(Struct):
    #: the device
    device: str
    #: measured, in model time: idle power and its part of all tasks; null: not known [mw]
    power_mw: float | None = None
    #: by the plan in force; null: it does not know the device [mw]
    predicted_power_mw: float | None = None
    #: until its battery is empty, at power_mw; null: as that [hours]
    hours: float | None = None
    #: the same, at predicted_power_mw; null: as that [hours]
    predicted_hours: float | None = None
    #: left of its battery [percent]
    battery_percent: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("power_mw", Number(0.0, 1e+18), optional=True, nullable=True),
        Field("predicted_power_mw", Number(0.0, 1e+18), optional=True, nullable=True),
        Field("hours", Number(0.0, 1e+18), optional=True, nullable=True),
        Field("predicted_hours", Number(0.0, 1e+18), optional=True, nullable=True),
        Field("battery_percent", Integer(0, 4294967295)),
    )


@dataclass(kw_only=True, slots=True)
class EfficiencyPoint(Struct):
    #: power at the converter's input; or the two that follow [uw]
    input_uw: float | None = None
    #: voltage at the converter's input [mv]
    input_mv: float | None = None
    #: current at that voltage [ua]
    input_ua: float | None = None
    #: efficiency: the part that reaches the capacitor, 0 to 1
    stored: Figure

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("input_uw", Number(1e-06, 1000000000.0), optional=True, nullable=True),
        Field("input_mv", Number(1e-06, 1000000000.0), optional=True, nullable=True),
        Field("input_ua", Number(1e-06, 1000000000.0), optional=True, nullable=True),
        Field("stored", StructOf(lambda: Figure)),
    )


@dataclass(kw_only=True, slots=True)
class EventRecord(Struct):
    #: when it was decided [ns]
    at_unix_ns: int
    #: plan, apps or decision
    kind: str
    #: what it is about
    subject: str
    #: in words
    text: str

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("at_unix_ns", Integer(-4611686018427387904, 4611686018427387904)),
        Field("kind", Text(0)),
        Field("subject", Text(0)),
        Field("text", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class ExecutionPlan(Struct):
    #: of the pipeline's runs, 0 to 1 [share]
    share: float
    #: device that senses
    source: str
    #: device that interacts
    target: str
    #: in order
    chunks: list[Chunk]
    #: in order
    steps: list[Step]
    #: one run in an empty mesh [ns]
    latency_ns: int
    #: tasks of one run [uj]
    energy_uj: float
    #: SRAM that its tensors hold
    buffers: list[TensorBuffer] = field(default_factory=list)
    #: frames are generated noise: no file of the sensor serves the model
    generated: bool = False

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("share", Number(0.0, 1.0)),
        Field("source", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("target", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("chunks", ListOf(StructOf(lambda: Chunk), 1, 65536)),
        Field("steps", ListOf(StructOf(lambda: Step), 1, 65536)),
        Field("latency_ns", Integer(0, 864000000000000)),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("buffers", ListOf(StructOf(lambda: TensorBuffer), 0, 65536), optional=True),
        Field("generated", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class FrameOutcome(Struct):
    #: the app
    app: str
    #: its run
    run: int
    #: of the frame
    sequence: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("run", Integer(0, 4611686018427387904)),
        Field("sequence", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class FrameRef(Struct):
    #: whose sensor
    device: str = ""
    #: the capability
    sensor: str = ""
    #: as whoever fed it called it
    id: str = ""
    #: of the device, in the order they were fed; 0: no frame
    sequence: int = 0

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''),
            optional=True),
        Field("sensor", Text(0), optional=True),
        Field("id", Text(0), optional=True),
        Field("sequence", Integer(0, 4611686018427387904), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class FrameShape(Struct):
    #: of a frame
    channels: int
    #: of a frame; of 1-D data: its length
    rows: int
    #: of a frame; of 1-D data: 1
    columns: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("channels", Integer(0, 4294967295)),
        Field("rows", Integer(0, 4294967295)),
        Field("columns", Integer(0, 4294967295)),
    )


@dataclass(kw_only=True, slots=True)
class HarvestProfile(Struct):
    #: a recording of deploy/harvest by its name, or a file: a path, as seen from this file
    trace: str
    #: above 0, at most 1; it counts where the recording was made in front of the rectifier
    rectifier_efficiency: Figure
    #: voltage that the converter holds its input at; 0 where the efficiency goes by power [mv]
    input_mv: Figure
    #: input below which nothing is stored [uw]
    least_input_uw: Figure
    #: what the converter takes from the capacitor, always [uw]
    quiescent_uw: Figure
    #: voltage of the capacitor below which the converter starts itself; 0 = no cold start [V]
    cold_start_below_v: Figure
    #: input that a cold start needs [uw]
    cold_start_least_uw: Figure
    #: during cold start, 0 to 1
    cold_start_efficiency: Figure
    #: a table: all points by power, or all by current
    efficiency: list[EfficiencyPoint]

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("trace", Text(1, most_bytes=4096)),
        Field("rectifier_efficiency", StructOf(lambda: Figure)),
        Field("input_mv", StructOf(lambda: Figure)),
        Field("least_input_uw", StructOf(lambda: Figure)),
        Field("quiescent_uw", StructOf(lambda: Figure)),
        Field("cold_start_below_v", StructOf(lambda: Figure)),
        Field("cold_start_least_uw", StructOf(lambda: Figure)),
        Field("cold_start_efficiency", StructOf(lambda: Figure)),
        Field("efficiency", ListOf(StructOf(lambda: EfficiencyPoint), 1, 256)),
    )


@dataclass(kw_only=True, slots=True)
class LeftOut(Struct):
    #: the app
    app: str
    #: why it is not served
    reason: str
    #: as of a failure; default no_fit
    code: str = "no_fit"
    #: the planner's word: oor, infeasible, budget_spent or invalid; null: it was not asked
    refusal: RefusalKind | None = None
    #: the demands that can not hold together; null: not known
    conflict: Conflict | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
        Field("reason", Text(0)),
        Field("code", Text(0), optional=True),
        Field("refusal", EnumOf(RefusalKind), optional=True, nullable=True),
        Field("conflict", StructOf(lambda: Conflict), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class LinkProfile(Struct):
    #: the profile's name
    name: str
    #: rate; 0 = unlimited [bytes per second]
    bytes_per_second: Figure
    #: fixed part of each message [us]
    message_overhead_us: Figure
    #: sender while active [mw]
    tx_mw: Figure
    #: receiver while active [mw]
    rx_mw: Figure
    #: radio asleep, each device [mw]
    idle_mw: Figure

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("name", Text(0)),
        Field("bytes_per_second", StructOf(lambda: Figure)),
        Field("message_overhead_us", StructOf(lambda: Figure)),
        Field("tx_mw", StructOf(lambda: Figure)),
        Field("rx_mw", StructOf(lambda: Figure)),
        Field("idle_mw", StructOf(lambda: Figure)),
    )


@dataclass(kw_only=True, slots=True)
class MemoryUse(Struct):
    #: the device
    device: str
    #: weights resident [bytes]
    weight_bytes: int
    #: bias values [bytes]
    bias_bytes: int
    #: layers resident
    layers: int
    #: SRAM held for tensors [bytes]
    buffer_bytes: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("weight_bytes", Integer(0, 4611686018427387904)),
        Field("bias_bytes", Integer(0, 4611686018427387904)),
        Field("layers", Integer(0, 4611686018427387904)),
        Field("buffer_bytes", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class OpenFrame(Struct):
    #: the capability
    sensor: str
    #: as whoever fed it called it
    id: str
    #: of the device, in the order they were fed
    sequence: int
    #: that have no outcome of it yet; may be none
    apps: list[str]

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("sensor", Text(0)),
        Field("id", Text(0)),
        Field("sequence", Integer(0, 4611686018427387904)),
        Field("apps", ListOf(Text(0), 0, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class PictureDescription(Struct):
    #: of other proportions: crop (default: the middle), pad or stretch
    fit: Fit = Fit.CROP
    #: dark or light: pictures of the other kind are inverted; default any: none is
    background: Background = Background.ANY
    #: so many rows and columns become channels; default 1
    fold: int = 1

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("fit", EnumOf(Fit), optional=True),
        Field("background", EnumOf(Background), optional=True),
        Field("fold", Integer(1, 16), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class PipelinePlan(Struct):
    #: the app
    app: str
    #: its model
    model: str
    #: the capability its source senses with
    sensing: str
    #: SHA-256 of the model's files
    model_digest: str
    #: what is made of the output
    result: ResultKind
    #: bits of an output value [bits]
    output_width: int
    #: that a label is chosen from; 0: every output value
    classes: int = 0
    #: of the output; default 1
    output_pixels: int = 1
    #: names of the classes
    labels: list[str] = field(default_factory=list)
    #: of one frame [bytes]
    input_bytes: int
    #: shape of one frame
    input: FrameShape = field(default_factory=lambda: FrameShape.from_plain({'channels': 0, 'rows': 0, 'columns': 0}))
    #: how any picture becomes the input; null: the model takes frames of its shape only
    picture: PictureDescription | None = None
    #: how any sound becomes the input; null: the model takes frames of its shape only
    sound: SoundDescription | None = None
    #: the capability that the model was made for
    expects: str = ""
    #: how its runs take frames: own (default), the sensor's; newest, once, every: that are fed
    frames: FrameUse = FrameUse.OWN
    #: with their shares
    executions: list[ExecutionPlan]
    #: execution plan of each run of a cycle, in turn; empty: always the first
    sequence: list[int] = field(default_factory=list)
    #: runs in flight at most
    depth: int
    #: higher goes first where units are contended
    priority: int = 0
    #: of the app; default 1
    weight: float = 1.0
    #: predicted [runs per second]
    runs_per_second: float
    #: that the units' orders hold [runs per cycle]
    runs_per_cycle: int
    #: predicted: a cycle in which no run is passed over [ns]
    cycle_ns: int
    #: its runs start at runs_per_second at most; default false
    paced: bool = False
    #: predicted: tasks of a run, mean [uj]
    energy_uj: float
    #: what bounds its rate
    bottleneck: str

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("model", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("sensing", Text(1, most_bytes=64)),
        Field("model_digest", Text(0)),
        Field("result", EnumOf(ResultKind)),
        Field("output_width", Integer(0, 4294967295, one_of=(8, 32))),
        Field("classes", Integer(0, 4294967295), optional=True),
        Field("output_pixels", Integer(0, 4294967295), optional=True),
        Field("labels", ListOf(Text(0), 0, 65536), optional=True),
        Field("input_bytes", Integer(0, 4194304)),
        Field("input", StructOf(lambda: FrameShape), optional=True),
        Field("picture", StructOf(lambda: PictureDescription), optional=True, nullable=True),
        Field("sound", StructOf(lambda: SoundDescription), optional=True, nullable=True),
        Field("expects", Text(0), optional=True),
        Field("frames", EnumOf(FrameUse), optional=True),
        Field("executions", ListOf(StructOf(lambda: ExecutionPlan), 1, 65536)),
        Field("sequence", ListOf(Integer(0, 4294967295), 0, 65536), optional=True),
        Field("depth", Integer(1, 256)),
        Field("priority", Integer(-2147483648, 2147483647), optional=True),
        Field("weight", Number(1e-06, 1000000.0), optional=True),
        Field("runs_per_second", Number(0.0, 1e+18)),
        Field("runs_per_cycle", Integer(1, 256)),
        Field("cycle_ns", Integer(0, 864000000000000)),
        Field("paced", Boolean(), optional=True),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("bottleneck", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class PipelineUse(Struct):
    #: the app
    app: str
    #: runs with a result, in the window
    completed: int
    #: attempts that did not come through, in the window
    failed: int
    #: in model time [runs per second]
    runs_per_second: float
    #: by the plan in force; null: it does not serve the app [runs per second]
    predicted_runs_per_second: float | None = None
    #: in host time [runs per host second]
    runs_per_host_second: float
    #: of a run, model time, queueing included [us]
    latency_p50_us: float
    #: 95th percentile [us]
    latency_p95_us: float
    #: 99th percentile [us]
    latency_p99_us: float
    #: host time behind model time when a run ended [us]
    lag_p50_us: float
    #: 99th percentile [us]
    lag_p99_us: float
    #: tasks of a run, mean [uj]
    energy_uj: float
    #: the same, by the plan in force; null: it does not serve the app [uj]
    predicted_energy_uj: float | None = None
    #: results in the window were computed from generated noise
    generated: bool = False

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("completed", Integer(0, 4611686018427387904)),
        Field("failed", Integer(0, 4611686018427387904)),
        Field("runs_per_second", Number(0.0, 1e+18)),
        Field("predicted_runs_per_second", Number(0.0, 1e+18), optional=True, nullable=True),
        Field("runs_per_host_second", Number(0.0, 1e+18)),
        Field("latency_p50_us", Number(0.0, 1e+18)),
        Field("latency_p95_us", Number(0.0, 1e+18)),
        Field("latency_p99_us", Number(0.0, 1e+18)),
        Field("lag_p50_us", Number(0.0, 1e+18)),
        Field("lag_p99_us", Number(0.0, 1e+18)),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("predicted_energy_uj", Number(0.0, 1e+18), optional=True, nullable=True),
        Field("generated", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class PlacedApp(Struct):
    #: the app
    app: str
    #: device that senses; may be left out where only one can
    source: str = ""
    #: device that interacts; may be left out where only one can
    target: str = ""
    #: which layers run where, in order
    chunks: list[Chunk] = field(default_factory=list)
    #: runs per second that it is to have; null: the best of the objective [runs per second]
    rate: float | None = None
    #: several ways with their shares, in place of source, chunks and target
    ways: list[PlacedWay] = field(default_factory=list)

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("source", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''),
            optional=True),
        Field("target", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''),
            optional=True),
        Field("chunks", ListOf(StructOf(lambda: Chunk), 0, 65536), optional=True),
        Field("rate", Number(1e-06, 1000000000.0), optional=True, nullable=True),
        Field("ways", ListOf(StructOf(lambda: PlacedWay), 0, 65536), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class PlacedWay(Struct):
    #: of the app's runs, 0 to 1 [share]
    share: float
    #: device that senses; may be left out where only one can
    source: str = ""
    #: device that interacts; may be left out where only one can
    target: str = ""
    #: which layers run where, in order
    chunks: list[Chunk]

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("share", Number(0.0, 1.0)),
        Field("source", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''),
            optional=True),
        Field("target", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''),
            optional=True),
        Field("chunks", ListOf(StructOf(lambda: Chunk), 1, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class Placement(Struct):
    #: each app once, in any order
    apps: list[PlacedApp]

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("apps", ListOf(StructOf(lambda: PlacedApp), 1, 65536)),
    )


@dataclass(kw_only=True, slots=True)
class PlanSummary(Struct):
    #: plan number
    id: int
    #: UTC
    made: str
    #: the body
    body: str
    #: what chose it
    policy: str
    #: optimal, bounded or heuristic; null: not told
    status: PlanStatus | None = None
    #: what ended the search: proof, nodes or time; null: nothing did
    stopped_by: StoppedBy | None = None
    #: nodes that the search took
    nodes_spent: int = 0
    #: what made it necessary
    cause: str
    #: predicted: the lowest rate of its apps [rounds per second]
    rounds_per_second: float
    #: predicted [us]
    latency_us: float | None = None
    #: old name of latency_us, in ms [ms]
    latency_ms: float
    #: predicted [uj]
    energy_uj: float
    #: host time to go over to it; null: not known [us]
    switch_us: float | None = None
    #: old name of switch_us, in ms; 0: not known [ms]
    switch_ms: float = 0.0
    #: unit that bounds the rate
    bottleneck: str
    #: each pipeline: which layers run where
    placements: list[str]
    #: why this plan
    reason: str

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("id", Integer(0, 4611686018427387904)),
        Field("made", Text(0)),
        Field("body", Text(0)),
        Field("policy", Text(0)),
        Field("status", EnumOf(PlanStatus), optional=True, nullable=True),
        Field("stopped_by", EnumOf(StoppedBy), optional=True, nullable=True),
        Field("nodes_spent", Integer(0, 4611686018427387904), optional=True),
        Field("cause", Text(0)),
        Field("rounds_per_second", Number(-1e+18, 1e+18)),
        Field("latency_us", Number(-1e+18, 1e+18), optional=True, nullable=True),
        Field("latency_ms", Number(-1e+18, 1e+18)),
        Field("energy_uj", Number(-1e+18, 1e+18)),
        Field("switch_us", Number(-1e+18, 1e+18), optional=True, nullable=True),
        Field("switch_ms", Number(-1e+18, 1e+18), optional=True),
        Field("bottleneck", Text(0)),
        Field("placements", ListOf(Text(0), 0, 65536)),
        Field("reason", Text(0)),
    )


@dataclass(kw_only=True, slots=True)
class ProcessUse(Struct):
    #: the process's name
    process: str
    #: host time behind model time; 0: not told [us]
    lag_p99_us: float
    #: its counters, in the window
    bus: BusUse

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("process", Text(1, most_bytes=128)),
        Field("lag_p99_us", Number(0.0, 1e+18)),
        Field("bus", StructOf(lambda: BusUse)),
    )


@dataclass(kw_only=True, slots=True)
class RateChange(Struct):
    #: the app
    app: str
    #: by the plan before; 0: it did not serve it [runs per second]
    before: float
    #: by the next plan; 0: it does not serve it [runs per second]
    after: float

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("before", Number(0.0, 1e+18)),
        Field("after", Number(0.0, 1e+18)),
    )


@dataclass(kw_only=True, slots=True)
class RateLevel(Struct):
    #: runs per second: rate / weight of its apps where units are loaded as much as they can be; or the hours of its
    #: devices' batteries
    value: float
    #: the same; with the levels before as they are, no plan gives more
    bound: float
    #: that have just that rate / weight
    apps: list[str]
    #: that last just so long
    devices: list[str] = field(default_factory=list)

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("value", Number(0.0, 1e+18)),
        Field("bound", Number(0.0, 1e+18)),
        Field("apps", ListOf(Text(0), 0, 65536)),
        Field("devices", ListOf(Text(0), 0, 65536), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class Requirement(Struct):
    #: the capability: camera, display ...
    needs: str
    #: the device, where the app insists
    on: str = ""

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("needs", Text(1, most_bytes=64)),
        Field("on", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$', or_value=''), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class RunKey(Struct):
    #: the app
    app: str
    #: number, from 0
    run: int
    #: from 1
    attempt: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("run", Integer(0, 4611686018427387904)),
        Field("attempt", Integer(1, 4294967295)),
    )


@dataclass(kw_only=True, slots=True)
class RunRecord(Struct):
    #: the app
    app: str
    #: its number
    run: int
    #: how many it took
    attempts: int
    #: by which plan
    plan_id: int
    #: completed or failed
    outcome: RunOutcome
    #: index of the class; -1: none
    label: int
    #: its value
    score: int
    #: model time [ns]
    began_ns: int
    #: model time [ns]
    ended_ns: int
    #: its tasks [uj]
    energy_uj: float
    #: crossed, in order
    devices: list[str]
    #: why it failed
    reason: str = ""
    #: wall clock [ns]
    recorded_unix_ns: int
    #: computed from generated noise
    generated: bool = False
    #: that was fed; null: the sensor's own
    frame: FrameRef | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(0)),
        Field("run", Integer(0, 4611686018427387904)),
        Field("attempts", Integer(0, 4294967295)),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("outcome", EnumOf(RunOutcome)),
        Field("label", Integer(-2147483648, 2147483647)),
        Field("score", Integer(-2147483648, 2147483647)),
        Field("began_ns", Integer(0, 4611686018427387904)),
        Field("ended_ns", Integer(0, 4611686018427387904)),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("devices", ListOf(Text(0), 0, 65536)),
        Field("reason", Text(0), optional=True),
        Field("recorded_unix_ns", Integer(-4611686018427387904, 4611686018427387904)),
        Field("generated", Boolean(), optional=True),
        Field("frame", StructOf(lambda: FrameRef), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class RunState(Struct):
    #: which run
    key: RunKey
    #: by which plan
    plan_id: int
    #: by which of the pipeline's execution plans
    execution: int
    #: model time its sensing began [ns]
    began_ns: int
    #: of its tasks so far [uj]
    energy_uj: float
    #: crossed so far
    devices: list[str]
    #: which start of the plan
    start: int = 0
    #: which of the pipeline's turns since that start
    turn: int = 0
    #: its frame was generated noise
    generated: bool = False
    #: that was fed; null: the sensor's own
    frame: FrameRef | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("key", StructOf(lambda: RunKey)),
        Field("plan_id", Integer(0, 4611686018427387904)),
        Field("execution", Integer(0, 4294967295)),
        Field("began_ns", Integer(0, 4611686018427387904)),
        Field("energy_uj", Number(0.0, 1e+18)),
        Field("devices", ListOf(Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$'), 0, 64)),
        Field("start", Integer(0, 4611686018427387904), optional=True),
        Field("turn", Integer(0, 4611686018427387904), optional=True),
        Field("generated", Boolean(), optional=True),
        Field("frame", StructOf(lambda: FrameRef), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class Sensor(Struct):
    #: camera, microphone, imu, ppg or ecg
    capability: str
    #: short for sources: [{frames: ...}]
    frames: str = ""
    #: where its frames come from
    sources: list[SensorSource] | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("capability", Text(1, most_bytes=64)),
        Field("frames", Text(0), optional=True),
        Field("sources", ListOf(StructOf(lambda: SensorSource), 0, 64), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class SensorProfile(Struct):
    #: the capability it offers
    name: str
    #: time to take a frame or window, fixed part [us]
    fixed_us: Figure
    #: and per byte [ns per byte]
    ns_per_byte: Figure
    #: new frames or windows per second [frames per second]
    fresh_per_second: Figure

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("name", Text(0)),
        Field("fixed_us", StructOf(lambda: Figure)),
        Field("ns_per_byte", StructOf(lambda: Figure)),
        Field("fresh_per_second", StructOf(lambda: Figure)),
    )


@dataclass(kw_only=True, slots=True)
class SensorSource(Struct):
    #: .npy of frames (N, ...), or a folder of pictures (PNG, JPEG) or of sounds (WAV, FLAC, OGG), relative to deploy/
    frames: str = ""
    #: of the file's frames: chw (default), or hwc, which is converted
    layout: Layout = Layout.CHW
    #: seed of noise for models that no file serves
    generator: int | None = None
    #: of one frame of the file: need not be written, it is read there
    shape: list[int] = field(default_factory=list)
    #: true: frames are fed, by `synergy feed` for one; in place of a file
    feed: bool = False
    #: in the folder: need not be written, they are counted there
    pictures: int = 0
    #: in the folder: need not be written, they are counted there
    sounds: int = 0
    #: from one window of a sound to the next, where it is longer than the model's; 0 (default): half a window [seconds]
    hop: float = 0.0

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("frames", Text(0), optional=True),
        Field("layout", EnumOf(Layout), optional=True),
        Field("generator", Integer(0, 18446744073709551615), optional=True, nullable=True),
        Field("shape", ListOf(Integer(0, 4611686018427387904), 0, 64), optional=True),
        Field("feed", Boolean(), optional=True),
        Field("pictures", Integer(0, 4611686018427387904), optional=True),
        Field("sounds", Integer(0, 4611686018427387904), optional=True),
        Field("hop", Number(0.01, 3600.0, or_value=0), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class SoundDescription(Struct):
    #: that its input has [samples per second]
    rate: int
    #: a window is made louder until its loudest sample is full scale, but no more than so many times; null: it stays as
    #: loud as it is [times]
    gain: int | None = None

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("rate", Integer(4000, 48000)),
        Field("gain", Integer(1, 256), optional=True, nullable=True),
    )


@dataclass(kw_only=True, slots=True)
class Step(Struct):
    #: the task
    kind: TaskKind
    #: where; the sender
    device: str
    #: the receiver of a transfer
    to: str = ""
    #: which of the chunks it belongs to
    chunk: int = 0
    #: how long its units are held [ns]
    duration_ns: int
    #: moved by it [bytes]
    bytes: int = 0
    #: energy of the task, idle power not included [uj]
    energy_uj: float = 0.0
    #: of a transfer: the receiver's part of energy_uj [uj]
    receiver_energy_uj: float = 0.0
    #: of a transfer: streamed out of the accelerator
    unloads: bool = False
    #: of a transfer: streamed into the accelerator
    loads: bool = False
    #: of a switch: weights are loaded, too; the accelerator holds no other chunk then
    reloads: bool = False

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("kind", EnumOf(TaskKind)),
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("to", Text(0), optional=True),
        Field("chunk", Integer(0, 4294967295), optional=True),
        Field("duration_ns", Integer(0, 864000000000000)),
        Field("bytes", Integer(0, 4194304), optional=True),
        Field("energy_uj", Number(0.0, 1e+18), optional=True),
        Field("receiver_energy_uj", Number(0.0, 1e+18), optional=True),
        Field("unloads", Boolean(), optional=True),
        Field("loads", Boolean(), optional=True),
        Field("reloads", Boolean(), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class StoreProfile(Struct):
    #: of the capacitor, 0.001 to 1000000 (1 F) [uf]
    capacitance_uf: Figure
    #: voltage of the capacitor at which the device gets power [V]
    on_v: Figure
    #: and below which it loses it [V]
    off_v: Figure
    #: at which the converter stores no more; at most 40 [V]
    max_v: Figure
    #: leakage: resistance beside the capacitor x its capacitance; 0 = no leakage [s]
    leakage_rc_s: Figure
    #: resistance in series with the capacitor [ohm]
    esr_ohm: Figure
    #: the part of what leaves the capacitor that reaches the device; above 0, at most 1
    output_efficiency: Figure
    #: the part of the energy between the thresholds that is planned with; above 0, at most 1
    margin: Figure

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("capacitance_uf", StructOf(lambda: Figure)),
        Field("on_v", StructOf(lambda: Figure)),
        Field("off_v", StructOf(lambda: Figure)),
        Field("max_v", StructOf(lambda: Figure)),
        Field("leakage_rc_s", StructOf(lambda: Figure)),
        Field("esr_ohm", StructOf(lambda: Figure)),
        Field("output_efficiency", StructOf(lambda: Figure)),
        Field("margin", StructOf(lambda: Figure)),
    )


@dataclass(kw_only=True, slots=True)
class TaskRecord(Struct):
    #: the app
    app: str
    #: number of the run
    run: int
    #: from 1
    attempt: int
    #: the task
    kind: TaskKind
    #: index into the execution plan's steps
    step: int
    #: index into the execution plan's chunks
    chunk: int = 0
    #: of this device, that it held
    units: list[Unit]
    #: model time [ns]
    begin_ns: int
    #: model time [ns]
    end_ns: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("app", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("run", Integer(0, 4611686018427387904)),
        Field("attempt", Integer(0, 4294967295)),
        Field("kind", EnumOf(TaskKind)),
        Field("step", Integer(0, 4294967295)),
        Field("chunk", Integer(0, 4294967295), optional=True),
        Field("units", ListOf(EnumOf(Unit), 0, 6)),
        Field("begin_ns", Integer(0, 4611686018427387904)),
        Field("end_ns", Integer(0, 4611686018427387904)),
    )


@dataclass(kw_only=True, slots=True)
class TaskRef(Struct):
    #: index
    pipeline: int
    #: index
    execution: int
    #: index
    step: int
    #: of the pipeline's runs in a cycle; default 0
    run: int = 0
    #: cycles behind; default 0
    lag: int = 0

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("pipeline", Integer(0, 4294967295)),
        Field("execution", Integer(0, 4294967295)),
        Field("step", Integer(0, 4294967295)),
        Field("run", Integer(0, 4294967295), optional=True),
        Field("lag", Integer(0, 4294967295), optional=True),
    )


@dataclass(kw_only=True, slots=True)
class TensorBuffer(Struct):
    #: whose SRAM
    device: str
    #: step at whose beginning it is taken
    first_step: int
    #: step at whose end it is left
    last_step: int
    #: of one slot [bytes]
    bytes: int
    #: runs that may hold it at a time
    slots: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("first_step", Integer(0, 4294967295)),
        Field("last_step", Integer(0, 4294967295)),
        Field("bytes", Integer(0, 4194304)),
        Field("slots", Integer(1, 256)),
    )


@dataclass(kw_only=True, slots=True)
class UnitOrder(Struct):
    #: the device
    device: str
    #: the unit
    unit: Unit
    #: its tasks in a cycle, in turn
    order: list[TaskRef]
    #: held per cycle [ns]
    busy_ns: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("unit", EnumOf(Unit)),
        Field("order", ListOf(StructOf(lambda: TaskRef), 0, 65536)),
        Field("busy_ns", Integer(0, 864000000000000)),
    )


@dataclass(kw_only=True, slots=True)
class UnitUse(Struct):
    #: the device
    device: str
    #: the unit
    unit: Unit
    #: share of the window that tasks held it, 0 to 1 [share]
    busy: float
    #: tasks that wait for it
    queue: int

    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("device", Text(1, most_bytes=64, pattern='^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$')),
        Field("unit", EnumOf(Unit)),
        Field("busy", Number(0.0, 1.0)),
        Field("queue", Integer(0, 4611686018427387904)),
    )


#: Every message by its name.
MESSAGES: dict[str, type[Message]] = {
    "accelerator.do": AcceleratorDo,
    "accelerator.done": AcceleratorDone,
    "app.forecast": AppForecast,
    "app.stop": AppStop,
    "app.stopped": AppStopped,
    "app.submit": AppSubmit,
    "app.submitted": AppSubmitted,
    "app.try": AppTry,
    "apps": AppSet,
    "body": BodyView,
    "body.change": BodyChange,
    "broker": BrokerState,
    "bus.join": Join,
    "bus.joined": Joined,
    "deploy": Deploy,
    "deployed": Deployed,
    "done": Done,
    "failure": Failure,
    "frame.ended": FrameEnded,
    "frame.fed": FrameFed,
    "frame.feed": FrameFeed,
    "frame.open": FramesOpen,
    "health": Health,
    "plan": CollaborationPlan,
    "plan.again": PlanAgain,
    "plan.make": PlanMake,
    "run.failed": RunFailed,
    "run.grant": RunGrant,
    "run.result": RunResult,
    "run.skip": RunSkip,
    "services": ServiceList,
    "store.backup": BackupStore,
    "store.backup_progress": BackupProgress,
    "store.body": StoreBody,
    "store.decision": StoreDecision,
    "store.events": EventTable,
    "store.frames": FrameOutcomes,
    "store.history": PlanHistory,
    "store.load": LoadState,
    "store.query_events": QueryEvents,
    "store.query_frames": QueryFrames,
    "store.query_history": QueryHistory,
    "store.query_plan": QueryPlan,
    "store.query_runs": QueryRuns,
    "store.run_table": RunTable,
    "store.runs": StoreRuns,
    "store.state": StoredState,
    "store.switch": StoreSwitch,
    "tasks": TaskTable,
    "tasks.query": QueryTasks,
    "tensor": TensorSent,
    "tensor.taken": TensorTaken,
    "use": MeshUse,
}
