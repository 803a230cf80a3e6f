"""Where Redis is (REDIS_URL in all its forms), and settings that make no sense."""

import json
import subprocess

import pytest
import redis

from support import gateway, wait
from support.koreader import fresh
from support.processes import Port, Process
from support.stack import Stack, binary

PASSWORD = "p@ss:w/rd"


@pytest.fixture(scope="module")
def stack():
    with Stack(parts=("redis",)) as running:
        yield running


@pytest.fixture(scope="module")
def locked(stack):
    """The port of a Redis on TCP that wants a password and also knows the user `reader`."""
    port = Port()
    argv = ["redis-server", "--port", port.number, "--bind", "127.0.0.1", "--dir", stack.dir / "run",
            "--save", "",
            "--requirepass", PASSWORD, "--user", "reader", "on", ">" + PASSWORD, "~*", "+@all"]
    server = Process("locked", argv, stack.dir / "logs" / "locked.log", stack.pool_env)
    try:
        wait.until(lambda: reachable(port.number), "the second Redis", 30)
        yield port.number
    finally:
        server.kill()
        port.release()


def reachable(port):
    try:
        return redis.Redis(port=port, password=PASSWORD).ping()
    except redis.ConnectionError:
        return False


def register(stack, url):
    """A registration through CGI with this REDIS_URL: (name, answer)."""
    user = fresh()
    body = json.dumps({"username": user, "password": "k"}).encode()
    answer = gateway.cgi(binary("koshelf-fcgi"), stack.pool_env | {"REDIS_URL": url}, "POST", "/users/create",
                         body=body)
    return user, answer


@pytest.mark.parametrize("query, database", [("", 3), ("?db=0", 0), ("?db=7", 7)])
def test_a_unix_url_names_socket_and_database(stack, query, database):
    user, answer = register(stack, f"unix://{stack.redis_socket}{query}")
    assert answer.status == 201
    client = redis.Redis(unix_socket_path=str(stack.redis_socket), db=database)
    assert client.get(f"user:{user}:key") == b"k"


@pytest.mark.parametrize("credentials", [":p%40ss%3Aw%2Frd@", "default:p%40ss%3Aw%2Frd@",
                                         "reader:p%40ss%3Aw%2Frd@"])
@pytest.mark.parametrize("path, database", [("", 3), ("/", 3), ("/3", 3), ("/5", 5)])
def test_a_redis_url_names_user_password_port_and_database(stack, locked, credentials, path, database):
    user, answer = register(stack, f"redis://{credentials}127.0.0.1:{locked}{path}")
    assert answer.status == 201
    client = redis.Redis(port=locked, password=PASSWORD, db=database)
    assert client.get(f"user:{user}:key") == b"k"


@pytest.mark.parametrize("credentials", ["", ":wrong@", "nobody:p%40ss%3Aw%2Frd@"])
def test_a_redis_that_refuses_us_is_502(stack, locked, credentials):
    _, answer = register(stack, f"redis://{credentials}127.0.0.1:{locked}/3")
    assert answer.status == 502 and answer.json["code"] in (1000, 2000)
    assert b"p@ss" not in answer.body


def test_a_database_that_does_not_exist_is_502(stack):
    _, answer = register(stack, f"unix://{stack.redis_socket}?db=999")
    assert answer.status == 502


@pytest.mark.parametrize("name, value", [
    ("REDIS_URL", "http://127.0.0.1"), ("REDIS_URL", "redis://127.0.0.1:port/3"),
    ("REDIS_URL", "redis://127.0.0.1/x"),
    ("REDIS_URL", "unix://relative/path"), ("ENABLE_USER_REGISTRATION", "perhaps"),
    ("KOSHELF_STALE_GUARD", "2"),
    ("KOSHELF_HISTORY_LIMIT", "many"), ("KOSHELF_HISTORY_LIMIT", "-1"), ("KOSHELF_DOCUMENTS_LIMIT", "-1"), ("KOSHELF_LOG_LEVEL", "loud"),
    ("KOSHELF_REDIS_TIMEOUT_MS", "0"), ("KOSHELF_BASE_PATH", "kosync")])
def test_a_setting_that_makes_no_sense_stops_the_start_and_is_named(stack, name, value):
    argv = [binary("koshelf-fcgi"), "--socket", stack.dir / "run" / "never.sock"]
    done = subprocess.run(argv, env=stack.pool_env | {name: value}, capture_output=True, text=True,
                          timeout=20)
    assert done.returncode != 0 and name in done.stderr
    assert not (stack.dir / "run" / "never.sock").exists()


def test_a_password_in_the_url_never_reaches_a_log(stack, locked):
    for credentials in (":p%40ss%3Aw%2Frd@", "reader:s3cr3tpassword@"):
        argv = [binary("koshelf-fcgi"), "--socket", stack.dir / "run" / "secret.sock", "--workers", "1"]
        env = stack.pool_env | {"REDIS_URL": f"redis://{credentials}127.0.0.1:{locked}/3"}
        pool = Process("secret", argv, stack.dir / "logs" / "secret.log", env)
        try:
            wait.until(lambda: (stack.dir / "run" / "secret.sock").exists(), "the socket", 30)
            gateway.fastcgi(stack.dir / "run" / "secret.sock", "GET", "/readyz")
            assert pool.stop() == 0
        finally:
            pool.kill()
    text = (stack.dir / "logs" / "secret.log").read_text()
    assert "s3cr3t" not in text and "p%40ss" not in text and "p@ss" not in text


@pytest.mark.parametrize("arguments", [["reindex", "--what"], ["nothing"], []])
def test_koshelf_ctl_refuses_what_it_does_not_know(stack, arguments):
    done = stack.ctl(*arguments)
    assert done.returncode != 0 and done.stderr.strip()
