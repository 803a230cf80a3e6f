"""koshelf-ctl doctor on real servers: what it finds, what it says, and that it goes on where something is away."""

import contextlib
import http.server
import json
import os
import pty
import subprocess
import urllib.error
import urllib.request

import pytest

from support.audiobookshelf import Audiobookshelf
from support.peers import serving
from support.processes import Port
from support.stack import ROOT, Stack, binary

UNREACHABLE = "http://127.0.0.1:1"


def surroundings(stack):
    """What scripts/ctl tells koshelf-ctl of an instance."""
    return {"STATE_DIR": str(stack.dir), "KOSHELF_TLS_DIR": str(stack.dir / "tls"),
            "KOSHELF_SOCKET_DIR": str(stack.dir / "run"), "KOSHELF_LOG_DIR": str(stack.dir / "logs"),
            "HTTPS_PORT": str(stack.https_port), "HTTP_PORT": str(stack.http_port), "KOSHELF_LISTEN": "127.0.0.1"}


def examine(stack, *options, env=None):
    """The findings by name (a list each), and the exit status."""
    done = stack.ctl("doctor", "--json", *options, env=surroundings(stack) | (env or {}))
    report = json.loads(done.stdout)
    findings = {}
    for each in report["checks"]:
        assert each["message"] and each["state"] in ("ok", "skipped", "warning", "failed")
        assert each["advice"] or each["state"] in ("ok", "skipped"), each
        findings.setdefault(each["name"], []).append(each)
    worst = {"ok": 0, "warning": 1, "failed": 2}
    states = [worst[each["state"]] for each in report["checks"] if each["state"] != "skipped"]
    assert done.returncode == max(states) == worst[report["state"]]
    return findings, done.returncode


def states(findings):
    return {name: [each["state"] for each in found] for name, found in findings.items()}


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        running.wait_until_indexed()
        secrets = running.dir / "secrets"
        secrets.mkdir(mode=0o700)
        assert running.ctl("config", "set", "AUDIOBOOKSHELF_API_KEY", "a-secret-key").returncode == 0
        assert running.ctl("config", "unset", "AUDIOBOOKSHELF_API_KEY").returncode == 0
        yield running


def test_a_healthy_server_has_nothing_wrong(stack):
    findings, _ = examine(stack)
    found = states(findings)
    for name in ("disk", "clock"):  # of the machine that runs the test
        found.pop(name)
    assert {state for each in found.values() for state in each} <= {"ok", "skipped"}, findings
    for name in ("redis.version", "redis.kind", "redis.latency", "redis.eviction", "redis.memory", "redis.persistence",
                 "redis.clock", "data.indexes", "state", "secrets", "certificate.dates", "certificate.names",
                 "redis.directory", "sockets", "logs", "port.HTTPS_PORT", "port.HTTP_PORT", "pool.device", "pool.admin"):
        assert found[name] == ["ok"], (name, findings.get(name))


def test_it_speaks_to_people_and_colours_only_for_a_terminal(stack):
    env = stack.pool_env | surroundings(stack)
    plain = subprocess.run([binary("koshelf-ctl"), "doctor"], env=env, capture_output=True, text=True)
    assert "\x1b" not in plain.stdout and "ok       " in plain.stdout and "skipped" in plain.stdout.splitlines()[-1]
    for more, coloured in ({}, True), ({"NO_COLOR": "1"}, False):
        assert (b"\x1b[32m" in on_a_terminal(env | more)) == coloured


def on_a_terminal(env):
    controller, terminal = pty.openpty()
    child = subprocess.Popen([binary("koshelf-ctl"), "doctor"], env=env, stdout=terminal, stderr=terminal)
    os.close(terminal)
    output = b""
    with contextlib.suppress(OSError), open(controller, "rb", buffering=0) as reader:
        while chunk := reader.read(65536):
            output += chunk
    child.wait(60)
    return output


