"""Child processes that cannot outlive a test, and ports that two test runs never share."""

import fcntl
import os
import random
import signal
import socket
import subprocess
import tempfile
from pathlib import Path


class Process:
    """One child, leader of its own session, with stdout and stderr appended to `log`.

    It is told to end when we are killed ourselves, as ctest does with a test that takes too long. (By setpriv:
    code of ours between fork and exec could deadlock while other threads push.)
    """

    def __init__(self, name, argv, log, env, stdin=subprocess.DEVNULL):
        self.name = name
        self.log = Path(log)
        with open(log, "ab") as output:
            command = ["setpriv", "--pdeathsig", "TERM", "--", *(str(part) for part in argv)]
            self._child = subprocess.Popen(command, stdin=stdin, stdout=output, stderr=output, env=env,
                                           start_new_session=True)
        self.pid = self._child.pid

    def alive(self):
        return self._child.poll() is None

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self, timeout=20):
        """The exit status (negative: the signal). TimeoutExpired if it still runs after `timeout` seconds."""
        return self._child.wait(timeout)

    def children(self):
        return children(self.pid)

    def kill(self):
        """SIGKILL to the whole session, so that no worker of a killed master stays."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()

    def stop(self, timeout=15):
        """SIGTERM and the exit status within `timeout`; what is left of the session is killed in any case."""
        try:
            if self.alive():
                self.signal(signal.SIGTERM)
            return self.wait(timeout)
        finally:
            self.kill()


def children(pid):
    """The direct children of `pid` now; none if it is gone."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Port:
    """A TCP port on 127.0.0.1 reserved by a lock file until `release()`.

    Below the ephemeral range, so that no outgoing connection takes it in between.
    """

    def __init__(self):
        directory = Path(tempfile.gettempdir()) / f"koshelf-test-ports.{os.getuid()}"
        directory.mkdir(exist_ok=True)
        for number in random.sample(range(20000, 32000), 500):
            self._lock = open(directory / str(number), "w")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
            except OSError:
                self._lock.close()
                continue
            self.number = number
            return
        raise AssertionError("no free port among 500 tried")

    def release(self):
        self._lock.close()
