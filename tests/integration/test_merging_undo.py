"""Undo of a merging: both books are what they were, and what came since is where it was pushed to."""

import json
import time

import pytest

from support import wait
from support.bridged import Bridged, plain_audiobook
from support.console import Console, merged, newcomer, undo, undone, unmerged
from support.koreader import fresh
from support.stack import Stack

POINTER = "/body/DocFragment[{}]/body/p[2]/text().0"


def everything(stack, console):
    """What Redis has of the account, but histories and guards, and what differs with each request."""
    found = {}
    for key in stack.redis.keys(f"user:{console.username}:*"):
        name = key.decode().split(":", 2)[2]
        kind = stack.redis.type(key)
        if name.startswith(("history:", "pushes:")) or name in ("profile", "devices"):
            continue
        read = {b"hash": stack.redis.hgetall, b"string": stack.redis.get, b"set": stack.redis.smembers,
                b"zset": lambda key: stack.redis.zrange(key, 0, -1, withscores=True)}[kind]
        found[name] = read(key)
    return found


def place(device, document):
    answer = device.pull(document).json
    return answer.get("progress"), answer.get("device")


def link(stack, console, document, item):
    stack.redis.hset(f"user:{console.username}:links", document, json.dumps({"libraryItemId": item, "how": "manual"}))


@pytest.fixture
def books(stack, ann):
    """Two books that have nothing to do with each other, of two devices; each with another id already."""
    kobo, boox = ann.device, ann.device.other()
    kobo.push("a", 0.1, "pa", metadata={"title": "Emma", "authors": "Jane Austen"})
    kobo.push("a2", 0.15, "pa2")
    boox.push("b", 0.3, "pb")
    boox.push("b2", 0.2, "pb2")
    merged(ann, "a2", "a")
    merged(ann, "b2", "b")
    for document, item in (("a", "li_a"), ("a2", "li_a2")):
        link(stack, ann, document, item)
    stack.redis.hset(f"user:{ann.username}:bridge:a", mapping={"item": "li_a", "progress": "pa"})
    stack.redis.hset(f"user:{ann.username}:bridge:b", mapping={"item": "li_old", "seen": "1"})
    return ann


