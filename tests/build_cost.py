#!/usr/bin/env python3
"""What building costs, with the compiler cache off: CPU seconds, peak memory, wall time.

    tests/build_cost.py programs [--checkout DIR]        every program, from nothing (ninja programs)
    tests/build_cost.py sample [--preset asan] [-n 24]   so many evenly spaced units of a preset, tests included;
                        [--against DIR]                  the same units of another checkout, by turns

Configures into a folder of its own below the system's temporary folder and removes it. With `sample`, what all units
share (precompiled headers) is built first, timed apart, and its part counted by how many units use it. Measured are the
operating system's accounts of the finished compilers, so what else the machine does lengthens the wall time only.
"""
import argparse
import json
import os
import pathlib
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def measured(command, **options):
    """Runs a command and returns (wall seconds, CPU seconds, peak KiB of its largest process so far)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f"build_cost: {shlex.join(map(str, command))} failed:\n{result.stdout[-4000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss


def configure(checkout, preset, build, tests):
    flags = ["-DSYNERGY_TESTS=ON"] if tests else []
    measured(["cmake", "--preset", preset, "-S", checkout, "-B", build, "-DCMAKE_C_COMPILER_LAUNCHER=",
              "-DCMAKE_CXX_COMPILER_LAUNCHER=", *flags], cwd=checkout)


def programs(options, build):
    configure(options.checkout, "release", build, tests=False)
    listed = subprocess.run(["ninja", "-C", build, "-t", "commands", "programs"], capture_output=True, text=True, check=True)
    units = sum(" -c " in line for line in listed.stdout.splitlines())
    wall, cpu, memory = measured(["ninja", "-C", build, "programs"])
    print(f"programs: {units} units, {cpu / 60:.1f} CPU-minutes, {wall / 60:.1f} minutes on {os.cpu_count()} cores, "
          f"largest process {memory / 1024:.0f} MiB")


class Sample:
    """A configured checkout whose units can be compiled one by one."""

    def __init__(self, checkout, preset, build):
        self.checkout = checkout
        configure(checkout, preset, build, tests=True)
        units = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
        units = [unit for unit in units if "verify_interface" not in unit["command"]]
        # What is made of headers (precompiled ones) is no unit of its own: all units share it.
        shared = [unit for unit in units if "cmake_pch" in unit["file"]]
        self.shared_cpu = sum(self.compile(unit) for unit in shared)
        self.units = {os.path.relpath(unit["file"], checkout): unit for unit in units if unit not in shared}
        self.seconds = []

    @staticmethod
    def compile(unit):
        return measured(shlex.split(unit["command"]), cwd=unit["directory"])[1]

    def measure(self, name):
        self.seconds.append(self.compile(self.units[name]))
        return self.seconds[-1]

    def report(self, preset):
        whole = statistics.mean(self.seconds) * len(self.units) + self.shared_cpu
        return (f"{preset}, {len(self.seconds)} of {len(self.units)} units: {sum(self.seconds):.1f} CPU-seconds, "
                f"mean {statistics.mean(self.seconds):.2f}, median {statistics.median(self.seconds):.2f}, "
                f"largest {max(self.seconds):.2f}; shared by all: {self.shared_cpu:.1f}; "
                f"all units about {whole / 60:.1f} CPU-minutes")


def sample(options, build):
    now = Sample(options.checkout, options.preset, os.path.join(build, "now"))
    before = options.against and Sample(os.path.abspath(options.against), options.preset, os.path.join(build, "before"))
    names = sorted(name for name in now.units if not before or name in before.units)
    for i in range(options.units):
        name = names[int((i + 0.5) * len(names) / options.units)]
        figures = [f"{before.measure(name):7.2f}"] if before else []
        figures.append(f"{now.measure(name):7.2f}")
        if options.verbose:
            print(" ".join(figures), f" {name}", flush=True)
    if before:
        print("before:", before.report(options.preset))
    print("now:   ", now.report(options.preset))
    if before:
        print(f"now / before: {sum(now.seconds) / sum(before.seconds):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["programs", "sample"])
    parser.add_argument("--checkout", default=str(pathlib.Path(__file__).resolve().parents[1]), help="another checkout to measure")
    parser.add_argument("--preset", default="release", help="of CMakePresets.json (sample only)")
    parser.add_argument("-n", "--units", type=int, default=24, help="how many units (sample only)")
    parser.add_argument("--against", help="a checkout to compare with (sample only)")
    parser.add_argument("-v", "--verbose", action="store_true", help="each unit's seconds")
    options = parser.parse_args()
    options.checkout = os.path.abspath(options.checkout)
    os.environ["CCACHE_DISABLE"] = "1"
    build = tempfile.mkdtemp(prefix="build-cost-")
    try:
        {"programs": programs, "sample": sample}[options.what](options, build)
    finally:
        shutil.rmtree(build)


if __name__ == "__main__":
    main()
