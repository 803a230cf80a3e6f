"""The bridge and an Audiobookshelf that refuses, loses answers, is busy, or is another one than yesterday."""

import json
import time

import pytest

from support import wait
from support.bridged import Bridged, next_second, plain_audiobook, pointer
from support.koreader import fresh
from support.processes import Process
from support.stack import binary

PROGRESS = "^/api/me/progress/"
SESSION = "^/api/session/local-all"
USER_TOKEN = "a-token-that-proxies-may-want"


def settings_of(bridged):
    """A base URL with a path, a token for proxies, and a key for everybody else."""
    bridged.shared = bridged.abs.add_user("shared")
    users = {bridged.username: {"api_key": bridged.user.api_key, "user_token": USER_TOKEN}}
    return {"AUDIOBOOKSHELF_BASE_URL": bridged.abs.prefixed_url + "/", "AUDIOBOOKSHELF_USER_MAP": json.dumps(users),
            "AUDIOBOOKSHELF_API_KEY": bridged.shared.api_key, "AUDIOBOOKSHELF_HTTP_TIMEOUT": "2000"}


@pytest.fixture(scope="module")
def system():
    with Bridged(env=settings_of) as bridged:
        yield bridged


@pytest.fixture
def book(system, request):
    """(document, item): linked, both at a quarter; the device has been at each twentieth before."""
    item = plain_audiobook(system.abs, system.library, request.node.name)
    document = item.id.replace("-", "")
    for n in [*range(1, 20), 5]:
        system.read_to(document, n / 20)
    system.link(document, item)
    system.wait_for_seconds(item, 5000, timeout=40)
    system.settled()
    next_second()
    system.abs.clear_requests()
    yield document, item
    system.abs.clear_faults()


def given_up(system, document, reason):
    """Until `koshelf-ctl outbox` shows the document as given up for that reason."""
    def shown():
        lines = system.stack.ctl("outbox").stdout.splitlines()
        return any(document in line and "given up" in line and reason in line for line in lines)
    wait.until(shown, f"{document} to be given up: {reason}")


def configure(system, name, value):
    """`koshelf-ctl config set`, and how long it took until the bridge had taken it over."""
    before = len(system.bridge_events("settings.loaded"))
    done = system.stack.ctl("config", "set", name, value)
    assert done.returncode == 0, done.stderr
    begun = time.monotonic()
    wait.until(lambda: len(system.bridge_events("settings.loaded")) > before, "new settings", 5)
    return time.monotonic() - begun


def unset(system, *names):
    for name in names:
        assert system.stack.ctl("config", "unset", name).returncode == 0


def test_a_server_that_hangs_loses_no_push(system, book):
    document, item = book
    system.abs.fault("hang")
    system.read_to(document, 0.3)
    system.read_to(document, 0.4)
    assert system.device.pull(document).json["progress"] == pointer(0.4)
    wait.until(lambda: system.abs.requests(path=PROGRESS + item.id), "an attempt")
    system.abs.clear_faults()
    system.wait_for_seconds(item, 8000, timeout=40)
    system.settled()
    assert len([patch for patch in system.patches(item) if patch.status == 200]) == 1


def test_a_refused_key_makes_a_dead_letter_that_new_settings_revive(system, book):
    document, item = book
    system.abs.set_key_active(system.user, False)
    system.read_to(document, 0.5)
    given_up(system, document, "unauthorized")
    assert any("Not sent to Audiobookshelf: HTTP 401" in sentence for sentence in system.sentences())
    assert system.pull(document)["progress"] == pointer(0.5)
    system.abs.set_key_active(system.user, True)
    assert configure(system, "AUDIOBOOKSHELF_DEVICE_NAME", "Shelf") < 2
    system.wait_for_seconds(item, 10000)
    system.settled()
    assert document not in system.stack.ctl("outbox").stdout
    unset(system, "AUDIOBOOKSHELF_DEVICE_NAME")


def test_a_dead_letter_is_tried_again_with_the_next_push(system, book):
    document, item = book
    system.abs.set_key_active(system.user, False)
    system.read_to(document, 0.5)
    given_up(system, document, "unauthorized")
    system.abs.set_key_active(system.user, True)
    system.read_to(document, 0.6)
    system.wait_for_seconds(item, 12000)


def test_an_item_that_is_gone_makes_a_dead_letter_that_another_link_revives(system, book):
    document, item = book
    system.abs.remove_item(item)
    system.read_to(document, 0.5)
    given_up(system, document, "not-found")
    successor = plain_audiobook(system.abs, system.library, "Successor")
    system.link(document, successor)
    system.wait_for_seconds(successor, 10000)
    assert document not in system.stack.ctl("outbox").stdout


