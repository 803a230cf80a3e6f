"""The image, as docs/deployment.md runs it: built by a real engine, and stopped, killed and replaced there."""

import json
import os
import re
import shutil
import ssl
import subprocess
import time
from types import SimpleNamespace

import pytest
import redis

from support import http_client, reference, wait
from support.docker import Engine
from support.koreader import registered
from support.load import Load, progress_of
from support.processes import Process
from support.stack import ROOT

IMAGE = "koshelf/koshelf-sync"
VERSION = "9.8.7+3.gabcdef0"
SERVER = SimpleNamespace(https_port=7200, base_path="")
USER = 720
STRANGER = 12345


@pytest.fixture(scope="module")
def engine():
    with Engine() as engine:
        engine.import_base()
        engine.build("--rm=true", f"--tag={IMAGE}", "--build-arg", f"KOSHELF_VERSION={VERSION}")
        engine.connect()
        with engine.network():
            yield engine


class Container:
    """`docker run -d` with the three volumes in `directory`, until the end of a `with`."""

    def __init__(self, engine, directory, *options):
        self.engine = engine
        self.directory = directory
        self.options = options
        self.name = "koshelf-sync"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, _):
        if value is not None:
            value.add_note(self.engine.run("logs", "--tail", "60", self.name, check=False).stdout)
        self.engine.run("rm", "-fv", self.name)

    def volumes(self):
        places = {"data/redis": "/var/lib/redis", "logs/app": "/app/koshelf-sync/logs", "logs/redis": "/var/log/redis"}
        return [part for source, target in places.items() for part in ("-v", f"{self.directory / source}:{target}")]

    def start(self):
        self.engine.run("run", "-d", "-p", "7200:7200", "-p", "17200:17200", *self.volumes(), f"--name={self.name}",
                        *self.options, IMAGE)
        self.wait_until_ready()

    def wait_until_ready(self):
        wait.until(lambda: ready() or not self.state("Running"), "it to be ready", 60, 0.1)
        assert self.state("Running"), self.engine.run("logs", self.name).stdout

    def replace(self):
        self.engine.run("rm", "-f", self.name)
        self.start()

    def state(self, name):
        return self.engine.inspect(self.name, f".State.{name}")

    def exec(self, *argv, check=True):
        return self.engine.run("exec", self.name, *argv, check=check)

    def types(self, command):
        """A line of the documentation, in the shell of the machine that the engine is on."""
        command = command.replace("koshelf-ctl", f"/usr/bin/docker exec -i {self.name} koshelf-ctl")
        done = subprocess.run(["bash", "-euc", command], env=self.engine.env, cwd=self.directory, capture_output=True, text=True,
                              timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def processes(self):
        """pid in the container -> (program, owner), of all but the one that asks."""
        script = 'for p in /proc/[0-9]*; do printf "%s %s %s\\n" "${p#/proc/}" "$(stat -c %u $p)" "$(tr "\\0" " " <$p/cmdline)"; done'
        lines = [line.split(" ", 2) for line in self.exec("sh", "-c", script).stdout.splitlines()]
        return {int(pid): (command, int(owner)) for pid, owner, command in lines
                if command.strip() and "/proc/[0-9]" not in command and "cmdline" not in command}

    def masters(self):
        """program -> pid, of what the first process keeps running."""
        script = ('for p in $(cat /proc/1/task/1/children); do printf "%s|%s|%s\\n" "$p" "$(cat /proc/$p/comm)" '
                  '"$(tr "\\0" " " </proc/$p/cmdline)"; done 2>/dev/null')
        lines = [line.split("|", 2) for line in self.exec("sh", "-c", script).stdout.splitlines()]
        pools = {pid: (re.search(r"--pool \w+", command) or [""])[0] for pid, _, command in lines}
        return {f"{program} {pools[pid]}".strip(): int(pid) for pid, program, _ in lines if program}

    def log(self):
        done = self.engine.run("logs", self.name)
        assert done.stderr == ""
        return [json.loads(line) for line in done.stdout.splitlines()]


def certificate():
    with http_client.Connection(7200) as connection:
        return connection.socket.getpeercert(binary_form=True)


def ready():
    return http_client.is_ready(7200)


def answers(reader):
    return reader.place("book") == "/body/p[6]"


def test_the_image_is_small_and_has_what_it_says(engine):
    layers = engine.run("history", "--format", "{{.Size}}", "--human=false", IMAGE).stdout.split()
    assert sum(map(int, layers[:-1])) < 75e6
    assert engine.inspect(IMAGE, ".Config.Volumes") == {"/var/lib/redis": {}, "/app/koshelf-sync/logs": {}, "/var/log/redis": {}}
    assert set(engine.inspect(IMAGE, ".Config.ExposedPorts")) == {"7200/tcp", "17200/tcp"}
    assert engine.run("run", "--rm", IMAGE, "bin/koshelf-fcgi", "--version").stdout == f"koshelf-fcgi {VERSION}\n"
    assert engine.run("run", "--rm", IMAGE, "sh", "-c", "command -v g++ cmake gcc || echo none").stdout == "none\n"


class TestOneContainer:
    """In the order in which they stand here; each leaves it running."""

    @pytest.fixture(scope="class")
    def container(self, engine, tmp_path_factory):
        with Container(engine, tmp_path_factory.mktemp("volumes")) as container:
            yield container

    def test_it_becomes_healthy_and_a_reader_registers_pushes_and_pulls(self, container):
        wait.until(lambda: container.state("Health.Status") == "healthy", "it to be healthy", 30, 0.3)
        reader = registered(SERVER)
        assert reader.push("book", 0.5, "/body/p[5]").status == 200
        assert reader.pull("book").json["progress"] == "/body/p[5]"
        assert http_client.request(17200, "GET", "/healthcheck", tls=False).json == {"state": "OK"}
        assert b"<html" in http_client.request(7200, "GET", "/audiobookshelf").body
        assert reader.call("GET", "/admin/status").json["version"] == VERSION
        assert http_client.request(7200, "GET", "/nothing").error == (404, 404)

    def test_no_process_is_root_and_no_file_of_the_volumes(self, container):
        assert {owner for _, owner in container.processes().values()} == {USER}
        files = [path for path in container.directory.rglob("*") if path.is_file()]
        assert {path.stat().st_uid for path in files} == {USER}
        assert {"koshelf.log", "access.log", "redis.log", "cert.pem"} <= {path.name for path in files}

    def test_docker_logs_are_json_with_what_happened_and_no_credential(self, container):
        reader = registered(SERVER)
        reader.push("book")
        wait.until(lambda: any(line.get("event") == "push.stored" and line["user"] == reader.username
                               for line in container.log()), "the push in the log")
        wait.until(lambda: any(line.get("path") == "/syncs/progress" for line in container.log()), "its request in the log")
        assert any(line.get("event") == "supervisor.ready" for line in container.log())
        assert reader.key not in json.dumps(container.log())

    def test_what_is_killed_is_back_and_the_others_stayed(self, container):
        reader = registered(SERVER)
        assert reader.push("book", 0.5, "/body/p[6]").status == 200
        for name in (before := container.masters()):
            container.exec("sh", "-c", f"kill -9 {before[name]}")
            wait.until(lambda: container.masters().get(name, before[name]) != before[name], f"{name} to be back", 20, 0.2)
            wait.until(lambda: answers(reader), f"the position to be served again after {name}", 20, 0.1)
            after = container.masters()
            assert set(after) == set(before) and all(after[other] == before[other] for other in before if other != name)
            before = after
        assert len(before) == 6, before

    def test_a_stop_under_load_takes_less_than_ten_seconds_and_loses_nothing(self, container):
        with Load([registered(SERVER) for _ in range(3)]) as load:
            wait.until(lambda: load.count >= 60, "pushes to go through", 60)
            started = time.monotonic()
            container.engine.run("stop", container.name)
            assert time.monotonic() - started < 10
            assert (container.state("ExitCode"), container.state("OOMKilled")) == (0, False)
            container.engine.run("start", container.name)
            container.wait_until_ready()
            goal = load.count + 30
            wait.until(lambda: load.count >= goal, "pushes to go through again", 60)
        for account in load.accounts:
            stored = account.device.pull(account.document).json["progress"]
            assert stored in [progress_of(step) for step in account.tried if step >= account.acknowledged[-1]]

    def test_a_kill_of_the_whole_container_loses_nothing(self, container):
        reader = registered(SERVER)
        assert reader.push("book", 0.5, "/body/p[6]").status == 200
        container.engine.run("kill", container.name)
        container.engine.run("start", container.name)
        container.wait_until_ready()
        assert answers(reader)

    def test_certificate_and_secrets_outlive_the_container(self, container):
        reader = registered(SERVER)
        reader.push("book", 0.5, "/body/p[6]")
        container.exec("koshelf-ctl", "config", "set", "AUDIOBOOKSHELF_API_KEY", "a-secret")
        before = certificate(), container.exec("koshelf-ctl", "config", "list").stdout
        key = container.directory / "data" / "redis" / "koshelf-sync" / "secrets" / "key"
        assert (key.stat().st_uid, key.stat().st_mode & 0o777) == (USER, 0o600)
        container.replace()
        assert (certificate(), container.exec("koshelf-ctl", "config", "list").stdout) == before
        assert "AUDIOBOOKSHELF_API_KEY" in before[1] and "a-secret" not in before[1]
        assert not any(line.get("event") == "config.problem" for line in container.log())
        assert answers(reader)


    def test_backup_export_import_and_restore_as_they_are_documented(self, container):
        reader = registered(SERVER)
        reader.push("book", 0.5, "/body/p[6]")
        container.types("umask 077; koshelf-ctl backup - >koshelf.tar")
        container.types("umask 077; koshelf-ctl export - >all.jsonl")
        reader.delete()
        container.types("koshelf-ctl import - <all.jsonl")
        assert answers(reader)
        reader.push("book", 0.9, "/body/p[9]")
        container.types("koshelf-ctl restore --force - <koshelf.tar")
        assert answers(reader)


@pytest.mark.parametrize("kind", ["dump.rdb", "appendonlydir"])
def test_the_volume_of_a_reference_server_works_as_it_is(engine, tmp_path, kind):
    data = tmp_path / "data" / "redis"
    data.mkdir(parents=True)
    make_reference_data(data, append_only=kind == "appendonlydir")
    assert (data / kind).exists()
    for path in (data, *data.rglob("*")):
        os.chown(path, 999, 999)
        path.chmod(0o700 if path.is_dir() else 0o600)
    with Container(engine, tmp_path) as container:
        for number in (0, reference.USERS - 1):
            old = reference.old(SERVER, number)
            assert old.pull("book3").json["progress"] == "/body/p[3]"
            assert old.push("new", 0.5, "/body/p[6]").status == 200
        container.replace()
        assert reference.old(SERVER, 0).pull("new").json["progress"] == "/body/p[6]"
        assert reference.old(SERVER, 0).pull("book3").json["progress"] == "/body/p[3]"


def make_reference_data(directory, append_only):
    argv = ["redis-server", "--port", "0", "--unixsocket", directory / "r.sock", "--dir", directory, "--save", "",
            "--appendonly", "yes" if append_only else "no"]
    server = Process("redis", argv, directory.parent / "redis.log", os.environ)
    try:
        client = redis.Redis(unix_socket_path=str(directory / "r.sock"), db=3)
        wait.until(lambda: pings(client), "Redis")
        reference.seed(client)
        if not append_only:
            client.save()
        server.stop()
    finally:
        server.kill()


def pings(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def test_it_runs_as_any_user_on_a_read_only_root_without_capabilities(engine, tmp_path):
    for name in ("data/redis", "logs/app", "logs/redis"):
        (tmp_path / name).mkdir(parents=True)
        os.chown(tmp_path / name, STRANGER, STRANGER)
    with Container(engine, tmp_path, "--user", f"{STRANGER}:{STRANGER}", "--read-only", "--cap-drop=ALL", "--tmpfs=/run",
                   "--tmpfs=/tmp", "--security-opt=no-new-privileges") as container:
        reader = registered(SERVER)
        assert reader.push("book", 0.5, "/body/p[6]").status == 200
        container.replace()
        assert answers(reader)
        assert {owner for _, owner in container.processes().values()} == {STRANGER}


def test_a_redis_a_certificate_and_a_state_of_ones_own(engine, tmp_path):
    subprocess.run([ROOT / "scripts" / "make-cert", tmp_path / "tls"], check=True, capture_output=True)
    for path in (tmp_path / "tls", *(tmp_path / "tls").iterdir()):
        os.chown(path, USER, USER)
    engine.run("network", "create", "private")
    engine.run("run", "-d", "--name=elsewhere", "--network=private", "--network-alias=redis", IMAGE, "redis-server",
               "--protected-mode", "no")
    options = ["--network=private", "-e", "REDIS_URL=redis://redis:6379/3", "-e", "STATE_DIR=/state", "-v",
               f"{tmp_path / 'state'}:/state", "-e", "KOSHELF_TLS_DIR=/tls", "-v", f"{tmp_path / 'tls'}:/tls:ro"]
    with Container(engine, tmp_path, *options) as container:
        reader = registered(SERVER)
        own = ssl.PEM_cert_to_DER_cert((tmp_path / "tls" / "cert.pem").read_text())
        assert certificate() == own
        assert engine.run("exec", "elsewhere", "redis-cli", "-n", "3", "exists", f"user:{reader.username}:key").stdout == "1\n"
        assert "redis-server" not in container.masters()
        container.exec("koshelf-ctl", "config", "set", "AUDIOBOOKSHELF_API_KEY", "a-secret")
        assert (tmp_path / "state" / "secrets" / "key").stat().st_uid == USER
    engine.run("rm", "-fv", "elsewhere")


def test_a_volume_that_cannot_be_written_is_named(engine, tmp_path):
    (tmp_path / "data").mkdir()
    done = engine.run("run", "--rm", "-v", f"{tmp_path / 'data'}:/var/lib/redis:ro", IMAGE, check=False)
    assert done.returncode == 1
    assert "/var/lib/redis" in json.loads(done.stdout.splitlines()[-1])["message"]


def test_without_redis_it_is_not_healthy_and_says_why(engine):
    engine.run("run", "-d", "--name=koshelf-lonely", "-p", "7200:7200", "-e", "REDIS_URL=redis://127.0.0.1:1/3", IMAGE)
    try:
        check = ["exec", "koshelf-lonely", *engine.inspect(IMAGE, ".Config.Healthcheck.Test")[1:]]
        said = wait.until(lambda: "reason" in (done := engine.run(*check, check=False)).stdout and done, "nginx to be there", 30, 0.2)
        assert said.returncode == 1
    finally:
        engine.run("rm", "-fv", "koshelf-lonely")


# What follows is not part of CI's main run: `-k "not compose"`.

@pytest.fixture
def project(tmp_path):
    """What a checkout has at its top, as far as compose and the Dockerfile look at it."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if not name.startswith("tests/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


class Compose:
    def __init__(self, engine, directory, **env):
        self.engine = engine
        self.directory = directory
        # What the cache goes by: with it, nothing is built once more, and nothing has to be fetched.
        (directory / "override.yml").write_text(
            f"services: {{koshelf-sync: {{build: {{network: host, args: {{KOSHELF_VERSION: {VERSION}}}}}}}}}\n")
        self.env = engine.env | env

    def __enter__(self):
        self("up", "-d", "--build")
        return self

    def __exit__(self, kind, value, _):
        if value is not None:
            value.add_note(self("logs").stdout[-4000:])
        self("down", "-v")

    def __call__(self, *argv):
        done = subprocess.run(["docker-compose", "-f", "docker-compose.yml", "-f", "override.yml", *argv], cwd=self.directory,
                              env=self.env, capture_output=True, text=True, timeout=1200)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
        return done


def compose_healthy(engine, name):
    wait.until(lambda: engine.inspect(name, ".State.Health.Status") == "healthy", f"{name} to be healthy", 60, 0.3)


def test_compose_brings_it_up_keeps_its_data_and_restarts_it(engine, project):
    with Compose(engine, project) as compose:
        compose_healthy(engine, "koshelf-sync")
        reader = registered(SERVER)
        assert reader.push("book", 0.5, "/body/p[6]").status == 200
        before = certificate()
        with open(project / "audiobookshelf.env", "a") as settings:
            settings.write("\nENABLE_USER_REGISTRATION=false\nAUDIOBOOKSHELF_USER_MAP={\"ann\": \"her key\"}\n")
        compose("up", "-d", "--build")
        compose_healthy(engine, "koshelf-sync")
        assert answers(reader) and certificate() == before
        assert reader.register().error == (402, 2005)
        variables = engine.run("exec", "koshelf-sync", "koshelf-ctl", "config", "list").stdout
        assert "AUDIOBOOKSHELF_USER_MAP" in variables and "her key" not in variables
        os.kill(engine.inspect("koshelf-sync", ".State.Pid"), 9)
        wait.until(lambda: engine.inspect("koshelf-sync", ".RestartCount") == 1, "a restart", 20, 0.2)
        compose_healthy(engine, "koshelf-sync")
        assert answers(reader)


# Traefik itself cannot be had here: something else in its place, in its network, with the headers that it sends.
PROXY = """
FROM koshelf/koshelf-sync
RUN printf '%s' 'events {} pid /tmp/p; http { access_log off; server { listen 80; location / { \
proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $http_x_test_client; \
proxy_set_header X-Forwarded-Proto https; proxy_pass http://koshelf-sync:17200; } } }' >/proxy.conf
ENTRYPOINT ["sh", "-c", "exec nginx -c /proxy.conf -g 'daemon off;'"]
"""


def test_compose_with_traefik_has_a_network_whose_proxy_is_believed(engine, project):
    directory = project / "examples" / "traefik"
    image = re.search(r"image: (traefik:\S+)", (directory / "docker-compose.yml").read_text())[1]
    engine.run("build", "-t", image, "-", input=PROXY)
    with Compose(engine, directory, KOSHELF_HOST="sync.example.org", ACME_EMAIL="ann@example.org"):
        name = engine.run("ps", "-q", "--filter", f"ancestor={IMAGE}", "--filter", "volume=/var/lib/redis").stdout.split()[0]
        compose_healthy(engine, name)
        labels = engine.inspect(name, ".Config.Labels")
        assert labels["traefik.http.routers.koshelf.rule"] == "Host(`sync.example.org`)"
        assert labels["traefik.http.services.koshelf.loadbalancer.server.port"] == "17200"
        answer = http_client.request(80, "GET", "/syncs/progress/a%2Fb", [("X-Test-Client", "203.0.113.9")], tls=False)
        assert answer.error == (401, 2001)
        lines = engine.run("logs", name).stdout.splitlines()
        asked = [line for line in map(json.loads, lines) if line.get("path") == "/syncs/progress/a%2Fb"]
        assert asked[0]["remote"] == "203.0.113.9" and asked[0]["scheme"] == "https"
