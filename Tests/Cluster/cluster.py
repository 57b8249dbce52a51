#!/usr/bin/env python3
"""A Slurm of two nodes on this machine, for as long as it is wanted: controller, node daemons and munge in one folder.

cluster.py start DIR starts one and prints the line that a shell needs to use it; cluster.py stop DIR ends it, with all
of its jobs. Nothing outside of DIR is touched. Needs root and Debian's slurm-wlm and munge.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo")
NODES = ("n1", "n2")
# In the environment of what belongs to a node and is no job.
MARK = "HERDBOOK_TEST_NODE"

CONFIGURATION = """\
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued task waits for longer than a credential lasts: two minutes, if nothing is said.
AuthInfo=socket={folder}/munge/socket,cred_expire=5
CryptoType=crypto/munge
MpiDefault=none
SlurmctldPort={ports[0]}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
EnforcePartLimits=ALL
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=2,sched_min_interval=0,batch_sched_delay=0,requeue_delay=0,\
default_queue_depth=1000
SlurmdParameters=config_overrides
MaxArraySize={max_array_size}
MaxJobCount={max_job_count}
MinJobAge=300
KillWait=3
SlurmdTimeout={timeout}
SlurmctldTimeout=10
ReturnToService=2
JobRequeue=1
MailProg=/bin/true
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/log/jobcomp.log
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=2000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=60 DefMemPerCPU=100 State=UP
"""


# A machine of a node: its daemon, and another one when it is asked for.
MACHINE = """\
while true; do
  slurmd -D -N "$1"
  until rm again 2>/dev/null; do sleep 0.1; done
done
"""
# Processes of each node see those of their own alone, and the node's name as the host's; they end with the machine.
APART = ("unshare", "--pid", "--uts", "--mount-proc", "--fork", "--kill-child")


class ClusterError(Exception):
    """Slurm is missing, does not start, or does not answer."""


@dataclass(frozen=True)
class Task:
    """A job in the queue, or one task of an array."""

    # "17", or "17_0" in an array.
    id: str
    name: str
    # As squeue names it: PENDING, RUNNING, COMPLETED, ...
    state: str
    user: str
    # Why it waits, or why it ended as it did.
    reason: str
    node: str

    @property
    def job(self) -> str:
        return self.id.partition("_")[0]


@dataclass(frozen=True)
class Process:
    """A process of the cluster: a daemon, or what a job has started."""

    pid: int
    name: str
    command: str
    # The node that it is of, and the job, where it is of one.
    node: str | None
    job: str | None

    def kill(self) -> None:
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def is_alive(self) -> bool:
        return self._told("State:")[:1] not in ("", "Z", "X")

    def is_sent(self, number: signal.Signals) -> bool:
        """Whether a signal is on its way to the process, as it is while it is stopped."""
        return any(int(self._told(word) or "0", 16) >> (number - 1) & 1 for word in ("SigPnd:", "ShdPnd:"))

    def _told(self, word: str) -> str:
        """What the system says of it under a word; empty when it is gone."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return ""
        return next((line.split()[1] for line in lines if line.startswith(word)), "")


