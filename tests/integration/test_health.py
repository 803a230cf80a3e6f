"""GET /admin/health on real parts that are well, are told to be otherwise, or are taken away."""

import contextlib
import json
import time

import pytest

from support import wait
from support.bridged import Bridged, plain_audiobook
from support.console import Console
from support.koreader import Koreader, credential
from support.stack import Stack

POINTER = "/body/DocFragment[3]/body/p[2]/text().0"


def administrator(stack):
    device = Koreader(stack.https_port, "root", credential("root"))
    assert device.register().status == 201
    return Console(device)


def env(bridged):
    users = {bridged.username: {"api_key": bridged.user.api_key}, "refused": {"api_key": "wrong-0123456789"},
             "nobody": {"api_key": "wrong-9876543210"}}
    return {"KOSHELF_ADMIN_USERS": "root", "AUDIOBOOKSHELF_USER_MAP": json.dumps(users)}


@pytest.fixture(scope="module")
def system():
    with Bridged(env=env) as bridged:
        bridged.admin = administrator(bridged.stack)
        bridged.stack.wait_until_indexed()
        item = plain_audiobook(bridged.abs, bridged.library)
        bridged.push("book", 0.25, POINTER)
        bridged.link("book", item)
        bridged.wait_for_feed()
        bridged.settled()
        wait.until(lambda: not health(bridged)["problems"], "a server that is well")
        yield bridged


def health(system):
    return system.admin.get("/admin/health")


def problems(system):
    """{name: (state, message)}; no two of one name here."""
    found = health(system)["problems"]
    assert len({each["name"] for each in found}) == len(found)
    return {each["name"]: (each["state"], each["message"]) for each in found}


@contextlib.contextmanager
def configured(redis, **settings):
    """Redis with other settings for a while."""
    before = {name: redis.config_get(name.replace("_", "-"))[name.replace("_", "-")] for name in settings}
    for name, value in settings.items():
        redis.config_set(name.replace("_", "-"), value)
    try:
        yield
    finally:
        for name, value in before.items():
            redis.config_set(name.replace("_", "-"), value)


def test_a_server_that_is_well(system):
    report = health(system)
    assert report["problems"] == [] and report["version"] and report["indexed"] is True
    redis = report["redis"]
    info = system.stack.redis.info()
    assert (redis["ok"], redis["version"], redis["persistence"]) == (True, info["redis_version"], "aof everysec")
    assert redis["eviction"] == "noeviction" and redis["memory_limit_bytes"] is None
    assert 0.5 < redis["memory_bytes"] / info["used_memory"] < 2 and redis["latency_ms"] < 1000
    assert report["bridge"]["sync"]["running"] is report["bridge"]["library"]["running"] is True
    assert report["bridge"]["sync"]["holder"].endswith(tuple(str(pid) for pid in system.stack.bridge.children()))
    there = report["audiobookshelf"]
    assert there["answers"] is True and there["version"] and there["breaker_open"] is False
    assert {each["user"]: each["live"] for each in there["feeds"]} == {
        system.username: True, "refused": False, "nobody": False}
    assert report["accounts"] == 2 and report["documents"] == 1 and report["dead"] == []
    assert system.user.api_key not in json.dumps(report) and "wrong-0123456789" not in json.dumps(report)


@pytest.mark.parametrize("settings, name, state, words", [
    ({"maxmemory": "1gb", "maxmemory_policy": "allkeys-lru"}, "eviction", "failed", "allkeys-lru"),
    ({"maxmemory_policy": "volatile-ttl"}, "eviction", "warning", "noeviction"),
    ({"appendfsync": "no"}, "persistence", "warning", "appendfsync"),
    ({"appendonly": "no", "save": "900 1"}, "persistence", "warning", "snapshots"),
    ({"appendonly": "no", "save": ""}, "persistence", "failed", "appendonly yes")])
def test_a_redis_that_may_lose_positions(system, settings, name, state, words):
    with configured(system.stack.redis, **settings):
        found = problems(system)
        assert set(found) == {name} and found[name][0] == state and words in found[name][1]
        assert health(system)["redis"]["ok"] is (state != "failed")
    assert problems(system) == {}


