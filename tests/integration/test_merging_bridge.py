"""Several document ids that are one book, as the bridge and Audiobookshelf see them."""

import json
import subprocess
import time

import pytest

from support import wait
from support.bridged import Bridged, plain_audiobook
from support.console import Console, merged, unmerged
from support.koreader import fresh
from support.stack import binary

POINTER = "/body/DocFragment[{}]/body/p[2]/text().0"


def place(device, document):
    answer = device.pull(document).json
    return answer.get("progress"), answer.get("device")


class Probe:
    """The bridge's stores, a call at a time."""

    def __init__(self, stack):
        self.stack = stack

    def __call__(self, *words):
        done = subprocess.run([binary("koshelf-store-probe")], input="\t".join(words) + "\n", text=True,
                              env=self.stack.pool_env, capture_output=True, timeout=30, check=True)
        return done.stdout.rstrip("\n")


class TestStores:
    """What the bridge does with a book of several ids."""

    @pytest.fixture
    def book(self, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        merged(ann, "a", "b")
        return ann

    def test_an_import_moves_all(self, stack, book):
        probe = Probe(stack)
        assert probe("import_now", book.username, "b", "0.5", "heard", str(int(time.time()) + 5)) == "imported"
        assert place(book.device, "a") == place(book.device, "b") == ("heard", "Audiobookshelf")
        # A device that sends its old place again does not undo it, under neither id.
        book.device.push("a", 0.1, "pa")
        assert place(book.device, "b") == ("heard", "Audiobookshelf")

    def test_of_a_deleted_account_nothing_comes_back(self, stack, ann):
        ann.device.push("a")
        ann.device.push("b")
        stack.redis.delete(f"user:{ann.username}:key")
        probe = Probe(stack)
        assert probe("import_now", ann.username, "a", "0.5", "x", "1764000000") == "gone"

    def test_one_that_was_decided_before_the_merging_is_decided_again(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        probe = Probe(stack)
        sequence = probe("load", ann.username, "b").split(",")[0]
        at = str(ann.device.pull("b").json["timestamp"])
        merged(ann, "a", "b")
        call = ("import", ann.username, "b", sequence, "pb", at, "0.5", "heard", at)
        assert probe(*call) == "changed"
        assert probe(*("import", ann.username, "a", "1", "pa", at, "0.5", "heard", at)) == "changed"

    def test_one_that_knows_nothing_of_a_newer_place_is_decided_again(self, stack, book):
        stack.redis.hset(f"user:{book.username}:document:a", mapping={"progress": "past", "device": "E",
                                                                      "timestamp": int(time.time()) + 60})
        probe = Probe(stack)
        call = ("import_now", book.username, "b", "0.5", "heard", str(int(time.time()) + 5))
        assert probe(*call) == "changed"
        assert place(book.device, "a")[0] == place(book.device, "b")[0] == "past"
        assert probe(*call) == "imported"

    def test_records_links_and_the_outbox_belong_to_the_main_document(self, stack, book):
        probe, prefix = Probe(stack), f"user:{book.username}:"
        assert probe("save", book.username, "a") == "false"
        assert stack.redis.zscore(prefix + "documents", "a") is None
        assert probe("save", book.username, "b") == "true"
        assert probe("link", book.username, "a", "li_1") == "0"
        assert stack.redis.hkeys(prefix + "links") == [b"b"]
        assert probe("add", book.username, "a", "5") == "true"
        assert stack.redis.zrange(prefix + "outbox", 0, -1) == [b"b"]

    def test_what_waits_for_one_waits_for_the_book(self, stack, ann):
        prefix, probe = f"user:{ann.username}:", Probe(stack)
        for each in ("a", "b", "c"):
            ann.device.push(each, 0.1, "p" + each)
        probe("add", ann.username, "a", "7")
        stack.redis.hset(prefix + "dead", "c", '{"reason":"x"}')
        merged(ann, "a", "b")
        merged(ann, "c", "b")
        assert stack.redis.zrange(prefix + "outbox", 0, -1, withscores=True) == [(b"b", 7)]
        assert not stack.redis.exists(prefix + "dead")

    def test_a_link_moves_to_a_book_without_one_and_comes_back(self, stack, ann):
        prefix = f"user:{ann.username}:"
        for each in ("a", "b"):
            ann.device.push(each, 0.1, "p" + each)
        link = json.dumps({"libraryItemId": "li_a", "how": "manual", "since": 1})
        stack.redis.hset(prefix + "links", "a", link)
        stack.redis.hset(prefix + "bridge:a", mapping={"item": "li_a", "progress": "pa"})
        stack.redis.hset(prefix + "bridge:b", mapping={"item": "li_old", "seen": "1"})
        merged(ann, "a", "b")
        assert stack.redis.hgetall(prefix + "links") == {b"b": link.encode()}
        assert stack.redis.hgetall(prefix + "bridge:b") == {b"item": b"li_a", b"progress": b"pa"}
        unmerged(ann, "a")
        assert stack.redis.hgetall(prefix + "links") == {b"a": link.encode(), b"b": link.encode()}

    def test_a_book_keeps_its_own_link_and_an_explicit_no_goes_nowhere(self, stack, ann):
        prefix = f"user:{ann.username}:"
        links = {"a": {"libraryItemId": "li_a", "how": "manual"}, "b": {"libraryItemId": "li_b", "how": "manual"},
                 "no": {"how": "unlinked"}}
        for each in ("a", "b", "no", "free"):
            ann.device.push(each, 0.1, "p" + each)
            if each in links:
                stack.redis.hset(prefix + "links", each, json.dumps(links[each]))
        merged(ann, "a", "b")
        merged(ann, "no", "free")
        assert {k.decode(): json.loads(v) for k, v in stack.redis.hgetall(prefix + "links").items()} == {"b": links["b"]}
        for each in ("a", "no"):
            unmerged(ann, each)
        assert {k.decode(): json.loads(v) for k, v in stack.redis.hgetall(prefix + "links").items()} == links


class TestWithAudiobookshelf:
    @pytest.fixture(scope="class")
    def system(self):
        with Bridged() as bridged:
            yield bridged

    @pytest.fixture
    def audiobook(self, system, request):
        """An audiobook without text: 20,000 s."""
        return plain_audiobook(system.abs, system.library, title=request.node.name)

    def test_both_devices_move_the_audio_and_the_audio_moves_both(self, system, audiobook):
        owner = Console(system.device)
        first, second = fresh("content"), fresh("name")
        owner.device.push(first, 0.1, POINTER.format(2))
        system.link(first, audiobook)
        system.wait_for_seconds(audiobook, 2000)
        owner.device.other().push(second, 0.25, POINTER.format(3))
        time.sleep(1.1)
        owner.device.other().push(second, 0.5, POINTER.format(4))
        merged(owner, first, second)
        assert owner.document(second)["document"]["link"]["item"] == audiobook.id
        system.wait_for_seconds(audiobook, 10000)
        owner.device.push(first, 0.75, POINTER.format(9))
        system.wait_for_seconds(audiobook, 15000)
        system.settled()
        time.sleep(1.1)
        system.abs.patch_progress(system.user, audiobook, currentTime=5000, duration=20000)
        wait.until(lambda: place(owner.device, first) == (POINTER.format(3), "Audiobookshelf"), "the import")
        assert place(owner.device, second) == (POINTER.format(3), "Audiobookshelf")
        unmerged(owner, first)
        owner.device.push(first, 0.4, POINTER.format(5))
        system.wait_for_seconds(audiobook, 8000)

    def test_without_a_feed_a_pull_of_any_id_asks(self, system, audiobook):
        owner = Console(system.device)
        first, second = fresh("content"), fresh("name")
        owner.device.push(first, 0.1, POINTER.format(2))
        owner.device.other().push(second, 0.5, POINTER.format(4))
        system.link(second, audiobook)
        system.wait_for_seconds(audiobook, 10000)
        merged(owner, first, second)
        system.settled()
        system.stack.bridge.kill()
        try:
            system.stack.redis.delete(*system.stack.redis.keys("koshelf:lease:*"))
            time.sleep(1.1)
            system.abs.patch_progress(system.user, audiobook, currentTime=2000, duration=20000)
            answer = owner.device.pull(first).json
            assert (answer["progress"], answer["device"]) == (POINTER.format(2), "Audiobookshelf")
            assert answer["document"] == first
            assert place(owner.device, second) == (POINTER.format(2), "Audiobookshelf")
        finally:
            system.stack.start_bridge()
