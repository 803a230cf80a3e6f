"""What the bridge keeps in Redis: outbox, imports, links, settings; and that none of it outlives its account."""

import json
import subprocess
import threading
import time

import pytest

from support import wait
from support.koreader import registered
from support.stack import Stack, binary

LATER = 10 ** 13  # ms, beyond any clock


class Probe:
    """The bridge's stores in a process of their own."""

    def __init__(self, stack):
        self._child = subprocess.Popen([binary("koshelf-store-probe")], env=stack.pool_env, text=True,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, *words):
        self._child.stdin.write("\t".join(str(word) for word in words) + "\n")
        self._child.stdin.flush()
        return self._child.stdout.readline().rstrip("\n")

    def close(self):
        self._child.stdin.close()
        assert self._child.wait(10) == 0


@pytest.fixture(scope="module")
def stack():
    env = {"AUDIOBOOKSHELF_BASE_URL": "http://127.0.0.1:9", "AUDIOBOOKSHELF_API_KEY": "key"}
    with Stack(env=env) as running:
        running.wait_until_indexed()
        yield running


@pytest.fixture(scope="module")
def probe(stack):
    process = Probe(stack)
    yield process
    process.close()


def key(reader, *parts):
    return ":".join(["user", reader.username, *parts])


def waiting(stack, reader):
    return [name.decode() for name in stack.redis.zrange(key(reader, "outbox"), 0, -1)]


def noted(stack, reader):
    return stack.redis.zscore("koshelf:outbox", reader.username)


def sequence(stack, reader, document="book"):
    return int(stack.redis.hget(key(reader, "pushes", document), "sequence"))


def test_a_push_is_in_the_outbox_and_the_account_is_noted(stack, reader):
    reader.push("book", 0.1, "p1")
    assert waiting(stack, reader) == ["book"]
    assert abs(stack.redis.zscore(key(reader, "outbox"), "book") / 1000 - time.time()) < 10
    wait.until(lambda: noted(stack, reader), "the note")


def test_only_what_became_current_goes_into_the_outbox(stack, reader, probe):
    boox = reader.other()
    reader.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    assert probe("done", reader.username, "book", sequence(stack, reader)) == "true"
    boox.push("book", 0.2, "p2")
    reader.push("book", 0.1, "p1")
    assert waiting(stack, reader) == []


def test_a_refused_push_leaves_nothing_anywhere(stack, reader):
    stranger = reader.__class__(reader.port, "nobody-at-all", "wrong")
    assert stranger.push("book").status == 401
    assert not stack.redis.keys("user:nobody-at-all:*")
    assert stack.redis.zscore("koshelf:outbox", "nobody-at-all") is None


def test_ten_pushes_are_one_entry(stack, reader):
    for step in range(10):
        reader.push("book", step / 100, f"p{step}")
    assert waiting(stack, reader) == ["book"]