def test_a_server_that_asks_for_a_pause_gets_it(system, book):
    document, item = book
    system.abs.fault("status", path=PROGRESS + item.id, count=1, status=429, headers={"Retry-After": "3"})
    system.read_to(document, 0.5)
    system.wait_for_seconds(item, 10000)
    system.settled()
    refused, *later = system.abs.requests(path=PROGRESS + item.id)
    assert refused.status == 429
    assert later[0].time - refused.time >= 2.9


@pytest.mark.parametrize("method, path", [("PATCH", PROGRESS), ("POST", SESSION), ("GET", PROGRESS)])
def test_an_answer_that_is_lost_does_nothing_twice(system, book, method, path):
    document, item = book
    for share in (0.5, 0.6):
        system.abs.fault("lose_answer", method, path, count=1)
        system.read_to(document, share)
        system.wait_for_seconds(item, share * 20000, timeout=30)
        system.settled(timeout=30)
    record = system.abs.records(system.user, item)
    assert len(record) == 1 and record[0]["extraData"]["koreader"]["rawProgress"] == pointer(0.6)
    assert system.pull(document)["progress"] == pointer(0.6)
    sessions = system.abs.request("GET", "/api/me/listening-sessions?itemsPerPage=1000", system.user).json["sessions"]
    assert len([each for each in sessions if each["libraryItemId"] == item.id]) == 1
    # And both are at rest.
    writes = len(system.abs.requests("PATCH"))
    time.sleep(1)
    assert len(system.abs.requests("PATCH")) == writes and system.seconds(item) == 12000


def test_a_first_write_whose_answer_is_lost_makes_one_record(system, request):
    item = plain_audiobook(system.abs, system.library, request.node.name)
    document = item.id.replace("-", "")
    system.abs.fault("lose_answer", "PATCH", PROGRESS + item.id, count=1)
    system.link(document, item)
    system.read_to(document, 0.5)
    system.wait_for_seconds(item, 10000)
    system.settled(timeout=30)
    assert len(system.abs.records(system.user, item)) == 1


def test_both_kinds_of_events_are_heard(system, book):
    document, item = book
    system.wait_for_feed()
    system.abs.clear_requests()
    system.abs.patch_progress(system.user, item, currentTime=8000, duration=20000, progress=0.4)  # user_updated
    system.wait_for_stored(document, 0.4, timeout=5)
    system.abs.play(system.user, item).sync(12000)  # user_item_progress_updated
    system.wait_for_stored(document, 0.6, timeout=5)


def test_a_feed_that_was_lost_is_opened_again_and_what_was_missed_is_read(system, book):
    document, item = book
    system.wait_for_feed()
    system.abs.fault("status", path="^/socket.io/", status=503)
    system.abs.drop_sockets()
    system.abs.listen(system.user, item, 12000)
    assert system.stored(document)[b"progress"] == pointer(0.25).encode()
    system.abs.clear_faults()
    system.wait_for_stored(document, 0.6, timeout=20)
    system.wait_for_feed()


def test_every_call_carries_the_token_for_proxies(system, book):
    document, _ = book
    system.read_to(document, 0.5)
    system.settled()
    calls = [each for each in system.abs.requests(path="^/api/") if each.user == system.user.username]
    assert calls and all(each.headers.get("x-abs-user-token") == USER_TOKEN for each in calls)
    others = [each for each in system.abs.requests(path="^/api/") if each.user == "shared"]
    assert all("x-abs-user-token" not in each.headers for each in others)


def test_two_documents_of_an_account_may_be_one_item(system, book):
    document, item = book
    other = "the-same-in-another-format"
    system.read_to(other, 0.6)
    system.read_to(other, 0.25)
    system.link(other, item)
    system.settled()
    next_second()
    system.abs.clear_requests()
    system.read_to(document, 0.6)
    system.wait_for_seconds(item, 12000)
    # The other file is brought there too, and nobody answers it.
    system.wait_for_stored(other, 0.6)
    assert system.stored(other)[b"device_id"] == b"audiobookshelf"
    next_second()
    system.read_to(other, 0.75)
    system.wait_for_seconds(item, 15000)
    system.wait_for_stored(document, 0.75)
    time.sleep(1)
    assert len(system.patches(item)) == 2 and system.seconds(item) == 15000


def test_two_accounts_may_share_a_key_and_an_item(system, request):
    item = plain_audiobook(system.abs, system.library, request.node.name)
    document = item.id.replace("-", "")
    ann, bob = fresh("ann"), fresh("bob")
    devices = {name: system.register(name) for name in (ann, bob)}
    for name, device in devices.items():
        for share in (0.25, 0.75, 0.5):
            system.read_to(document, share, device)
        system.link(document, item, username=name)
    wait.until(lambda: (system.abs.progress(system.shared, item) or {}).get("currentTime") == 10000, "ann and bob")
    next_second()
    system.abs.clear_requests()
    system.read_to(document, 0.75, devices[ann])
    wait.until(lambda: system.abs.progress(system.shared, item)["currentTime"] == 15000, "ann's page")
    system.wait_for_stored(document, 0.75, bob)
    assert system.stored(document, ann)[b"device_id"] != b"audiobookshelf"
    system.abs.listen(system.shared, item, 5000)
    for name in devices:
        system.wait_for_stored(document, 0.25, name)
    time.sleep(1)
    assert len(system.patches(item)) == 1
    assert system.abs.progress(system.user, item) is None


