"""A Docker engine of its own, on a socket of its own, with images that nobody has to pull. Needs root."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from support import wait
from support.machine import base_root, entered_network
from support.processes import Process
from support.stack import ROOT

BASE_IMAGE = "debian:bookworm-slim"
# This machine may have another client first in its PATH.
_CLIENT = "/usr/bin/docker"
_OFFLINE = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"]


class Engine:
    """A context manager. It begins without networks of its own: `docker build --network host` works, and what is
    published does not. After `connect()` it is the other way round: containers have a bridge, in a network namespace
    that has no way out."""

    def __init__(self):
        self._dockerd = None

    def __enter__(self):
        self._exit = contextlib.ExitStack()
        self.dir = Path(tempfile.mkdtemp(prefix="ks-docker-", dir="/tmp"))
        self._exit.callback(shutil.rmtree, self.dir)
        self._exit.callback(self._unmount)
        self._exit.callback(self.stop)
        try:
            self._start(_OFFLINE, [])
        except BaseException:
            self._exit.close()
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if value is not None:
                value.add_note((self.dir / "dockerd.log").read_text(errors="replace")[-3000:])
            for container in self.run("ps", "-aq", check=False).stdout.split():
                self.run("rm", "-fv", container, check=False)
        finally:
            self._exit.close()

    def _start(self, options, around):
        argv = [*around, "dockerd", "--data-root", self.dir / "data", "--exec-root", self.dir / "exec", "-p",
                self.dir / "pid", "-H", self._host, "--storage-driver", "overlay2", "--oom-score-adjust", "0",
                "--default-ulimit", "nofile=20000:20000", *options]
        self._dockerd = Process("dockerd", argv, self.dir / "dockerd.log", os.environ)
        wait.until(self._answers, "dockerd to answer", 60, 0.1)

    def _answers(self):
        assert self._dockerd.alive(), (self.dir / "dockerd.log").read_text(errors="replace")[-3000:]
        return self.run("version", check=False).returncode == 0

    def stop(self):
        """Ends the engine and its containers; images stay until the end."""
        if self._dockerd is None:
            return
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int((self.dir / "pid").read_text()), signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._dockerd.wait(60)
        self._dockerd.kill()
        self._dockerd = None

    def _unmount(self):
        """An engine that was ended in whatever way may leave namespaces and layers behind, which nobody could remove."""
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for mount in reversed([mount for mount in mounts if mount.startswith(f"{self.dir}/")]):
            subprocess.run(["umount", "-l", mount], check=False)

    def connect(self):
        """Starts it once more, with networks. What is published is reached within `network()`."""
        self.stop()
        script = 'ip link set lo up && exec "$0" "$@"'
        self._start([], ["unshare", "-n", "-m", "--", "sh", "-c", script])

    def network(self):
        """Within it, connections of this thread, and of those it starts, are made beside the engine."""
        return entered_network((self.dir / "pid").read_text().strip())

    @property
    def _host(self):
        return f"unix://{self.dir}/d.sock"

    @property
    def env(self):
        return os.environ | {"DOCKER_HOST": self._host, "DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1",
                             "DOCKER_CONFIG": str(self.dir / "config"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def run(self, *argv, check=True, timeout=120, **more):
        """A docker command; CompletedProcess with text."""
        done = subprocess.run([_CLIENT, *map(str, argv)], env=self.env, capture_output=True, text=True,
                              timeout=timeout, **more)
        assert not check or done.returncode == 0, f"docker {' '.join(map(str, argv))}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done

    def import_base(self):
        """The image that ours begins with, made from Debian's packages instead of pulled."""
        root = base_root("debian")
        with subprocess.Popen(["tar", "-C", root, "--exclude=./var/lib/apt/lists/*", "-c", "."],
                              stdout=subprocess.PIPE) as tar:
            self.run("import", "-c", "CMD [\"bash\"]", "-", BASE_IMAGE, stdin=tar.stdout)

    def build(self, *arguments, environment=None):
        """`docker build ARGUMENTS… .` at the top of the sources; how long is nobody's promise."""
        done = subprocess.run([_CLIENT, "build", "--network", "host", *arguments, "."], cwd=ROOT,
                              env=self.env | (environment or {}), capture_output=True, text=True, timeout=1500)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
        return done

    def inspect(self, name, template):
        return json.loads(self.run("inspect", "-f", "{{json " + template + "}}", name).stdout)
