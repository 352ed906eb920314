"""The processes of one run: pinned, favoured, and ended by their ids."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time

notes = {}  # text by subject, so that each is said once


class Failure(Exception):
    """Something in the machine or in a proxy that ends the run; its text is one sentence for the user."""


def may_use_round_robin():
    """Whether this user may have real-time scheduling: tried on this process and taken back."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        return True
    except OSError as error:
        notes["scheduling"] = f"no real-time scheduling ({error.strerror}): other processes disturb the figures more"
        return False


class Bench:
    """The folder, the cores and the processes of one run, all gone when it closes."""

    def __init__(self, folder, cores, own_answer):
        self.folder = pathlib.Path(folder)
        self.backend = self.folder / "backend.sock"
        self.own_answer = own_answer
        self.proxy_core, self.load_core = cores
        self.round_robin = may_use_round_robin()
        self.running = []

    def start(self, command, core, weight=-20, **options):
        """Starts a process in a session of its own, which makes it a scheduling group of its own (sched(7), autogroup).

        The weight counts against other groups on the core, and only where there is no real-time scheduling.
        """

        def settle():
            os.sched_setaffinity(0, {core})
            if self.round_robin:
                os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))

        command = [str(word) for word in command]
        process = subprocess.Popen(command, start_new_session=True, preexec_fn=settle, **options)
        self.running.append(process)
        try:
            pathlib.Path(f"/proc/{process.pid}/autogroup").write_text(str(weight))
        except OSError as error:
            notes["autogroup"] = f"no autogroup weight ({error.strerror}): other sessions disturb the figures more"
        return process

    def stop(self, process):
        """Ends a process and whatever is left of its session, by its id."""
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def close(self):
        for process in reversed(self.running.copy()):
            self.stop(process)


def process_tree(root):
    """A process and all below it: nginx's worker is a child of its master."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    tree = [root]
    for pid in tree:
        tree += [child for child, parent in parents.items() if parent == pid]
    return tree


def wait_until(condition, seconds, failure):
    """Polls, because none of what is waited for (a foreign program's socket, a tracer) tells when it is there."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure(failure() if callable(failure) else failure)
        time.sleep(0.02)
