"""Studies on a cluster: what may happen to them, and that their bytes are those of one machine all the same.

Each scenario is a function with a project of its own; its first line says what is proved.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cluster import Cluster, ClusterError, Process
from project import Outcome, Person, Project, Status, ended, expect, expect_equal, listed, until

SCENARIOS: dict[str, Callable[["Lab"], None]] = {}


def scenario(run: Callable[["Lab"], None]) -> Callable[["Lab"], None]:
    SCENARIOS[run.__name__.replace("_", "-")] = run
    return run


class Lab:
    """What a scenario works with: a cluster, the program, and folders that go when it ends."""

    def __init__(self, cluster: Cluster, program: Path) -> None:
        self.cluster = cluster
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="study-", dir="/tmp"))
        # For other users as well.
        self.folder.chmod(0o755)
        self.projects: list[Project] = []
        self._runs: list[subprocess.Popen[str]] = []

    def project(self, specs: dict[str, str]) -> Project:
        project = Project(self.cluster, self.program, self.folder / str(len(self.projects)), specs)
        self.projects.append(project)
        return project

    def undisturbed(self, specs: dict[str, str], name: str = "s") -> Callable[[], dict[str, str]]:
        """Runs an experiment in a project of its own, here; gives the manifests of all when they are asked for."""
        project = Project(self.cluster, self.program, self.folder / "undisturbed", specs)
        run = project.start("run", name, "--threads", "1")
        self._runs.append(run)

        @cache
        def manifests() -> dict[str, str]:
            outcome = ended(run)
            expect("run ends with status 0", outcome.status == 0, outcome)
            return {name: project.manifest(name) for name in specs}

        return manifests

    def close(self, keeping: bool) -> None:
        for run in self._runs:
            run.kill()
            run.wait()
        if not keeping:
            shutil.rmtree(self.folder)


def spec(more: str = "", *, iterations: int = 2, seed: int = 0) -> str:
    """Runs that take a moment; 60 iterations are a second of a processor."""
    return f"""\
seed: {seed}
iterations: {iterations}
dataset: {{name: digits, train: {{from: 0, count: 300}}, validation: 100, test: 100}}
network: {{layers: [784, 8, 10]}}
population: {{size: 4}}
training: {{steps: 3, batch: 16}}
{more}
"""


@scenario
def study(lab: Lab) -> None:
    """60 runs, two a task, in two arrays, never more than three tasks at once; collected at the end."""
    specs = {"s": spec("""\
