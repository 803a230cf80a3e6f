"""Whatever Audiobookshelf does, a device gets its answer in time. No bridge is running here: pulls look for themselves."""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import wait
from support.bridged import Bridged, next_second, plain_audiobook, pointer
from support.processes import Port

BUDGET = 0.8
SLACK = 0.7  # of a busy machine: TLS, nginx, a worker that is scheduled late
WORKERS = 3
DEVICES = 24
BOOKS = 40 + DEVICES
PROGRESS = "/api/me/progress/"


@pytest.fixture(scope="module")
def system():
    env = {"KOSHELF_PULL_BUDGET_MS": str(round(BUDGET * 1000)), "AUDIOBOOKSHELF_HTTP_TIMEOUT": "5000"}
    with Bridged(bridge=False, env=env, workers=WORKERS) as bridged:
        yield bridged


@pytest.fixture(autouse=True)
def peace(system):
    """No faults, and nobody remembers any."""
    system.abs.clear_faults()
    forget_troubles(system)
    yield
    system.abs.clear_faults()


def forget_troubles(system):
    for key in system.stack.redis.keys("koshelf:abs:*"):
        system.stack.redis.delete(key)


@pytest.fixture(scope="module")
def shelf(system):
    """Books that are known, linked to documents at which a device has been at 55 % and is at 25 %."""
    shelf = []
    for number in range(BOOKS):
        item = plain_audiobook(system.abs, system.library, f"Book {number}")
        document = item.id.replace("-", "")
        system.read_to(document, 0.55)
        system.read_to(document, 0.25)
        system.link(document, item)
        shelf.append((document, item))
    scanned = system.stack.ctl("scan")
    assert scanned.returncode == 0, scanned.stderr
    next_second()
    return iter(shelf)


@pytest.fixture
def book(system, shelf):
    """(document, item) that no other test uses."""
    system.abs.clear_requests()
    return next(shelf)


def timed_pull(system, document):
    """(the position, the seconds that it took)."""
    answer = system.device.pull(document)
    assert answer.status == 200, answer
    return answer.json, answer.seconds


def asked(system, item):
    return len(system.abs.requests("GET", PROGRESS + item.id))


def test_a_pull_brings_what_was_heard_just_now(system, book):
    document, item = book
    system.abs.listen(system.user, item, 11500)
    position, seconds = timed_pull(system, document)
    assert position["progress"] == pointer(0.55) and position["device"] == "Audiobookshelf"
    assert seconds < BUDGET + SLACK


@pytest.mark.parametrize("kind, options", [
    ("delay", {"ms": 1000}), ("delay", {"ms": 5000}), ("delay", {"ms": 60000}), ("hang", {}), ("half_open", {}),
    ("drop", {}), ("garbage", {}), ("not_json", {}), ("truncate", {}), ("trickle", {"ms": 100}),
    ("status", {"status": 500}), ("status", {"status": 503, "headers": {"Retry-After": "60"}}),
    ("status", {"status": 401}), ("status", {"status": 403}), ("status", {"status": 404}),
    ("not_json", {"body": "[1,2]"}), ("not_json", {"body": '{"currentTime":{"a":[]},"ebookProgress":"x"}'}),
    ("flood", {"bytes": 100 * 1024 * 1024})], ids=lambda value: value if isinstance(value, str) else
    "-".join(str(each)[:12] for each in value.values()))
def test_trouble_never_reaches_the_device(system, book, kind, options):
    document, item = book
    system.abs.listen(system.user, item, 11500)
    with system.abs.fault(kind, **options):
        position, seconds = timed_pull(system, document)
        assert position["progress"] == pointer(0.25)
        assert seconds < BUDGET + SLACK
        # The next one does not wait at all, or only once more.
        assert timed_pull(system, document)[1] < BUDGET + SLACK
    forget_troubles(system)
    assert timed_pull(system, document)[0]["progress"] == pointer(0.55)


def test_a_server_that_is_gone_is_no_trouble(system, book):
    document, _ = book
    system.abs.kill()
    try:
        position, seconds = timed_pull(system, document)
        assert position["progress"] == pointer(0.25) and seconds < BUDGET + SLACK
    finally:
        system.abs.start()


