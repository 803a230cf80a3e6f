"""Several document ids that are one book: merging, parting, and what lists, histories and pushes make of it."""

import hashlib
import json
import time

import pytest

from support.console import merge, merged, newcomer, unmerged
from support.stack import Stack

CONTENT = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def stack():
    with Stack(env={"KOSHELF_HISTORY_LIMIT": "100000", "KOSHELF_ADMIN_USERS": "root"}) as running:
        running.wait_until_indexed()
        yield running


def keys_of(stack, console):
    return stack.redis.keys(f"user:{console.username}:*")


def backdate(stack, console, document, seconds):
    """As if the document had been moved that much earlier."""
    key = f"user:{console.username}:document:{document}"
    then = int(stack.redis.hget(key, "timestamp")) - seconds
    stack.redis.hset(key, "timestamp", then)
    stack.redis.zadd(f"user:{console.username}:documents", {document: then}, xx=True)


def place(device, document):
    answer = device.pull(document).json
    return answer.get("progress"), answer.get("device")


def history(console, document):
    """(progress, document, state), newest first."""
    return [(each["progress"], each["document"], each["state"]) for each in console.document(document)["history"]]


class TestOnePosition:
    def test_the_newer_position_becomes_that_of_both(self, stack, ann):
        kobo, boox = ann.device, ann.device.other()
        kobo.push("a", 0.1, "pa")
        boox.push("b", 0.2, "pb")
        backdate(stack, ann, "a", 100)
        newest = boox.pull("b").json
        answer = merged(ann, "a", "b")
        assert (answer["document"], answer["merged"]) == ("b", ["a"]) and "one book" in answer["message"]
        for document in ("a", "b"):
            assert kobo.pull(document).json == newest | {"document": document}

    @pytest.mark.parametrize("into", ["a", "b"])
    def test_also_if_it_is_that_of_the_one_that_is_merged(self, stack, ann, into):
        ann.device.push("a", 0.1, "pa")
        ann.device.other("Boox", None).push("b", 0.2, "pb")  # no device_id: none is left behind
        backdate(stack, ann, into, 100)
        other = "b" if into == "a" else "a"
        newest = ann.device.pull(other).json
        merged(ann, other, into)
        assert ann.device.pull(into).json == newest | {"document": into}

    def test_a_push_to_any_moves_all_and_answers_with_what_was_asked_for(self, ann):
        kobo, boox = ann.device, ann.device.other()
        for document in ("a", "b", "c"):
            kobo.push(document, 0.1, "p" + document)
        merged(ann, "a", "c")
        merged(ann, "b", "c")
        for step, document in enumerate(("a", "c", "b", "a")):
            answer = boox.push(document, 0.3 + step / 100, f"q{step}")
            assert answer.json["document"] == document and set(answer.json) == {"document", "timestamp"}
            for each in ("a", "b", "c"):
                assert place(kobo, each) == (f"q{step}", boox.device)
                assert kobo.pull(each).json["timestamp"] == answer.json["timestamp"]

    def test_a_refreshed_position_is_refreshed_under_every_id(self, stack, ann):
        ann.device.push("a", 0.1, "p")
        ann.device.push("b", 0.1, "q")
        merged(ann, "a", "b")
        for document in ("a", "b"):
            backdate(stack, ann, document, 500)
        again = ann.device.push("a", 0.1, "q").json["timestamp"]
        assert ann.device.pull("a").json["timestamp"] == ann.device.pull("b").json["timestamp"] == again
        assert stack.redis.zscore(f"user:{ann.username}:documents", "b") == again

    def test_the_reference_server_finds_the_right_position_under_each_id(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.push("b", 0.2, "pb")
        merged(ann, "a", "b")
        ann.device.push("a", 0.7, "pc")
        stored = [stack.redis.hgetall(f"user:{ann.username}:document:{each}") for each in ("a", "b")]
        assert stored[0] == stored[1]
        assert set(stored[0]) == {b"percentage", b"progress", b"device", b"device_id", b"timestamp"}

    def test_what_it_wrote_to_one_of_them_counts_if_it_is_the_newest(self, stack, ann):
        device = ann.device
        for each in ("a", "b", "c"):
            device.push(each, 0.1, "p" + each)
        merged(ann, "a", "c")
        merged(ann, "b", "c")
        now = int(time.time())
        for each, at in (("a", now + 20), ("b", now + 10), ("c", now + 5)):
            stack.redis.hset(f"user:{ann.username}:document:{each}",
                             mapping={"progress": "x" + each, "device": "Elsewhere", "timestamp": at})
        assert stack.ctl("reindex", "--force").returncode == 0
        for each in ("a", "b", "c"):
            assert place(device, each) == ("xa", "Elsewhere")
        assert [entry[0] for entry in history(ann, "c")][:3] == ["xa", "xb", "xc"]
        assert stack.redis.zrange(f"user:{ann.username}:documents", 0, -1, withscores=True) == [(b"c", now + 20)]

    def test_a_push_after_that_finds_it_as_well(self, stack, ann):
        for each in ("a", "b"):
            ann.device.push(each, 0.1, "p" + each)
        merged(ann, "a", "b")
        key = f"user:{ann.username}:document:a"
        stack.redis.hset(key, mapping={"progress": "x", "device": "Elsewhere", "timestamp": int(time.time()) + 10})
        stack.redis.hdel(key, "device_id")
        ann.device.push("b", 0.1, "pa")  # an old place of that device, after somebody else has written
        assert place(ann.device, "a") == place(ann.device, "b") == ("x", "Elsewhere")
        assert ann.device.pull("b").json.get("device_id") is None
        assert ("x", "a", "current") in history(ann, "b")

    def test_only_links_no_positions(self, stack, ann):
        for each in ("a", "b"):
            stack.redis.hset(f"user:{ann.username}:links", each, json.dumps({"libraryItemId": each, "how": "manual"}))
        assert merged(ann, "a", "b")["merged"] == ["a"]
        assert ann.device.pull("a").json == {} and ann.documents() == []
        ann.device.push("a", 0.5, "p")
        assert place(ann.device, "b") == ("p", ann.device.device)
        assert [each["document"] for each in ann.documents()] == ["b"]


class TestGuard:
    def test_an_old_place_of_either_document_is_stale(self, stack, ann):
        kobo, boox = ann.device, ann.device.other()
        kobo.push("a", 0.1, "k1")
        kobo.push("a", 0.2, "k2")
        boox.push("b", 0.5, "b1")
        backdate(stack, ann, "a", 100)
        merged(ann, "a", "b")
        for document in ("a", "b"):
            for old in ("k1", "k2"):
                assert kobo.push(document, int(old[1]) / 10, old).status == 200
        assert place(kobo, "a") == place(kobo, "b") == ("b1", boox.device)
        kobo.push("a", 0.3, "k3")
        assert place(kobo, "b") == ("k3", kobo.device)

    def test_a_device_alone_may_go_back_to_where_it_was_in_either(self, stack, ann):
        ann.device.push("a", 0.1, "p1")
        ann.device.push("b", 0.2, "p2")
        backdate(stack, ann, "a", 100)
        merged(ann, "a", "b")
        ann.device.push("a", 0.1, "p1")
        assert place(ann.device, "b") == ("p1", ann.device.device)

    def test_what_was_pushed_to_the_book_is_known_after_the_parting(self, stack, ann):
        kobo, boox = ann.device, ann.device.other()
        kobo.push("a", 0.1, "k1")
        boox.push("b", 0.2, "b1")
        merged(ann, "a", "b")
        kobo.push("a", 0.3, "k2")
        boox.push("b", 0.4, "b2")
        unmerged(ann, "a")
        for document in ("a", "b"):
            kobo.push(document, 0.3, "k2")
            assert place(kobo, document) == ("b2", boox.device)

    def test_again_and_again_its_numbers_stay_small_and_none_comes_back(self, stack, ann):
        kobo, boox = ann.device, ann.device.other()
        kobo.push("a", 0.1, "k1")
        boox.push("b", 0.2, "b1")
        seen = []
        for _ in range(30):
            merged(ann, "a", "b")
            seen.append(int(stack.redis.hget(f"user:{ann.username}:pushes:b", "sequence")))
            unmerged(ann, "a")
        assert seen == sorted(set(seen)) and seen[-1] < 100
        for document in ("a", "b"):
            kobo.push(document, 0.1, "k1")
            assert place(kobo, document) == ("b1", boox.device)

    def test_with_the_guard_off_the_last_push_wins(self):
        with Stack(env={"KOSHELF_STALE_GUARD": "off"}) as stack:
            console = newcomer(stack)
            console.device.push("a", 0.1, "k1")
            console.device.other().push("b", 0.2, "b1")
            merged(console, "a", "b")
            console.device.push("a", 0.1, "k1")
            assert place(console.device, "b")[0] == "k1"


class TestLists:
    def test_the_library_shows_the_main_document_alone(self, stack, ann):
        for each in ("a", "b", "c"):
            ann.device.push(each, 0.1, "p" + each, metadata={"title": each.upper(), "filename": each + ".epub"})
        merged(ann, "a", "b")
        listed = {each["document"]: each for each in ann.documents()}
        assert set(listed) == {"b", "c"} and listed["b"]["merged"] == ["a"] and listed["c"]["merged"] == []
        assert ann.get(f"/admin/accounts/{ann.username}")["documents"] == 2
        # Whoever asks for the other id is shown the book.
        assert ann.document("a")["document"]["document"] == "b"

    def test_the_history_is_that_of_all(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        merged(ann, "a", "b")
        ann.device.push("a", 0.3, "pc")
        ann.device.push("b", 0.4, "pd")
        assert history(ann, "b") == [("pd", "b", "current"), ("pc", "a", "current"), ("pb", "b", "current"),
                                     ("pa", "a", "current")]
        ids = [each["id"] for each in ann.document("b")["history"]]
        assert len(set(ids)) == 4
        assert len(ann.get("/admin/library/b?limit=2")["history"]) == 2

    def test_a_position_of_another_ids_history_can_be_restored(self, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        merged(ann, "a", "b")
        entry = [each for each in ann.document("b")["history"] if each["progress"] == "pa"][0]
        assert ann.call("POST", "/admin/library/a/restore", {"id": entry["id"]}).status == 200
        assert place(ann.device, "a") == place(ann.device, "b") == ("pa", "Koshelf")
        for odd in (entry["id"] + "x", entry["id"].split(":")[0] + ":b", entry["id"].split(":")[0] + ":c", "1-1:a",
                    entry["id"].split(":")[0] + ":", ":a", "+:a"):
            assert ann.call("POST", "/admin/library/b/restore", {"id": odd}).error == (404, 3004), odd

    def test_the_book_gets_the_title_of_whoever_knows_one(self, ann):
        ann.device.push("a", 0.1, "pa", metadata={"title": "Emma", "authors": "Jane Austen", "filename": "a.epub"})
        ann.device.push("b", 0.2, "pb")
        merged(ann, "a", "b")
        book = ann.document("b")["document"]
        assert (book["title"], book["authors"], book["filename"]) == ("Emma", "Jane Austen", "")
        ann.device.push("a", 0.3, "pc", metadata={"title": "Other", "filename": "b.epub"})
        assert ann.document("b")["document"]["title"] == "Emma"
        unmerged(ann, "a")
        own = ann.document("a")["document"]
        assert (own["title"], own["filename"]) == ("Other", "b.epub")

    def test_a_reindex_does_not_bring_the_other_ids_back(self, stack, ann):
        for each in ("a", "b", "c"):
            ann.device.push(each, 0.1, "p" + each)
        merged(ann, "a", "b")
        stack.redis.delete(f"user:{ann.username}:documents")
        assert stack.ctl("reindex", "--force").returncode == 0
        assert sorted(stack.redis.zrange(f"user:{ann.username}:documents", 0, -1)) == [b"b", b"c"]

    def test_it_counts_once_for_the_quota(self, stack, ann):
        for each in ("a", "b"):
            ann.device.push(each, 0.1, "p" + each)
        merged(ann, "a", "b")
        stack.redis.hset(f"user:{ann.username}:profile", "documents_limit", "2")
        assert ann.device.push("c").status == 200 and ann.device.push("d").error == (403, 2007)
        assert ann.device.push("a", 0.9, "on").status == 200

    def test_devices_show_the_book(self, ann):
        ann.device.push("a", 0.1, "p", metadata={"title": "Emma"})
        ann.device.push("b", 0.2, "q")
        merged(ann, "a", "b")
        for each in ("a", "b"):
            ann.device.push(each, 0.3, "on" + each)
            assert ann.get("/admin/devices")["devices"][0]["last_document"] == {"document": "b", "title": "Emma"}


class TestParting:
    def test_each_keeps_the_position_and_goes_its_own_way(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        merged(ann, "a", "b")
        ann.device.push("a", 0.3, "pc")
        answer = unmerged(ann, "b", "a")
        assert (answer["document"], answer["merged"]) == ("a", [])
        assert {each["document"]: each["merged"] for each in ann.documents()} == {"a": [], "b": []}
        assert place(ann.device, "a") == place(ann.device, "b") == ("pc", ann.device.device)
        ann.device.push("a", 0.4, "pd")
        assert place(ann.device, "b")[0] == "pc"
        assert [each[0] for each in history(ann, "a")] == ["pd", "pc", "pa"]
        assert [each[0] for each in history(ann, "b")] == ["pc", "pb"]
        assert stack.redis.exists(f"user:{ann.username}:merged") == 0

    def test_in_every_way_in_which_it_can_be_said(self, ann):
        for each in ("a", "b", "c", "d"):
            ann.device.push(each, 0.1, "p" + each)
        for each in ("a", "b", "c"):
            merged(ann, each, "d")
        assert unmerged(ann, "a")["merged"] == ["b", "c"]
        assert ann.call("DELETE", "/admin/library/d/merge?member=b").json["merged"] == ["c"]
        assert unmerged(ann, "c", "c")["merged"] == []

    def test_merged_again_no_move_is_shown_twice(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.other().push("b", 0.2, "pb")
        for _ in range(3):
            merged(ann, "a", "b")
            unmerged(ann, "a")
        merged(ann, "a", "b")
        shown = [entry[0] for entry in history(ann, "b")]
        assert sorted(shown) == ["pa", "pb"]

    def test_a_group_joins_another_whole(self, ann):
        for each in ("a", "b", "c", "d"):
            ann.device.push(each, 0.1, "p" + each)
        merged(ann, "a", "b")
        merged(ann, "c", "d")
        assert merged(ann, "b", "c")["document"] == "d"
        assert sorted(ann.document("d")["document"]["merged"]) == ["a", "b", "c"]
        ann.device.push("a", 0.9, "on")
        for each in ("a", "b", "c", "d"):
            assert place(ann.device, each)[0] == "on"

    def test_what_cannot_be_merged(self, ann):
        for each in ("a", "b", "c"):
            ann.device.push(each, 0.1, "p" + each)
        assert merge(ann, "a", "a").error == (409, 3020)
        merged(ann, "a", "b")
        for document, into in (("a", "b"), ("b", "a"), ("a", "c")):
            assert merge(ann, document, into).error == (409, 3020)
        assert merge(ann, "c", "nothing").error == (404, 3003)
        assert merge(ann, "nothing", "c").error == (404, 3003)
        for into in (None, "", "x:y", 5):
            assert merge(ann, "c", into).json["field"] == "into"

    def test_what_cannot_be_parted(self, ann):
        for each in ("a", "b", "c"):
            ann.device.push(each, 0.1, "p" + each)
        merged(ann, "a", "b")
        for path in ("/b/merge", "/c/merge", "/c/merge?member=a", "/b/merge?member=c"):
            assert ann.call("DELETE", "/admin/library" + path).error == (409, 3020), path
        assert ann.call("DELETE", "/admin/library/b/merge", {"document": 5}).json["field"] == "document"
        assert ann.call("DELETE", "/admin/library/b/merge", b"{").error == (400, 103)
        assert unmerged(ann, "a")["merged"] == []

    def test_sixteen_and_no_more(self, stack, ann):
        for n in range(17):
            ann.device.push(f"d{n}", 0.1, f"p{n}")
        for n in range(1, 16):
            merged(ann, f"d{n}", "d0")
        assert merge(ann, "d16", "d0").error == (409, 3020)
        assert merge(ann, "d0", "d16").error == (409, 3020)
        ann.device.push("d7", 0.9, "on")
        assert {place(ann.device, f"d{n}")[0] for n in range(16)} == {"on"}

    def test_odd_ids(self, ann):
        names = ["..", "a/b c", "é?&=#", "link"]
        for name in names:
            ann.device.push(name, 0.5, "p" + name)
        for name in names[1:]:
            assert merged(ann, name, "..")["document"] == ".."
        ann.device.push("é?&=#", 0.6, "on")
        assert {place(ann.device, name)[0] for name in names} == {"on"}

    def test_nothing_of_it_is_left_of_a_deleted_account(self, stack, ann):
        for each in ("a", "b", "c"):
            ann.device.push(each, 0.1, "p" + each, metadata={"title": each})
            stack.redis.hset(f"user:{ann.username}:links", each, json.dumps({"libraryItemId": each, "how": "manual"}))
            stack.redis.hset(f"user:{ann.username}:bridge:{each}", "item", each)
        merged(ann, "a", "b")
        merged(ann, "c", "b")
        assert ann.device.delete().status == 200
        assert keys_of(stack, ann) == []

    def test_nobody_merges_what_belongs_to_others(self, ann, stack):
        stranger = newcomer(stack)
        for console in (ann, stranger):
            for each in ("a", "b"):
                console.device.push(each, 0.1, console.username + each)
        merged(ann, "a", "b")
        assert place(stranger.device, "a")[0] == stranger.username + "a"
        stranger.device.push("a", 0.9, "theirs")
        assert place(ann.device, "a")[0] != "theirs"


class TestIdentifiers:
    def ids(self, *values):
        return [{"type": "abcdefgh"[n], "value": value} for n, value in enumerate(values)]

    def test_an_id_or_an_alias_of_any_names_the_main_document(self, ann):
        ann.device.push("a", 0.1, "pa", identifiers=self.ids("a", "alias-a"))
        ann.device.push("b", 0.2, "pb", identifiers=self.ids("b", "alias-b"))
        merged(ann, "a", "b")
        for value in ("a", "alias-a", "alias-b", "b"):
            answer = ann.device.pull("other", ids=f"x:{value},y:other").json
            assert (answer["document"], answer["match"]) == ("b", "x")
            pushed = ann.device.push("other", 0.3, "q" + value, identifiers=self.ids(value, "other")).json
            assert (pushed["document"], pushed["match"]) == ("b", "a")
            assert place(ann.device, "a")[0] == place(ann.device, "b")[0] == "q" + value

    def test_new_aliases_name_the_book(self, stack, ann):
        ann.device.push("a", 0.1, "pa")
        ann.device.push("b", 0.2, "pb")
        merged(ann, "a", "b")
        ann.device.push("a", 0.3, "pc", identifiers=self.ids("a", "new"))
        assert stack.redis.get(f"user:{ann.username}:alias:new") == b"b:a"
        answer = ann.device.pull("a", ids="a:a,b:new").json
        assert (answer["document"], answer["progress_match"]) == ("b", "a")
        unmerged(ann, "a")
        assert ann.device.pull("other", ids="b:new,a:other").json["document"] == "a"

    def test_a_plain_push_takes_the_identifiers_away(self, ann):
        ann.device.push("a", 0.1, "pa", identifiers=self.ids("a", "new"))
        ann.device.push("b", 0.2, "pb")
        merged(ann, "b", "a")
        ann.device.push("b", 0.3, "pc")
        assert ann.device.pull("a", ids="c:a").json["progress_match"] == "c"


class TestCandidates:
    def candidates(self, console, document):
        return console.get(f"/admin/library/{document}/merge-candidates")["candidates"]

    def test_the_other_method_of_the_same_file_is_sure(self, ann):
        by_name = hashlib.md5(b"Emma.epub").hexdigest()
        ann.device.push(CONTENT, 0.1, "p", metadata={"title": "Emma", "authors": "Jane Austen",
                                                     "filename": "/mnt/Emma.epub"})
        ann.device.other().push(by_name, 0.2, "q")
        ann.device.push("unrelated", 0.3, "r", metadata={"title": "Persuasion", "authors": "Jane Austen"})
        ann.device.push("twin", 0.3, "r", metadata={"title": "EMMA", "authors": "Austen, Jane"})
        found = self.candidates(ann, CONTENT)
        assert [(each["document"], each["kind"], each["sure"]) for each in found] == \
            [(by_name, "filename_digest", True), ("twin", "title", False)]
        assert all(each["reason"] for each in found) and found[1]["title"] == "EMMA"
        assert [each["document"] for each in self.candidates(ann, by_name)] == [CONTENT]
        merged(ann, by_name, CONTENT)
        assert [each["document"] for each in self.candidates(ann, by_name)] == ["twin"]

    def test_two_links_to_one_item(self, stack, ann):
        for each, item in (("a", "li"), ("b", "li"), ("c", "other")):
            ann.device.push(each, 0.1, "p")
            stack.redis.hset(f"user:{ann.username}:links", each, json.dumps({"libraryItemId": item, "how": "manual"}))
        assert [(each["document"], each["kind"]) for each in self.candidates(ann, "a")] == [("b", "item")]

    def test_page_by_page(self, stack, ann):
        pipe, prefix = stack.redis.pipeline(), f"user:{ann.username}:"
        for n in range(1300):
            pipe.zadd(prefix + "documents", {f"d{n:04}": 1000 + n % 7})
            pipe.hset(prefix + f"document:d{n:04}", mapping={"percentage": "0.5", "progress": "x", "device": "d",
                                                             "timestamp": 1000})
            if n % 10 == 0:
                pipe.hset(prefix + f"meta:d{n:04}", "filename", "same.epub")
        pipe.execute()
        found = ann.all("/admin/library/d0000/merge-candidates", "candidates", limit=17)
        names = [each["document"] for each in found]
        assert len(names) == len(set(names)) == 129 and "d0000" not in names