replicates: 15
record: {champions: best}
variants: {matrix: {training.steps: [3, 6], mutation.scale: [0.02, 0.1]}}
""")}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    before = project.files()
    words = ("--max-running", "3", "--pack", "2", "--cpus", "1")
    shown = project.run("submit", "s", *words)
    expect("without --submit it ends with status 0", shown.status == 0, shown)
    for line in (" --job-name=herdbook-s ", " --job-name=herdbook-s-collect ",
                 "#SBATCH --signal=B:USR1@", " --pack 2 ", " --array "):
        expect(f"the scripts hold: {line}", line in shown.out, shown)
    expect_equal("changed without --submit", project.files(), before)
    expect_equal("queued without --submit", listed(project.tasks("s")), "none")

    jobs = project.submit("s", *words)
    expect("two arrays and what collects them are sent", len(jobs) == 3, jobs)
    most = 0
    seen: set[str] = set()
    deadline = time.monotonic() + 90
    while project.state(jobs[2]) in ("PENDING", "RUNNING"):
        running = project.tasks("s", "RUNNING")
        expect("at most three tasks run at a time", len(running) <= 3, listed(running))
        most = max(most, len(running))
        seen.update(project.status("s").counts)
        expect("it ends within 90 s", time.monotonic() < deadline, listed(project.tasks("s")))
    expect_equal("at most so many tasks ran at a time", most, 3)
    expect("units that wait and such that are done are told", {"waiting", "done"} <= seen, seen)
    tasks = project.tasks("s")
    expect_equal("tasks that have ended well", sum(task.state == "COMPLETED" for task in tasks), 30)
    expect_equal("tasks of the two arrays", [sum(task.job == job for task in tasks) for job in jobs[:2]], [20, 10])
    project.expect_collected("s", jobs[2], wanted()["s"])

    again = project.run("submit", "s", "--submit")
    expect("once more there is nothing to send", again.status == 0 and not again.out, again)
    expect("it says so", "up to date" in again.err, again)
    expect_equal("units", project.status("s").counts, {"done": 60})


@scenario
def transfer(lab: Lab) -> None:
    """A study that transfers from another: both are sent at once, and the heir waits for the result of its source."""
    specs = {"source": spec("replicates: 2", iterations=60, seed=4),
             "s": spec("replicates: 3\ntransfer: {from: source}")}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    jobs = project.submit("s")
    expect("an array and what collects it of each of two are sent", len(jobs) == 4, jobs)
    source, collect = jobs[1], jobs[3]
    reasons: set[str] = set()

    def is_collected() -> bool:
        # In this order: what has ended after the first look is no fault.
        tasks = project.tasks("s")
        if project.state(source) != "COMPLETED":
            expect("the heir waits for its source", all(task.state == "PENDING" for task in tasks), listed(tasks))
            reasons.update(task.reason for task in tasks)
            return False
        return True

    until("the source is collected", is_collected, was=lambda: project.state(source))
    expect("the queue says what the heir waits for", "Dependency" in reasons, reasons)
    expect("the source has the bytes of a run on one machine",
           project.manifest("source") == wanted()["source"], project.manifest("source"))
    project.expect_collected("s", collect, wanted()["s"])


@scenario
def node_lost(lab: Lab) -> None:
    """A node dies with all that runs on it: its tasks go on elsewhere, from their checkpoints."""
    specs = {"s": spec("replicates: 2\nrecord: {checkpoint: 1}", iterations=300)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    jobs = project.submit("s", "--cpus", "1")
    tasks = [f"{jobs[0]}_0", f"{jobs[0]}_1"]
    for unit in ("main-0", "main-1"):
        until(f"{unit} has a checkpoint", lambda: project.is_begun("s", unit))
    lost = {task.id: task.node for task in project.tasks("s", "RUNNING")}
    expect_equal("tasks that run", sorted(lost), tasks)
    node = lost[tasks[0]]
    lab.cluster.kill_node(node)
    until("the tasks run on the other node", lambda: all(
        task.node not in ("", node) for task in project.tasks("s") if lost[task.id] == node), 90,
        lambda: [(task.id, task.state, task.node) for task in project.tasks("s")])
    # The logs go when all is collected.
    for id in (id for id in tasks if lost[id] == node):
        until(f"{id} goes on from its checkpoint", lambda: is_resumed(project, id), was=lambda: project.log("s", id))
    project.expect_collected("s", jobs[1], wanted()["s"])


@scenario
def daemon_lost(lab: Lab) -> None:
    """The daemon of a node dies and its task does not: two copies of it at once, and the same bytes."""
    specs = {"s": spec("record: {checkpoint: 1}", iterations=300)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    jobs = project.submit("s")
    task = f"{jobs[0]}_0"
    until("there is a checkpoint", lambda: project.is_begun("s", "main-0"))
    first = project.process(task)
    expect("the process is of a node", first.node, first)
    # Held up until the other is there.
    os.kill(first.pid, signal.SIGSTOP)
    lab.cluster.kill_daemon(first.node or "")
    lab.cluster.declare_down(first.node or "")
    until("there are two copies of the task, on two nodes", lambda: len(
        {process.node for process in project.processes(task)}) == 2, 60, lambda: listed(project.tasks("s")))
    os.kill(first.pid, signal.SIGCONT)
    project.expect_collected("s", jobs[1], wanted()["s"])
    until("the first has ended", lambda: not project.processes(task))


@scenario
def cut_short(lab: Lab) -> None:
    """Killed, warned that the time is up, told so by hand, queued again from outside: all go on from a checkpoint."""
    units = ("killed", "warned", "told", "moved")
    specs = {"s": spec("record: {checkpoint: 1}\nvariants: [" + ", ".join(
        f"{{name: {name}, set: {{mutation.scale: 0.0{number + 1}}}}}" for number, name in enumerate(units)) + "]",
        iterations=240)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    # Told 45 s before the minute is over; Slurm looks seldom, and may do so up to ten seconds early.
    jobs = project.submit("s", "--cpus", "1", "--time", "1", "--sbatch=--signal=B:USR1@45")
    tasks = {name: f"{jobs[0]}_{number}" for number, name in enumerate(units)}
    cut = {}
    for name in units:
        until(f"{name} has a checkpoint", lambda: project.is_begun("s", f"{name}-0"))
        cut[name] = project.process(tasks[name])
        os.kill(cut[name].pid, signal.SIGSTOP)

    os.kill(cut["killed"].pid, signal.SIGKILL)
    lab.cluster.command("scancel", "--signal=USR1", "--batch", tasks["told"])
    lab.cluster.command("scontrol", "requeue", tasks["moved"])

    def has_ended(process: Process) -> bool:
        # Slurm itself lets go on whom it ends.
        if process.is_sent(signal.SIGUSR1):
            os.kill(process.pid, signal.SIGCONT)
        return not process.is_alive()

    for name in units:
        until(f"the process of {name} ends", lambda: has_ended(cut[name]), was=lambda: project.log("s", tasks[name]))
    # Of what Slurm saw end, the lock on another machine is not believed.
    until("the others are done, and it is lost", lambda: project.status("s").counts == {"done": 3, "lost": 1}, 90,
          lambda: project.status("s"))
    expect_equal("the one that was killed", project.status("s").run("killed-0")["job"], tasks["killed"])
    for name in ("warned", "told", "moved"):
        log = project.log("s", tasks[name])
        expect(f"{name} went on from its checkpoint", is_resumed(project, tasks[name]), log)
    # The job that collects may look for the lost one for a minute.
    project.run("cancel", "s")
    # Which asks no Slurm, and believes the lock until it has not been touched for a minute.
    until("the lock is believed no longer", lambda: ": running" not in project.run("collect", "s").err, 90)
    collect = project.run("collect", "s")
    expect("what is missing is named with its generation, and nothing is written", collect.status == 4
           and "killed-0: interrupted at generation" in collect.err and not (project.results / "s").exists(), collect)

    jobs = project.submit("s", "--cpus", "1")
    expect_equal("tasks that are sent again", [task.id for task in project.tasks("s") if task.job == jobs[0]],
                 [f"{jobs[0]}_0"])
    project.expect_collected("s", jobs[1], wanted()["s"])


def is_resumed(project: Project, task: str) -> bool:
    return "goes on from generation" in project.log("s", task)


@scenario
def failed(lab: Lab) -> None:
    """A run that fails for good: told, nothing is collected, and what transfers from it goes; mended, it alone runs."""
    specs = {"s": spec("replicates: 4"), "heir": spec("transfer: {from: s}", seed=4)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs, "heir")
    stray = project.unit("s", "main-2") / "stray"
    stray.parent.mkdir(parents=True)
    stray.write_text("not of Herdbook")
    jobs = project.submit("heir")
    until("the run has failed", lambda: project.status("s").counts == {"done": 3, "failed": 1},
          was=lambda: project.status("s"))
    fault = project.status("s").run("main-2")
    expect("the reason is told", "stray" in (fault["reason"] or ""), fault)
    expect_equal("its task", fault["job"], f"{jobs[0]}_2")
    shown = project.run("status", "s", "--failed")
    expect("--failed shows it, and it alone", "main-2" in shown.out and "stray" in shown.out
           and "main-1" not in shown.out, shown)

    project.wait_end(jobs[1])
    expect_equal("what collects ends with status", project.exit_status(jobs[1]), 4)
    expect("it names the run", "main-2: " in project.log("s", jobs[1]), project.log("s", jobs[1]))
    expect_equal("the heir", project.wait_end(f"{jobs[2]}_0"), "CANCELLED")
    expect_equal("units of the heir", project.status("heir").counts, {"lost": 1})
    expect("nothing is written", not (project.results / "s").exists(), project.manifest("s"))
    expect_equal("the file is not touched", stray.read_text(), "not of Herdbook")

    stray.unlink()
    outcome = project.run("cancel", "heir")
    expect("cancel ends with status 0", outcome.status == 0, outcome)
    jobs = project.submit("heir")
    expect("both are sent again", len(jobs) == 4, jobs)
    expect_equal("tasks that are sent again", [task.id for task in project.tasks("s") if task.job == jobs[0]],
                 [f"{jobs[0]}_2"])
    project.expect_collected("heir", jobs[3], wanted()["heir"])
    expect_equal("the source is what it is on one machine", project.manifest("s"), wanted()["s"])


@scenario
def refused(lab: Lab) -> None:
    """What sbatch refuses is told in its words; nothing is marked, and what it took before is cancelled."""
    project = lab.project({"s": spec("replicates: 30")})
    before = project.files()

    def expect_refused(outcome: Outcome, words: str) -> None:
        expect("it ends with status 74, and prints no id", (outcome.status, outcome.out) == (74, ""), outcome)
        expect(f"it says: {words}", words in outcome.err, outcome)
        expect_equal("files that are changed", {
            path for path, digest in [*project.files().items(), *before.items()]
            if project.files().get(path) != before.get(path)}, set())
        until("nothing is queued", lambda: not project.tasks("s", "PENDING", "RUNNING", "COMPLETING"), 20,
              lambda: listed(project.tasks("s")))
        expect_equal("units", project.status("s").counts, {"missing": 30})

    for words, answer in (
            (("--partition", "none"), "invalid partition"),
            (("--time", "500"), "Requested time limit is invalid"),
            (("--sbatch=--bogus",), "unrecognized option '--bogus'")):
        expect_refused(project.run("submit", "s", "--submit", *words), answer)

    # One that takes the first array and refuses the second, and one that refuses what collects them.
    for count in (1, 2):
        calls = project.bin / "calls"
        with project.stand_in("sbatch", f"""\