class TestRedis:
    @contextlib.contextmanager
    def setting(self, stack, **values):
        before = {name: stack.redis.config_get(name)[name] for name in values}
        for name, value in values.items():
            stack.redis.config_set(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                stack.redis.config_set(name, value)

    @pytest.mark.parametrize("values, name, state, words", [
        ({"maxmemory-policy": "allkeys-lru", "maxmemory": "500mb"}, "redis.eviction", "failed", "allkeys-lru"),
        ({"maxmemory-policy": "volatile-ttl"}, "redis.eviction", "warning", "volatile-ttl"),
        ({"maxmemory": "1100000"}, "redis.memory", "failed", "full"),
        ({"appendfsync": "no"}, "redis.persistence", "warning", "power cut"),
        ({"appendonly": "no"}, "redis.persistence", "failed", "restart loses"),
        ({"appendonly": "no", "save": "900 1"}, "redis.persistence", "warning", "snapshots")])
    def test_its_settings_are_judged(self, stack, values, name, state, words):
        with self.setting(stack, **values):
            findings, status = examine(stack)
        assert findings[name][0]["state"] == state and words in findings[name][0]["message"], findings[name]
        assert status == {"warning": 1, "failed": 2}[state]

    def test_one_that_shows_nobody_its_settings_is_judged_by_what_it_says(self, stack):
        stack.redis.execute_command("ACL", "SETUSER", "guest", "on", ">pw", "~*", "+@all", "-config")
        url = f"unix://guest:pw@{stack.redis_socket}?db=3"
        findings, _ = examine(stack, env={"REDIS_URL": url})
        assert findings["redis.persistence"][0]["state"] == "ok" and findings["redis.eviction"][0]["state"] == "ok"
        assert "pw" not in json.dumps(findings)

    def test_one_that_does_not_say_how_it_is_is_not_away(self, stack):
        stack.redis.execute_command("ACL", "SETUSER", "silent", "on", ">pw", "~*", "+@all", "-info")
        findings, status = examine(stack, env={"REDIS_URL": f"unix://silent:pw@{stack.redis_socket}?db=3"})
        assert states(findings)["redis.info"] == ["warning"] and status == 1
        assert states(findings)["redis.latency"] == ["ok"] and "redis.reachable" not in findings

    def test_when_it_is_away_the_rest_is_looked_at_all_the_same(self, stack):
        findings, status = examine(stack, env={"REDIS_URL": "redis://somebody:geheim@127.0.0.1:1/3"})
        assert status == 2
        assert "127.0.0.1:1" in findings["redis.reachable"][0]["message"] and "geheim" not in json.dumps(findings)
        assert states(findings)["port.HTTPS_PORT"] == ["ok"] and states(findings)["certificate.dates"] == ["ok"]

    def test_workers_with_another_redis_are_told_apart(self):
        with Stack(env={"REDIS_URL": "redis://127.0.0.1:1/3"}, parts=("redis", "device", "admin", "nginx")) as other:
            findings, _ = examine(other, env={"REDIS_URL": other.redis_url})
            assert findings["pool.device"][0]["state"] == "failed"
            assert states(findings)["redis.version"] == ["ok"]

    def test_dead_letters_and_what_waits_too_long_are_named(self, stack):
        stack.redis.zadd("koshelf:users", {"buried": 1})
        stack.redis.hset("user:buried:dead", mapping={"a": "{}", "b": "{}"})
        stack.redis.zadd("koshelf:outbox", {"buried": 1000})
        try:
            findings, _ = examine(stack)
        finally:
            stack.redis.delete("user:buried:dead", "koshelf:outbox")
            stack.redis.zrem("koshelf:users", "buried")
        messages = findings["outbox.dead"][0]["message"] + findings["outbox.waiting"][0]["message"]
        assert "2 documents" in messages and "waited" in messages


class TestPlaces:
    def test_a_key_that_others_can_read(self, stack):
        key = stack.dir / "secrets" / "key"
        key.chmod(0o644)
        try:
            findings, status = examine(stack)
        finally:
            key.chmod(0o600)
        assert findings["secrets"][0]["state"] == "warning" and "chmod 600" in findings["secrets"][0]["advice"]
        assert status == 1

    def test_a_key_that_is_not_the_one_of_the_secrets(self, stack, tmp_path):
        assert stack.ctl("config", "set", "AUDIOBOOKSHELF_API_KEY", "a-secret-key").returncode == 0
        (tmp_path / "other").write_text("ab" * 32 + "\n")
        (tmp_path / "other").chmod(0o600)
        (tmp_path / "nonsense").write_text("no key")
        try:
            for name, words in (("other", "another key"), ("nonsense", "no key"), ("absent", "is missing")):
                findings, status = examine(stack, env={"KOSHELF_SECRET_FILE": str(tmp_path / name)})
                assert findings["secrets"][0]["state"] == "failed" and words in findings["secrets"][0]["message"]
                assert status == 2
        finally:
            stack.ctl("config", "unset", "AUDIOBOOKSHELF_API_KEY")

    def test_a_state_directory_for_everybody(self, stack):
        (stack.dir / "secrets").chmod(0o755)
        try:
            findings, _ = examine(stack)
        finally:
            (stack.dir / "secrets").chmod(0o700)
        assert findings["state"][0]["state"] == "warning"

    def test_sockets_that_the_web_server_may_not_open(self, stack):
        socket = stack.pool_socket("admin")
        socket.chmod(0o600)
        os.chown(socket, 12345, 12345)
        try:
            findings, _ = examine(stack)
            # As root, nginx needs no rights.
            assert states(findings)["sockets"] == ["ok"] if os.getuid() == 0 else ["failed"]
        finally:
            os.chown(socket, os.getuid(), os.getgid())
            socket.chmod(0o660)
        findings, status = examine(stack, env={"KOSHELF_SOCKET_DIR": str(stack.dir / "nowhere")})
        assert "There is no socket" in findings["sockets"][0]["message"] and status == 2

    def test_certificates(self, stack, tmp_path):
        def make(*options):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem", "-subj", "/CN=old.example",
                            *options], check=True, capture_output=True)
        env = {"KOSHELF_TLS_DIR": str(tmp_path), "KOSHELF_HOSTNAMES": "sync.example, 10.0.0.7"}
        make("-days", "5", "-addext", "subjectAltName=DNS:sync.example,IP:10.0.0.7")
        findings, _ = examine(stack, env=env)
        assert findings["certificate.dates"][0]["state"] == "warning"
        assert findings["certificate.names"][0]["state"] == "ok"
        make("-days", "400")
        findings, _ = examine(stack, env=env)
        assert "sync.example, 10.0.0.7" in findings["certificate.names"][0]["message"]
        assert "old.example" in findings["certificate.names"][0]["message"]
        (tmp_path / "key.pem").write_bytes((stack.dir / "tls" / "key.pem").read_bytes())
        findings, _ = examine(stack, env=env)
        assert findings["certificate.key"][0]["state"] == "failed"
        (tmp_path / "cert.pem").unlink()
        findings, _ = examine(stack, env=env)
        assert findings["certificate"][0]["state"] == "skipped"

    def test_an_environment_that_makes_no_sense_is_named_and_the_rest_goes_on(self, stack):
        findings, status = examine(stack, env={"KOSHELF_LOG_LEVEL": "loud"})
        assert "KOSHELF_LOG_LEVEL" in findings["environment"][0]["message"] and status == 2
        assert states(findings)["port.HTTPS_PORT"] == ["ok"]