def test_new_settings_count_within_two_seconds_for_all(system, book):
    document, item = book
    assert configure(system, "AUDIOBOOKSHELF_DEVICE_NAME", "Regal") < 2
    system.wait_for_feed()
    system.abs.listen(system.user, item, 12000)
    system.wait_for_stored(document, 0.6)
    assert system.pull(document)["device"] == "Regal"
    assert configure(system, "AUDIOBOOKSHELF_BASE_URL", "http://127.0.0.1:9") < 2
    system.read_to(document, 0.72)
    wait.until(lambda: "unreachable" in system.stack.log_text(), "nobody to be there")
    assert system.seconds(item) == 12000
    unset(system, "AUDIOBOOKSHELF_BASE_URL")
    begun = time.monotonic()
    system.wait_for_seconds(item, 14400)
    assert time.monotonic() - begun < 4
    unset(system, "AUDIOBOOKSHELF_DEVICE_NAME")


def test_two_bridges_write_once_and_the_second_takes_over(system, book):
    document, item = book
    second = Process("bridge2", [binary("koshelf-bridge")], system.stack.dir / "logs" / "bridge2.log",
                     system.stack.pool_env)
    try:
        log = system.stack.dir / "logs" / "bridge2.log"
        wait.until(lambda: "bridge.started" in log.read_text(), "the second bridge")
        for share in (0.3, 0.4, 0.5):
            system.read_to(document, share)
            system.wait_for_seconds(item, share * 20000)
            system.settled()
        assert len(system.patches(item)) == 3
        assert "bridge.working" not in log.read_text()
        system.stack.bridge.kill()
        system.read_to(document, 0.6)
        system.wait_for_seconds(item, 12000, timeout=8)
        assert "bridge.working" in log.read_text()
        system.settled()
        assert len(system.patches(item)) == 4
    finally:
        second.stop()
        if not system.stack.bridge.alive():
            system.stack.start_bridge()


def test_what_is_heard_after_the_only_bridge_was_killed_is_there_with_its_lease(system, book):
    document, item = book
    for share in (0.6, 0.3):
        system.read_to(document, share)
        system.wait_for_seconds(item, share * 20000)
    system.settled()
    system.stack.bridge.kill()
    try:
        next_second()
        system.abs.listen(system.user, item, 12000)
        # Its feeds counted until then; now a pull asks by itself.
        wait.until(lambda: system.pull(document)["progress"] == pointer(0.6), "the pull to ask", timeout=12)
    finally:
        system.stack.start_bridge()


def everything_in(redis):
    """All keys and values, as one text."""
    readers = {b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers, b"stream": redis.xrange,
               b"list": lambda key: redis.lrange(key, 0, -1), b"zset": lambda key: redis.zrange(key, 0, -1),
               b"none": lambda key: None}  # its time was over meanwhile
    return "\n".join(f"{key!r} {readers[redis.type(key)](key)!r}" for key in redis.scan_iter(count=1000))


# Last, when everything has happened.
def test_no_secret_is_written_anywhere(system, book):
    stored = "a-key-that-was-typed-into-the-console"
    mapped = "another-one-in-a-map"
    configure(system, "AUDIOBOOKSHELF_USER_TOKEN", stored)
    users = {system.username: {"token": system.user.api_key, "userToken": USER_TOKEN}, "eve": mapped}
    configure(system, "AUDIOBOOKSHELF_USER_MAP", json.dumps(users))
    document, item = book
    system.read_to(document, 0.5)
    system.wait_for_seconds(item, 10000)
    system.settled()
    shown = [system.stack.ctl(*words) for words in (
        ["config", "list"], ["config", "get", "AUDIOBOOKSHELF_USER_TOKEN"], ["config", "get", "AUDIOBOOKSHELF_USER_MAP"],
        ["outbox"], ["links"], ["activity", "-n", "1000"])]
    texts = {"logs": system.stack.log_text(), "Redis": everything_in(system.stack.redis),
             "screen": "".join(each.stdout + each.stderr for each in shown)}
    secrets = [stored, mapped, USER_TOKEN, system.user.api_key, system.user.token, system.shared.api_key,
               system.shared.token]
    for place, text in texts.items():
        assert len(text) > 500
        for secret in secrets:
            assert secret not in text, f"{secret} in {place}"
    unset(system, "AUDIOBOOKSHELF_USER_TOKEN", "AUDIOBOOKSHELF_USER_MAP")
