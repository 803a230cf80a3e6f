"""A Redis that the reference server wrote: served untouched, indexed in the background, deletable."""

import json

import pytest

from support.koreader import Koreader
from support.reference import FIRST, USERS, check_indexed, document, old, seed
from support.stack import Stack


def contents(redis):
    """Every key that the reference server knows, with its value."""
    found = {}
    for key in redis.keys():
        parts = key.split(b":")
        if parts[0] == b"config" or key in (b"unrelated", b"user:") or (len(parts) > 2
                                                                        and parts[2] in (b"key",
                                                                                         b"document")):
            found[key] = redis.hgetall(key) if redis.type(key) == b"hash" else redis.get(key)
    return found


@pytest.fixture(scope="module")
def stack():
    with Stack(seed=seed, workers=2) as running:
        yield running


def test_old_accounts_and_positions_are_served_at_once(stack):
    for number in (0, USERS - 1):
        assert old(stack, number).authorize().status == 200
        assert old(stack, number).pull("book7").json == {
            "document": "book7", "percentage": 0.07, "progress": "/body/p[7]", "device": "old kobo",
            "device_id": "ID",
            "timestamp": FIRST + 7}
    star = Koreader(stack.https_port, "*", "globkey")
    assert star.pull("a-b.c d%2Fe").json["progress"] == "/body/p[1]"


def test_the_start_indexes_everything_and_changes_nothing():
    kept = {}

    def seed_and_remember(redis):
        seed(redis)
        kept.update(contents(redis))

    with Stack(seed=seed_and_remember, workers=1, parts=("redis", "device")) as fresh:
        fresh.wait_until_indexed()
        assert contents(fresh.redis) == kept
        check_indexed(fresh.redis)


def test_an_old_account_can_push_pull_and_be_deleted(stack):
    stack.wait_until_indexed()
    reader = old(stack, 3)
    assert reader.push("book1", 0.9, "new").status == 200
    assert reader.pull("book1").json["progress"] == "new"
    assert reader.delete().status == 200
    assert [key for key in stack.redis.keys() if key.startswith(b"user:reader3:")] == []
    assert old(stack, 4).pull("book1").json["progress"] == "/body/p[1]"


def test_an_account_deleted_while_the_index_is_being_built_leaves_nothing():
    def seed_many(redis):
        seed(redis)
        pipe = redis.pipeline(transaction=False)
        for number in range(30000):
            pipe.hset(f"user:filler{number % 50}:document:{number}", mapping=document(1))
        pipe.execute()

    with Stack(seed=seed_many, workers=1) as fresh:
        for number in (5, 6, 7):
            assert old(fresh, number).delete().status == 200
        fresh.wait_until_indexed()
        left = [key for key in fresh.redis.keys() if key.startswith((b"user:reader5:", b"user:reader6:",
                                                                     b"user:reader7:"))]
        assert left == []
        assert fresh.redis.zscore("koshelf:users", "reader5") is None


def test_a_document_hash_written_here_is_what_the_reference_server_reads(stack):
    reader = old(stack, 8)
    reader.push("book1", 0.123456789, "new", device_id=None)
    stored = stack.redis.hgetall("user:reader8:document:book1")
    assert set(stored) == {b"percentage", b"progress", b"device", b"timestamp"}
    assert float(stored[b"percentage"]) == 0.123456789 and stored[b"timestamp"].isdigit()


ODD = {"nan": "nan", "-nan": "-nan", "inf": "inf", "hex": "0x10", "plus": "+1", "text": "abc", "empty": "",
       "exponent": "1e400",
       "long": "0.12345678901234567890123456789", "spaces": " 0.5 ", "point": ".5"}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_old_percentage_never_breaks_an_answer(stack, name):
    stack.redis.hset(f"user:reader9:document:{name}", mapping=document(1, percentage=ODD[name]))
    reader = old(stack, 9)
    answer = reader.pull(name)
    assert answer.status == 200
    percentage = answer.json.get("percentage", 0.0)
    assert type(percentage) in (int, float) and abs(percentage) < float("inf")
    assert reader.push(name, 0.5, "repaired").status == 200
    assert reader.pull(name).json["percentage"] == 0.5


@pytest.mark.parametrize("missing", ["timestamp", "device", "device_id", "progress", "percentage"])
def test_an_old_hash_without_a_field_never_breaks_an_answer(stack, missing):
    fields = document(1)
    del fields[missing]
    stack.redis.hset(f"user:reader9:document:without-{missing}", mapping=fields)
    answer = old(stack, 9).pull(f"without-{missing}")
    assert answer.status == 200
    if "percentage" in answer.json:
        assert type(answer.json["timestamp"]) is int


@pytest.mark.parametrize("value", ["abc", "", "1700000000.5", "-1", "99999999999999999999", "1e9", "nan"])
def test_an_odd_old_timestamp_never_breaks_an_answer(stack, value):
    stack.redis.hset("user:reader9:document:odd-time", mapping=document(1, timestamp=value))
    answer = old(stack, 9).pull("odd-time")
    assert answer.status == 200 and type(answer.json["timestamp"]) is int


@pytest.mark.parametrize("progress", [b"\xff\xfe", b"a\0b", b"56", b"", "é".encode()])
def test_an_odd_old_progress_never_breaks_an_answer(stack, progress):
    stack.redis.hset("user:reader9:document:odd-progress", mapping=document(1, progress=progress))
    answer = old(stack, 9).pull("odd-progress")
    assert answer.status == 200
    assert b'"progress"' in answer.body or answer.json == {}
    json.loads(answer.body.decode("utf-8", "surrogateescape"))
