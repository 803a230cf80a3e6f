"""Maps of accounts and documents, and servers that are older, newer, a fork, or wrong about the time."""

import json
import time

import pytest

from support import wait
from support.bridged import Bridged, next_second, plain_audiobook, pointer
from support.koreader import fresh


def book_of(system, title="Book"):
    """(document, item): linked, both at a quarter; the device has been at 60 % before."""
    item = plain_audiobook(system.abs, system.library, title)
    document = item.id.replace("-", "")
    for share in (0.6, 0.25):
        system.read_to(document, share)
    system.link(document, item)
    system.wait_for_seconds(item, 5000, timeout=40)
    system.settled()
    next_second()
    return document, item


def seconds_of(system, user, item):
    record = system.abs.progress(user, item)
    return record and record["currentTime"]


# Maps

KEY_NAMES = ("api_key", "apiKey", "token")
ID_NAMES = ("user_id", "userId", "id")
DEVICE_NAMES = ("device", "device_name", "deviceName")
TOKEN_NAMES = ("user_token", "userToken", "user_token")


def aliases(bridged):
    """One account for each way to write an entry; and two documents of everybody."""
    bridged.readers = {}
    users = {}
    for n, names in enumerate([*zip(KEY_NAMES, ID_NAMES, DEVICE_NAMES, TOKEN_NAMES), None]):
        name = fresh("mapped")
        user = bridged.abs.add_user(name)
        bridged.readers[name] = user
        users[name] = user.api_key
        if names:
            users[name] = dict(zip(names, (user.api_key, user.id, f"Shelf {n}", f"proxy-token-{n}")))
    bridged.books = [plain_audiobook(bridged.abs, bridged.library, f"Mapped {n}") for n in range(2)]
    documents = {f"mapped-document-{n}": item.id for n, item in enumerate(bridged.books)}
    return {"AUDIOBOOKSHELF_USER_MAP": json.dumps(users), "AUDIOBOOKSHELF_DOCUMENT_MAP": json.dumps(documents),
            "AUDIOBOOKSHELF_DEVICE_NAME": "Any shelf"}


def test_accounts_and_documents_are_mapped_under_all_names():
    with Bridged(env=aliases) as system:
        devices = {name: system.register(name) for name in system.readers}
        for n, item in enumerate(system.books):
            for number, (name, user) in enumerate(system.readers.items()):
                share = (number + 1) / 10 + n / 20
                system.read_to(f"mapped-document-{n}", 0.9, devices[name])
                system.read_to(f"mapped-document-{n}", share, devices[name])
                wait.until(lambda: seconds_of(system, user, item) == pytest.approx(share * 20000), name, 40)
        # Nobody has moved anybody else.
        for number, (name, user) in enumerate(system.readers.items()):
            assert seconds_of(system, user, system.books[0]) == pytest.approx((number + 1) / 10 * 20000)
        next_second()
        for number, (name, user) in enumerate(system.readers.items()):
            system.abs.listen(user, system.books[0], 18500)
            system.wait_for_stored("mapped-document-0", 0.9, name)
            expected = f"Shelf {number}" if number < 3 else "Any shelf"
            assert system.pull("mapped-document-0", devices[name])["device"] == expected
        # The token of an entry goes with its key.
        for number, (name, user) in enumerate(system.readers.items()):
            calls = system.abs.requests("PATCH", "^/api/", user=user)
            expected = f"proxy-token-{number}" if number < 3 else None
            assert calls and {call.headers.get("x-abs-user-token") for call in calls} == {expected}
        # A link of one's own counts more than the map.
        name, user = next(iter(system.readers.items()))
        other = plain_audiobook(system.abs, system.library, "Chosen")
        system.link("mapped-document-1", other, username=name)
        wait.until(lambda: seconds_of(system, user, other) == pytest.approx(0.15 * 20000), "the link", 40)


@pytest.mark.parametrize("variable, value, place", [
    ("AUDIOBOOKSHELF_USER_MAP", '{"ann": {"api_key": "k"},\n "bob" "x"}', "line 2, column 8"),
    ("AUDIOBOOKSHELF_DOCUMENT_MAP", '{"a": "b",}', "line 1, column 11"),
    ("AUDIOBOOKSHELF_DOCUMENT_MAP", '{"a": "b", "c": 5}', "entry 2")])
def test_a_malformed_map_is_named_at_the_start_and_everything_runs(variable, value, place):
    with Bridged(env={variable: value}) as system:
        for log in ("device", "bridge"):
            def problems():
                return [line for line in system.stack.events(log) if line["event"] == "config.problem"]
            found = wait.until(problems, f"a line in {log}.log")
            assert found[0]["variable"] == variable and place in found[0]["why"], found
        assert system.stack.bridge.alive()
        item = plain_audiobook(system.abs, system.library)
        system.link("document", item)
        system.read_to("document", 0.5)
        assert system.pull("document")["progress"] == pointer(0.5)
        if variable == "AUDIOBOOKSHELF_DOCUMENT_MAP":
            system.wait_for_seconds(item, 10000, timeout=40)


