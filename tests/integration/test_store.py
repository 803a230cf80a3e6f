"""What stands in Redis, and how many commands a request costs."""

import re
import socket
import time

import pytest

from support import wait
from support.koreader import Koreader, registered

REQUESTS = 100


@pytest.fixture(autouse=True, scope="module")
def indexed(stack):
    stack.wait_until_indexed()


def counted(stack, calls):
    """name -> how often Redis executed it during `calls()`, commands of scripts included."""
    def counts():
        return {name.removeprefix("cmdstat_"): value["calls"] for name,
                value in stack.redis.info("commandstats").items()}

    def reads():
        return stack.redis.info("stats")["total_reads_processed"]

    before, reads_before = counts(), reads()
    calls()
    reads_after, after = reads(), counts()
    delta = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    return delta, reads_after - reads_before


def commands_of_clients(stack, calls):
    """The names of the commands that clients sent during `calls()`, those inside scripts left out.

    MONITOR is read by hand: redis-py's parser stumbles over the brackets in the text of a script.
    """
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.settimeout(10)
        monitor.connect(str(stack.redis_socket))
        monitor.sendall(b"MONITOR\r\n")
        lines = monitor.makefile("rb")
        assert lines.readline() == b"+OK\r\n"
        calls()
        stack.redis.echo("end-of-watch")
        found = []
        for line in lines:
            client, name = re.match(rb'\+[\d.]+ \[\d+ (\S+)\] "(\w+)"', line).groups()
            if b'"end-of-watch"' in line:
                return found
            if client != b"lua":
                found.append(name.decode().upper())
        raise AssertionError("MONITOR ended early")


def without_setup(names):
    """`names` without what a client sends once per connection, and the question about the settings, which
    travels with a request at most once a second."""
    return [name for name in names if name not in ("SELECT", "CLIENT", "HELLO", "PING", "AUTH", "MGET")]


def test_a_push_is_one_evalsha_in_one_round_trip(stack, reader):
    reader.push("book", 0.0, "warm")

    def push_all():
        for step in range(REQUESTS):
            assert reader.push("book", step / 1000, f"p{step}").status == 200

    counts, round_trips = counted(stack, push_all)
    # Besides, every worker notes once a minute when it last saw an account.
    assert REQUESTS <= counts["evalsha"] <= REQUESTS + stack.workers and "script" not in counts, counts
    assert REQUESTS <= round_trips <= REQUESTS + 10, round_trips
    names = without_setup(commands_of_clients(stack, push_all))
    assert REQUESTS <= names.count("EVALSHA") <= REQUESTS + stack.workers
    assert len([name for name in names if name != "EVALSHA"]) <= 2 * stack.workers, names


def test_a_plain_pull_is_one_get_and_one_hmget_in_one_round_trip(stack, reader):
    reader.push("book", 0.5, "x")
    reader.pull("book")

    def pull_all():
        for _ in range(REQUESTS):
            assert reader.pull("book").json["progress"] == "x"

    counts, round_trips = counted(stack, pull_all)
    assert counts["get"] == REQUESTS and counts["hmget"] == REQUESTS, counts
    assert REQUESTS <= round_trips <= REQUESTS + 10, round_trips
    names = without_setup(commands_of_clients(stack, pull_all))
    assert names.count("GET") == names.count("HMGET") == REQUESTS
    assert len(names) <= 2 * REQUESTS + 2 * stack.workers, names


def test_a_pull_with_identifiers_is_one_round_trip_too(stack, reader):
    reader.push("a", 0.5, "x", identifiers=[{"type": "md5", "value": "a"}, {"type": "file", "value": "f"}])
    reader.pull("z", ids="md5:z,file:f")

    def pull_all():
        for _ in range(REQUESTS):
            assert reader.pull("z", ids="md5:z,file:f").json["document"] == "a"

    _, round_trips = counted(stack, pull_all)
    assert REQUESTS <= round_trips <= REQUESTS + 10, round_trips


def test_the_settings_are_asked_for_once_a_second_and_within_a_request(stack, reader):
    reader.push("book", 0.5, "x")
    started = time.monotonic()

    def pull_all():
        for _ in range(REQUESTS):
            assert reader.pull("book").status == 200

    counts, round_trips = counted(stack, pull_all)
    seconds = time.monotonic() - started
    assert counts.get("mget", 0) <= stack.workers * (seconds + 1), counts
    assert REQUESTS <= round_trips <= REQUESTS + 10, round_trips


def test_no_request_scans_the_keyspace(stack):
    def whole_life():
        reader = registered(stack)
        reader.push("book", 0.5, "x", identifiers=[{"type": "md5", "value": "book"}], metadata={"title": "T"})
        reader.pull("book", ids="md5:book")
        reader.change_password("new")
        assert Koreader(stack.https_port, reader.username, "new").delete().status == 200

    names = commands_of_clients(stack, whole_life)
    counts, _ = counted(stack, whole_life)
    assert not {"SCAN", "KEYS"} & set(names)
    assert not {"scan", "keys"} & set(counts)


def test_an_account_is_one_string_with_the_credential_as_received(stack, reader):
    assert stack.redis.type(f"user:{reader.username}:key") == b"string"
    assert stack.redis.get(f"user:{reader.username}:key") == reader.key.encode()


