"""A Debian of its own that boots with systemd, in namespaces of this machine's kernel. Needs root."""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
import uuid
from pathlib import Path

from support import wait
from support.processes import children
from support.stack import ROOT

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def base_root(name, *packages):
    """A minimal Debian in the build tree, made once; machines only lay their changes over it."""
    directory = ROOT / "build" / name
    subprocess.run([ROOT / "tests" / "support" / "debian-root", directory, *packages], check=True, timeout=600)
    return directory


def _first_process(nspawn):
    """The child that is process 1 of its own namespace; there is another one that prepares it."""
    for pid in children(nspawn):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if "\t1\n" in re.search(r"NSpid:.*\n", Path(f"/proc/{pid}/status").read_text())[0]:
                return pid
    return None


def _enter(namespace):
    with open(namespace, "rb") as file:
        if _libc.setns(file.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def entered_network(pid):
    """Within it, connections of this thread, and of those it starts, are made where that process is."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    _enter(f"/proc/{pid}/ns/net")
    try:
        yield
    finally:
        _enter(f"/proc/self/fd/{own}")
        os.close(own)


class Machine:
    """A context manager. Before `boot()`, `chroot()` changes it; afterwards `run()` runs commands in it."""

    def __init__(self, base):
        self._base = base
        self.leader = None

    def __enter__(self):
        self._exit = contextlib.ExitStack()
        self._dir = Path(tempfile.mkdtemp(prefix="ks-machine-", dir="/tmp"))
        self._exit.callback(shutil.rmtree, self._dir)
        for name in ("upper", "work", "root"):
            (self._dir / name).mkdir()
        self.root = self._dir / "root"
        layers = f"lowerdir={self._base},upperdir={self._dir / 'upper'},workdir={self._dir / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, self.root], check=True)
        self._exit.callback(subprocess.run, ["umount", "-l", self.root], check=True)
        return self

    def __exit__(self, kind, value, trace):
        try:
            if self.leader:
                if value is not None:
                    value.add_note(self.run("journalctl", "--no-pager", "-n", "120", check=False).stdout)
                self.power_off()
        finally:
            self._exit.close()

    def chroot(self, *argv):
        """Runs a command in the tree that has not been booted, with this machine's network."""
        shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")
        return subprocess.run(["chroot", self.root, *argv], check=True, capture_output=True, text=True, timeout=400,
                              env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                   "DEBIAN_FRONTEND": "noninteractive"})

    def boot(self):
        # Without an id it would be a first boot, which enables every service that is installed.
        (self.root / "etc" / "machine-id").write_text(uuid.uuid4().hex + "\n")
        # It has no network beside the loopback interface, and nothing shall wait for one.
        self.chroot("systemctl", "mask", "systemd-networkd-wait-online.service")
        log = open(self._dir / "console.log", "wb")
        self._exit.callback(log.close)
        argv = ["systemd-nspawn", "-D", self.root, "-b", "--register=no", "--keep-unit", "--private-network",
                "--console=pipe"]
        self._nspawn = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        start_new_session=True)
        self.leader = wait.until(lambda: _first_process(self._nspawn.pid), "the machine's first process")
        wait.until(lambda: self.run("systemctl", "is-system-running", check=False).stdout.strip()
                   in ("running", "degraded"), "the machine to have booted", 60, 0.2)

    def power_off(self):
        self.run("systemctl", "poweroff", check=False)
        try:
            self._nspawn.wait(40)
        except subprocess.TimeoutExpired:
            self._nspawn.send_signal(signal.SIGTERM)
            self._nspawn.wait(20)
        self.leader = None

    def run(self, *argv, check=True):
        """A command inside, as root; CompletedProcess with text."""
        inside = ["nsenter", "-t", str(self.leader), "-m", "-u", "-i", "-n", "-p", "-C", "--", *argv]
        return subprocess.run(inside, check=check, capture_output=True, text=True, timeout=120)

    def network(self):
        """Within it, connections of this thread, and of those it starts, are made inside the machine."""
        return entered_network(self.leader)