def test_what_a_redis_does_is_called_by_its_name(system):
    redis = system.stack.redis
    for settings, name in (({"appendfsync": "always"}, "aof always"), ({"appendfsync": "no"}, "aof no"),
                           ({"appendonly": "no", "save": ""}, "none"), ({"appendonly": "no", "save": "60 9"}, "rdb")):
        with configured(redis, **settings):
            assert health(system)["redis"]["persistence"] == name


def test_memory_that_is_nearly_full(system):
    redis = system.stack.redis
    with configured(redis, maxmemory=int(redis.info()["used_memory"] * 1.05)):
        found = problems(system)
        assert found["memory"][0] == "warning" and health(system)["redis"]["memory_limit_bytes"] > 0


def test_a_redis_that_does_not_let_itself_be_asked(system):
    redis = system.stack.redis
    redis.execute_command("ACL", "SETUSER", "default", "-info", "-config")
    try:
        report = health(system)
        assert set(report["redis"]) == {"ok", "latency_ms"} and report["redis"]["ok"] is False
        assert [each["name"] for each in report["problems"]] == ["info"]
        assert report["documents"] == 1
        # INFO alone tells all but how often it writes.
        redis.execute_command("ACL", "SETUSER", "default", "+info")
        assert health(system)["redis"]["persistence"] == "aof" and problems(system) == {}
    finally:
        redis.execute_command("ACL", "SETUSER", "default", "+@all")


def test_a_replica_takes_no_pushes(system):
    system.stack.redis.execute_command("REPLICAOF", "127.0.0.1", "1")
    try:
        assert problems(system)["kind"][0] == "failed"
    finally:
        system.stack.redis.execute_command("REPLICAOF", "NO", "ONE")
    wait.until(lambda: not problems(system), "a server that is well")


def test_indexes_that_are_not_built(system):
    schema = system.stack.redis.getdel("koshelf:schema")
    try:
        report = health(system)
        assert report["indexed"] is False and [each["name"] for each in report["problems"]] == ["indexes"]
    finally:
        system.stack.redis.set("koshelf:schema", schema)


def test_what_was_given_up_is_listed(system):
    redis, prefix = system.stack.redis, f"user:{system.username}:"
    letter = {"kind": "forbidden", "reason": "the key's user may not <b>", "at": 1_700_000_000_123}
    redis.hset(prefix + "dead", mapping={"book": json.dumps(letter), "older": "odd text"})
    redis.hset(prefix + "meta:book", mapping={"title": "Dune", "own_title": "Arrakis"})
    try:
        report = health(system)
        assert report["dead"] == [
            {"user": system.username, "document": "book", "title": "Arrakis", "reason": letter["reason"],
             "since": 1_700_000_000},
            {"user": system.username, "document": "older", "title": "", "reason": "odd text"}]
        assert report["dead_letters"] == 2
        assert "2 documents were given up" in problems(system)["dead"][1]
    finally:
        redis.delete(prefix + "dead", prefix + "meta:book")


def test_of_very_many_that_were_given_up_some_are_listed(system):
    redis, key = system.stack.redis, f"user:{system.username}:dead"
    redis.hset(key, mapping={f"d{n}": "{}" for n in range(5000)})
    try:
        report = health(system)
        assert report["dead_letters"] == 5000 and len(report["dead"]) == 100
    finally:
        redis.delete(key)


def test_devices_that_do_not_wait_are_explained(system):
    system.stack.redis.set("koshelf:abs:breaker", "1", ex=30)
    try:
        assert health(system)["audiobookshelf"]["breaker_open"] is True
        assert problems(system)["breaker"][0] == "warning"
    finally:
        system.stack.redis.delete("koshelf:abs:breaker")


