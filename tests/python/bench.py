"""What the tests of the Python package share: where it lies, and a bus that the test holds."""

import collections
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deploy" / "python"
BIN = pathlib.Path(os.environ.get("SYNERGY_BIN", ROOT / "build/release/bin"))
sys.path.insert(0, str(PACKAGE))
sys.dont_write_bytecode = True


class ManualClock:
    """As the ManualClock of `synergy/base/clock.hpp`: the same beginning."""

    def __init__(self):
        self.elapsed = 1000 * 10**9

    def monotonic_ns(self):
        return self.elapsed

    def unix_ns(self):
        return 24 * 365 * 50 * 3600 * 10**9 + self.elapsed


class HeldTransport:
    """In the place of the sockets."""

    def __init__(self):
        self.subscriptions, self.sent, self.arriving, self.full = [], [], collections.deque(), False

    def subscribe(self, prefix):
        self.subscriptions.append(prefix)

    def unsubscribe(self, prefix):
        self.subscriptions.remove(prefix)

    def send(self, packet):
        if not self.full:
            self.sent.append(packet)
        return not self.full

    def receive(self):
        return self.arriving.popleft() if self.arriving else None


class HeldIo:
    """In the place of waiting: moves the clock until what is waited for is there. `on_idle` may bring it."""

    def __init__(self, participant, clock, on_idle=lambda: None):
        self.participant, self.clock, self.on_idle = participant, clock, on_idle

    def changed(self):
        pass

    async def wait(self, done, until_ns):
        while True:
            while self.participant.step():
                pass
            self.participant.tick()
            if done():
                return True
            if until_ns is not None and self.clock.monotonic_ns() >= until_ns:
                return False
            self.clock.elapsed += 10**7
            self.on_idle()
