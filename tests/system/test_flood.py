"""Somebody publishes as fast as it can on topics that the mesh listens to: runs and heartbeats go on."""

import multiprocessing
import os
import tempfile
import time
import unittest

import msgpack
import zmq

import mesh as m

SECONDS = float(os.environ.get("SYNERGY_FLOOD_SECONDS", "2.2"))  # for each topic
SILENT_AFTER = 2.0
LARGEST_PROCESS = 200 << 20  # bytes; one of this mesh has 8 to 20 MB


def flood(run_dir, topic, payload, connections):
    """Never returns: it is a process of its own, because the broker goes by the process."""
    context = zmq.Context()
    sockets = [context.socket(zmq.PUB) for _ in range(connections)]
    for bus in sockets:
        bus.setsockopt(zmq.XPUB_NODROP, 1)
        bus.setsockopt(zmq.LINGER, 0)
        bus.connect(f"ipc://{run_dir}/bus.publish")
    while True:
        for bus in sockets:
            bus.send_multipart([topic.encode(), payload])


def take_nothing(run_dir):
    """Subscribes to everything and never reads."""
    bus = zmq.Context().socket(zmq.SUB)
    bus.setsockopt(zmq.RCVHWM, 1)
    bus.connect(f"ipc://{run_dir}/bus.subscribe")
    bus.subscribe("")
    while True:
        time.sleep(1)


def heartbeat(process):
    return msgpack.packb({"schema": "health", "version": 1, "sender": process, "instance": 1, "body": {
        "process": process, "instance": 1, "pid": 1, "state": "ready",
        "counters": {f"counter.{i}": i for i in range(20)}}})


class Watcher:
    """What a subscriber sees of the mesh: gaps between heartbeats, who is called silent or absent."""

    def __init__(self, run_dir, processes):
        self.context = zmq.Context()
        self.bus = self.context.socket(zmq.SUB)
        self.bus.connect(f"ipc://{run_dir}/bus.subscribe")
        for process in processes:
            self.bus.subscribe(f"health/{process}")
        self.bus.subscribe("state/services")
        self.bus.subscribe("state/body")
        self.bus.subscribe("state/broker")
        self.broker = {}  # its counters
        self.last = dict.fromkeys(processes, time.monotonic())
        self.gaps = dict.fromkeys(processes, 0.0)
        self.silent, self.absent = set(), set()

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.bus.poll(int(left * 1000) + 1):
                topic, payload = self.bus.recv_multipart()
                self.take(topic.decode(), msgpack.unpackb(payload)["body"])

    def take(self, topic, body):
        if topic == "state/services":
            self.silent |= {s["process"] for s in body["services"] if s["state"] == "silent"} & set(self.last)
        elif topic == "state/body":
            self.absent |= set(body["absent"])
        elif topic == "state/broker":
            self.broker = body["counters"]
        elif (process := topic.removeprefix("health/")) in self.last:
            now = time.monotonic()
            self.gaps[process] = max(self.gaps[process], now - self.last[process])
            self.last[process] = now

    def close(self):
        self.context.destroy(linger=0)


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Flood(unittest.TestCase):
    def test_costs_nobody_a_heartbeat_and_the_apps_less_than_half_of_their_rate(self):
        with m.Mesh() as mesh, tempfile.TemporaryDirectory() as folder:
            mesh.cli("submit", str(m.digits_app(folder, "victim", runs=0)))
            mesh.wait_for(lambda: mesh.app("victim")["completed"] > 20, "an app to run")
            pids = {s["process"]: s["pid"] for s in mesh.json("services")["services"] if s["state"] == "ready"}
            self.assertEqual(len(pids), 14)
            alone = self.rate(mesh, pids, 2)
            for topic, payload, connections in (
                    ("health/x", heartbeat("x"), 30), ("event/result/", b"x" * 64, 1),
                    ("event/result/victim", b"x" * (1 << 20), 4), ("run/watch", b"x" * 64, 30),
                    ("news", b"x" * (1 << 20), 4)):
                with self.subTest(topic=topic, bytes=len(payload), connections=connections):
                    vandal = multiprocessing.Process(
                        target=flood, args=(str(mesh.run_dir), topic, payload, connections), daemon=True)
                    vandal.start()
                    try:
                        rate = self.rate(mesh, pids, SECONDS)
                    finally:
                        vandal.kill()
                        vandal.join()
                    self.assertGreater(rate, alone / 2, "runs a second")
            self.assertGreater(self.broker["slowed.flood"], 0, "no flood reached the broker")
            self.assertGreater(self.broker["dropped.flood"], 0, "no flood was held to its share")

    def test_a_subscriber_that_never_reads_is_cut_and_its_memory_comes_back(self):
        with m.Mesh() as mesh:
            pids = {s["process"]: s["pid"] for s in mesh.json("services")["services"]}
            vandals = [multiprocessing.Process(target=target, args=arguments, daemon=True) for target, arguments in (
                (take_nothing, (str(mesh.run_dir),)), (flood, (str(mesh.run_dir), "news", b"x" * (1 << 20), 1)))]
            for vandal in vandals:
                vandal.start()
            try:
                largest, end = 0, time.monotonic() + m.PATIENCE_S
                while self.cut(mesh) == 0:
                    self.assertLess(time.monotonic(), end, "it is not cut")
                    largest = max(largest, resident_bytes(pids["broker"]))
            finally:
                for vandal in vandals:
                    vandal.kill()
                    vandal.join()
            self.assertGreater(largest, 64 << 20, "nothing waited for it")
            self.assertLess(largest, 400 << 20)
            mesh.wait_for(lambda: resident_bytes(pids["broker"]) < 64 << 20, "the broker's memory to come back")

    def cut(self, mesh):
        watcher = Watcher(mesh.run_dir, [])
        try:
            watcher.watch(0.3)
        finally:
            watcher.close()
        return watcher.broker["cut.slow"]

    def rate(self, mesh, pids, seconds):
        """Runs a second of the app meanwhile; everybody is to be heard of, and none to grow."""
        watcher = Watcher(mesh.run_dir, list(pids))
        try:
            before, begin = mesh.app("victim")["completed"], time.monotonic()
            watcher.watch(seconds)
            done, took = mesh.app("victim")["completed"] - before, time.monotonic() - begin
        finally:
            watcher.close()
        self.broker = watcher.broker
        self.assertLess(max(watcher.gaps.values()), SILENT_AFTER, watcher.gaps)
        self.assertEqual((watcher.silent, watcher.absent), (set(), set()))
        sizes = {process: resident_bytes(pid) for process, pid in pids.items()}
        self.assertLess(max(sizes.values()), LARGEST_PROCESS, sizes)
        return done / took


if __name__ == "__main__":
    unittest.main()