class TestPorts:
    def test_who_answers_instead(self, stack):
        port = Port()
        try:
            findings, _ = examine(stack, env={"HTTPS_PORT": str(port.number), "HTTP_PORT": "off"})
            assert "Nothing answers" in findings["port.HTTPS_PORT"][0]["message"]
            assert "port.HTTP_PORT" not in findings
        finally:
            port.release()
        with serving(http.server.SimpleHTTPRequestHandler) as other:
            findings, _ = examine(stack, env={"HTTP_PORT": str(other)})
            assert "Something else" in findings["port.HTTP_PORT"][0]["message"]

    def test_without_a_port_of_its_own_it_asks_the_address_that_devices_use(self, stack):
        off = {"HTTPS_PORT": "off", "HTTP_PORT": "off"}
        findings, _ = examine(stack, env=off)
        assert states(findings)["port"] == ["skipped"] and "pool.device" not in findings
        findings, _ = examine(stack, "--url", f"http://127.0.0.1:{stack.http_port}", env=off)
        assert {states(findings)[name][0] for name in ("port.url", "pool.device", "pool.admin", "proxy")} == {"ok"}
        findings, status = examine(stack, "--url", UNREACHABLE, env=off)
        assert states(findings)["port.url"] == ["failed"] and status == 2

    def test_another_base_path(self, stack):
        findings, _ = examine(stack, env={"BASE_PATH": "/elsewhere"})
        assert "not below that path" in findings["port.HTTPS_PORT"][0]["message"]

    def test_pools_that_are_down(self):
        with Stack(parts=("redis", "device", "admin", "nginx"), workers=1) as stack:
            stack.wait_until_indexed()
            stack.admin.stop()
            findings, _ = examine(stack)
            assert findings["pool.admin"][0]["state"] == "failed" and states(findings)["pool.device"] == ["ok"]
            stack.device.stop()
            findings, _ = examine(stack)
            assert "workers behind it" in findings["port.HTTPS_PORT"][0]["message"]