def test_an_account_without_a_feed_is_named_once_it_has_a_book(system):
    refused = Koreader(system.stack.https_port, "refused", credential("p"))
    assert refused.register().status == 201
    refused.push("book", 0.5, POINTER)
    assert problems(system) == {}
    redis = system.stack.redis
    redis.hset("user:refused:links", "book", json.dumps({"how": "unlinked", "since": 1}))
    assert problems(system) == {}
    redis.hset("user:refused:links", "book", json.dumps({"libraryItemId": "x", "how": "manual", "since": 1}))
    found = problems(system)
    assert set(found) == {"feeds"} and "refused" in found["feeds"][1] and system.username not in found["feeds"][1]
    assert refused.delete().status == 200


def test_an_audiobookshelf_that_is_away(system):
    with system.abs.fault("hang", path="/status"):
        began = time.monotonic()
        assert "does not answer in time" in problems(system)["reachable"][1]
        assert time.monotonic() - began < 4
    system.abs.kill()
    try:
        report = health(system)
        assert report["audiobookshelf"]["answers"] is False and "version" not in report["audiobookshelf"]
        found = problems(system)
        assert found["reachable"][0] == "failed" and "Nothing answers" in found["reachable"][1]
    finally:
        system.abs.start()
    system.wait_for_feed()
    wait.until(lambda: not problems(system), "a server that is well", 30)


def test_without_a_bridge(system):
    assert system.stack.bridge.stop() == 0
    system.push("book", 0.5, POINTER)
    try:
        time.sleep(0.1)
        report = health(system)
        assert report["bridge"] == {"sync": {"running": False}, "library": {"running": False}}
        assert report["outbox"]["accounts"] == report["outbox"]["due"] == report["outbox"]["documents"] == 1
        assert report["outbox"]["oldest_ms"] >= 100
        found = problems(system)
        assert {name: state for name, (state, _) in found.items()} == {"sync": "failed", "library": "warning"}
        assert "koshelf-bridge" in found["sync"][1]
    finally:
        system.stack.start_bridge()
    system.settled(30)
    wait.until(lambda: not problems(system), "a server that is well", 30)
    assert "oldest_ms" not in health(system)["outbox"]


def test_metrics_are_offered_to_addresses_that_may_read_them(system):
    device = system.admin.device
    forwarded = [*device.headers(), ("X-Forwarded-For", "203.0.113.9")]
    for headers, offered, status in ((device.headers(), "/metrics", 200), (forwarded, None, 403)):
        assert device.call("GET", "/admin/health", headers=headers).json["metrics"] == offered
        assert device.call("GET", "/metrics", headers=headers).status == status


def test_a_common_key_has_one_feed():
    def common(bridged):
        return {"KOSHELF_ADMIN_USERS": "root", "AUDIOBOOKSHELF_USER_MAP": "",
                "AUDIOBOOKSHELF_API_KEY": bridged.user.api_key}
    with Bridged(env=common) as system:
        system.admin = administrator(system.stack)
        item = plain_audiobook(system.abs, system.library)
        assert health(system)["audiobookshelf"]["feeds"] == [{"user": None, "live": False}]
        system.push("book", 0.25, POINTER)
        system.link("book", item)
        wait.until(lambda: health(system)["audiobookshelf"]["feeds"] == [{"user": None, "live": True}], "the feed")


def test_settings_that_make_no_sense():
    with Stack(env={"KOSHELF_ADMIN_USERS": "root", "AUDIOBOOKSHELF_BASE_URL": "ftp://x"}) as stack:
        stack.wait_until_indexed()
        (problem,) = administrator(stack).get("/admin/health")["problems"]
        assert problem["name"] == "settings" and "AUDIOBOOKSHELF_BASE_URL" in problem["message"]


def test_without_audiobookshelf_nobody_misses_a_bridge_and_without_redis_nothing_can_be_said():
    with Stack(env={"KOSHELF_ADMIN_USERS": "root"}) as stack:
        stack.wait_until_indexed()
        admin = administrator(stack)
        report = admin.get("/admin/health")
        assert report["problems"] == [] and report["audiobookshelf"] == {
            "configured": False, "feeds": [], "breaker_open": False}
        stack.kill_redis()
        assert admin.call("GET", "/admin/health").error == (502, 1000)