class Stranger:
    """A server on another port of this machine that answers nothing and remembers who spoke to it."""

    def __enter__(self):
        self.heard = []
        self._port = Port()
        self._server = socket.create_server(("127.0.0.1", self._port.number))
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.close()
        self._port.release()

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                connection.settimeout(2)
                with contextlib.suppress(OSError), connection:
                    self.heard.append(connection.recv(65536))

    def url(self, host):
        return f"http://{host}:{self._port.number}/api/me/progress/x"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_credentials_do_not_follow_a_redirect_to_another_host(system, book, host, status):
    document, _ = book
    with Stranger() as stranger, system.abs.fault("redirect", location=stranger.url(host), status=status):
        position, seconds = timed_pull(system, document)
        assert position["progress"] == pointer(0.25) and seconds < BUDGET + SLACK
        assert stranger.heard == []


def test_the_circuit_breaker_opens_and_closes_again(system, book):
    document, item = book
    system.abs.listen(system.user, item, 11500)
    with system.abs.fault("hang", path=PROGRESS):
        timed_pull(system, document)
        for _ in range(10):
            position, seconds = timed_pull(system, document)
            assert position["progress"] == pointer(0.25) and seconds < BUDGET / 2
        assert asked(system, item) == 1
    # It closes by itself, without a bridge.
    wait.until(lambda: system.pull(document)["progress"] == pointer(0.55), "what was heard", 10, interval=0.2)
    assert asked(system, item) == 2


def test_the_circuit_breaker_waits_longer_each_time(system, book):
    document, _ = book
    waits = []
    with system.abs.fault("status", status=500):
        for _ in range(4):
            system.stack.redis.delete("koshelf:abs:breaker")
            for lock in system.stack.redis.keys("koshelf:abs:pull:*"):
                system.stack.redis.delete(lock)
            timed_pull(system, document)
            waits.append(wait.until(lambda: system.stack.redis.pttl("koshelf:abs:breaker") > 0
                                    and system.stack.redis.pttl("koshelf:abs:breaker"), "the breaker") / 1000)
    assert waits == sorted(waits) and 4 < waits[0] <= 5 and 35 < waits[3] <= 40, waits


def test_many_devices_do_not_fill_the_pool(system, shelf, book):
    # Each asks about a book of its own, all of a sudden, while nothing is known of the trouble.
    books = [book] + [next(shelf) for _ in range(DEVICES - 1)]
    with system.abs.fault("hang"), ThreadPoolExecutor(DEVICES) as threads:
        begun = time.monotonic()
        done = list(threads.map(lambda each: timed_pull(system, each[0]), books))
        took = time.monotonic() - begun
    assert all(position["progress"] == pointer(0.25) for position, _ in done)
    # Each worker waits once, at most; then all know.
    assert took < BUDGET + 2 * SLACK
    assert len(system.abs.requests("GET", PROGRESS)) <= WORKERS


def test_one_pull_asks_for_all_that_come_at_once(system, book):
    document, item = book
    with system.abs.fault("delay", ms=300), ThreadPoolExecutor(WORKERS) as threads:
        done = list(threads.map(lambda _: timed_pull(system, document), range(12)))
    assert all(position["progress"] == pointer(0.25) for position, _ in done)
    assert asked(system, item) == 1


def test_an_answer_is_good_for_a_while(system, book):
    document, item = book
    for _ in range(10):
        timed_pull(system, document)
    assert asked(system, item) == 1


def test_a_push_never_waits_for_audiobookshelf(system, book):
    document, _ = book
    with system.abs.fault("hang"):
        for n in range(10):
            answer = system.device.push(document, 0.3 + n / 100, pointer(0.3 + n / 100))
            assert answer.status == 200 and answer.seconds < SLACK
    assert system.abs.requests() == []


def test_who_has_no_key_and_what_is_not_linked_asks_nobody(system, book):
    timed_pull(system, "a-document-that-is-not-linked")
    system.read_to("known-and-not-linked", 0.5)
    timed_pull(system, "known-and-not-linked")
    assert system.abs.requests() == []
