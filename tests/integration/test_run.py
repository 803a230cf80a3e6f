"""scripts/run, as `make run` and the image have it: what it stops loses nothing, and what it is stopped by does not matter."""

import os
import shutil
import signal
from types import SimpleNamespace

import pytest
import redis

from support import http_client, wait
from support.koreader import registered
from support.processes import Port, Process
from support.stack import ROOT


class Instance:
    def __init__(self, directory, **env):
        self.dir = directory
        self.state = directory / "state"
        self.ports = [Port(), Port()]
        self.server = SimpleNamespace(https_port=self.ports[0].number, base_path="")
        self.env = os.environ | {"STATE_DIR": str(self.state), "HTTPS_PORT": str(self.ports[0].number), "KOSHELF_USER": "root",
                                 "HTTP_PORT": str(self.ports[1].number), "KOSHELF_LISTEN": "127.0.0.1", "WORKERS": "2"} | env
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        for port in self.ports:
            port.release()

    def start(self):
        self.process = Process("run", [ROOT / "scripts" / "run"], self.dir / "run.log", self.env)
        wait.until(self._ready, "it to be ready", 60, 0.1)

    def _ready(self):
        assert self.process.alive(), (self.dir / "run.log").read_text()
        return http_client.is_ready(self.server.https_port)

    def stop(self, number=signal.SIGTERM):
        if self.process.alive():
            self.process.signal(number)
            assert self.process.wait(60) == 0, (self.dir / "run.log").read_text()

    @property
    def redis(self):
        return redis.Redis(unix_socket_path=str(self.state / "run" / "redis.sock"), db=3)

    def redis_log(self):
        return (self.state / "logs" / "redis.log").read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_large_one_stops_without_a_snapshot_and_has_everything_afterwards(tmp_path, how):
    with Instance(tmp_path) as instance:
        reader = registered(instance.server)
        for number in range(40):
            instance.redis.setrange(f"filler:{number}", 4 * 1024 * 1024 - 100, b"x")
        assert reader.push("book", 0.5, "/body/p[5]").status == 200
        instance.stop(how)
        assert "Calling fsync() on the AOF file" in instance.redis_log()
        assert "Saving the final RDB snapshot" not in instance.redis_log()
        instance.start()
        assert reader.place("book") == "/body/p[5]"


def test_a_small_one_leaves_a_dump_for_a_redis_without_append_only_file(tmp_path):
    with Instance(tmp_path) as instance:
        reader = registered(instance.server)
        assert reader.push("book", 0.5, "/body/p[5]").status == 200
        instance.stop()
        shutil.rmtree(instance.state / "redis" / "appendonlydir")
        instance.start()
        assert reader.place("book") == "/body/p[5]"


def test_without_an_append_only_file_that_has_everything_it_saves(tmp_path):
    with Instance(tmp_path) as instance:
        reader = registered(instance.server)
        instance.redis.config_set("appendonly", "no")
        assert reader.push("book", 0.5, "/body/p[5]").status == 200
        instance.stop()
        assert "Saving the final RDB snapshot" in instance.redis_log()
        (instance.state / "redis" / "appendonlydir" / "appendonly.aof.manifest").unlink()
        instance.start()
        assert reader.place("book") == "/body/p[5]"