@contextlib.contextmanager
def reverse_proxy(upstream, rewrite):
    """A proxy to a port of this machine; `rewrite(headers, client)` says what it tells of the client."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            headers = rewrite({name: value for name, value in self.headers.items() if name.lower() != "host"},
                              self.client_address[0])
            request = urllib.request.Request(f"http://127.0.0.1:{upstream}{self.path}", headers=headers)
            try:
                answer = urllib.request.urlopen(request, timeout=10)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                body = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}"


def honest(headers, client):
    before = headers.get("X-Forwarded-For")
    return headers | {"X-Forwarded-For": f"{before}, {client}" if before else client}


def elsewhere(headers, client):
    """An honest proxy whose clients are on other machines."""
    return honest(headers, "203.0.113.9")


def careless(headers, client):
    """Passes on what the client writes, and says something itself only where that is nothing."""
    return headers if "X-Forwarded-For" in headers else headers | {"X-Forwarded-For": "203.0.113.9"}


def silent(headers, client):
    return {name: value for name, value in headers.items() if not name.lower().startswith("x-forwarded")}


class TestProxies:
    def proxied(self, stack, rewrite):
        with reverse_proxy(stack.http_port, rewrite) as url:
            return examine(stack, "--url", url)

    def test_one_that_nobody_trusts_is_named(self, stack):
        for rewrite in (honest, elsewhere):
            findings, status = self.proxied(stack, rewrite)
            assert findings["proxy"][0]["state"] == "ok"
            assert "TRUSTED_PROXIES=127.0.0.1" in findings["proxy.trusted"][0]["advice"] and status == 1

    def test_one_that_is_trusted_and_honest_is_fine_and_a_careless_one_is_not(self):
        with Stack(nginx_env={"TRUSTED_PROXIES": "127.0.0.1"}) as stack:
            stack.wait_until_indexed()
            for rewrite in (honest, elsewhere):
                findings, _ = self.proxied(stack, rewrite)
                assert states(findings)["proxy.trusted"] == ["ok"], findings["proxy.trusted"]
            findings, status = self.proxied(stack, careless)
            assert states(findings)["proxy.trusted"] == ["failed"] and status == 2

    def test_without_one_nothing_is_wrong_but_the_certificate(self, stack):
        findings, _ = examine(stack, "--url", f"https://127.0.0.1:{stack.https_port}")
        assert states(findings)["proxy.trusted"] == ["ok"]
        assert findings["proxy.certificate"][0]["state"] == "warning"

    def test_an_address_that_is_not_ours(self, stack):
        with serving(http.server.SimpleHTTPRequestHandler) as port:
            findings, status = examine(stack, "--url", f"http://127.0.0.1:{port}")
        assert findings["proxy"][0]["state"] == "failed" and status == 2
        findings, _ = examine(stack, "--url", "https://127.0.0.1:1/kosync/")
        assert "https://127.0.0.1:1/kosync:" in findings["proxy"][0]["message"]

    def test_what_a_worker_sees_is_told_to_nobody_without_a_token(self, stack):
        for query in ("", "?token=", "?token=" + "0" * 64):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{stack.http_port}/admin/probe{query}", timeout=10)
            assert refused.value.code == 401
        assert all(0 < stack.redis.ttl(key) <= 60 for key in stack.redis.scan_iter("koshelf:probe:*"))


class TestAudiobookshelf:
    def test_one_that_works_and_keys_that_do_not(self, stack):
        with Audiobookshelf() as abs_server:
            user = abs_server.add_user("ann")
            users = {"ann": {"api_key": user.api_key}, "bob": {"api_key": "wrong-key"}}
            env = {"AUDIOBOOKSHELF_BASE_URL": abs_server.url, "AUDIOBOOKSHELF_USER_MAP": json.dumps(users)}
            findings, status = examine(stack, env=env)
            assert states(findings)["audiobookshelf.server"] == ["ok"]
            assert sorted(states(findings)["audiobookshelf.key"]) == ["failed", "ok"] and status == 2
            assert "bob" in " ".join(each["message"] for each in findings["audiobookshelf.key"])
            assert findings["bridge"][0]["state"] == "failed"
            assert user.api_key not in json.dumps(findings) and "wrong-key" not in json.dumps(findings)
            stack.redis.set("koshelf:lease:sync", "somebody", px=60000)
            try:
                findings, _ = examine(stack, env=env)
            finally:
                stack.redis.delete("koshelf:lease:sync")
            assert findings["bridge"][0]["state"] == "ok"

    def test_one_that_is_away_or_none(self, stack):
        findings, _ = examine(stack, env={"AUDIOBOOKSHELF_BASE_URL": UNREACHABLE, "AUDIOBOOKSHELF_API_KEY": "k"})
        assert findings["audiobookshelf.server"][0]["state"] == "failed"
        with serving(http.server.SimpleHTTPRequestHandler) as port:
            findings, _ = examine(stack, env={"AUDIOBOOKSHELF_BASE_URL": f"http://127.0.0.1:{port}",
                                              "AUDIOBOOKSHELF_API_KEY": "k"})
        assert findings["audiobookshelf.server"][0]["state"] == "failed"
        findings, _ = examine(stack, env={"AUDIOBOOKSHELF_USER_MAP": "{broken"})
        assert "AUDIOBOOKSHELF_USER_MAP" in findings["audiobookshelf.settings"][0]["message"]
        assert findings["audiobookshelf"][0]["state"] == "skipped"


@pytest.mark.parametrize("arguments", [["--what"], ["more"], ["--url"], ["--url", "no address"]])
def test_wrong_arguments_are_2(stack, arguments):
    done = stack.ctl("doctor", *arguments)
    assert done.returncode == 2 and done.stderr and not done.stdout


def test_the_readme_and_the_troubleshooting_name_it():
    for name in ("README.md", "docs/troubleshooting.md"):
        assert "koshelf-ctl doctor" in (ROOT / name).read_text()