class Cluster:
    """Controller and two node daemons of four processors each, whatever this machine has.

    In a `with`, it is there within, and nothing of it afterwards: no process and no folder, also after an exception,
    SIGTERM or SIGHUP.
    """

    def __init__(self, folder: Path | None = None, *, max_array_size: int = 20, max_job_count: int = 2000,
                 node_timeout: int = 3) -> None:
        self._is_temporary = folder is None
        # Sockets have short paths.
        self.folder = (folder or Path(tempfile.mkdtemp(prefix="cluster-", dir="/tmp"))).resolve()
        self.configuration = self.folder / "slurm.conf"
        self._limits = {"max_array_size": max_array_size, "max_job_count": max_job_count, "timeout": node_timeout}
        self._daemons: list[subprocess.Popen[bytes]] = []
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> "Cluster":
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, _leave)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # Nothing disturbs the end.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers.setdefault(number, signal.getsignal(number))
            signal.signal(number, signal.SIG_IGN)
        self.stop()
        if self._is_temporary:
            shutil.rmtree(self.folder, ignore_errors=True)
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)

    # Start and end

    def start(self) -> None:
        """Starts all, and waits until both nodes are idle."""
        if os.geteuid() != 0:
            raise ClusterError("needs root: the daemons start jobs in the name of users")
        if absent := [name for name in PROGRAMS if not shutil.which(name, path=_path())]:
            names = ', '.join(absent)
            raise ClusterError(f"{names} not found: install Slurm (Debian: apt-get install slurm-wlm munge)")
        if any(self.processes()):
            raise ClusterError(f"there is a cluster in {self.folder} already")
        try:
            self._write()
            munge = self.folder / "munge"
            self._daemon("munged", "--foreground", "--force", f"--socket={munge}/socket", f"--key-file={munge}/key",
                         f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")
            self._until(lambda: (munge / "socket").exists(), "munged does not start", 10)
            self._daemon("slurmctld", "-D", "-c")
            for node in NODES:
                self.start_node(node)
            self.wait_idle(30)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Kills daemons and jobs, until there is no process left."""
        self._kill_all(lambda _: True)
        for daemon in self._daemons:
            daemon.wait()
        self._daemons.clear()

    def _write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Other users read the configuration and talk to munge.
        self.folder.chmod(0o755)
        for name in ("munge", "state", "log", *(f"spool.{node}" for node in NODES)):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir(mode=0o755)
        key = self.folder / "munge" / "key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(1024))
        self.configuration.write_text(CONFIGURATION.format(
            host=socket.gethostname().partition(".")[0], folder=self.folder, ports=_free_ports(3), **self._limits))

    def _daemon(self, *command: str, node: str | None = None) -> None:
        # Daemons of a node are in its folder, by which its processes are known.
        folder = self.folder / (f"spool.{node}" if node else "log")
        mark = {MARK: node} if node else {}
        with open(self.folder / "log" / "daemons.log", "ab") as log:
            # Each in a session of its own, so that Ctrl-C in a terminal reaches the tests alone.
            self._daemons.append(subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={"PATH": _path(), "LANG": "C.UTF-8", **mark, **self.environment()}))

    # Use

    def environment(self) -> dict[str, str]:
        """What Slurm's commands need to find this cluster."""
        return {"SLURM_CONF": str(self.configuration)}

    def command(self, *words: str) -> str:
        """What a command of Slurm prints."""
        done = subprocess.run(words, env={"PATH": _path(), "LANG": "C.UTF-8", **self.environment()},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise ClusterError(f"{shlex.join(words)}: status {done.returncode}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def queue(self, *, ended: bool = False) -> list[Task]:
        """Jobs that wait and run; those that have ended as well. Each task of an array for itself."""
        lines = self.command("squeue", "--noheader", "--array", *(["--states=all"] if ended else []), "--sort=i",
                             "--format=%i|%j|%T|%u|%N|%r").splitlines()
        tasks = []
        for line in lines:
            id, name, state, user, node, reason = line.split("|", 5)
            tasks.append(Task(id, name, state, user, reason, node))
        return tasks

    def nodes(self) -> dict[str, str]:
        """The state of each node."""
        return dict(line.split() for line in self.command("sinfo", "-h", "-N", "-o", "%N %T").splitlines())

    def wait_idle(self, seconds: float = 60) -> None:
        """Until both nodes answer and have nothing to do."""
        def is_idle() -> bool:
            try:
                return self.nodes() == dict.fromkeys(NODES, "idle")
            except ClusterError:
                return False

        self._until(is_idle, "the nodes do not become idle", seconds)

    # Loss

    def start_node(self, node: str) -> None:
        """Starts a machine for a node, or the daemon on one that has lost it."""
        if any(process.node == node for process in self.processes()):
            (self.folder / f"spool.{node}" / "again").touch()
            return
        (self.folder / f"spool.{node}" / "again").unlink(missing_ok=True)
        if subprocess.run([*APART, "true"], capture_output=True).returncode == 0:
            self._daemon(*APART, "sh", "-c", f'hostname "$1"\n{MACHINE}', "sh", node, node=node)
        else:
            # The nodes are one machine to programs, then.
            self._daemon("sh", "-c", MACHINE, "sh", node, node=node)

    def kill_daemon(self, node: str) -> None:
        """Kills the daemon of a node; its jobs go on."""
        self._kill_all(lambda process: process.node == node and process.name == "slurmd")

    def declare_down(self, node: str) -> None:
        """Does at once what the controller does when a node does not answer for some time."""
        self.command("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=lost")

    def kill_node(self, node: str) -> None:
        """Kills all that runs on a node at once, as if its power were cut."""
        self._kill_all(lambda process: process.node == node)

    def processes(self) -> Iterator[Process]:
        """All processes of the cluster: its daemons, and what runs in its jobs."""
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            try:
                words = Path(entry.path, "environ").read_bytes().decode(errors="replace").split("\0")
                values = dict(word.split("=", 1) for word in words if "=" in word)
                if values.get("SLURM_CONF") != str(self.configuration):
                    continue
                name = Path(entry.path, "comm").read_text().strip()
                command = Path(entry.path, "cmdline").read_bytes().decode(errors="replace").replace("\0", " ").strip()
                folder = os.readlink(f"{entry.path}/cwd")
            except OSError:
                # It has just ended.
                continue
            if name in ("munged", "slurmctld", "slurmscriptd"):
                yield Process(int(entry.name), name, command, None, None)
            elif name == "slurmstepd" or MARK in values:
                yield Process(int(entry.name), name, command, Path(folder).suffix[1:], None)
            elif job := values.get("SLURM_JOB_ID"):
                if "SLURM_ARRAY_JOB_ID" in values:
                    job = f"{values['SLURM_ARRAY_JOB_ID']}_{values['SLURM_ARRAY_TASK_ID']}"
                yield Process(int(entry.name), name, command, values.get("SLURMD_NODENAME"), job)

    def _kill_all(self, choice: Callable[[Process], bool]) -> None:
        # What was just starting is seen the next time.
        while chosen := [process for process in self.processes() if choice(process)]:
            for process in sorted(chosen, key=lambda process: process.job is not None):
                process.kill()
            time.sleep(0.01)
        self._daemons = [daemon for daemon in self._daemons if daemon.poll() is None]

    def _until(self, condition: Callable[[], bool], words: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or any(daemon.poll() is not None for daemon in self._daemons):
                raise ClusterError(f"{words}\n{self.last_words()}")
            time.sleep(0.05)

    def last_words(self, lines: int = 15) -> str:
        """The end of the controller's log; before there is one, of what daemons have said."""
        for log in (self.folder / "log" / "slurmctld.log", self.folder / "log" / "daemons.log"):
            if log.exists() and (text := log.read_text(errors="replace")):
                return "\n".join(text.splitlines()[-lines:])
        return "no daemon has said anything"


def _leave(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _path() -> str:
    # Where Debian has daemons is not in everybody's path.
    return f"{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin"


def _free_ports(count: int) -> list[int]:
    """Ports that nobody has, below those that systems give to anybody who asks."""
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


def main() -> None:
    parser = argparse.ArgumentParser(prog="cluster.py", description=__doc__)
    parser.add_argument("action", choices=("start", "stop"))
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--max-array-size", type=int, default=20, help="MaxArraySize of slurm.conf (default: 20)")
    arguments = parser.parse_args()
    cluster = Cluster(arguments.folder, max_array_size=arguments.max_array_size)
    if arguments.action == "stop":
        cluster.stop()
        return
    try:
        cluster.start()
    except ClusterError as error:
        sys.exit(f"cluster.py: {error}")
    for name, value in cluster.environment().items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