# Other servers

def with_legacy_tokens(bridged):
    return {"AUDIOBOOKSHELF_USER_MAP": json.dumps({bridged.username: bridged.user.token})}


def test_an_old_server_without_keys_and_lists_of_progress():
    options = {"serverVersion": "2.20.0", "progressList": False, "apiKeys": False}
    with Bridged(abs_options=options, env=with_legacy_tokens) as system:
        document, item = book_of(system)
        system.wait_for_feed()
        system.abs.request("PATCH", f"/api/me/progress/{item.id}", system.user.token, {"currentTime": 12500})
        system.wait_for_stored(document, 0.6)
        system.read_to(document, 0.7)
        system.wait_for_seconds(item, 14000)
        assert system.abs.requests("GET", "^/api/me$")


def test_a_server_without_tokens_for_events_is_asked_instead():
    env = {"KOSHELF_ABS_POLL_S": "5"}
    with Bridged(abs_options={"legacyTokens": False}, env=env) as system:
        document, item = book_of(system)
        # By whoever pulls …
        system.abs.listen(system.user, item, 12500)
        assert wait.until(lambda: system.pull(document)["progress"] == pointer(0.6), "a pull that asks", 8)
        system.read_to(document, 0.7)
        system.wait_for_seconds(item, 14000)
        system.settled()
        # … and from time to time.
        next_second()
        system.abs.listen(system.user, item, 12500)
        system.wait_for_stored(document, 0.6, timeout=20)


def administrators_key(bridged):
    bridged.admin = bridged.abs.add_user("admin", type="admin")
    users = {bridged.username: {"api_key": bridged.admin.api_key, "user_id": bridged.user.id}}
    return {"AUDIOBOOKSHELF_USER_MAP": json.dumps(users), "KOSHELF_ABS_POLL_S": "5"}


def test_a_fork_that_lets_an_administrator_write_for_others():
    with Bridged(abs_options={"userProgressRoutes": True}, env=administrators_key) as system:
        document, item = book_of(system)
        assert system.abs.progress(system.admin, item) is None
        # Where the administrator is does not concern this reader.
        system.abs.listen(system.admin, item, 18500)
        time.sleep(1)
        assert system.pull(document)["progress"] == pointer(0.25)
        system.abs.listen(system.user, item, 12500)
        wait.until(lambda: system.pull(document)["progress"] == pointer(0.6), "what the reader heard", 20)
        system.read_to(document, 0.7)
        system.wait_for_seconds(item, 14000)
        assert seconds_of(system, system.admin, item) == 18500
        # An item that is gone does not make it forget whose records these are.
        system.settled()
        gone_document, gone = book_of(system, "Gone")
        system.abs.remove_item(gone)
        system.read_to(gone_document, 0.3)
        wait.until(lambda: "given up" in system.stack.ctl("outbox").stdout, "a dead letter")
        system.read_to(document, 0.8)
        system.wait_for_seconds(item, 16000)
        assert seconds_of(system, system.admin, item) == 18500


# Clocks

@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_wrong_decides_nothing(hours):
    with Bridged(bridge=False, env={"KOSHELF_PULL_BUDGET_MS": "0"}) as system:
        system.abs.shift_clock(hours * 3600)
        system.stack.start_bridge()
        document, item = book_of(system)
        system.abs.listen(system.user, item, 12500)
        system.wait_for_stored(document, 0.6)
        assert abs(system.pull(document)["timestamp"] - time.time()) < 5
        system.read_to(document, 0.7)
        system.wait_for_seconds(item, 14000)
        system.settled()

        # While the bridge is away both move, the device last.
        system.stack.bridge.kill()
        next_second()
        system.abs.listen(system.user, item, 5000)
        next_second()
        system.read_to(document, 0.8)
        system.stack.start_bridge()
        system.wait_for_seconds(item, 16000)
        system.settled()

        # And the listener last.
        system.stack.bridge.kill()
        next_second()
        system.read_to(document, 0.9)
        next_second()
        next_second()  # clocks are compared by whole seconds
        system.abs.listen(system.user, item, 12500)
        system.stack.start_bridge()
        system.wait_for_stored(document, 0.6)
        assert system.seconds(item) == 12500


@pytest.mark.parametrize("hours", [-1, 1])
def test_nor_does_it_for_a_pull_that_asks_itself(hours):
    with Bridged() as system:
        document, item = book_of(system)
        system.stack.bridge.kill()
        system.abs.shift_clock(hours * 3600)
        next_second()  # clocks are compared by whole seconds
        system.abs.listen(system.user, item, 12500)
        for key in system.stack.redis.keys("koshelf:abs:*"):
            system.stack.redis.delete(key)
        position = system.pull(document)
        assert position["progress"] == pointer(0.6)
        assert abs(position["timestamp"] - time.time()) < 5