def test_done_takes_out_what_was_read_and_not_what_was_pushed_since(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    read = sequence(stack, reader)
    reader.push("book", 0.2, "p2")
    assert probe("done", reader.username, "book", read) == "false"
    assert waiting(stack, reader) == ["book"]
    assert probe("done", reader.username, "book", read + 1) == "true"
    assert waiting(stack, reader) == []
    wait.until(lambda: noted(stack, reader) is None, "the note to go")


def test_an_account_stays_noted_for_what_is_due_next(stack, reader, probe):
    reader.push("one", 0.1, "p1")
    reader.push("two", 0.1, "p1")
    assert probe("postpone", reader.username, "one", LATER) == "1"
    assert probe("postpone", reader.username, "one", LATER) == "2"
    assert probe("due", reader.username, LATER - 1) == "two"
    assert probe("done", reader.username, "two", 1) == "true"
    wait.until(lambda: noted(stack, reader) == LATER, "the note to move")
    assert stack.redis.hget(key(reader, "bridge", "one"), "outbox_attempts") == b"2"
    reader.push("one", 0.2, "p2")
    assert probe("due", reader.username, LATER - 1) == "one"
    wait.until(lambda: noted(stack, reader) < LATER, "the note to move back")
    assert probe("done", reader.username, "one", 2) == "true"
    assert stack.redis.hget(key(reader, "bridge", "one"), "outbox_attempts") is None


def test_a_dead_letter_comes_back_when_asked_or_pushed(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    assert probe("bury", reader.username, "book") == "true"
    assert probe("load", reader.username, "book").endswith("true")
    assert waiting(stack, reader) == [] and stack.redis.hget(key(reader, "dead"), "book") == b"{}"
    assert "given up" in stack.ctl("outbox").stdout
    assert probe("revive_all", reader.username, 1000) == "1"
    assert waiting(stack, reader) == ["book"] and not stack.redis.exists(key(reader, "dead"))
    assert probe("bury", reader.username, "book") == "true"
    reader.push("book", 0.2, "p2")
    assert waiting(stack, reader) == ["book"]
    assert probe("done", reader.username, "book", 2) == "true"
    assert not stack.redis.exists(key(reader, "dead"))


def test_no_push_is_missed_while_the_outbox_is_worked_off(stack, probe):
    reader = registered(stack)
    stop = threading.Event()
    pushed = []

    def push_on():
        while not stop.is_set():
            assert reader.push(f"book{len(pushed) % 3}", len(pushed) / 1000, f"p{len(pushed)}").status == 200
            pushed.append(1)

    pusher = threading.Thread(target=push_on)
    pusher.start()
    ended = time.monotonic() + 4
    while time.monotonic() < ended:
        for document in probe("due", reader.username, LATER).split(","):
            if document:
                probe("done", reader.username, document, probe("load", reader.username, document).split(",")[0])
        probe("next_due", reader.username)
    stop.set()
    pusher.join()
    time.sleep(0.1)
    # Whatever waits now is noted, and not in the far future.
    left = waiting(stack, reader)
    note = noted(stack, reader)
    assert len(pushed) > 50
    assert (note is not None and note <= time.time() * 1000) if left else note is None, (left, note)
    for document in left:
        assert probe("done", reader.username, document, sequence(stack, reader, document)) == "true"


def test_a_sweep_finds_what_was_never_noted(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    wait.until(lambda: noted(stack, reader), "the note")
    stack.redis.delete("koshelf:outbox")
    cursor = "0"
    while (cursor := probe("sweep", cursor)) != "0":
        pass
    assert noted(stack, reader) == stack.redis.zscore(key(reader, "outbox"), "book")


def test_an_import_is_the_current_position_and_leaves_the_outbox(stack, reader, probe):
    reader.push("book", 0.1, "p1", identifiers=[{"type": "md5", "value": "book"}])
    assert probe("import_now", reader.username, "book", 0.4, "x4", 1700000000) == "imported"
    answer = reader.pull("book").json
    assert answer == {"percentage": 0.4, "progress": "x4", "device": "Audiobookshelf",
                      "device_id": "audiobookshelf", "timestamp": 1700000000, "document": "book"}
    assert waiting(stack, reader) == []
    newest = stack.redis.xrevrange(key(reader, "history", "book"), count=1)[0][1]
    assert (newest[b"source"], newest[b"state"], newest[b"progress"]) == (b"audiobookshelf", b"current", b"x4")
    assert stack.redis.hget(key(reader, "bridge", "book"), "seen") == b"x4"
    assert stack.redis.zscore(key(reader, "documents"), "book") == 1700000000
    assert not stack.redis.hget(key(reader, "pushes", "book"), "identifiers")


def test_an_import_that_was_overtaken_changes_nothing(stack, reader, probe):
    time_of = reader.push("book", 0.1, "p1").json["timestamp"]
    reader.push("book", 0.2, "p2")
    before = stack.redis.hgetall(key(reader, "pushes", "book"))
    for expected in ((1, "p1", time_of), (2, "p1", time_of), (2, "p2", time_of - 100)):
        assert probe("import", reader.username, "book", *expected, 0.4, "x4", 1) == "changed"
    assert reader.pull("book").json["progress"] == "p2"
    assert stack.redis.hgetall(key(reader, "pushes", "book")) == before
    assert waiting(stack, reader) == ["book"]


def test_after_an_import_an_old_position_sent_again_is_stale(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    assert probe("import_now", reader.username, "book", 0.4, "x4", int(time.time())) == "imported"
    assert reader.push("book", 0.1, "p1").status == 200
    assert reader.pull("book").json["progress"] == "x4"
    reader.push("book", 0.5, "p5")
    assert reader.pull("book").json["progress"] == "p5"


def test_arriving_at_the_imported_position_is_a_push_of_its_own(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    assert probe("import_now", reader.username, "book", 0.4, "x4", int(time.time())) == "imported"
    reader.push("book", 0.4, "x4")
    assert reader.pull("book").json["device"] == reader.device
    assert waiting(stack, reader) == ["book"]


def test_an_import_over_a_position_of_the_reference_server_keeps_that_in_the_history(stack, reader, probe):
    stack.redis.hset(key(reader, "document", "book"), mapping={
        "percentage": "0.1", "progress": "old", "device": "Kobo", "device_id": "1", "timestamp": "1600000000.7"})
    assert probe("import_now", reader.username, "book", 0.4, "x4", 1700000000) == "imported"
    sources = [entry[b"source"] for _, entry in stack.redis.xrange(key(reader, "history", "book"))]
    assert sources == [b"external", b"audiobookshelf"]


def test_of_imports_and_pushes_at_once_none_overwrites_what_it_has_not_seen(stack, probe):
    reader = registered(stack)
    reader.push("book", 0.001, "start")
    pushed, stop = [], threading.Event()

    def push_on():
        while not stop.is_set():
            place = f"p{len(pushed)}"
            assert reader.push("book", len(pushed) / 10000, place).status == 200
            pushed.append(place)

    pusher = threading.Thread(target=push_on)
    pusher.start()
    outcomes = {"imported": 0, "changed": 0}
    ended = time.monotonic() + 4
    step = 0
    while time.monotonic() < ended:
        loaded = probe("load", reader.username, "book").split(",")
        time.sleep(0.002)
        timestamp = int(float(stack.redis.hget(key(reader, "document", "book"), "timestamp")))
        outcomes[probe("import", reader.username, "book", loaded[0], loaded[1], timestamp, 0.9, f"x{step}",
                       int(time.time()))] += 1
        step += 1
    stop.set()
    pusher.join()
    assert outcomes["imported"] > 5 and outcomes["changed"] > 5, outcomes
    assert sequence(stack, reader) == 1 + len(pushed) + outcomes["imported"]
    entries = [entry for _, entry in stack.redis.xrange(key(reader, "history", "book"))]
    assert all(entry[b"state"] == b"current" for entry in entries)
    if len(entries) < 190:
        assert len(entries) == sequence(stack, reader)


def test_links_are_made_changed_and_refused(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    probe("done", reader.username, "book", 1)
    assert probe("link_if_absent", reader.username, "book", "li_1") == "0"
    assert waiting(stack, reader) == ["book"]
    assert probe("link_if_absent", reader.username, "book", "li_2") == "1"
    assert stack.ctl("link", reader.username, "book", "li_3", "--text", "li_4").returncode == 0
    stored = json.loads(stack.redis.hget(key(reader, "links"), "book"))
    assert abs(stored.pop("since") - time.time()) < 10
    assert stored == {"libraryItemId": "li_3", "textItemId": "li_4", "how": "manual"}
    assert f"{reader.username}\tbook\tli_3 text li_4\tmanual" in stack.ctl("links", reader.username).stdout
    assert "li_3" in stack.ctl("links").stdout
    assert stack.ctl("unlink", reader.username, "book").returncode == 0
    assert probe("link_if_absent", reader.username, "book", "li_1") == "1"
    assert probe("load", reader.username, "book").split(",")[3] == "unlinked"
    for wrong in (["link", reader.username, "book"], ["link", reader.username, "book", "../x"], ["unlink", "a"]):
        assert stack.ctl(*wrong).returncode == 2


def test_a_link_is_replaced_only_if_it_is_what_was_read(stack, reader, probe):
    assert probe("relink", reader.username, "book", "li_1", "li_2") == "1"
    assert probe("relink", reader.username, "book", "", "li_1") == "0"
    assert probe("relink", reader.username, "book", "", "li_2") == "1"
    assert probe("relink", reader.username, "book", "li_2", "li_3") == "1"
    # Whatever order its members are in.
    written = '{"since":1,"how":"manual","libraryItemId":"li_1"}'
    stack.redis.hset(key(reader, "links"), "book", written)
    assert probe("relink", reader.username, "book", "li_1", "li_2") == "0"
    assert json.loads(stack.redis.hget(key(reader, "links"), "book"))["libraryItemId"] == "li_2"
    assert probe("relink", "ghost", "book", "", "li_1") == "2"


def test_what_is_said_of_a_narrator_is_replaced_only_if_it_is_what_was_read(stack, reader, probe):
    assert probe("calibrate", reader.username, 5, 6) == "0 5 6"
    assert probe("calibrate", reader.username, 7) == "0 7"
    stack.redis.hset(key(reader, "calibrations"), "li_1:li_2", "[]")  # somebody else's words
    assert probe("calibrate", reader.username, 8) == "1"
    assert probe("calibrate", reader.username, 8) == "0 8"
    assert probe("calibrate", reader.username) == "0"
    assert not stack.redis.exists(key(reader, "calibrations"))
    for nonsense in ("{", '[{"id":"1","offset":-1}, 7, {"id":"2","offset":1,"seconds":1e999,"at":0}]', '{"a":1}'):
        stack.redis.hset(key(reader, "calibrations"), "li_1:li_2", nonsense)
        assert probe("calibrate", reader.username, 1) == "1"
        assert probe("calibrate", reader.username, 1) == "0 1"
    assert probe("calibrate", "ghost", 1) == "2"


def test_a_link_that_is_made_while_nobody_looks_is_still_due(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    assert probe("done", reader.username, "book", 1, "") == "true"
    assert probe("link", reader.username, "book", "li_1") == "0"
    # Whoever found no link a moment ago must not take it out.
    assert probe("done", reader.username, "book", 1, "") == "false" and waiting(stack, reader) == ["book"]
    link = stack.redis.hget(key(reader, "links"), "book").decode()
    assert probe("done", reader.username, "book", 1, link) == "true" and waiting(stack, reader) == []


def test_what_somebody_has_forgotten_is_neither_linked_nor_imported(stack, reader, probe):
    reader.push("book", 0.1, "p1")
    headers = [("x-auth-user", reader.username), ("x-auth-key", reader.key)]
    assert reader.call("DELETE", "/admin/library/book", headers=headers).status == 200
    assert probe("link_if_absent", reader.username, "book", "li_1") == "1"
    assert probe("import_now", reader.username, "book", 0.9, "x", 5) == "gone"
    assert probe("save", reader.username, "book") == "false"
    assert {name.rsplit(b":", 1)[1] for name in stack.redis.keys(key(reader, "*"))} == {b"key", b"profile", b"devices"}
    # A link that somebody makes by hand may be there before the first push.
    assert probe("link", reader.username, "book", "li_1") == "0"
    assert probe("import_now", reader.username, "book", 0.9, "x", 5) != "gone"


def test_nothing_is_written_for_an_account_that_does_not_exist(stack, probe):
    assert probe("link", "ghost", "book", "li_1") == "2"
    assert probe("link_if_absent", "ghost", "book", "li_1") == "2"
    assert probe("add", "ghost", "book", 1) == "false"
    assert probe("save", "ghost", "book") == "false"
    assert probe("import", "ghost", "book", 0, "", 0, 0.5, "x", 1) == "gone"
    assert probe("postpone", "ghost", "book", 1) == "0" and probe("bury", "ghost", "book") == "false"
    assert probe("done", "ghost", "book", 0) == "true" and probe("revive_all", "ghost", 1) == "0"
    assert stack.ctl("link", "ghost", "book", "li_1").returncode == 1
    assert not stack.redis.keys("user:ghost:*") and stack.redis.zscore("koshelf:outbox", "ghost") is None


def test_a_deletion_leaves_nothing(stack, probe):
    reader = registered(stack)
    name = reader.username
    for document in ("one", "two", "three"):
        reader.push(document, 0.1, "p1")
    assert probe("save", name, "nowhere") == "false"
    probe("link", name, "only-linked", "li_1")
    assert probe("save", name, "only-linked") == "true" and probe("save", name, "one") == "true"
    probe("bury", name, "two")
    probe("postpone", name, "three", LATER)
    probe("note", name, "one", "A sentence.")
    probe("import_now", name, "one", 0.4, "x4", 5)
    assert len(stack.redis.keys(f"user:{name}:*")) > 12
    assert reader.delete().status == 200
    wait.until(lambda: noted(stack, reader) is None, "the note to go")
    assert stack.redis.keys(f"user:{name}:*") == []
    wait.until(lambda: name.encode() not in str(stack.redis.xrange("koshelf:activity")).encode(), "the log")
    for call in (["link", name, "one", "li_1"], ["add", name, "one", 1], ["save", name, "one"],
                 ["import_now", name, "one", 0.4, "x4", 5]):
        probe(*call)
    assert stack.redis.keys(f"user:{name}:*") == []


def test_the_activity_is_shown_oldest_first(stack, reader, probe):
    for step in range(3):
        probe("note", reader.username, "book", f"Sentence {step}.")
    wait.until(lambda: stack.redis.exists("koshelf:activity"), "the log")
    lines = stack.ctl("activity", "-n", "2").stdout.splitlines()
    assert [line.split("\t")[1:] for line in lines] == [[reader.username, "book", "test", f"Sentence {step}."]
                                                       for step in (1, 2)]
    for wrong in (["-n", "0"], ["-n", "x"], ["-n"], ["5"]):
        assert stack.ctl("activity", *wrong).returncode == 2


def test_a_lease_has_one_holder_until_it_ends(probe):
    assert probe("acquire", "feed", "a", 60000) == "true" and probe("acquire", "feed", "a", 60000) == "true"
    assert probe("acquire", "feed", "b", 60000) == "false" and probe("release", "feed", "b") == "false"
    assert probe("release", "feed", "a") == "true" and probe("acquire", "feed", "b", 50) == "true"
    time.sleep(0.2)
    assert probe("acquire", "feed", "a", 50) == "true"


def test_the_library_cache_gives_back_what_was_put_in(probe):
    assert probe("cache") == "true"
    assert probe("text") == "true"


def test_secrets_are_encrypted_in_redis_and_masked_on_the_screen(stack):
    secret = "abs_0123456789abcdef"
    assert stack.ctl("config", "set", "AUDIOBOOKSHELF_API_KEY", secret).returncode == 0
    assert stack.ctl("config", "set", "AUDIOBOOKSHELF_DEVICE_NAME", "Shelf").returncode == 0
    stored = json.loads(stack.redis.get("config:audiobookshelf"))
    assert stored["AUDIOBOOKSHELF_API_KEY"].startswith("enc:v1:") and stored["AUDIOBOOKSHELF_DEVICE_NAME"] == "Shelf"
    shown = stack.ctl("config", "list").stdout + stack.ctl("config", "get", "AUDIOBOOKSHELF_API_KEY").stdout
    assert secret not in shown and "********cdef" in shown and "AUDIOBOOKSHELF_BASE_URL=http://127.0.0.1:9" in shown
    assert secret.encode() not in stack.redis.get("config:audiobookshelf")
    assert (stack.dir / "secrets" / "key").stat().st_mode & 0o777 == 0o600
    assert stack.ctl("config", "unset", "AUDIOBOOKSHELF_API_KEY").returncode == 0
    assert stack.ctl("config", "get", "AUDIOBOOKSHELF_API_KEY").returncode == 1
    assert stack.ctl("config", "unset", "AUDIOBOOKSHELF_DEVICE_NAME").returncode == 0
    assert int(stack.redis.get("koshelf:config:version")) == 4


@pytest.mark.parametrize("arguments", [
    [], ["list", "x"], ["get"], ["set", "AUDIOBOOKSHELF_API_KEY"], ["set", "REDIS_URL", "x"],
    ["set", "AUDIOBOOKSHELF_TLS_VERIFY", "off"], ["set", "AUDIOBOOKSHELF_USER_MAP", "{bad"],
    ["set", "AUDIOBOOKSHELF_BASE_URL", "nowhere"]])
def test_the_command_line_stores_nothing_that_makes_no_sense(stack, arguments):
    before = stack.redis.get("config:audiobookshelf")
    done = stack.ctl("config", *arguments)
    assert done.returncode != 0 and done.stderr.strip()
    assert stack.redis.get("config:audiobookshelf") == before


def test_what_is_stored_by_hand_in_short_names_counts_within_two_seconds():
    with Stack(workers=2) as stack:
        reader = registered(stack)
        reader.push("book", 0.1, "p1")
        assert not stack.redis.exists(key(reader, "outbox"))
        stack.redis.set("config:audiobookshelf", json.dumps(
            {"base_url": "http://abs", "user_map": {reader.username: {"apiKey": "k"}}, "http_timeout": 900,
             "server": "unknown"}))
        time.sleep(1.2)
        # On every worker, whichever it was: the very first push after it is in the outbox.
        for step in range(6):
            reader.push(f"later{step}", 0.2, "p2")
        assert waiting(stack, reader) == [f"later{step}" for step in range(6)]
        listed = stack.ctl("config", "list")
        assert "AUDIOBOOKSHELF_HTTP_TIMEOUT=900" in listed.stdout and listed.stderr == ""
        stack.redis.delete("config:audiobookshelf")
        time.sleep(1.2)
        for step in range(6):
            reader.push("warm", step / 10, f"w{step}")
        reader.push("after", 0.2, "p2")
        assert "after" not in waiting(stack, reader)


def test_a_malformed_map_is_named_at_the_start_and_keeps_nobody_out():
    env = {"AUDIOBOOKSHELF_BASE_URL": "http://abs", "AUDIOBOOKSHELF_API_KEY": "topsecretkey",
           "AUDIOBOOKSHELF_USER_MAP": '{"ann":\n  oops}'}
    with Stack(workers=1, env=env) as stack:
        assert registered(stack).push("book").status == 200
        problems = [event for event in stack.events() if event["event"] == "config.problem"]
        assert problems[0]["variable"] == "AUDIOBOOKSHELF_USER_MAP" and "line 2, column 3" in problems[0]["why"]
        assert "topsecretkey" not in stack.log_text()
        stack.redis.set("config:audiobookshelf", "{broken")
        time.sleep(1.2)
        assert registered(stack).push("book").status == 200
        assert "line 1, column 2" in stack.ctl("config", "list").stderr
