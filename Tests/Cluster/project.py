"""A temporary project that is sent to a cluster, and what its checks say where they fail."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import Cluster, Process, Task


class Failure(Exception):
    """Something is not as it should be."""


def expect(what: str, is_so: object, was: object = "") -> None:
    if not is_so:
        raise Failure(f"expected: {what}\nwas: {was}")


def expect_equal(what: str, was: object, wanted: object) -> None:
    expect(f"{what}: {wanted}", was == wanted, was)


def until(what: str, condition: Callable[[], object], seconds: float = 60,
          was: Callable[[], object] = lambda: "not so in time") -> None:
    """Waits for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"expected within {seconds:.0f} s: {what}\nwas: {was()}")
        time.sleep(0.05)


@dataclass(frozen=True)
class Person:
    """Who uses a project: root, or a user made for the test."""

    name: str
    user: int
    group: int
    home: Path


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"status {self.status}\n{self.out}{self.err}"

    @property
    def jobs(self) -> list[str]:
        """The ids that submit prints."""
        return self.out.split()


class Project:
    """A folder with experiments, on the disk that all nodes of the cluster share."""

    def __init__(self, cluster: Cluster, program: Path, folder: Path, specs: dict[str, str]) -> None:
        self.cluster = cluster
        self.program = program
        self.folder = folder / "project"
        self.results = self.folder / "Results"
        self.bin = folder / "bin"
        for path in (self.folder / "Experiments", self.results, self.bin, folder / "home"):
            path.mkdir(parents=True)
        self.root = Person("root", 0, 0, folder / "home")
        for name, text in specs.items():
            (self.folder / "Experiments" / f"{name}.yaml").write_text(text)

    # The program

    def start(self, *words: str, by: Person | None = None, path: str | None = None) -> subprocess.Popen[str]:
        """Starts the program, in the project's folder; `path` instead of where commands are found."""
        person = by or self.root
        environment = {
            "HOME": str(person.home), "USER": person.name, "LOGNAME": person.name, "LANG": "C.UTF-8", "NO_COLOR": "1",
            "PATH": f"{self.bin}:{os.environ['PATH']}" if path is None else path, **self.cluster.environment(),
        }
        return subprocess.Popen(
            [self.program, *words], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, user=person.user, group=person.group,
            extra_groups=[person.group], umask=0o002)

    def run(self, *words: str, by: Person | None = None, path: str | None = None) -> Outcome:
        return ended(self.start(*words, by=by, path=path))

    def submit(self, name: str, *words: str, by: Person | None = None) -> list[str]:
        """Sends what is missing; the ids of the jobs."""
        outcome = self.run("submit", name, "--submit", *words, by=by)
        expect("submit ends with status 0", outcome.status == 0, outcome)
        return outcome.jobs

    def status(self, name: str, *words: str, by: Person | None = None) -> "Status":
        outcome = self.run("status", name, "--json", *words, by=by)
        expect("status ends with status 0", outcome.status == 0, outcome)
        return Status(json.loads(outcome.out))

    def plan(self, name: str) -> list[str]:
        """The ids of the units, in their order."""
        outcome = self.run("plan", name, "--json")
        expect("plan ends with status 0", outcome.status == 0, outcome)
        return [run["id"] for run in json.loads(outcome.out)[-1]["runs"]]

    @contextmanager
    def stand_in(self, name: str, script: str) -> Iterator[None]:
        """A command that is found before the one of its name."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        try:
            yield
        finally:
            path.unlink()

    # What is in the folder

    def manifest(self, name: str) -> str:
        path = self.results / name / "MANIFEST.sha256"
        return path.read_text() if path.exists() else "no manifest"

    def unit(self, name: str, unit: str) -> Path:
        return self.results / ".partial" / ".units" / name / unit

    def is_begun(self, name: str, unit: str) -> bool:
        """Whether there is a checkpoint of a unit, and one before."""
        folder = self.results / ".partial" / ".units" / name / ".partial" / unit / "checkpoints"
        return (folder / f"{unit}.previous").exists()

    def log(self, name: str, id: str) -> str:
        """What a job or a task has said."""
        path = self.results / ".log" / name / f"{id}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def files(self) -> dict[str, str]:
        """The digest of every file."""
        return {str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(self.folder.rglob("*")) if path.is_file()}

    def leftovers(self) -> list[str]:
        """What is left in the folder where bundles are made."""
        partial = self.results / ".partial"
        return sorted(os.listdir(partial)) if partial.exists() else []

    # The queue

    def tasks(self, name: str, *states: str) -> list[Task]:
        """The tasks of an experiment in the queue, those that have ended as well."""
        return [task for task in self.cluster.queue(ended=True)
                if task.name == f"herdbook-{name}" and (not states or task.state in states)]

    def state(self, id: str) -> str:
        """How a job or a task stands in the queue."""
        return next((task.state for task in self.cluster.queue(ended=True) if task.id == id), "not in the queue")

    def process(self, task: str) -> Process:
        """The program's own process in a task."""
        found = self.processes(task)
        expect(f"one process of the program in {task}", len(found) == 1, found)
        return found[0]

    def processes(self, task: str) -> list[Process]:
        return [process for process in self.cluster.processes()
                if process.job == task and process.name == self.program.name]

    def expect_collected(self, name: str, job: str, wanted: str) -> None:
        """Waits for the job that collects, and for the bytes that it should give."""
        state = self.wait_end(job)
        expect(f"{job} collects {name}", state == "COMPLETED", f"{state}\n{self.log(name, job)}")
        expect(f"{name} has the bytes of a run on one machine", self.manifest(name) == wanted, different(
            self.manifest(name), wanted))
        expect_equal("in Results/.partial is left", self.leftovers(), [])

    def wait_end(self, job: str, seconds: float = 90) -> str:
        """How a job or a task stands when it has ended."""
        ended = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "not in the queue")
        until(f"job {job} ends", lambda: self.state(job) in ended, seconds, lambda: self.state(job))
        return self.state(job)

    def exit_status(self, job: str) -> int:
        """With what a job ended that is of no array."""
        words = self.cluster.command("scontrol", "--oneliner", "show", "job", job).split()
        return int(next(word for word in words if word.startswith("ExitCode=")).partition("=")[2].partition(":")[0])


class Status:
    """What `status --json` says."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def __str__(self) -> str:
        return json.dumps(self.document, indent=1)

    @property
    def counts(self) -> dict[str, int]:
        """How many units are in each state; without those in which none is."""
        return {state: count for state, count in self.document["counts"].items() if count}

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        return {job["job"]: job for job in self.document["jobs"]}

    def run(self, id: str) -> dict[str, Any]:
        return next(run for run in self.document["runs"] if run["id"] == id)

    def ids(self, *states: str) -> list[str]:
        """The units in some states."""
        return [run["id"] for run in self.document["runs"] if run["state"] in states]


def ended(process: subprocess.Popen[str], seconds: float = 120) -> Outcome:
    try:
        out, err = process.communicate(timeout=seconds)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return Outcome(process.returncode, out, err)


def different(was: str, wanted: str) -> str:
    """The lines of two manifests that differ."""
    first, second = was.splitlines(), wanted.splitlines()
    lines = [f"- {line}" for line in first if line not in second] + [
        f"+ {line}" for line in second if line not in first]
    return "\n".join(["other lines (- it is, + it should be):", *lines[:20]])


def listed(tasks: Sequence[Task]) -> str:
    return ", ".join(f"{task.id} {task.state}" for task in tasks) or "none"
