"""Redis stopped, hanging, killed, full: what devices are told, and that nothing acknowledged is lost."""

import pytest

from support import http_client, wait
from support.koreader import Koreader, fresh, registered
from support.load import Load, check_nothing_acknowledged_is_lost
from support.stack import Stack


@pytest.fixture(scope="module")
def stack():
    with Stack(fsync="always", workers=3) as running:
        yield running


def calls(reader):
    return [("GET", "/users/auth", None), ("GET", "/syncs/progress/book", None),
            ("GET", "/syncs/progress/a?ids=md5:a", None),
            ("PUT", "/syncs/progress", reader.position("book", 0.5, "y")),
            ("PUT", "/users/password", {"password": "n"}),
            ("DELETE", "/users/me", None), ("POST", "/users/create", {"username": fresh(), "password": "p"})]


def check_unreachable(answer):
    assert answer.status == 502
    assert answer.body == b'{"code":1000,"message":"Cannot connect to redis server."}'
    assert answer.header("content-type").split(";")[0] == "application/json"


def test_with_redis_stopped_every_call_is_1000_within_a_second(stack, reader):
    reader.push("book", 0.25, "x")
    stack.kill_redis()
    seconds = []
    for method, path, body in calls(reader) * 2:
        answer = reader.call(method, path, body)
        check_unreachable(answer)
        seconds.append(answer.seconds)
    assert max(seconds) < 1.0, seconds
    ready = http_client.request(stack.https_port, "GET", "/readyz")
    assert ready.status == 503 and ready.json
    assert http_client.request(stack.https_port, "GET", "/healthcheck").body == b'{"state":"OK"}'
    stack.start_redis()
    assert reader.pull("book").json["progress"] == "x"


def test_the_first_request_of_every_worker_after_a_restart_succeeds(stack, reader):
    reader.push("book", 0.25, "x")
    for _ in range(3):
        stack.kill_redis()
        stack.start_redis()
        for step in range(12):  # more than there are workers, each of which holds a dead connection
            assert reader.pull("book").status == 200, step
    stack.kill_redis()
    stack.start_redis()
    for step in range(12):
        assert reader.push("book", step / 100, f"p{step}").status == 200, step
    assert http_client.request(stack.https_port, "GET", "/readyz").status == 200


def test_a_connection_closed_by_redis_while_idle_goes_unnoticed(stack, reader):
    for step in range(6):
        stack.redis.client_kill_filter(_type="normal", skipme=True)
        assert reader.push("book", step / 10, f"p{step}").status == 200, step
        stack.redis.client_kill_filter(_type="normal", skipme=True)
        assert reader.authorize().status == 200, step


def test_while_redis_hangs_a_call_is_1000_in_about_a_second(stack, reader):
    reader.push("book", 0.25, "x")
    stack.pause_redis()
    try:
        answers = [reader.call(*call) for call in calls(reader)[:4]]
        ready = http_client.request(stack.https_port, "GET", "/readyz")
        health = http_client.request(stack.https_port, "GET", "/healthcheck")
    finally:
        stack.resume_redis()
    for answer in answers:
        check_unreachable(answer)
    assert min(answer.seconds for answer in answers) < 1.0
    assert max(answer.seconds for answer in answers) < 1.5
    assert ready.status == 503 and health.status == 200
    for step in range(12):
        assert reader.pull("book").status == 200, step


def test_an_answer_that_comes_too_late_is_never_taken_for_that_of_the_next_request(stack):
    readers = [registered(stack) for _ in range(4)]
    for number, reader in enumerate(readers):
        reader.push("book", 0.5, f"of {number}")
    for _ in range(2):
        stack.pause_redis()
        for reader in readers:
            check_unreachable(reader.pull("book"))
        stack.resume_redis()
        for _ in range(4):
            for number, reader in enumerate(readers):
                assert reader.pull("book").json["progress"] == f"of {number}"


def test_redis_killed_under_load_loses_no_acknowledged_push(stack):
    devices = [registered(stack) for _ in range(4)]
    with Load(devices) as load:
        for _ in range(3):
            goal = load.count + 150
            wait.until(lambda: load.count >= goal, "pushes to go through", timeout=60)
            stack.kill_redis()
            refused = len(load.refused)
            wait.until(lambda: len(load.refused) > refused, "a push to be refused", timeout=10)
            stack.start_redis()
    for _, answer in load.refused:
        assert getattr(answer, "status", None) == 502 and answer.json["code"] == 1000, answer
    check_nothing_acknowledged_is_lost(load, stack.redis)


def test_redis_stopped_gently_under_load_loses_no_acknowledged_push(stack):
    devices = [registered(stack) for _ in range(3)]
    with Load(devices) as load:
        wait.until(lambda: load.count >= 150, "pushes to go through", timeout=60)
        stack.redis_server.stop()
        stack.start_redis()
        goal = load.count + 50
        wait.until(lambda: load.count >= goal, "pushes to go through again", timeout=60)
    check_nothing_acknowledged_is_lost(load, stack.redis)


def test_a_full_redis_refuses_the_push_and_keeps_serving_pulls(stack, reader):
    reader.push("book", 0.25, "x")
    stack.redis.config_set("maxmemory", 1)
    try:
        answer = reader.push("book", 0.5, "y")
        pulled = reader.pull("book")
    finally:
        stack.redis.config_set("maxmemory", 0)
    assert answer.error[0] == 502
    assert pulled.json["progress"] == "x"
    assert reader.push("book", 0.5, "y").status == 200


def test_a_short_stall_of_redis_is_waited_out(stack, reader):
    reader.push("book", 0.25, "x")
    stack.redis.execute_command("CLIENT", "PAUSE", "300", "ALL")
    assert reader.pull("book").json["progress"] == "x"


def test_a_pool_started_before_redis_serves_once_redis_is_there():
    with Stack(workers=2, parts=("device", "nginx")) as late:
        check_unreachable(Koreader(late.https_port, "u", "k").register())
        late.start_redis()
        reader = registered(late)
        assert reader.push("book").status == 200
        late.wait_until_indexed()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/3", "unix:///nowhere/redis.sock?db=3",
                                 "redis://192.0.2.1:6379/3"])
def test_a_redis_that_was_never_there_is_1000_within_a_second_or_so(url):
    with Stack(workers=1, parts=("device", "nginx"), env={"REDIS_URL": url}) as alone:
        for _ in range(3):
            answer = Koreader(alone.https_port, "u", "k").authorize()
            check_unreachable(answer)
            assert answer.seconds < 1.5
