"""Starting, reloading and stopping: no request that was begun is lost."""

import json
import os
import signal
import socket
import subprocess
import time

import pytest

from support import gateway, http_client, wait
from support.gateway import FastCgi
from support.koreader import Koreader, fresh, registered
from support.load import Load, check_nothing_acknowledged_is_lost
from support.processes import Port, Process
from support.stack import Stack, binary


def sleeping(stack, milliseconds):
    """A request that a worker is busy with for so long, already sent and taken up."""
    request = FastCgi(stack.pool_socket(), timeout=15).send("GET", f"/test/sleep?ms={milliseconds}")
    time.sleep(0.2)  # nothing shows from outside that the worker has it
    return request


@pytest.fixture
def alone():
    """Redis and a device pool without nginx."""
    with Stack(workers=2, parts=("redis", "device")) as running:
        yield running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_master_answers_what_was_begun_and_removes_its_socket(alone, number):
    requests = [sleeping(alone, 800) for _ in range(2)]
    workers = alone.worker_pids()
    alone.device.signal(number)
    assert [request.response().status for request in requests] == [200, 200]
    assert alone.device.wait(10) == 0
    assert not alone.pool_socket().exists()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in workers)


def test_an_idle_pool_stops_at_once(alone):
    started = time.monotonic()
    assert alone.device.stop() == 0
    assert time.monotonic() - started < 5


def test_a_worker_that_does_not_finish_is_given_up_after_the_drain_time(alone):
    alone.device.stop()
    alone.start_pool(options=["--drain-s", "1"])
    request = sleeping(alone, 20000)
    workers = alone.worker_pids()
    alone.device.signal(signal.SIGTERM)
    alone.device.wait(10)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in workers)
    with pytest.raises(OSError):
        request.response()


def test_sigterm_under_load_loses_no_acknowledged_push():
    with Stack(workers=3) as stack:
        devices = [registered(stack) for _ in range(4)]
        with Load(devices) as load:
            for _ in range(3):
                goal = load.count + 80
                wait.until(lambda: load.count >= goal, "pushes to go through", 60)
                assert stack.device.stop() == 0
                stack.start_pool()
            goal = load.count + 40
            wait.until(lambda: load.count >= goal, "pushes to go through again", 60)
        for _, answer in load.refused:
            assert getattr(answer, "status", None) == 502, answer
        check_nothing_acknowledged_is_lost(load, stack.redis)


@pytest.mark.parametrize("keepalive", ["0", "2"])
def test_sighup_under_load_fails_no_request_and_replaces_the_workers(keepalive):
    with Stack(workers=3, nginx_env={"KOSHELF_FASTCGI_KEEPALIVE": keepalive}) as stack:
        devices = [registered(stack) for _ in range(3)]
        with Load(devices) as load:
            for _ in range(4):
                before = set(stack.wait_for_full_pool())
                stack.device.signal(signal.SIGHUP)
                wait.until(lambda: not before & set(stack.worker_pids()), "the old workers to go", 20)
                goal = load.count + 40
                wait.until(lambda: load.count >= goal, "pushes to go through", 60)
        assert load.refused == []
        check_nothing_acknowledged_is_lost(load, stack.redis)


def test_a_reload_finishes_what_was_begun(alone):
    request = sleeping(alone, 1000)
    alone.device.signal(signal.SIGHUP)
    assert gateway.fastcgi(alone.pool_socket(), "GET", "/healthcheck").status == 200
    assert request.response().status == 200


def create(stack):
    body = json.dumps({"username": fresh(), "password": "p"}).encode()
    return gateway.fastcgi(stack.pool_socket(), "POST", "/users/create", body=body).status


