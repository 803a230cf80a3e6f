"""GET /metrics: what it counts, over all workers and whatever happens to them; and who may ask."""

import os
import re
import signal
import threading
import time

import pytest

from support import gateway, http_client, metrics, wait
from support.http_client import request_bytes
from support.koreader import Koreader, credential, fresh, registered
from support.load import Load, check_nothing_acknowledged_is_lost
from support.metrics import check_nothing_went_back, scrape
from support.stack import Stack, binary

SECRETS = {"account": "SecretReader", "key": "5ec2e7key0123456789abcdef0123456", "document": "secret-document-id",
           "progress": "/body/DocFragment[777]/secretplace", "device": "SecretKobo", "title": "SecretTitle",
           "path": "secretpath", "query": "secretquery", "refused": "SecretNobody"}


@pytest.fixture(scope="module")
def stack():
    with Stack(workers=4) as running:
        yield running


class Growth:
    """What has been counted since it was made: growth("koshelf_pushes_total", outcome="stored")."""

    def __init__(self, stack):
        self._stack = stack
        self._before = scrape(stack)

    def __call__(self, name, **labels):
        now = scrape(self._stack)
        check_nothing_went_back(self._before, now)
        return now.value(name, **labels) - self._before.value(name, **labels)


def recount(stack):
    """The totals of all accounts, counted now."""
    stack.redis.delete("koshelf:totals")
    return scrape(stack)


# What is told

def test_it_is_what_the_documentation_says(stack, reader):
    reader.push("book")
    told = scrape(stack)
    documented = metrics.documented()
    assert len(documented) > 40
    for name, kind in told.types.items():
        assert documented[name][0] == kind
    for name, labels in told.samples:
        family = name if name in documented else re.sub(r"_(bucket|sum|count)$", "", name)
        assert tuple(label for label, _ in labels if label != "le") == documented[family][1], (name, labels)


def test_a_head_request_and_other_methods(stack):
    answer = metrics.answer(stack, method="HEAD")
    assert answer.status == 200 and answer.body == b""
    assert metrics.answer(stack, method="POST").error == (405, 405)
    assert metrics.answer(stack, path="/metrics/").status == 200
    assert metrics.answer(stack, path="/metrics?x=y").status == 200
    assert metrics.answer(stack, path="/metricsx").error == (404, 404)
    assert http_client.request(stack.https_port, "GET", "/metrics").status == 200