class TestUndo:
    @pytest.mark.parametrize("document, into", [("a", "b"), ("b", "a")])
    def test_everything_is_as_before(self, stack, books, document, into):
        before = everything(stack, books)
        assert len(merged(books, document, into)["merged"]) == 3
        answer = undone(books, document)
        assert (answer["document"], answer["merged"]) == (document, [into + "2"])
        assert everything(stack, books) == before

    def test_also_if_only_one_has_a_position(self, stack, books):
        link(stack, books, "only", "li_only")
        before = everything(stack, books)
        for document, into in (("only", "a"), ("b", "only")):
            merged(books, document, into)
            undone(books, document)
            assert everything(stack, books) == before

    def test_what_was_pushed_since_stays_where_it_was_pushed_to(self, books):
        kobo, boox = books.device, books.device.other()
        merged(books, "a", "b")
        kobo.push("a2", 0.5, "on-a")
        boox.push("b", 0.6, "on-b")
        kobo.push("a", 0.7, "further-a")
        undone(books, "a")
        assert place(boox, "a") == place(boox, "a2") == ("further-a", kobo.device)
        assert place(kobo, "b") == place(kobo, "b2") == ("on-b", boox.device)
        shown = [entry["progress"] for entry in books.document("a")["history"]]
        assert shown[:2] == ["further-a", "on-a"]

    def test_old_places_are_known_afterwards(self, books):
        kobo, boox = books.device, books.device.other()
        merged(books, "a", "b")
        undone(books, "a")
        boox.push("a", 0.4, "boox")
        kobo.push("a", 0.1, "pa")
        assert place(kobo, "a") == ("boox", boox.device)
        kobo.push("b", 0.9, "kobo")
        boox.push("b", 0.3, "pb")
        assert place(boox, "b") == ("kobo", kobo.device)

    def test_a_position_that_was_read_while_they_were_one_is_not_taken_for_a_later_one(self, stack, books):
        merged(books, "a", "b")
        number = lambda document: int(stack.redis.hget(f"user:{books.username}:pushes:{document}", "sequence"))
        then = number("b")
        undone(books, "a")
        assert number("a") > then and number("b") > then

    def test_a_name_or_a_link_that_somebody_has_given_since_stays(self, stack, books):
        merged(books, "a", "b")
        assert books.document("b")["document"]["title"] == "Emma"
        books.done("PUT", "/admin/library/b/title", {"title": "Persuasion"})
        link(stack, books, "b", "li_b")
        undone(books, "a")
        assert books.document("b")["document"]["title"] == "Persuasion"
        assert books.document("a")["document"]["title"] == "Emma"
        links = {name: json.loads(value)["libraryItemId"]
                 for name, value in stack.redis.hgetall(f"user:{books.username}:links").items()}
        assert links == {b"a": "li_a", b"a2": "li_a2", b"b": "li_b"}

    def test_a_link_goes_back_with_the_text_that_was_chosen_since(self, stack, books):
        links = f"user:{books.username}:links"
        stack.redis.hdel(links, "a", "a2")
        link(stack, books, "b", "li_b")
        record = stack.redis.hgetall(f"user:{books.username}:bridge:b")
        merged(books, "b", "a")
        chosen = json.dumps({"libraryItemId": "li_b", "textItemId": "li_text", "how": "manual"})
        stack.redis.hset(links, "a", chosen)
        undone(books, "b")
        assert stack.redis.hgetall(links) == {b"b": chosen.encode()}
        assert stack.redis.hgetall(f"user:{books.username}:bridge:b") == record
        link(stack, books, "b", "li_b")
        merged(books, "b", "a")
        stack.redis.hset(links, "a", json.dumps({"libraryItemId": "li_other", "textItemId": "li_b", "how": "manual"}))
        undone(books, "b")
        found = {name: json.loads(value)["libraryItemId"] for name, value in stack.redis.hgetall(links).items()}
        assert found == {b"a": "li_other", b"b": "li_b"}

    def test_a_title_that_came_with_a_push_since_goes_with_its_book(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.push("b", 0.2, "pb")
        merged(ann, "a", "b")
        ann.device.push("a", 0.3, "pc", metadata={"title": "Emma"})
        assert ann.document("b")["document"]["title"] == "Emma"
        undone(ann, "a")
        assert ann.document("b")["document"]["title"] == "" and ann.document("a")["document"]["title"] == "Emma"

    def test_one_after_the_other_backwards(self, stack, books):
        books.device.push("c", 0.9, "pc")
        before = everything(stack, books)
        merged(books, "a", "b")
        merged(books, "c", "b")
        assert undo(books, "a").error == (409, 3020)
        undone(books, "c")
        undone(books, "a")
        assert everything(stack, books) == before

    def test_not_if_another_id_has_left_without_it(self, stack, books):
        phone = books.device.other("Phone", "5F00AA")
        phone.push("c", 0.2, "pc")
        merged(books, "a", "b")
        merged(books, "c", "b")
        phone.push("c", 0.6, "further")
        unmerged(books, "c")
        before = everything(stack, books)
        assert undo(books, "a").error == (409, 3020)
        assert everything(stack, books) == before and place(phone, "b")[0] == "further"
        assert stack.redis.keys(f"user:{books.username}:undo:*") == []
        merged(books, "c", "b")
        undone(books, "c")
        assert undo(books, "a").error == (409, 3020)
        unmerged(books, "a")

    def test_of_what_is_there(self, stack, books):
        merged(books, "a", "b")
        for document, code in (("b", (409, 3020)), ("a2", (409, 3020)), ("none", (404, 3003))):
            assert undo(books, document).error == code, document
        assert undo(newcomer(stack), "a").error == (404, 3003)
        key = f"user:{books.username}:undo:a"
        assert 3500 < stack.redis.ttl(key) <= 3600
        stack.redis.delete(key)
        late = undo(books, "a")
        assert late.error == (409, 3020) and "Unmerge it instead" in late.json["message"]
        unmerged(books, "a")

    def test_nothing_is_left_of_what_was_kept(self, stack, books):
        merged(books, "a", "b")
        unmerged(books, "a")
        assert not stack.redis.exists(f"user:{books.username}:undo:a")
        merged(books, "a", "b")
        assert books.device.delete().status == 200
        assert stack.redis.keys(f"user:{books.username}:*") == []


class TestDevices:
    """Which book a reader has open, as the console's page of devices says."""

    @staticmethod
    def open_books(console):
        return {each["device"]: each["last_document"]["document"] for each in console.get("/admin/devices")["devices"]}

    @pytest.mark.parametrize("document, into", [("a", "b"), ("b", "a")])
    def test_each_reads_the_book_that_it_has_pushed(self, stack, books, document, into):
        readers = {id: books.device.other("reader-of-" + id, "5F0" + id) for id in ("a", "a2", "b", "b2")}
        merged(books, document, into)
        for id, reader in readers.items():
            reader.push(id, 0.5, "p-" + id)
        by_alias = books.device.other("by-alias", "5F00")
        readers["b2"].push("b2", 0.6, "q", identifiers=TestAliases.ids("md5:b2", "file:f"))
        by_alias.push("new", 0.7, "r", identifiers=TestAliases.ids("md5:new", "file:f"))
        found = self.open_books(books)
        assert {found[reader.device] for reader in (*readers.values(), by_alias)} == {into}
        undone(books, document)
        found = self.open_books(books)
        assert {id: found[reader.device] for id, reader in readers.items()} == {"a": "a", "a2": "a", "b": "b", "b2": "b"}
        assert found["by-alias"] == "b"
        unmerged(books, "b2")
        found = self.open_books(books)
        assert (found["reader-of-b"], found["reader-of-b2"], found["by-alias"]) == ("b", "b2", "b2")
        # One that pushes an id of the book itself tells by that id, as if it had never been another.
        known = {each["device"]: each for each in map(json.loads, stack.redis.hvals(f"user:{books.username}:devices"))}
        shown = {name: {field: known[name].get(field) for field in ("document", "as", "of")}
                 for name in ("reader-of-b", "reader-of-b2", "reader-of-a2", "by-alias")}
        assert shown == {"reader-of-b": {"document": "b", "as": None, "of": None},
                         "reader-of-b2": {"document": "b2", "as": None, "of": None},
                         "reader-of-a2": {"document": "a", "as": "a2", "of": None},
                         "by-alias": {"document": "b2", "as": "new", "of": None}}


class TestAliases:
    """What a book came to be called while it was merged."""

    @staticmethod
    def ids(*pairs):
        return [dict(zip(("type", "value"), pair.split(":"))) for pair in pairs]

    @pytest.fixture(params=["b into a", "a into b"])
    def merging(self, request, ann):
        """What was merged; "a" and "b", each of its own device."""
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        document, into = request.param.split(" into ")
        merged(ann, document, into)
        return document

    def test_each_goes_to_whose_id_was_pushed(self, ann, merging):
        kobo, boox = ann.device, ann.device.other()
        boox.push("b", 0.3, "pb2", identifiers=self.ids("md5:b", "file:of-b"))
        kobo.push("a", 0.4, "pa2", identifiers=self.ids("md5:a", "file:of-a"))
        assert boox.pull("new", ids="md5:new,file:of-b").json["document"] == {"a": "b", "b": "a"}[merging]
        undone(ann, merging)
        for own in ("a", "b"):
            assert boox.pull("new", ids=f"md5:new,file:of-{own}").json["document"] == own
            pushed = boox.push("new", 0.5, "from-new-" + own, identifiers=self.ids("md5:new", "file:of-" + own))
            assert (pushed.json["document"], pushed.json["match"]) == (own, "file")
        assert (place(kobo, "a")[0], place(kobo, "b")[0]) == ("from-new-a", "from-new-b")

    def test_so_does_what_was_pushed_under_an_alias(self, ann, merging):
        kobo, boox = ann.device, ann.device.other()
        for own, device in (("b", boox), ("a", kobo)):
            device.push(own, 0.3, "p2" + own, identifiers=self.ids("md5:" + own, "file:of-" + own))
            device.push("new-" + own, 0.5, "by-alias-" + own,
                        identifiers=self.ids("md5:new-" + own, "file:of-" + own, "isbn:isbn-" + own))
        undone(ann, merging)
        for own in ("a", "b"):
            found = boox.pull("new", ids=f"md5:new,isbn:isbn-{own}").json
            assert (found["document"], found["progress"]) == (own, "by-alias-" + own)

    def test_one_from_before_stays_what_it_was(self, ann):
        for own in ("a", "b"):
            ann.device.push(own, 0.1, "p" + own, identifiers=self.ids("md5:" + own, "file:of-" + own))
        merged(ann, "b", "a")
        ann.device.push("a", 0.5, "pc", identifiers=self.ids("md5:a", "file:of-b", "isbn:isbn-a"))
        undone(ann, "b")
        for value, own in (("of-a", "a"), ("of-b", "b"), ("isbn-a", "a")):
            assert ann.device.pull("new", ids="md5:new,x:" + value).json["document"] == own


def test_it_is_too_late_where_somebody_may_have_moved_that_nobody_knows_of():
    with Stack(env={"KOSHELF_HISTORY_LIMIT": "5"}) as stack:
        owner = newcomer(stack)
        for each in ("a", "b"):
            owner.device.push(each, 0.1, "p" + each)
        merged(owner, "a", "b")
        owner.device.push("a", 0.2, "acknowledged")
        for n in range(5):
            owner.device.other().push("b", 0.3 + n / 100, f"q{n}")
        assert undo(owner, "a").error == (409, 3020)
        assert place(owner.device, "a")[0] == "q4"


MAPPED = {"AUDIOBOOKSHELF_BASE_URL": "http://127.0.0.1:1", "AUDIOBOOKSHELF_API_KEY": "key",
          "AUDIOBOOKSHELF_DOCUMENT_MAP": '{"a": "li_a"}'}


def test_what_one_undo_puts_back_is_no_move_for_the_next():
    with Stack(env=MAPPED) as stack:
        owner = newcomer(stack)
        owner.device.push("a", 0.1, "pa")
        for document in ("b", "c"):
            owner.device.other().push(document, 0.2, "p" + document)
            merged(owner, document, "a")
            owner.device.other().push(document, 0.5, "further-" + document)
        undone(owner, "c")
        assert place(owner.device, "a") == ("further-b", "Koshelf") and place(owner.device, "c")[0] == "further-c"
        assert {entry["document"] for entry in owner.document("a")["history"]} == {"a", "b", "c"}
        undone(owner, "b")
        assert place(owner.device, "a") == ("pa", "Koshelf") and place(owner.device, "b")[0] == "further-b"


def test_a_link_of_the_document_map_is_one_again():
    with Stack(env=MAPPED) as stack:
        owner = newcomer(stack)
        links, states = f"user:{owner.username}:links", lambda: [owner.document(each)["document"]["link"]["state"]
                                                                 for each in ("a", "b")]
        for each in ("a", "b"):
            owner.device.push(each, 0.1, "p" + each)
        merged(owner, "a", "b")
        assert stack.redis.hkeys(links) == [b"b"] and states() == ["linked", "linked"]
        undone(owner, "a")
        assert not stack.redis.exists(links) and states() == ["linked", "none"]
        outbox = f"user:{owner.username}:outbox"
        assert sorted(stack.redis.zrange(outbox, 0, -1)) == [b"a", b"b"]
        merged(owner, "a", "b")
        chosen = json.dumps({"libraryItemId": "li_a", "textItemId": "li_text", "how": "manual"})
        stack.redis.hset(links, "b", chosen)
        undone(owner, "a")
        assert stack.redis.hgetall(links) == {b"a": chosen.encode()} and states() == ["linked", "none"]


class TestWithAudiobookshelf:
    @pytest.fixture(scope="class")
    def system(self):
        with Bridged() as bridged:
            yield bridged

    @pytest.mark.parametrize("into_linked", [False, True])
    def test_the_audiobook_goes_back_and_follows_its_own_book(self, system, request, into_linked):
        audiobook = plain_audiobook(system.abs, system.library, title=request.node.name)
        owner = Console(system.device)
        boox = owner.device.other()
        own, wrong = fresh("own"), fresh("wrong")
        owner.device.push(own, 0.1, POINTER.format(2))
        system.link(own, audiobook)
        system.wait_for_seconds(audiobook, 2000)
        time.sleep(1.1)
        boox.push(wrong, 0.5, POINTER.format(4))
        document, into = (wrong, own) if into_linked else (own, wrong)
        merged(owner, document, into)
        system.wait_for_seconds(audiobook, 10000)
        undone(owner, document)
        system.wait_for_seconds(audiobook, 2000)
        assert place(boox, wrong) == (POINTER.format(4), boox.device)
        assert place(owner.device, own) == (POINTER.format(2), "Koshelf")
        assert owner.document(wrong)["document"]["link"]["state"] == "none"
        boox.push(wrong, 0.6, POINTER.format(5))
        owner.device.push(own, 0.25, POINTER.format(3))
        system.wait_for_seconds(audiobook, 5000)
        system.settled()
        time.sleep(1.1)
        system.abs.patch_progress(system.user, audiobook, currentTime=15000, duration=20000)
        wait.until(lambda: place(owner.device, own)[1] == "Audiobookshelf", "the import")
        assert place(boox, wrong) == (POINTER.format(5), boox.device)

    def test_what_was_heard_since_stays_with_the_audiobook(self, system, request):
        audiobook = plain_audiobook(system.abs, system.library, title=request.node.name)
        owner = Console(system.device)
        own, wrong = fresh("own"), fresh("wrong")
        owner.device.push(own, 0.1, POINTER.format(2))
        owner.device.push(own, 0.7, POINTER.format(6))
        system.link(own, audiobook)
        system.wait_for_seconds(audiobook, 14000)
        owner.device.other().push(wrong, 0.5, POINTER.format(4))
        merged(owner, own, wrong)
        system.settled()
        time.sleep(1.1)
        system.abs.patch_progress(system.user, audiobook, currentTime=15000, duration=20000)
        wait.until(lambda: place(owner.device, wrong)[1] == "Audiobookshelf", "the import")
        undone(owner, own)
        assert place(owner.device, own)[1] == "Audiobookshelf"
        assert place(owner.device, wrong)[0] == POINTER.format(4)