@pytest.mark.parametrize("first, second, before, after", [
    ("ENABLE_USER_REGISTRATION=true\n", "# closed for now\nENABLE_USER_REGISTRATION=false\n", 201, 402),
    # What it no longer has is taken back; where nginx has the pool, it still has.
    ("ENABLE_USER_REGISTRATION=false\r\n", "#ENABLE_USER_REGISTRATION=false\nBASE_PATH=/elsewhere\n", 402, 201)],
                         ids=["changed", "taken out"])
def test_a_reload_reads_the_env_file_again(alone, tmp_path, first, second, before, after):
    settings = tmp_path / "env"
    settings.write_bytes(first.encode())
    alone.device.stop()
    alone.start_pool(options=["--env-file", str(settings)])
    assert create(alone) == before
    workers = set(alone.wait_for_full_pool())
    settings.write_text(second)
    alone.device.signal(signal.SIGHUP)
    # Until the last worker of before has gone, it may still take a request.
    wait.until(lambda: not workers & set(alone.worker_pids()), "the old workers to go", 20)
    assert [create(alone) for _ in range(5)] == [after] * 5


def test_the_environment_says_how_many_workers_there_are_unless_the_command_line_does(alone, tmp_path):
    (tmp_path / "env").write_text("WORKERS=3\nADMIN_WORKERS=1\n")
    argv = [binary("koshelf-fcgi"), "--env-file", tmp_path / "env", "--socket", alone.dir / "run" / "counted.sock"]
    for options, workers in ([], 3), (["--pool", "admin"], 1), (["--workers", "2"], 2):
        pool = Process("counted", [*argv, *options], alone.dir / "logs" / "counted.log", alone.pool_env)
        try:
            wait.until(lambda: gateway_answers(alone.dir / "run" / "counted.sock"), "the pool to answer", 30)
            assert len(pool.children()) in (workers, workers + 1)  # one may build indexes
        finally:
            pool.stop()
    (tmp_path / "env").write_text("WORKERS=many\n")
    done = subprocess.run(argv, env=alone.pool_env, capture_output=True, text=True, timeout=20)
    assert done.returncode != 0 and "WORKERS" in done.stderr


def gateway_answers(path):
    return path.exists() and reachable(path) and gateway.fastcgi(path, "GET", "/readyz").status == 200


def test_sigusr1_changes_nothing(alone):
    before = alone.wait_for_full_pool()
    alone.device.signal(signal.SIGUSR1)
    for _ in range(10):
        assert gateway.fastcgi(alone.pool_socket(), "GET", "/healthcheck").status == 200
    assert alone.worker_pids() == before and alone.device.alive()


def test_a_stale_socket_of_a_killed_master_is_replaced(alone):
    alone.device.kill()
    assert alone.pool_socket().exists()
    alone.start_pool()
    assert gateway.fastcgi(alone.pool_socket(), "GET", "/healthcheck").status == 200


def test_workers_do_not_outlive_a_killed_master(alone):
    workers = alone.wait_for_full_pool()
    os.kill(alone.device.pid, signal.SIGKILL)
    alone.device.wait()
    wait.until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers), "the workers to end", 15)


def test_a_second_pool_on_a_live_socket_refuses_to_start(alone):
    argv = [binary("koshelf-fcgi"), "--socket", alone.pool_socket(), "--workers", "1"]
    second = subprocess.run(argv, env=alone.pool_env, capture_output=True, timeout=20)
    assert second.returncode != 0 and second.stderr
    assert gateway.fastcgi(alone.pool_socket(), "GET", "/healthcheck").status == 200


def test_the_socket_has_the_mode_that_was_asked_for(alone):
    assert alone.pool_socket().stat().st_mode & 0o777 == 0o660
    alone.device.stop()
    alone.start_pool(options=["--socket-mode", "0600"])
    assert alone.pool_socket().stat().st_mode & 0o777 == 0o600


def check_serves(address):
    assert gateway.fastcgi(address, "GET", "/healthcheck").body == b'{"state":"OK"}'
    user = fresh()
    headers = [("x-auth-user", user), ("x-auth-key", "p")]
    created = gateway.fastcgi(address, "POST", "/users/create", body=json.dumps({"username": user,
                                                                                 "password": "p"}).encode())
    assert created.status == 201
    assert gateway.fastcgi(address, "GET", "/users/auth", headers).body == b'{"authorized":"OK"}'


