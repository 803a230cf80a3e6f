"""What the bridge does when a server answers oddly, again and again: no storm, no standstill, no wrong side."""

import json
import time

import pytest

from support import wait
from support.bridged import Bridged
from support.koreader import registered

TRACKS = [{"index": 1, "startOffset": 0, "duration": 20000, "title": "a.mp3"}]


@pytest.fixture(scope="module")
def system():
    with Bridged() as bridged:
        yield bridged


@pytest.fixture
def audiobook(system, request):
    """An audiobook of 20,000 s without text, linked to the document `document_of` it, and already at 1,000 s."""
    item = system.abs.add_item(system.library, title=request.node.name,
                               audio={"duration": 20000, "tracks": TRACKS, "chapters": []})
    system.link(document_of(item), item)
    system.push(document_of(item), 0.05, "/body/DocFragment[1]/body/p[2]/text().0")
    system.wait_for_seconds(item, 1000)
    system.wait_for_feed()
    system.settled()
    system.abs.clear_requests()
    yield item
    system.abs.clear_faults()


def document_of(item):
    return item.id.replace("-", "")


def test_a_server_that_fails_every_write_is_asked_less_and_less_often(system, audiobook):
    system.abs.fault("status", "POST", "^/api/session/local-all", status=500)
    system.push(document_of(audiobook), 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    time.sleep(6)
    attempts = system.abs.requests("POST", "^/api/session/local-all")
    assert 2 <= len(attempts) <= 6
    system.abs.clear_faults()
    system.wait_for_seconds(audiobook, 10000)


def test_a_refused_write_is_put_aside_at_once_and_stays_there(system, audiobook):
    system.abs.fault("status", "PATCH", f"^/api/me/progress/{audiobook.id}", status=403)
    system.push(document_of(audiobook), 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    dead = f"user:{system.username}:dead"
    wait.until(lambda: system.stack.redis.hexists(dead, document_of(audiobook)), "a dead letter")
    time.sleep(3)
    assert len(system.patches(audiobook)) == 1
    assert system.stack.redis.hexists(dead, document_of(audiobook))
    assert not system.stack.redis.zscore(f"user:{system.username}:outbox", document_of(audiobook))


def test_what_a_proxy_answers_for_a_server_that_is_away_loses_nothing(system, audiobook):
    system.abs.fault("status", path="^/", status=404, body="404 page not found")
    system.abs.drop_sockets()
    system.push(document_of(audiobook), 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    dead = f"user:{system.username}:dead"
    wait.until(lambda: system.stack.redis.hexists(dead, document_of(audiobook)), "a dead letter")
    time.sleep(1)
    system.abs.clear_faults()
    system.wait_for_seconds(audiobook, 10000)
    assert not system.stack.redis.exists(dead)


def test_waiting_for_a_player_is_not_counted_as_a_failure(system, audiobook):
    player = system.abs.play(system.user, audiobook)
    player.sync(3000)
    wait.until(lambda: system.pull(document_of(audiobook)).get("device_id") == "audiobookshelf", "the import")
    system.push(document_of(audiobook), 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    time.sleep(7)
    record = system.stack.redis.hgetall(f"user:{system.username}:bridge:{document_of(audiobook)}")
    assert record.get(b"outbox_attempts", b"0") == b"0"
    assert b"player" in record[b"outbox_reason"]
    player.close()
    system.wait_for_seconds(audiobook, 10000)


def test_listening_in_the_same_second_as_the_push_that_was_already_written_counts(system, audiobook):
    document = document_of(audiobook)
    for _ in range(3):
        time.sleep(1.02 - time.time() % 1)
        system.push(document, 0.5, f"/body/DocFragment[6]/body/p[2]/text().{time.time_ns()}")
        system.wait_for_seconds(audiobook, 10000)
        system.settled()
        system.abs.listen(system.user, audiobook, 15000)
        if time.time() % 1 > 0.95:
            continue
        system.wait_for_import(document)
        assert system.seconds(audiobook) == 15000


def test_a_client_that_hands_in_an_older_place_is_set_right(system, audiobook):
    document = document_of(audiobook)
    system.push(document, 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    system.wait_for_seconds(audiobook, 10000)
    system.settled()
    hour_ago = round((time.time() - 3600) * 1000)
    system.abs.patch_progress(system.user, audiobook, currentTime=500, lastUpdate=hour_ago)
    system.wait_for_seconds(audiobook, 10000)
    assert system.pull(document)["progress"] == "/body/DocFragment[6]/body/p[2]/text().0"


def test_after_an_import_an_older_place_is_followed_since_both_are_the_servers(system, audiobook):
    document = document_of(audiobook)
    system.push(document, 0.1, "/body/DocFragment[2]/body/p[2]/text().0")
    system.wait_for_seconds(audiobook, 2000)
    system.settled()
    time.sleep(1.1)
    system.abs.listen(system.user, audiobook, 15000)
    system.wait_for_import(document)
    minute_ago = round((time.time() - 60) * 1000)
    system.abs.patch_progress(system.user, audiobook, currentTime=1500, lastUpdate=minute_ago)
    wait.until(lambda: system.pull(document)["progress"].startswith("/body/DocFragment[1]"),
               "the device to follow")
    time.sleep(1)
    assert system.seconds(audiobook) == 1500


def test_an_account_with_thousands_of_books_that_wait_keeps_nobody_waiting(system, audiobook):
    redis, other = system.stack.redis, registered(system.stack)
    documents = [f"{number:032x}" for number in range(3000)]
    pipe = redis.pipeline()
    for document in documents:
        link = {"libraryItemId": f"li_{document}", "how": "manual", "since": 1700000000}
        pipe.hset(f"user:{system.username}:links", document, json.dumps(link))
        pipe.hset(f"user:{system.username}:document:{document}", mapping={
            "percentage": "0.5", "progress": f"/body/{document}", "device": "Kobo", "timestamp": "1700000000"})
        pipe.zadd(f"user:{system.username}:documents", {document: 1700000000})
        pipe.zadd(f"user:{system.username}:outbox", {document: 1})
    pipe.zadd("koshelf:outbox", {system.username: 1})
    pipe.execute()
    try:
        # It is not linked: it leaves the outbox as soon as it is looked at.
        assert other.push("book", 0.5, "x").status == 200
        wait.until(lambda: not redis.zcard(f"user:{other.username}:outbox"), "the turn of the other account", 3)
        assert redis.zcard(f"user:{system.username}:outbox") > 0
    finally:
        redis.hdel(f"user:{system.username}:links", *documents)
        redis.delete(f"user:{system.username}:outbox")
