"""A whole Koshelf: Redis, two pools and nginx, real, private, on free ports and in a directory of its own."""

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import redis

from support import gateway, wait
from support.processes import Port, Process

ROOT = Path(__file__).resolve().parents[2]
_SANITIZER = re.compile(r"(Sanitizer: |runtime error: )")
_UNLIMITED = "100000"
_STARTUP = 40.0  # seconds; a sanitizer build on a busy machine is slow to load


def binary(name):
    """The path of one of our programs, from the build that KOSHELF_BIN_DIR names."""
    path = Path(os.environ["KOSHELF_BIN_DIR"]) / name
    assert path.exists(), f"{path} is not built"
    return path


def _inherited():
    kept = ("PATH", "LANG", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _run_script(name, argument, env):
    done = subprocess.run([ROOT / "scripts" / name, argument], env=env, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, f"{name}: {done.stderr}"


class Stack:
    """A context manager, whose parts can be killed and started one by one.

    `env` goes to both pools, `options` to koshelf-fcgi, `nginx_env` to scripts/render-nginx. `seed(redis)`
    fills Redis before a pool starts, `amend(dir)` may edit the rendered nginx configuration, `parts` says what
    is started.
    """

    def __init__(self, *, workers=3, fsync="everysec", env=None, nginx_env=None, base_path="", seed=None,
                 options=(), parts=("redis", "device", "admin", "nginx"), amend=None):
        self.workers = workers
        self.fsync = fsync
        self.base_path = base_path
        self.options = list(options)
        self._env = env or {}
        self._nginx_env = nginx_env or {}
        self._seed = seed
        self._parts = parts
        self._amend = amend
        self.redis_server = self.device = self.admin = self.nginx = self.bridge = None

    def __enter__(self):
        self._exit = contextlib.ExitStack()
        try:
            self.dir = Path(tempfile.mkdtemp(prefix="ks-", dir="/tmp"))
            self._exit.callback(shutil.rmtree, self.dir)
            for part in ("redis", "run", "tls", "logs"):
                (self.dir / part).mkdir()
            self._reserve_ports()
            self._exit.callback(self._kill_everything)
            self._start_parts()
        except BaseException as failure:
            failure.add_note(self.log_text()[-6000:])
            self._exit.close()
            raise
        return self

    def __exit__(self, kind, value, trace):
        try:
            if value is not None:
                value.add_note(self.log_text()[-6000:])
            for part in (self.nginx, self.device, self.admin, self.bridge):
                if part is not None and part.alive():
                    part.stop()
            finding = _SANITIZER.search(self.log_text())
            assert not finding, self.log_text()[max(0, finding.start() - 500):][:8000]
        finally:
            self._exit.close()

    def _reserve_ports(self):
        ports = Port(), Port()
        for port in ports:
            self._exit.callback(port.release)
        self.https_port, self.http_port = (port.number for port in ports)

    def _start_parts(self):
        if "redis" in self._parts:
            self.start_redis()
            if self._seed:
                self._seed(self.redis)
        for part in ("device", "admin"):
            if part in self._parts:
                self.start_pool(part)
        if "bridge" in self._parts:
            self.start_bridge()
        if "nginx" in self._parts:
            self.start_nginx()

    def _kill_everything(self):
        for part in (self.nginx, self.device, self.admin, self.bridge, self.redis_server):
            if part is not None:
                part.kill()

    # Redis

    @property
    def redis_socket(self):
        return self.dir / "redis" / "redis.sock"

    @property
    def redis_url(self):
        return f"unix://{self.redis_socket}?db=3"

    @property
    def redis(self):
        """A client of the database the server uses; answers are bytes."""
        return redis.Redis(unix_socket_path=str(self.redis_socket), db=3, socket_timeout=10)

    def start_redis(self):
        durable = ["--appendonly", "no"] if self.fsync == "off" else ["--appendonly", "yes", "--appendfsync",
                                                                      self.fsync]
        argv = ["redis-server", "--port", "0", "--unixsocket", self.redis_socket, "--dir", self.dir / "redis",
                "--save", "", "--daemonize", "no", *durable]
        self.redis_server = Process("redis", argv, self.dir / "logs" / "redis.log", _inherited())
        wait.until(lambda: self._answers_ping(), "Redis to answer PING", _STARTUP)

    def _answers_ping(self):
        assert self.redis_server.alive(), "redis-server ended"
        try:
            return self.redis.ping()
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False

    def kill_redis(self):
        """As a power cut for the process: what was not written to its file is gone."""
        self.redis_server.kill()

    def pause_redis(self):
        """Redis keeps its connections and answers nothing until `resume_redis()`."""
        self.redis_server.signal(signal.SIGSTOP)

    def resume_redis(self):
        self.redis_server.signal(signal.SIGCONT)

    # the pools

    @property
    def pool_env(self):
        """The environment of koshelf-fcgi and koshelf-ctl on this stack."""
        return _inherited() | {"REDIS_URL": self.redis_url, "KOSHELF_TEST_HOOKS": "on",
                               "KOSHELF_REFUSALS_PER_MINUTE": "0",  # the tests are refused all the time
                               "KOSHELF_BASE_PATH": self.base_path,
                               "KOSHELF_METRICS_DIR": str(self.dir / "run" / "metrics"),
                               "KOSHELF_SECRET_FILE": str(self.dir / "secrets" / "key")} | self._env

    def pool_socket(self, pool="device"):
        return self.dir / "run" / f"{pool}.sock"

    def start_pool(self, pool="device", options=None):
        """Starts a pool on its socket and waits until it answers; `options` replaces those of the stack."""
        workers = self.workers if pool == "device" else 1
        argv = [binary("koshelf-fcgi"), "--pool", pool, "--socket", self.pool_socket(pool), "--workers",
                workers,
                "--drain-s", 10, *(self.options if options is None else options)]
        process = Process(pool, argv, self.dir / "logs" / f"{pool}.log", self.pool_env)
        setattr(self, pool, process)
        wait.until(lambda: self._pool_answers(process, pool), f"the {pool} pool to answer", _STARTUP)

    def _pool_answers(self, process, pool):
        assert process.alive(), f"the {pool} pool ended with {process.wait()}"
        try:
            return gateway.fastcgi(self.pool_socket(pool), "GET", "/readyz", timeout=10).status in (200, 503)
        except OSError:
            return False

    def start_bridge(self):
        """koshelf-bridge on this stack; Audiobookshelf is whatever the environment or the settings say."""
        self.bridge = Process("bridge", [binary("koshelf-bridge")], self.dir / "logs" / "bridge.log",
                              self.pool_env)

    def worker_pids(self, pool="device"):
        return getattr(self, pool).children()

    def wait_for_full_pool(self):
        return wait.until(lambda: len(self.worker_pids()) == self.workers and self.worker_pids(),
                          "a full pool")

    def wait_until_indexed(self):
        wait.until(lambda: self.redis.exists("koshelf:schema"), "koshelf:schema", _STARTUP)

    def ctl(self, *arguments, env=None):
        """A finished `koshelf-ctl` run (CompletedProcess, text); `env` adds to the pools' environment."""
        return subprocess.run([binary("koshelf-ctl"), *arguments], env=self.pool_env | (env or {}), capture_output=True,
                              text=True,
                              timeout=120)

    # nginx

    def start_nginx(self):
        run, logs, tls = self.dir / "run", self.dir / "logs", self.dir / "tls"
        config = run / "nginx.conf"
        env = _inherited() | {
            "KOSHELF_HTTPS_PORT": str(self.https_port), "KOSHELF_HTTP_PORT": str(self.http_port),
            "KOSHELF_RUN_DIR": str(run), "KOSHELF_TLS_DIR": str(tls), "KOSHELF_LOG_DIR": str(logs),
            "KOSHELF_HTML_DIR": str(ROOT / "html"), "BASE_PATH": self.base_path,
            "KOSHELF_LISTEN": "127.0.0.1",
            "KOSHELF_NGINX_USER": pwd.getpwuid(os.getuid()).pw_name, "KOSHELF_TEST_HOOKS": "on",
            "REGISTRATION_RATE": _UNLIMITED, "REGISTRATION_BURST": _UNLIMITED,
            "LOGIN_RATE": _UNLIMITED, "LOGIN_BURST": _UNLIMITED} | self._nginx_env
        if not (tls / "cert.pem").exists():
            _run_script("make-cert", tls, env)
        _run_script("render-nginx", config, env)
        if self._amend:
            self._amend(self.dir)
        argv = ["nginx", "-c", config, "-e", logs / "nginx-error.log", "-g", "daemon off;"]
        self.nginx = Process("nginx", argv, logs / "nginx.out", _inherited())
        wait.until(self._nginx_listens, "nginx to listen", _STARTUP)

    def _nginx_listens(self):
        assert self.nginx.alive(), "nginx ended"
        with contextlib.suppress(ConnectionRefusedError):
            for port in (self.https_port, self.http_port):
                socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return True
        return False

    # logs

    def log_text(self):
        """Everything that every part has written, under its file's name."""
        files = sorted(path for path in (self.dir / "logs").rglob("*") if path.is_file())
        return "".join(f"--- {path.name}\n{path.read_text('utf-8', 'replace')}" for path in files)

    def events(self, pool="device"):
        """The log lines of a pool; every single one must be a JSON object."""
        text = (self.dir / "logs" / f"{pool}.log").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]