def test_a_pool_listens_on_host_and_port(alone):
    port = Port()
    argv = [binary("koshelf-fcgi"), "--socket", f"127.0.0.1:{port.number}", "--workers", "2"]
    pool = Process("tcp", argv, alone.dir / "logs" / "tcp.log", alone.pool_env)
    try:
        address = f"127.0.0.1:{port.number}"
        wait.until(lambda: reachable(address), "the port to open", 30)
        check_serves(address)
        assert pool.stop() == 0
    finally:
        pool.kill()
        port.release()


def reachable(address):
    try:
        gateway.connect(address).close()
        return True
    except OSError:
        return False


def test_a_listening_socket_on_fd_0_is_used(alone):
    path = alone.dir / "run" / "inherited.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(64)
        pool = Process("inherited", [binary("koshelf-fcgi"), "--workers", "2"],
                       alone.dir / "logs" / "inherited.log",
                       alone.pool_env, stdin=listener)
        try:
            check_serves(path)
            wait.until(lambda: len(pool.children()) == 2, "whoever builds indexes to be done")
            assert pool.stop() == 0
        finally:
            pool.kill()


def test_spawn_fcgi_can_start_it(alone):
    path, pidfile = alone.dir / "run" / "spawned.sock", alone.dir / "run" / "spawned.pid"
    subprocess.run(["spawn-fcgi", "-s", path, "-P", pidfile, "--", binary("koshelf-fcgi"), "--workers", "2"],
                   check=True,
                   env=alone.pool_env, capture_output=True, timeout=20)
    pid = int(pidfile.read_text())
    try:
        check_serves(path)
    finally:
        os.kill(pid, signal.SIGTERM)
    wait.until(lambda: not reachable(path), "the spawned pool to end")


@pytest.mark.parametrize("arguments", [["--workers", "0"], ["--workers", "x"], ["--pool", "other"],
                                       ["--unknown"], ["--socket"], ["--socket-mode", "9"],
                                       ["--socket", "/nowhere/at/all.sock"], []])
def test_wrong_options_are_refused_with_a_reason(alone, arguments):
    done = subprocess.run([binary("koshelf-fcgi"), *arguments], env=alone.pool_env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=20)
    assert done.returncode != 0 and done.stderr.strip()


@pytest.mark.parametrize("program", ["koshelf-fcgi", "koshelf-ctl"])
def test_version_and_help_go_to_stdout(program):
    for option in ("--version", "--help") if program == "koshelf-fcgi" else ("version", "help"):
        done = subprocess.run([binary(program), option], env={}, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0 and done.stdout.strip() and not done.stderr


def test_the_admin_pool_serves_admin_routes_and_no_device_routes():
    with Stack(parts=("redis", "device", "admin", "nginx")) as stack:
        reader = registered(stack)
        assert reader.call("GET", "/admin/status").status in (200, 403)
        assert reader.call("GET", "/admin/status", headers=[]).error == (401, 2001)
        admin, device = stack.pool_socket("admin"), stack.pool_socket("device")
        assert gateway.fastcgi(admin, "GET", "/readyz").status == 200
        assert gateway.fastcgi(admin, "GET", "/users/auth").status == 404
        assert gateway.fastcgi(device, "GET", "/admin/status").status == 404


def test_without_test_hooks_the_hooks_do_not_exist():
    with Stack(env={"KOSHELF_TEST_HOOKS": "off"}, workers=1) as stack:
        for path in ("/test/crash", "/test/sleep?ms=1", "/test/pid"):
            assert http_client.request(stack.https_port, "GET", path).error[0] == 404
        assert Koreader(stack.https_port, "u", "k").authorize().status == 401
