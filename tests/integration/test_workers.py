"""Workers that crash, hang, are killed or retire while devices push."""

import os
import signal
import threading

import pytest

from support import http_client, wait
from support.koreader import registered
from support.load import Load, check_nothing_acknowledged_is_lost
from support.stack import Stack


@pytest.fixture(scope="module")
def stack():
    with Stack(workers=4) as running:
        yield running


def pushed(load, more):
    goal = load.count + more
    wait.until(lambda: load.count >= goal, f"{more} more pushes", timeout=60)


def test_requests_are_spread_over_the_workers(stack):
    workers = set(stack.wait_for_full_pool())
    seen = {http_client.request(stack.https_port, "GET", "/test/pid").json["pid"] for _ in range(40)}
    assert seen <= workers


def test_a_crashing_request_fails_alone_and_the_pool_heals(stack, reader):
    reader.push("book", 0.5, "x")
    before = set(stack.wait_for_full_pool())
    answer = http_client.request(stack.https_port, "GET", "/test/crash")
    assert answer.error == (502, 502)
    for _ in range(8):
        assert reader.pull("book").json["progress"] == "x"
    after = wait.until(lambda: (now := set(stack.worker_pids())) != before and len(now) == 4 and now,
                       "a new worker")
    assert len(after & before) == 3


def test_crashes_under_load_fail_only_the_requests_that_crash(stack):
    devices = [registered(stack) for _ in range(3)]
    with Load(devices) as load:
        for _ in range(4):
            pushed(load, 40)
            assert http_client.request(stack.https_port, "GET", "/test/crash").status == 502
        pushed(load, 40)
    assert load.refused == []
    check_nothing_acknowledged_is_lost(load, stack.redis)
    stack.wait_for_full_pool()


def test_killing_workers_under_load_fails_at_most_one_request_each(stack):
    devices = [registered(stack) for _ in range(3)]
    kills = 6
    with Load(devices) as load:
        for number in range(kills):
            pushed(load, 30)
            os.kill(stack.wait_for_full_pool()[number % 4], signal.SIGKILL)
        pushed(load, 60)
    assert len(load.refused) <= kills, load.refused
    for _, answer in load.refused:
        assert getattr(answer, "status", None) == 502 and answer.json["code"] == 502, answer
    check_nothing_acknowledged_is_lost(load, stack.redis)
    stack.wait_for_full_pool()


def test_all_workers_killed_at_once_come_back(stack, reader):
    for pid in stack.wait_for_full_pool():
        os.kill(pid, signal.SIGKILL)
    wait.until(lambda: reader.push("book").status == 200, "a push to go through")
    stack.wait_for_full_pool()


def test_a_worker_that_crashes_again_and_again_is_restarted_with_a_pause(stack):
    workers = stack.wait_for_full_pool()
    for _ in range(12):
        http_client.request(stack.https_port, "GET", "/test/crash", read_timeout=10)
    wait.until(lambda: http_client.request(stack.https_port, "GET", "/users/auth").status == 401,
               "the pool to serve", 30)
    wait.until(lambda: len(stack.worker_pids()) == 4, "a full pool", 30)
    assert stack.device.alive() and not set(workers) == set(stack.worker_pids())


def test_a_stuck_worker_frees_its_client_within_five_seconds_and_hinders_nobody(stack, reader):
    reader.push("book", 0.5, "x")
    stuck = []
    thread = threading.Thread(target=lambda: stuck.append(
        http_client.request(stack.https_port, "GET", "/test/sleep?ms=20000", read_timeout=15)))
    thread.start()
    while thread.is_alive():
        answer = reader.pull("book")
        assert answer.json["progress"] == "x" and answer.seconds < 2.0
    assert stuck[0].error == (504, 504)
    assert stuck[0].seconds < 5.0


def test_a_full_pool_answers_when_a_worker_is_free_again(stack, reader):
    reader.push("book", 0.5, "x")
    stack.wait_for_full_pool()
    threads = [threading.Thread(target=http_client.request, args=(stack.https_port, "GET",
                                                                  "/test/sleep?ms=700"))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    assert reader.pull("book").json["progress"] == "x"
    for thread in threads:
        thread.join()


def test_retiring_workers_lose_nothing_under_load():
    with Stack(workers=3, options=["--max-requests", "20"]) as stack:
        devices = [registered(stack) for _ in range(4)]
        before = set(stack.worker_pids())
        with Load(devices) as load:
            pushed(load, 600)
        assert load.refused == []
        check_nothing_acknowledged_is_lost(load, stack.redis)
        assert not before & set(stack.wait_for_full_pool())


def test_retirement_over_kept_fastcgi_connections_loses_nothing():
    with Stack(workers=4, options=["--max-requests", "20"],
               nginx_env={"KOSHELF_FASTCGI_KEEPALIVE": "1"}) as stack:
        devices = [registered(stack) for _ in range(4)]
        with Load(devices) as load:
            pushed(load, 400)
        assert load.refused == []
        check_nothing_acknowledged_is_lost(load, stack.redis)


def test_more_clients_than_workers_are_all_served_over_kept_fastcgi_connections():
    with Stack(workers=2, nginx_env={"KOSHELF_FASTCGI_KEEPALIVE": "8"}) as stack:
        devices = [registered(stack) for _ in range(8)]
        with Load(devices) as load:
            wait.until(lambda: all(len(account.acknowledged) >= 30 for account in load.accounts),
                       "everyone's pushes", 60)
        assert load.refused == []
        check_nothing_acknowledged_is_lost(load, stack.redis)