def test_counts_of_all_workers_add_up(stack):
    stack.wait_for_full_pool()
    readers = [registered(stack) for _ in range(6)]
    growth = Growth(stack)

    def read(reader):
        for step in range(15):
            assert reader.push("book", step / 100, f"/p[{step}]").status == 200
        for _ in range(7):
            assert reader.pull("book").status == 200
        assert reader.pull("nothing").json == {}
        assert reader.push("book", 0.14, "/p[14]").status == 200  # once more
        assert Koreader(reader.port, reader.username, credential("wrong")).authorize().status == 401

    threads = [threading.Thread(target=read, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pushes, pulls = {"method": "PUT", "route": "/syncs/progress"}, {"route": "/syncs/progress/:document"}
    assert growth("koshelf_requests_total", process="device", status="200", **pushes) == 6 * 16
    assert growth("koshelf_requests_total", process="device", status="200", method="GET", **pulls) == 6 * 8
    assert growth("koshelf_requests_total", route="/users/auth", status="401") == 6
    assert growth("koshelf_request_duration_seconds_count", **pushes) == 6 * 16
    assert growth("koshelf_request_duration_seconds_sum", **pushes) > 0
    assert growth("koshelf_pushes_total", outcome="stored") == 6 * 15
    assert growth("koshelf_pushes_total", outcome="refreshed") == 6
    assert growth("koshelf_pulls_total", outcome="found") == 6 * 7
    assert growth("koshelf_pulls_total", outcome="empty") == 6
    assert growth("koshelf_refused_credentials_total", process="device") == 6
    assert growth("koshelf_redis_exchange_duration_seconds_count", process="device") >= 6 * 24


def test_an_old_position_that_was_stopped_is_counted(stack, reader):
    growth = Growth(stack)
    reader.push("book", 0.1, "/old")
    reader.other().push("book", 0.2, "/new")
    reader.push("book", 0.1, "/old")
    assert growth("koshelf_pushes_total", outcome="stale") == 1


def test_unknown_paths_and_odd_statuses_make_no_new_series(stack, reader):
    def ask():
        for number in range(5):
            name = fresh("x")
            reader.pull(name)
            reader.call("GET", f"/users/{name}")
            reader.call("DELETE", f"/syncs/{name}?q={number}")
            http_client.request(stack.https_port, "GET", f"/admin/{name}")
            http_client.exchange(stack.https_port, request_bytes("PROPFIND", "/users/auth", [], None))

    ask()
    before = set(scrape(stack).samples)
    ask()
    assert set(scrape(stack).samples) == before


def test_requests_without_a_route_are_one_series(stack):
    growth = Growth(stack)
    for path in ("/users/nobody", "/syncs/nothing", "/users/auth/more"):
        assert http_client.request(stack.https_port, "GET", path).status == 404
    assert http_client.request(stack.https_port, "DELETE", "/users/auth").status == 405
    assert growth("koshelf_requests_total", process="device", route="unmatched", status="404") == 3
    assert growth("koshelf_requests_total", process="device", route="unmatched", status="405") == 1


def test_admin_requests_are_counted_by_route(stack, reader):
    growth = Growth(stack)
    assert http_client.request(stack.https_port, "GET", "/admin/accounts/secretname", reader.headers()).status == 403
    assert growth("koshelf_requests_total", process="admin", route="/admin/accounts/:username", status="403") == 1


def test_who_is_busy_shows(stack):
    stack.wait_for_full_pool()
    assert scrape(stack).value("koshelf_workers", process="device") == 4
    assert scrape(stack).value("koshelf_workers_wanted", process="device") == 4
    sleepers = [threading.Thread(target=http_client.request, args=(stack.https_port, "GET", "/test/sleep?ms=1500"))
                for _ in range(3)]
    for sleeper in sleepers:
        sleeper.start()
    wait.until(lambda: scrape(stack).value("koshelf_workers_busy", process="device") == 3, "three busy workers", 5)
    for sleeper in sleepers:
        sleeper.join()
    wait.until(lambda: scrape(stack).value("koshelf_workers_busy", process="device") == 0, "no busy worker", 5)


def test_a_worker_that_dies_busy_is_not_busy_for_ever(stack):
    stack.wait_for_full_pool()
    growth = Growth(stack)
    http_client.request(stack.https_port, "GET", "/test/crash")
    wait.until(lambda: growth("koshelf_worker_exits_total", process="device", how="failed") == 1, "the master to notice")
    wait.until(lambda: scrape(stack).value("koshelf_workers", process="device") == 4, "a new worker")
    assert scrape(stack).value("koshelf_workers_busy", process="device") == 0


def test_memory_and_start_are_those_of_the_processes(stack, reader):
    reader.push("book")
    told = scrape(stack)
    resident = told.value("koshelf_resident_memory_bytes", process="device")
    assert 4 * 1_000_000 < resident < 4 * 500_000_000  # sanitizers are not small
    assert abs(told.value("koshelf_process_start_time_seconds", process="device") - time.time()) < 600


def test_accounts_documents_and_what_waits(stack):
    before = recount(stack)
    readers = [registered(stack) for _ in range(3)]
    for number, reader in enumerate(readers):
        for book in range(number + 1):
            assert reader.push(f"book-{book}").status == 200
    name, now = readers[0].username, int(time.time())
    stack.redis.hset(f"user:{name}:dead", "book-0", "{}")
    stack.redis.zadd(f"user:{name}:outbox", {"book-0": (now - 100) * 1000})
    stack.redis.zadd(f"user:{name}:documents", {"book-0": now - 5000})
    stack.redis.zadd("koshelf:outbox", {name: (now - 100) * 1000, readers[1].username: (now + 1000) * 1000})
    try:
        after = recount(stack)
        assert after.value("koshelf_accounts") - before.value("koshelf_accounts") == 3
        assert after.value("koshelf_documents") - before.value("koshelf_documents") == 1 + 2 + 3
        assert after.value("koshelf_active_accounts", within="1d") >= 3
        assert after.value("koshelf_dead_letters") == 1
        assert after.value("koshelf_outbox_documents") == 1
        assert 4990 <= after.value("koshelf_outbox_oldest_position_seconds") < 5100
        assert after.value("koshelf_outbox_accounts") == 2
        assert after.value("koshelf_outbox_due_accounts") == 1
        assert 99 <= after.value("koshelf_outbox_overdue_seconds") < 200
        assert abs(after.value("koshelf_totals_timestamp_seconds") - time.time()) < 30
        assert after.value("koshelf_indexed") == 1
    finally:
        stack.redis.delete("koshelf:outbox", f"user:{name}:outbox", f"user:{name}:dead")


def test_totals_are_counted_once_a_minute_and_by_one(stack, reader):
    counted = recount(stack).value("koshelf_totals_timestamp_seconds")
    reader.push("one-more")
    assert scrape(stack).value("koshelf_totals_timestamp_seconds") == counted
    stack.redis.hset("koshelf:totals", "counted", int((counted - 61) * 1000))
    stack.redis.set("koshelf:totals:lock", "somebody", px=60_000)
    assert scrape(stack).value("koshelf_totals_timestamp_seconds") == pytest.approx(counted - 61, abs=0.01)
    stack.redis.delete("koshelf:totals:lock")
    assert scrape(stack).value("koshelf_totals_timestamp_seconds") > counted


def test_many_accounts_are_all_counted(stack):
    before = recount(stack).value("koshelf_documents")
    names = [fresh("many") for _ in range(1500)]
    pipe = stack.redis.pipeline()
    for name in names:
        pipe.zadd("koshelf:users", {name: 1})
        pipe.zadd(f"user:{name}:documents", {"a": 1, "b": 2})
    pipe.execute()
    try:
        assert recount(stack).value("koshelf_documents") - before == 3000
    finally:
        pipe.zrem("koshelf:users", *names)
        pipe.delete(*(f"user:{name}:documents" for name in names))
        pipe.execute()


def test_an_account_with_damaged_keys_hides_no_metrics(stack, reader):
    stack.redis.set(f"user:{reader.username}:outbox", "not a sorted set")
    try:
        told = recount(stack)
        assert told.has("koshelf_documents") and told.has("koshelf_accounts")
        assert told.value("koshelf_redis_errors_total", process="admin", kind="unexpected") >= 1
    finally:
        stack.redis.delete(f"user:{reader.username}:outbox")


# What happens to processes

def test_nothing_goes_back_when_workers_are_killed(stack):
    reader = registered(stack)
    growth = Growth(stack)
    for number in range(6):
        assert reader.push("book", number / 10, f"/p[{number}]").status == 200
        os.kill(stack.wait_for_full_pool()[number % 4], signal.SIGKILL)
        wait.until(lambda: growth("koshelf_worker_exits_total", process="device", how="killed") == number + 1,
                   "the master to notice")
        stack.wait_for_full_pool()
    assert growth("koshelf_pushes_total", outcome="stored") == 6
    assert growth("koshelf_worker_starts_total", process="device") == 6


def test_nothing_goes_back_with_a_reload(stack):
    reader = registered(stack)
    before = set(stack.wait_for_full_pool())
    growth = Growth(stack)
    assert reader.push("book", 0.1, "/one").status == 200
    stack.device.signal(signal.SIGHUP)
    wait.until(lambda: growth("koshelf_worker_exits_total", process="device", how="retired") == 4, "a new generation")
    assert not before & set(stack.wait_for_full_pool())
    assert reader.push("book", 0.2, "/two").status == 200
    assert growth("koshelf_pushes_total", outcome="stored") == 2
    assert growth("koshelf_reloads_total", process="device") == 1
    assert scrape(stack).value("koshelf_workers", process="device") == 4


@pytest.mark.parametrize("pool", ["device", "admin"])
def test_nothing_goes_back_when_a_pool_is_killed_and_started_again(stack, pool):
    reader = registered(stack)
    assert reader.push("book", 0.1, "/one").status == 200
    before = scrape(stack)
    getattr(stack, pool).kill()
    if pool == "device":
        wait.until(lambda: scrape(stack).value("koshelf_running", process="device") == 0, "its workers to be gone")
        gone = scrape(stack)
        check_nothing_went_back(before, gone)
        assert not gone.has("koshelf_workers", process="device")
        assert gone.value("koshelf_workers_busy", process="device") == 0
    stack.start_pool(pool)
    assert reader.push("book", 0.2, "/two").status == 200
    after = scrape(stack)
    check_nothing_went_back(before, after)
    assert after.value("koshelf_running", process=pool) == 1
    assert after.value("koshelf_pushes_total", outcome="stored") - before.value("koshelf_pushes_total", outcome="stored") == 1


def test_a_second_pool_of_the_same_kind_is_added(stack):
    reader = registered(stack)
    growth = Growth(stack)
    first = stack.device
    os.unlink(stack.pool_socket())
    stack.start_pool()  # nginx finds this one now
    second = stack.device
    try:
        assert reader.push("book", 0.1, "/one").status == 200
        assert growth("koshelf_pushes_total", outcome="stored") == 1
        assert scrape(stack).value("koshelf_workers", process="device") == 8
    finally:
        first.stop()
    assert growth("koshelf_pushes_total", outcome="stored") == 1
    assert scrape(stack).value("koshelf_workers", process="device") == 4
    second.stop()
    stack.start_pool()
    assert growth("koshelf_pushes_total", outcome="stored") == 1


def test_scraping_under_load_disturbs_nobody():
    with Stack(workers=3) as stack:
        stack.wait_for_full_pool()
        with Load([registered(stack) for _ in range(4)]) as load:
            last = scrape(stack)
            for number in range(40):
                now = scrape(stack)
                check_nothing_went_back(last, now)
                last = now
                if number % 10 == 5:
                    os.kill(stack.worker_pids("admin")[0], signal.SIGTERM)  # retires in its own time
                    stack.redis.delete("koshelf:totals")
        assert load.refused == []
        check_nothing_acknowledged_is_lost(load, stack.redis)
        told = scrape(stack)
        assert told.value("koshelf_pushes_total") == load.count
        assert told.value("koshelf_requests_total", route="/syncs/progress", status="200") == load.count


def test_while_redis_is_away_the_rest_is_told():
    with Stack(workers=1) as stack:
        reader = registered(stack)
        before = scrape(stack)
        assert before.value("koshelf_redis_up") == 1 and before.has("koshelf_accounts")
        assert before.value("koshelf_redis_persistence_ok") == 1 and before.value("koshelf_redis_memory_bytes") > 500_000
        stack.kill_redis()
        assert reader.push("book").status == 502
        away = scrape(stack)
        check_nothing_went_back(before, away)
        assert away.value("koshelf_redis_up") == 0
        assert not away.has("koshelf_accounts") and not away.has("koshelf_documents")
        assert away.value("koshelf_redis_errors_total", process="device", kind="unreachable") >= 1
        assert away.value("koshelf_requests_total", route="/syncs/progress", status="502") == 1
        stack.start_redis()
        assert scrape(stack).value("koshelf_redis_up") == 1


def test_a_redis_that_hangs_delays_an_answer_by_its_timeout():
    with Stack(workers=1) as stack:
        stack.pause_redis()
        try:
            answer = metrics.answer(stack)
        finally:
            stack.resume_redis()
        assert answer.status == 200 and answer.seconds < 3
        assert metrics.Scrape(answer.body.decode()).value("koshelf_redis_up") == 0


# Where it cannot be kept

@pytest.mark.parametrize("directory", [None, "/nowhere/at/all", "/proc/metrics"])
def test_without_a_directory_each_pool_knows_itself(directory):
    with Stack(workers=1, env={"KOSHELF_METRICS_DIR": directory or ""}) as stack:
        reader = registered(stack)
        assert reader.push("book").status == 200
        told = scrape(stack)
        assert told.value("koshelf_running", process="admin") == 1
        assert told.value("koshelf_running", process="device") == 0
        assert told.value("koshelf_accounts") == 1  # Redis knows that
        assert not told.has("koshelf_requests_total", process="device")
        said = [event for event in stack.events() if event["event"] == "metrics.not_shared"]
        assert len(said) == (1 if directory else 0)


def test_as_plain_cgi_it_tells_what_redis_knows():
    with Stack(parts=("redis",)) as stack:
        answer = gateway.cgi(binary("koshelf-fcgi"), stack.pool_env, "GET", "/metrics")
        assert answer.status == 200 and answer.header("content-type") == metrics.CONTENT_TYPE
        told = metrics.Scrape(answer.body.decode())
        assert told.value("koshelf_redis_up") == 1 and told.has("koshelf_accounts")
        assert told.value("koshelf_running") == 0 and not told.has("koshelf_requests_total")
        stranger = gateway.cgi(binary("koshelf-fcgi"), stack.pool_env, "GET", "/metrics",
                               overrides=[("REMOTE_ADDR", "203.0.113.9")])
        assert stranger.error == (403, 403)


def test_a_directory_that_anybody_may_write_to_is_not_used():
    def open_to_all(stack_dir):
        (stack_dir / "run" / "metrics").chmod(0o777)

    with Stack(workers=1, parts=("redis",)) as stack:
        (stack.dir / "run" / "metrics").mkdir()
        open_to_all(stack.dir)
        stack.start_pool("admin")
        assert stack.events("admin")[0]["event"] == "metrics.not_shared"


def test_files_of_another_version_are_said_to_be_unread(stack):
    import fcntl
    path = stack.dir / "run" / "metrics" / "bridge"
    with open(path, "wb") as file:
        file.write(b"koshelf metrics\0" + b"\1" * 5000)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert scrape(stack).value("koshelf_metrics_unread_files") == 1
    assert scrape(stack).value("koshelf_metrics_unread_files") == 0
    path.unlink()


# Who may ask

def refused(stack, headers=()):
    answer = metrics.answer(stack, headers)
    return answer.status == 403 and answer.error == (403, 403)


def test_only_this_machine_may_ask_unless_somebody_says_otherwise(stack):
    assert metrics.answer(stack).status == 200
    for address, status in (("127.0.0.1", 200), ("127.9.9.9", 200), ("::1", 200), ("::ffff:127.0.0.1", 200),
                            ("192.0.2.1", 403), ("2001:db8::1", 403), ("", 403), ("unix:", 403)):
        answer = from_address(stack, address)
        assert answer.status == status, (address, answer)


def from_address(stack, address, headers=()):
    """Past nginx: as the web server says that the client's address is."""
    request = gateway.FastCgi(stack.pool_socket("admin"))
    original = gateway.environment
    gateway.environment = lambda *args, **more: [
        (name, address if name == "REMOTE_ADDR" else value) for name, value in original(*args, **more)]
    try:
        request.send("GET", "/metrics", headers)
    finally:
        gateway.environment = original
    return request.response()


def test_whoever_comes_through_a_proxy_that_nobody_vouches_for_is_refused(stack):
    before = len(stack.events("admin"))
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        for value in ("127.0.0.1", "203.0.113.9", "::1", "for=127.0.0.1"):
            assert refused(stack, [(name, value)]), (name, value)
    new = [event for event in stack.events("admin")[before:] if event["event"] == "metrics.refused"]
    assert [event["from"] for event in new] == ["127.0.0.1"] * 12
    assert metrics.answer(stack, [("X-Forwarded-For", "")]).status == 200
    # A web server that does not clear these headers.
    assert from_address(stack, "127.0.0.1", [("X-Forwarded-For", "127.0.0.1")]).error == (403, 403)


def test_a_refusal_is_logged_once_and_tells_nothing(stack):
    before = len(stack.events("admin"))
    answer = from_address(stack, "203.0.113.77")
    assert answer.error == (403, 403) and b"koshelf_" not in answer.body
    new = [event for event in stack.events("admin")[before:] if event["event"] == "metrics.refused"]
    assert [event["from"] for event in new] == ["203.0.113.77"]


def test_behind_a_trusted_proxy_the_clients_own_address_counts():
    with Stack(workers=1, env={"KOSHELF_METRICS_ALLOW": "203.0.113.0/24, 2001:db8::/32"},
               nginx_env={"TRUSTED_PROXIES": "127.0.0.1"}) as stack:
        def said(value):
            return metrics.answer(stack, [("X-Forwarded-For", value)]).status

        assert said("203.0.113.9") == 200
        assert said("2001:db8::77") == 200
        assert said("203.0.114.9") == 403
        assert said("127.0.0.1") == 403
        # What a stranger said itself stands before what the proxy has seen.
        assert said("203.0.113.9, 198.51.100.1") == 403
        assert said("198.51.100.1, 203.0.113.9") == 200
        assert metrics.answer(stack).status == 403


def test_nobody_may_ask_where_it_is_off():
    with Stack(workers=1, env={"KOSHELF_METRICS_ALLOW": "off"}) as stack:
        assert metrics.answer(stack).error == (403, 403)
        assert http_client.request(stack.https_port, "GET", "/metrics").error == (403, 403)


def test_it_lies_below_the_base_path():
    with Stack(workers=1, base_path="/kosync") as stack:
        assert scrape(stack).value("koshelf_running", process="admin") == 1
        assert http_client.request(stack.http_port, "GET", "/metrics", tls=False).status == 404


def test_probes_are_not_in_the_access_log(stack):
    for _ in range(3):
        scrape(stack)
    http_client.request(stack.https_port, "GET", "/users/auth?last")
    log = stack.dir / "logs" / "access.log"
    wait.until(lambda: "/users/auth" in log.read_text(), "the access log")
    assert '"path":"/metrics","status":200' not in log.read_text()


# What must not be told

def test_nobody_is_named():
    with Stack(workers=2) as stack:
        reader = Koreader(stack.https_port, SECRETS["account"], SECRETS["key"], device=SECRETS["device"])
        assert reader.register().status == 201
        for device in (reader, reader.other(), reader):
            device.push(SECRETS["document"], 0.5, SECRETS["progress"], metadata={"title": SECRETS["title"]})
        reader.pull(SECRETS["document"])
        Koreader(stack.https_port, SECRETS["refused"], "x").authorize()
        reader.call("GET", f"/users/{SECRETS['path']}?{SECRETS['query']}=1")
        for path in (f"library/{SECRETS['document']}?q={SECRETS['query']}", f"accounts/{SECRETS['account']}"):
            http_client.request(stack.https_port, "GET", f"/admin/{path}", reader.headers())
        stack.kill_redis()
        reader.push(SECRETS["document"])
        stack.start_redis()
        text = scrape(stack).text
        for what, secret in SECRETS.items():
            assert secret.lower() not in text.lower(), what
        assert "127.0.0.1" not in text and str(stack.dir) not in text