echo >>{calls}
[ "$(wc -l <{calls})" -le {count} ] && exec {shutil.which("sbatch")} "$@"
echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy" >&2
exit 1"""):
            # Held, so that nothing runs before it is cancelled.
            expect_refused(project.run("submit", "s", "--submit", "--sbatch=--hold"), "Job violates accounting/QOS")
        calls.unlink()
        expect("what was taken is cancelled", project.tasks("s", "CANCELLED"), listed(project.tasks("s")))


@scenario
def cancelled(lab: Lab) -> None:
    """Cancelled in the middle: the queue is empty, what is done stays, and only the rest is sent again."""
    specs = {"s": spec("replicates: 8\nrecord: {checkpoint: 1}", iterations=30)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    outcome = project.run("cancel", "s")
    expect("with nothing to cancel it ends with status 0", outcome.status == 0, outcome)
    jobs = project.submit("s", "--max-running", "1", "--cpus", "1")
    until("two units are done", lambda: project.status("s").counts.get("done", 0) >= 2)
    outcome = project.run("cancel", "s")
    expect("cancel ends with status 0", outcome.status == 0, outcome)
    until("the queue is empty", lambda: not [task for task in lab.cluster.queue() if task.job in jobs], 20,
          lambda: listed(lab.cluster.queue()))
    state = project.status("s")
    done = state.ids("done")
    expect("what is done stays done, and nothing else is under way",
           2 <= len(done) < 8 and set(state.counts) <= {"done", "missing", "interrupted"}, state)
    expect_equal("jobs that are cancelled", [job["cancelled"] for job in state.jobs.values()], [True, True])
    outcome = project.run("cancel", "s")
    expect("once more it ends with status 0", outcome.status == 0, outcome)

    jobs = project.submit("s", "--cpus", "1")
    units = project.plan("s")
    expect_equal("units that are sent again", sorted(
        units[int(task.id.partition("_")[2])] for task in project.tasks("s") if task.job == jobs[0]),
        sorted(set(units) - set(done)))
    project.expect_collected("s", jobs[1], wanted()["s"])


@scenario
def resent(lab: Lab) -> None:
    """A task of a source is lost and sent again: what collects it waits for that, too, and the heir for what collects."""
    specs = {"source": spec("replicates: 3\nrecord: {checkpoint: 1}", iterations=90, seed=4),
             "s": spec("transfer: {from: source}")}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    jobs = project.submit("s", "--max-running", "1", "--cpus", "1")
    lab.cluster.command("scancel", f"{jobs[0]}_2")
    until("a unit is lost", lambda: project.status("source").counts.get("lost"))
    again = project.run("submit", "s", "--submit", "--cpus", "1")
    expect("one array is sent", again.status == 0 and len(again.jobs) == 1, again)
    project.expect_collected("s", jobs[3], wanted()["s"])
    expect("the source has the bytes of a run on one machine",
           project.manifest("source") == wanted()["source"], project.manifest("source"))

    # As when submit is killed after Slurm took a job.
    name, folder = "--job-name=herdbook-s", f"--chdir={project.folder}"
    project.run("submit", "s", "--submit", "--replicates", "2", "--sbatch=--hold")
    stray = lab.cluster.command("sbatch", "--parsable", "--hold", name, folder, "--wrap", "true").strip()
    told = project.run("status", "s")
    expect("a job that nobody remembers is told", f"jobs {stray} of it are in the queue and not remembered" in told.err, told)
    outcome = project.run("cancel", "s")
    expect("it is cancelled with the others", outcome.status == 0 and stray in outcome.err, outcome)
    until("the queue is empty", lambda: not [task for task in lab.cluster.queue() if task.state == "PENDING"], 20,
          lambda: listed(lab.cluster.queue()))


@scenario
def people(lab: Lab) -> None:
    """Two people send the same study at once: each unit is sent once, and the other is told."""
    specs = {"s": spec("replicates: 6\nrecord: {checkpoint: 1}", iterations=60)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    with users(project, "herdbook-a", "herdbook-b") as (first, second):
        # Of the first, and maybe for the other to collect and remove.
        own = project.run("run", "s", "--unit", "main-0", by=first)
        expect("the first runs a unit", own.status == 0, own)
        both = [project.start("submit", "s", "--submit", "--max-running", "1", by=person) for person in (first, second)]
        outcomes = [ended(submit) for submit in both]
        said = "\n".join(map(str, outcomes))
        expect("both end with status 0", all(outcome.status == 0 for outcome in outcomes), said)
        jobs, none = sorted((outcome.jobs for outcome in outcomes), reverse=True)
        expect("one of them sends an array and what collects it, the other nothing", len(jobs) == 2 and not none, said)
        other = next(outcome for outcome in outcomes if not outcome.jobs)
        expect("the other is told", "under way" in other.err, other)
        expect_equal("tasks", sorted(task.id for task in project.tasks("s")), [f"{jobs[0]}_{n}" for n in range(1, 6)])
        names = {task.user for task in project.tasks("s")}
        expect("they are of one user", len(names) == 1 and names <= {"herdbook-a", "herdbook-b"}, names)
        until("a unit runs", lambda: project.tasks("s", "RUNNING", "COMPLETED"))
        for person in (first, second):
            state = project.status("s", by=person)
            expect_equal("who sent it", {job["user"] for job in state.jobs.values()}, names)

        # The one who did not send it cannot cancel it, and is told; then the owner does, and the other sends the rest.
        owner, helper = (first, second) if names == {"herdbook-a"} else (second, first)
        vain = project.run("cancel", "s", by=helper)
        expect("who may not cancel is told in Slurm's words", vain.status != 0 and "denied" in vain.err, vain)
        outcome = project.run("cancel", "s", by=owner)
        expect("the owner cancels", outcome.status == 0, outcome)
        until("the queue is empty", lambda: not [task for task in lab.cluster.queue() if task.job in jobs], 20)
        jobs = project.submit("s", "--cpus", "1", by=helper)
        expect("the other sends the rest", len(jobs) == 2, jobs)
        project.expect_collected("s", jobs[1], wanted()["s"])


@contextmanager
def users(project: Project, *names: str) -> Iterator[list[Person]]:
    """People of one group, whose project it is; they are gone afterwards."""
    group = "herdbook-lab"

    def system(*words: str) -> None:
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode:
            raise ClusterError(f"{' '.join(words)}: {done.stderr.strip()}")

    def remove() -> None:
        for name in names:
            subprocess.run(["userdel", "--force", name], capture_output=True)
        subprocess.run(["groupdel", group], capture_output=True)

    remove()
    try:
        system("groupadd", group)
        people = []
        for name in names:
            home = project.folder.parent / name
            system("useradd", "--no-create-home", "--home-dir", str(home), "--gid", group, "--no-user-group", name)
            home.mkdir()
            shutil.chown(home, name, group)
            person = home.stat()
            people.append(Person(name, person.st_uid, person.st_gid, home))
        for path in [project.folder, *project.folder.rglob("*")]:
            shutil.chown(path, group=group)
            path.chmod(0o2775 if path.is_dir() else 0o664)
        yield people
    finally:
        remove()


@scenario
def status(lab: Lab) -> None:
    """Status while units wait, run and are done, and where the queue cannot be asked."""
    specs = {"s": spec("replicates: 4\nrecord: {checkpoint: 1}", iterations=60)}
    project = lab.project(specs)
    wanted = lab.undisturbed(specs)
    expect_equal("units before anything is sent", project.status("s").counts, {"missing": 4})
    jobs = project.submit("s", "--max-running", "1", "--cpus", "1")
    seen: dict[str, list[str]] = {unit: [] for unit in project.plan("s")}
    blind: list[Outcome] = []
    unreachable = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"

    def is_over() -> bool:
        nonlocal blind
        state = project.status("s")
        expect_equal("units in all", sum(state.counts.values()), 4)
        for run in state.document["runs"]:
            if run["state"] not in seen[run["id"]][-1:]:
                seen[run["id"]].append(run["state"])
            if run["state"] in ("waiting", "running"):
                expect_equal(f"the task of {run['id']}", run["job"], f"{jobs[0]}_{run['id'].partition('-')[2]}")
        expect_equal("its jobs", [(job["job"], job["kind"], job["user"], job["cancelled"])
                                  for job in state.jobs.values()],
                     [(jobs[0], "units", "root", False), (jobs[1], "collect", "root", False)]
                     if state.jobs else [])
        if not blind and state.counts.get("done") and state.counts.get("waiting"):
            blind = [project.run("status", "s", "--json", path="/nonexistent")]
            with project.stand_in("squeue", f'echo "{unreachable}" >&2; exit 1'):
                blind.append(project.run("status", "s", "--json"))
            for outcome in blind:
                expect("without an answer of squeue it ends with status 0", outcome.status == 0, outcome)
                expect("it says that squeue does not answer", "squeue" in outcome.err, outcome)
                without = Status(json.loads(outcome.out))
                expect("what is done is told, and all others wait or run",
                       set(without.counts) <= {"done", "running", "waiting"} and "waiting" in without.counts
                       and without.counts.get("done", 0) >= state.counts["done"], without)
            expect("squeue's words are told", unreachable in blind[1].err, blind[1])
        return project.state(jobs[1]) == "COMPLETED"

    until("it is collected", is_over, 60, lambda: seen)
    for unit, states in seen.items():
        expect(f"{unit} waits, runs and is done", states in (
            ["waiting", "running", "done"], ["waiting", "done"], ["running", "done"]), states)
    expect("one was seen running, and one waiting", any("running" in states for states in seen.values())
           and any("waiting" in states for states in seen.values()), seen)
    expect("the queue was asked in vain", blind, seen)
    project.expect_collected("s", jobs[1], wanted()["s"])
    expect_equal("units at the end", project.status("s").counts, {"done": 4})