def test_a_document_is_a_hash_of_exactly_the_five_fields(stack, reader):
    answer = reader.push("book", 0.25, "/body/p[1]", metadata={"title": "T"},
                         identifiers=[{"type": "md5", "value": "book"}, {"type": "file", "value": "f"}])
    assert stack.redis.hgetall(f"user:{reader.username}:document:book") == {
        b"percentage": b"0.25", b"progress": b"/body/p[1]", b"device": reader.device.encode(),
        b"device_id": reader.device_id.encode(), b"timestamp": str(answer.json["timestamp"]).encode()}


def test_a_document_without_device_id_has_four_fields(stack, reader):
    reader.push("book", 0.25, device_id=None)
    fields = set(stack.redis.hgetall(f"user:{reader.username}:document:book"))
    assert fields == {b"percentage", b"progress", b"device", b"timestamp"}


def test_the_index_has_every_document_with_its_last_update(stack, reader):
    times = {name: reader.push(name, 0.5).json["timestamp"] for name in ("one", "two", "th/ree")}
    indexed = stack.redis.zrange(f"user:{reader.username}:documents", 0, -1, withscores=True)
    assert {name.decode(): score for name, score in indexed} == times


def test_metadata_history_and_profile_have_their_own_keys(stack, reader):
    now = time.time()
    reader.push("book", 0.5, "x", metadata={"title": "T", "authors": "A", "filename": "f.epub"})
    prefix = f"user:{reader.username}:"
    assert stack.redis.hgetall(prefix + "meta:book") == {b"title": b"T", b"authors": b"A",
                                                         b"filename": b"f.epub"}
    assert stack.redis.type(prefix + "history:book") == b"stream"
    profile = {name.decode(): float(value) for name, value in stack.redis.hgetall(prefix + "profile").items()
               if name in (b"created", b"last_seen")}
    assert set(profile) == {"created", "last_seen"}
    assert all(abs(value - now) < 60 for value in profile.values())


def test_the_list_of_users_has_everyone_until_deletion(stack, reader):
    assert abs(stack.redis.zscore("koshelf:users", reader.username) - time.time()) < 60
    assert reader.delete().status == 200
    assert stack.redis.zscore("koshelf:users", reader.username) is None


def test_last_seen_follows_the_pushes_of_an_account(stack, reader):
    stack.redis.zadd("koshelf:users", {reader.username: 1})
    stack.redis.hset(f"user:{reader.username}:profile", "last_seen", 1)

    def seen():
        reader.push("book", 0.5, str(time.time()))
        reader.authorize()
        scores = stack.redis.zscore("koshelf:users", reader.username), \
            float(stack.redis.hget(f"user:{reader.username}:profile", "last_seen"))
        return min(scores) > time.time() - 60

    wait.until(seen, "last_seen to move", timeout=10)


def test_the_schema_is_noted(stack):
    assert int(stack.redis.get("koshelf:schema")) >= 1


def test_every_key_is_one_of_the_documented(stack, reader):
    reader.push("book", 0.5, "x", metadata={"title": "T"},
                identifiers=[{"type": "md5", "value": "book"}, {"type": "file", "value": "f"}])
    prefix = f"user:{reader.username}:".encode()
    found = {key.removeprefix(prefix).split(b":")[0].decode() for key in stack.redis.keys()
             if key.startswith(prefix)}
    assert {"key", "document", "documents", "meta", "history", "alias", "profile"} <= found
    assert found <= {"key", "document", "documents", "meta", "history", "alias", "aliases", "profile",
                     "pushes", "devices"}
    others = {key.decode() for key in stack.redis.keys() if not key.startswith((b"user:",
                                                                                b"koshelf:deleted:"))}
    assert others <= {"koshelf:users", "koshelf:schema", "koshelf:activity"}, others


def test_the_mark_of_a_deleted_account_expires_and_names_nobody(stack, reader):
    assert reader.delete().status == 200
    marks = wait.until(lambda: stack.redis.keys("koshelf:deleted:*"), "the mark")
    for mark in marks:
        assert 0 < stack.redis.ttl(mark) <= 86400
        assert reader.username.encode() not in mark and reader.key.encode() not in mark


def test_nothing_is_written_to_another_database(stack, reader):
    reader.push("book")
    assert {name for name in stack.redis.info("keyspace")} == {"db3"}


def test_a_script_flush_goes_unnoticed(stack, reader):
    for _ in range(3):
        assert stack.redis.script_flush()
        assert reader.push("book", 0.5, "x", identifiers=[{"type": "md5", "value": "book"}]).status == 200
        assert stack.redis.script_flush()
        assert reader.pull("book", ids="md5:book").json["match"] == "md5"
        assert stack.redis.script_flush()
        assert reader.change_password(reader.key).status == 200
    assert stack.redis.script_flush()
    assert registered(stack).delete().status == 200
    assert stack.redis.script_flush()
    assert reader.delete().status == 200


def test_an_unexpected_answer_of_the_store_is_2000(stack, reader):
    stack.redis.set(f"user:{reader.username}:document:odd", "not a hash")
    assert reader.pull("odd").error == (502, 2000)
    assert reader.push("odd").error == (502, 2000)
    assert reader.pull("other").json == {}
    assert reader.pull("odd").json["message"] == "Unknown server error."


def test_the_connection_survives_an_unexpected_answer(stack, reader):
    stack.redis.set(f"user:{reader.username}:document:odd", "not a hash")
    for _ in range(20):
        assert reader.pull("odd").status == 502
        assert reader.push("fine").status == 200
