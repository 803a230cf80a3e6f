"""koshelf-ctl export and import: exact, into a running server, without losing what devices push meanwhile."""

import base64
import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import threading
from urllib.parse import quote

import pytest
import redis as redis_py
from hypothesis import HealthCheck, given, settings, strategies as st

from support import wait
from support.bridged import next_second
from support.contents import contents, differences
from support.koreader import Koreader, credential, fresh, registered
from support.stack import Stack, binary

ODD_NAME = b"caf\xe9\xff \"quoted\"\n*"
ODD_DOCUMENT = b"doc\x80\x00{}\\"


class Target:
    """Another database of the stack's Redis, to import into."""

    def __init__(self, stack, number):
        self.stack = stack
        self.url = f"unix://{stack.redis_socket}?db={number}"
        self.redis = redis_py.Redis(unix_socket_path=str(stack.redis_socket), db=number)
        self.redis.flushdb()

    def ctl(self, *arguments, **more):
        return self.stack.ctl(*arguments, env={"REDIS_URL": self.url} | more)


@pytest.fixture(scope="module")
def stack():
    with Stack(env={"AUDIOBOOKSHELF_BASE_URL": "http://127.0.0.1:9", "AUDIOBOOKSHELF_API_KEY": "key"}) as running:
        running.wait_until_indexed()
        yield running


@pytest.fixture
def target(stack):
    return Target(stack, 5)


@pytest.fixture
def export(stack, tmp_path):
    def run(*options):
        path = tmp_path / f"{fresh('export')}.jsonl"
        done = stack.ctl("export", *options, path)
        assert done.returncode == 0, done.stderr
        return path
    return run


def done(run):
    assert run.returncode == 0, run.stderr + run.stdout
    return run


def lines_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def document_line(user, document, *, time_, progress="/body/p[1]", device="kobo", **more):
    position = {"percentage": "0.5", "progress": progress, "device": device, "timestamp": str(time_)}
    return {"type": "document", "user": user, "document": document, "position": position} | more


def whole(*lines):
    return [{"type": "export", "version": 1}, *lines, {"type": "end"}]


def seed_everything(stack):
    """Accounts that have everything an account can have; and what the reference server lets through."""
    reader = registered(stack)
    other = reader.other()
    for step in range(4):
        reader.push("book", step / 10, f"/body/p[{step}]", metadata={"title": "Ä title", "filename": "a.epub"})
        other.push("book", step / 10 + 0.05, f"/body/p[{step}].5")
    reader.push("book", 0.0, "/body/p[0]")  # stale
    reader.push("with-ids", 0.3, "/p", identifiers=[
        {"type": "md5", "value": "with-ids"}, {"type": "isbn", "value": "978-3"}, {"type": "weak", "value": "w"}])
    reader.push("never.linked", 1, "56")
    name = reader.username
    done(stack.ctl("link", name, "book", "li_1", "--text", "li_2"))
    done(stack.ctl("unlink", name, "with-ids"))
    done(stack.ctl("link", name, "only-linked", "li_3"))
    for document in ("content-id", "name-id"):
        other.push(document, 0.6, f"/body/p[{document}]", metadata={"title": document})
    merged = reader.call("POST", "/admin/library/name-id/merge", {"into": "content-id"})
    assert merged.status == 200, merged
    other.push("name-id", 0.7, "/body/p[merged]")
    redis = stack.redis
    redis.hset(f"user:{name}:calibrations", "li_1:li_2", '[{"id":"1","offset":5}]')
    redis.hset(f"user:{name}:dead", "never.linked", '{"reason":"gone"}')
    redis.hset(f"user:{name}:bridge:book", mapping={"progress": "/p", "seconds": "12.5", "outbox_attempts": "2"})
    odd = b"user:" + ODD_NAME + b":"
    redis.set(odd + b"key", b"\xfe secret")
    redis.zadd("koshelf:users", {ODD_NAME: 7})
    redis.hset(odd + b"document:" + ODD_DOCUMENT,
               mapping={b"percentage": b"nan", b"progress": b"\xff\x00", b"device": b"", b"timestamp": b"1700000000.5"})
    redis.zadd(odd + b"documents", {ODD_DOCUMENT: 1700000000.5})
    redis.hset(odd + b"meta:" + ODD_DOCUMENT, mapping={b"title": b"\x80", b"\xffodd": b"name"})
    redis.hset(odd + b"links", ODD_DOCUMENT, b"\xc3\x28 no json")
    redis.delete(odd + b"history:" + ODD_DOCUMENT)
    redis.xadd(odd + b"history:" + ODD_DOCUMENT, {b"progress": b"\xfe", b"\xfd": b""}, id="5-1")
    redis.set(odd + b"alias:\xc0", b"\xff:" + ODD_DOCUMENT)
    redis.sadd(odd + b"aliases", b"\xc0")
    return reader


def account_keys(redis, pattern="user:*"):
    """All but what is kept for an hour, and stays behind."""
    return {key: value for key, value in contents(redis, pattern).items() if b":undo:" not in key}


def test_an_export_comes_back_exactly_whatever_the_bytes(stack, target, export):
    reader = seed_everything(stack)
    before = account_keys(stack.redis)
    run = done(target.ctl("import", export()))
    assert differences(before, account_keys(target.redis)) == {}
    assert set(stack.redis.zrange("koshelf:users", 0, -1)) == set(target.redis.zrange("koshelf:users", 0, -1))
    assert "accounts were created" in run.stdout and reader.key not in run.stdout + run.stderr


def test_importing_once_more_changes_nothing(stack, target, export):
    path = export()
    done(target.ctl("import", path))
    before = account_keys(target.redis)
    for mode in ("--newest-wins", "--skip-existing", "--overwrite"):
        done(target.ctl("import", mode, path))
        assert differences(before, account_keys(target.redis)) == {}, mode


def test_an_export_through_pipes_is_the_same_as_through_files(stack, target, export):
    piped = subprocess.run([binary("koshelf-ctl"), "export"], env=stack.pool_env, capture_output=True, check=True)
    assert sorted(piped.stdout.splitlines()[1:]) == sorted(export().read_bytes().splitlines()[1:])
    subprocess.run([binary("koshelf-ctl"), "import", "-"], env=stack.pool_env | {"REDIS_URL": target.url},
                   input=piped.stdout, check=True, capture_output=True)
    assert differences(account_keys(stack.redis), account_keys(target.redis)) == {}


def test_the_file_is_for_its_owner_only_and_whole_or_not_there(stack, tmp_path):
    path = tmp_path / "all.jsonl"
    done(stack.ctl("export", path))
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert os.listdir(tmp_path) == ["all.jsonl"]
    failed = stack.ctl("export", "--user", "nobody at all", tmp_path / "none.jsonl")
    assert failed.returncode == 1 and "nobody at all" in failed.stderr
    assert os.listdir(tmp_path) == ["all.jsonl"]
    assert stack.ctl("export", "/nowhere/at/all").returncode == 1


def test_a_full_disk_is_said_and_fails(stack):
    with open("/dev/full", "w") as full:
        run = subprocess.run([binary("koshelf-ctl"), "export"], env=stack.pool_env, stdout=full,
                             stderr=subprocess.PIPE, text=True)
    assert run.returncode == 1 and "No space left" in run.stderr


def test_one_account_alone(stack, target, export):
    reader, stranger = registered(stack), registered(stack)
    reader.push("mine")
    stranger.push("theirs")
    path = export("--user", reader.username)
    assert {line.get("user") for line in lines_of(path)} == {None, reader.username}
    done(target.ctl("import", "--user", stranger.username, export()))
    assert account_keys(target.redis).keys() == account_keys_of(stack, stranger).keys()
    missing = target.ctl("import", "--user", "nobody", path)
    assert missing.returncode == 1 and "nobody" in missing.stderr


def account_keys_of(stack, reader):
    return account_keys(stack.redis, f"user:{reader.username}:*")


def test_the_first_administrator_stays_one_on_a_new_server(stack, target, export):
    reader = registered(stack)
    stack.redis.set("config:admin_username", reader.username)
    try:
        path = export()
    finally:
        stack.redis.delete("config:admin_username")
    run = done(target.ctl("import", path))
    assert target.redis.get("config:admin_username") == reader.username.encode()
    assert f"{reader.username} administers" in run.stdout
    target.redis.set("config:admin_username", "somebody else")
    done(target.ctl("import", "--overwrite", path))
    assert target.redis.get("config:admin_username") == b"somebody else"


class TestMeeting:
    """The same document on both sides, in a running server."""

    def moved(self, stack, export, tmp_path, shift):
        """A reader whose account was exported, and an export in which another device has moved, `shift` seconds later."""
        reader = registered(stack)
        reader.push("book", 0.2, "/body/p[2]")
        lines = lines_of(export("--user", reader.username))
        for line in lines:
            if line["type"] == "document":
                line["position"]["timestamp"] = str(int(line["position"]["timestamp"]) + shift)
                line["position"] |= {"progress": "/body/p[77]", "device": "Another", "device_id": "A1"}
                line["updated"] = line["position"]["timestamp"]
        return reader, write(tmp_path / "moved.jsonl", lines)

    def history(self, stack, reader):
        return [entry[b"progress"] for _, entry in stack.redis.xrange(f"user:{reader.username}:history:book")]

    def test_an_older_position_never_overwrites_a_newer_one(self, stack, export, tmp_path):
        reader, path = self.moved(stack, export, tmp_path, -1000)
        done(stack.ctl("import", path))
        assert reader.pull("book").json["progress"] == "/body/p[2]"
        assert self.history(stack, reader) == [b"/body/p[77]", b"/body/p[2]"]

    def test_a_newer_position_counts_and_the_one_before_is_in_the_history(self, stack, export, tmp_path):
        reader, path = self.moved(stack, export, tmp_path, 5)
        done(stack.ctl("import", path))
        answer = reader.pull("book").json
        assert answer["progress"] == "/body/p[77]"
        assert self.history(stack, reader) == [b"/body/p[2]"]
        assert stack.redis.zscore(f"user:{reader.username}:documents", "book") == answer["timestamp"]
        # The device does not know of the move: what it sends again is old, what it turns to is new.
        assert reader.push("book", 0.2, "/body/p[2]").status == 200
        assert reader.pull("book").json["progress"] == "/body/p[77]"
        assert reader.push("book", 0.3, "/body/p[3]").status == 200
        assert reader.pull("book").json["progress"] == "/body/p[3]"
        assert self.history(stack, reader)[-1] == b"/body/p[3]" and b"/body/p[77]" in self.history(stack, reader)

    def test_overwrite_and_skip_existing_do_what_they_say(self, stack, export, tmp_path):
        reader, path = self.moved(stack, export, tmp_path, -1000)
        done(stack.ctl("import", "--overwrite", path))
        assert reader.pull("book").json["progress"] == "/body/p[77]"
        reader, path = self.moved(stack, export, tmp_path, 1000)
        before = account_keys_of(stack, reader)
        done(stack.ctl("import", "--skip-existing", path))
        assert differences(before, account_keys_of(stack, reader)) == {}

    def test_passwords_stay_unless_they_are_to_be_overwritten(self, stack, export):
        reader = registered(stack)
        path = export("--user", reader.username)
        assert reader.change_password("another").status == 200
        run = done(stack.ctl("import", path))
        assert "keep their password" in run.stdout
        assert Koreader(reader.port, reader.username, "another").authorize().status == 200
        done(stack.ctl("import", "--overwrite", path))
        assert reader.authorize().status == 200

    def test_who_brings_no_password_takes_none_away(self, stack, export):
        reader = registered(stack)
        path = export("--user", reader.username)
        lines = lines_of(path)
        del lines[1]["credential"]
        run = done(stack.ctl("import", "--overwrite", write(path, lines)))
        assert reader.authorize().status == 200 and "set-password" not in run.stdout

    def test_a_role_that_was_taken_away_does_not_come_back(self, stack, export):
        reader = registered(stack)
        path = export("--user", reader.username)
        lines = lines_of(path)
        lines[1].setdefault("profile", {}).update({"is_admin": "1", "documents_limit": "0", "more": "1"})
        write(path, lines)
        profile = f"user:{reader.username}:profile"
        done(stack.ctl("import", path))
        assert stack.redis.hmget(profile, "is_admin", "documents_limit", "more") == [None, None, b"1"]
        run = done(stack.ctl("import", "--overwrite", path))
        assert stack.redis.hget(profile, "is_admin") == b"1" and reader.username in run.stdout

    def test_nothing_of_a_former_owner_is_inherited(self, target, tmp_path):
        target.redis.hset("user:eve:profile", "is_admin", "1")
        target.redis.hset("user:eve:merged", mapping={"a": ":b", "b": "a"})
        done(target.ctl("import", write(tmp_path / "eve.jsonl", whole({"type": "account", "user": "eve", "credential": "k"}))))
        assert not target.redis.exists("user:eve:profile", "user:eve:merged")

    def test_skipping_skips_nothing_of_what_it_has_brought_itself(self, stack, target, export):
        reader = registered(stack)
        for document in ("b-main", "a-member"):
            reader.push(document, 0.2, "/body/p[2]", metadata={"title": document})
        merged = reader.call("POST", "/admin/library/a-member/merge", {"into": "b-main"})
        assert merged.status == 200, merged
        reader.push("b-main", 0.3, "/body/p[3]")
        done(stack.ctl("link", reader.username, "b-main", "li_1"))
        path = export("--user", reader.username)
        done(target.ctl("import", "--skip-existing", path))
        keys = f"user:{reader.username}:*"
        assert differences(account_keys(stack.redis, keys), account_keys(target.redis, keys)) == {}
        # As if it had been stopped between the documents and their histories.
        target.redis.delete(f"user:{reader.username}:history:b-main")
        done(target.ctl("import", "--skip-existing", path))
        assert differences(account_keys(stack.redis, keys), account_keys(target.redis, keys)) == {}

    def test_many_books_of_several_ids_fit_into_a_line(self, stack, target, export):
        reader = registered(stack)
        reader.push("book")
        groups = {f"m{n}": f":n{n}" for n in range(2000)} | {f"n{n}": f"m{n}" for n in range(2000)}
        stack.redis.hset(f"user:{reader.username}:merged", mapping=groups)
        done(target.ctl("import", export("--user", reader.username)))
        assert target.redis.hlen(f"user:{reader.username}:merged") == 4000

    def test_links_and_titles_stay_and_gaps_are_filled(self, stack, tmp_path):
        reader = registered(stack)
        reader.push("linked", metadata={"title": "Mine"})
        reader.push("open")
        done(stack.ctl("link", reader.username, "linked", "li_mine"))
        name = reader.username
        path = write(tmp_path / "links.jsonl", whole(
            document_line(name, "linked", time_=5, link='{"libraryItemId":"li_theirs"}',
                          meta={"title": "Theirs", "authors": "A"}),
            document_line(name, "open", time_=5, link='{"libraryItemId":"li_theirs","how":"manual"}')))
        stack.redis.delete(f"user:{name}:outbox")
        done(stack.ctl("import", path))
        redis = stack.redis
        assert b"li_mine" in redis.hget(f"user:{name}:links", "linked")
        assert redis.hgetall(f"user:{name}:meta:linked") == {b"title": b"Mine", b"authors": b"A"}
        assert b"li_theirs" in redis.hget(f"user:{name}:links", "open")
        # A document that came to be linked is looked at by the bridge.
        assert redis.zrange(f"user:{name}:outbox", 0, -1) == [b"open"]

    def test_a_book_of_several_ids_moves_as_one(self, stack, tmp_path):
        reader = registered(stack)
        for document in ("main", "other"):
            reader.push(document, 0.2, "/body/p[2]")
        assert reader.call("POST", "/admin/library/other/merge", {"into": "main"}).status == 200
        name, now = reader.username, reader.pull("main").json["timestamp"]
        older = document_line(name, "other", time_=now - 100, progress="/body/p[1]", device="Another",
                              link='{"libraryItemId":"li_9","how":"manual"}', updated=str(now - 100))
        done(stack.ctl("import", write(tmp_path / "older.jsonl", whole(older))))
        assert [reader.pull(document).json["progress"] for document in ("main", "other")] == ["/body/p[2]"] * 2
        assert stack.redis.zrange(f"user:{name}:documents", 0, -1) == [b"main"]
        assert not stack.redis.exists(f"user:{name}:links")
        newer = document_line(name, "other", time_=now + 5, progress="/body/p[9]", device="Another", updated=str(now + 5))
        done(stack.ctl("import", write(tmp_path / "newer.jsonl", whole(newer))))
        assert [reader.pull(document).json["progress"] for document in ("main", "other")] == ["/body/p[9]"] * 2
        assert stack.redis.zrange(f"user:{name}:documents", 0, -1, withscores=True) == [(b"main", now + 5)]
        history = [entry[b"progress"] for _, entry in stack.redis.xrange(f"user:{name}:history:main")]
        assert history[-1] == b"/body/p[2]"
        assert reader.push("main", 0.2, "/body/p[2]").status == 200  # sent again
        assert reader.pull("other").json["progress"] == "/body/p[9]"

    def test_books_of_several_ids_that_would_mix_stay_apart(self, stack, tmp_path):
        reader = registered(stack)
        for document in ("one", "two", "three"):
            reader.push(document)
        assert reader.call("POST", "/admin/library/two/merge", {"into": "one"}).status == 200
        before = stack.redis.hgetall(f"user:{reader.username}:merged")
        account = {"type": "account", "user": reader.username,
                   "merged": {"x": ":two", "two": "x", "y": ":three", "three": "y", "z": ":" + ":".join(map(str, range(20))),
                              "new": ":fresh", "fresh": "new"}}
        done(stack.ctl("import", write(tmp_path / "groups.jsonl", whole(account))))
        assert stack.redis.hgetall(f"user:{reader.username}:merged") == before | {b"new": b":fresh", b"fresh": b"new"}

    def test_what_a_device_sends_again_is_recognised_after_the_move(self, stack, export, target):
        """Devices that pushed to the old server and go on with the new one, and their offline queues."""
        old, new = registered(stack), Koreader(stack.https_port, fresh(), credential("p"))
        other = old.other()
        old.push("book", 0.1, "/body/p[1]")
        other.push("book", 0.4, "/body/p[4]")
        lines = [json.dumps(line).replace(old.username, new.username)
                 for line in lines_of(export("--user", old.username))]
        assert new.register().status == 201
        assert new.other().push("book", 0.5, "/body/p[5]").status == 200
        path = stack.dir / "renamed.jsonl"
        path.write_text("\n".join(lines) + "\n")
        done(stack.ctl("import", path))
        assert new.push("book", 0.1, "/body/p[1]").status == 200
        assert new.pull("book").json["progress"] == "/body/p[5]"


def test_nothing_that_devices_push_meanwhile_is_lost(stack, export):
    readers = [registered(stack) for _ in range(3)]
    for reader in readers:
        for book in range(20):
            reader.push(f"book{book}", 0.1, "/old")
    path = export()
    next_second()
    stop, last = threading.Event(), {}

    def push_on(reader):
        step = 0
        while not stop.is_set():
            step += 1
            place = f"/body/p[{step}]"
            assert reader.push(f"book{step % 20}", step / 1000, place).status == 200
            last[reader.username, step % 20] = place

    threads = [threading.Thread(target=push_on, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            done(stack.ctl("import", path))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(last) > 20
    for reader in readers:
        for book in range(20):
            place = last.get((reader.username, book))
            if place:
                assert reader.pull(f"book{book}").json["progress"] == place
                history = stack.redis.xrange(f"user:{reader.username}:history:book{book}")
                assert [entry[b"progress"] for _, entry in history].count(b"/old") == 1


class TestBrokenFiles:
    def three(self, user="broken"):
        return [{"type": "export", "version": 1}, {"type": "account", "user": user, "credential": "k"},
                document_line(user, "one", time_=10), document_line(user, "two", time_=10),
                {"type": "end", "lines": 4}]

    @pytest.mark.parametrize("number, line, words", [
        (1, {"type": "export", "version": 2}, "version 2"),
        (1, {"type": "account", "user": "x"}, "begins with"),
        (3, {"type": "bookmark", "user": "x"}, '"bookmark"'),
        (3, document_line("broken", "one", time_=1, colour="red"), '"colour"'),
        (3, {"type": "document", "user": "broken", "document": "a:b"}, "colon"),
        (3, {"type": "document", "user": "x:key", "document": "a"}, "colon"),
        (3, {"type": "document", "user": "", "document": "a"}, "empty"),
        (3, {"type": "document", "user": "broken"}, '"document"'),
        (3, {"type": "document", "user": "broken", "document": {"base64": "!"}}, '"document"'),
        (3, {"type": "document", "user": "broken", "document": "d", "position": {"progress": 5}}, '"position"'),
        (3, {"type": "document", "user": "broken", "document": "d", "updated": "nan"}, '"updated"'),
        (3, {"type": "history", "user": "broken", "document": "d", "entries": [{"id": "0-0", "fields": {"a": "b"}}]},
         "history"),
        (3, {"type": "history", "user": "broken", "document": "d", "entries": [{"id": "*", "fields": {"a": "b"}}]},
         "history"),
        (3, {"type": "alias", "user": "broken", "value": "v", "target": "no colon"}, '"target"'),
        (3, {"type": "account", "user": "broken", "credential": ""}, '"credential"'),
        (3, {"type": "export", "version": 1}, "within the export"),
        (3, "a string", '"type"'), (3, [1], '"type"')])
    def test_a_line_that_is_not_understood_stops_there_and_says_so(self, target, tmp_path, number, line, words):
        lines = self.three()
        lines[number - 1] = line
        path = write(tmp_path / "broken.jsonl", lines)
        run = target.ctl("import", path)
        assert run.returncode == 1, run.stdout
        assert f"line {number}:" in run.stderr and words in run.stderr, run.stderr
        assert f"--from-line {number}" in run.stderr
        assert target.redis.exists("user:broken:key") == (number > 2)
        assert not target.redis.exists("user:broken:document:two")

    def test_mended_it_goes_on_where_it_stopped(self, target, tmp_path):
        lines = [json.dumps(line) for line in self.three()]
        path = tmp_path / "broken.jsonl"
        path.write_text("\n".join(lines[:3] + ['{"type":"document",'] + lines[4:]))
        run = target.ctl("import", path)
        assert run.returncode == 1 and "line 4: it is no JSON" in run.stderr
        assert target.redis.exists("user:broken:document:one")
        path.write_text("\n".join(lines))
        done(target.ctl("import", "--from-line", "4", path))
        assert target.redis.exists("user:broken:document:two")

    def test_a_file_that_was_cut_short_is_noticed(self, target, tmp_path):
        lines = self.three()
        run = target.ctl("import", write(tmp_path / "cut.jsonl", lines[:-1]))
        assert run.returncode == 1 and "cut short" in run.stderr
        assert target.redis.exists("user:broken:document:two")
        del lines[2]
        run = target.ctl("import", write(tmp_path / "gap.jsonl", lines))
        assert run.returncode == 1 and "lines are missing" in run.stderr
        (tmp_path / "empty").write_text("")
        assert target.ctl("import", tmp_path / "empty").returncode == 1
        assert target.ctl("import", tmp_path / "absent").returncode == 1

    def test_an_endless_line_is_refused(self, target, tmp_path):
        path = tmp_path / "long.jsonl"
        path.write_text('{"type":"export","version":1}\n"' + "x" * (17 << 20))
        run = target.ctl("import", path)
        assert run.returncode == 1 and "line 2: it is longer" in run.stderr

    def test_a_key_of_another_type_is_left_out_and_named(self, target, tmp_path):
        target.redis.set("user:broken:pushes:one", "no hash")
        lines = self.three()
        lines[2]["pushes"] = {"sequence": "1"}
        run = target.ctl("import", write(tmp_path / "type.jsonl", lines))
        assert run.returncode == 1 and "line 3: WRONGTYPE" in run.stderr
        assert target.redis.exists("user:broken:document:two")
        assert target.redis.get("user:broken:pushes:one") == b"no hash"

    def test_documents_without_an_account_are_counted_and_left_out(self, target, tmp_path):
        lines = self.three()
        del lines[1]
        lines[-1] = {"type": "end"}
        run = done(target.ctl("import", write(tmp_path / "homeless.jsonl", lines)))
        assert "2 documents of accounts that do not exist" in run.stdout
        assert account_keys(target.redis) == {}

    def test_an_account_without_a_password_lets_nobody_in(self, target, tmp_path):
        lines = self.three()
        del lines[1]["credential"]
        run = done(target.ctl("import", write(tmp_path / "locked.jsonl", lines)))
        assert "set-password" in run.stdout
        assert target.redis.get("user:broken:key").startswith(b"!")


def test_a_redis_that_goes_away_ends_the_import_and_says_where_to_go_on(tmp_path):
    with Stack(parts=("redis",)) as stack:
        lines = whole({"type": "account", "user": "many", "credential": "k"},
                      *(document_line("many", f"d{n}", time_=10) for n in range(30000)))
        path = write(tmp_path / "many.jsonl", lines)
        run = subprocess.Popen([binary("koshelf-ctl"), "import", path], env=stack.pool_env, text=True,
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        wait.until(lambda: stack.redis.zcard("user:many:documents") > 1000, "some documents", interval=0.005)
        stack.kill_redis()
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 1 and "--from-line" in errors, errors
        line = int(errors.split("--from-line ")[1].split()[0])
        stack.start_redis()
        assert stack.redis.exists(f"user:many:document:d{line - 4}")
        done(stack.ctl("import", "--from-line", str(line), path))
        assert stack.redis.zcard("user:many:documents") == 30000


def test_memory_does_not_grow_with_the_file(stack, target, tmp_path):
    def peak(documents):
        lines = whole(*({"type": "account", "user": f"u{n}", "credential": "k"} for n in range(10)),
                      *(document_line(f"u{n % 10}", f"d{n}", time_=10) for n in range(documents)))
        path = write(tmp_path / "many.jsonl", lines)
        # Of a build that looks for errors: what was freed is not to be kept for a while.
        options = f"{os.environ.get('ASAN_OPTIONS', '')}:quarantine_size_mb=1"
        env = stack.pool_env | {"REDIS_URL": target.url, "ASAN_OPTIONS": options}
        sizes = []
        for arguments in (["import", path], ["export", tmp_path / "out.jsonl"]):
            measured = subprocess.run(
                ["/usr/bin/python3", "-c",
                 "import resource, subprocess, sys\n"
                 "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
                 "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
                 binary("koshelf-ctl"), *arguments], env=env, capture_output=True, text=True, check=True)
            sizes.append(int(measured.stdout))
        return sizes

    target.redis.set("koshelf:schema", "1")
    small, large = peak(1000), peak(40000)
    assert large[0] < small[0] + 8000 and large[1] < small[1] + 12000, (small, large)  # KiB


def test_what_was_written_past_the_indexes_is_in_it():
    with Stack(parts=("redis",)) as stack:
        def seed(user):
            stack.redis.set(f"user:{user}:key", "k")
            stack.redis.hset(f"user:{user}:document:d", mapping={"percentage": "0.5", "progress": "/p", "device": "d",
                                                                 "timestamp": "5"})
        seed("before-all-indexes")
        assert "before-all-indexes" in done(stack.ctl("export")).stdout
        seed("by-another-server")
        exported = done(stack.ctl("export")).stdout
        assert all(f'"user":"{name}","document":"d"' in exported for name in ("before-all-indexes", "by-another-server"))
        stack.redis.set("koshelf:reindex:lock", "somebody")
        run = stack.ctl("export")
        assert run.returncode == 1 and "another process" in run.stderr and run.stdout == ""


class TestTheAdminRoute:
    """GET /admin/accounts/:username/export: the same objects, a page at a time, without the password."""

    def pages(self, reader, name):
        cursor, lines, pages = "", [], 0
        while cursor is not None:
            answer = reader.call("GET", f"/admin/accounts/{quote(name)}/export?cursor={quote(cursor)}")
            assert answer.status == 200, answer
            lines += answer.json["lines"]
            cursor = answer.json["next"]
            pages += 1
        return lines, pages

    def test_its_pages_are_the_file_without_the_password(self, stack, export):
        reader = seed_everything(stack)
        redis = stack.redis
        for number in range(25):
            reader.push(f"more{number}")
        for number in range(600):
            redis.xadd(f"user:{reader.username}:history:more3", {"progress": str(number)})
        lines, pages = self.pages(reader, reader.username)
        assert pages > 5 and reader.key not in json.dumps(lines)
        assert lines[0]["type"] == "export" and lines[-1] == {"type": "end"}
        in_file = lines_of(export("--user", reader.username))
        assert in_file[1].pop("credential") == reader.key
        assert lines[1:-1] == in_file[1:-1]

    def test_what_the_console_saves_can_be_imported(self, stack, target, tmp_path):
        reader = registered(stack)
        reader.push("book", 0.5, "/body/p[5]")
        lines, _ = self.pages(reader, reader.username)
        path = write(tmp_path / "mine.jsonl", lines)
        run = done(target.ctl("import", path))
        assert "set-password" in run.stdout
        mine, theirs = account_keys_of(stack, reader), account_keys(target.redis)
        assert differences(mine, theirs).keys() == {f"user:{reader.username}:key".encode()}

    def test_a_cursor_that_is_none_begins_anew(self, stack):
        reader = registered(stack)
        for cursor in ("x", "d:!:", "h:Ym9vaw==:", "h:Ym9vaw==:abc", "z::", "d:", "\x00"):
            answer = reader.call("GET", f"/admin/accounts/{reader.username}/export?cursor={quote(cursor)}")
            assert answer.status == 200 and answer.json["lines"][1]["type"] == "account", cursor

    def test_a_document_that_goes_on_the_way_is_left_out(self, stack):
        reader = registered(stack)
        for number in range(25):
            reader.push(f"book{number:02}")
        path = f"/admin/accounts/{reader.username}/export?cursor="
        first = reader.call("GET", path).json
        for key in stack.redis.scan_iter(f"user:{reader.username}:*:book*"):
            stack.redis.delete(key)
        stack.redis.delete(f"user:{reader.username}:documents", f"user:{reader.username}:outbox")
        rest = reader.call("GET", path + quote(first["next"])).json
        assert [line["type"] for line in rest["lines"]] == ["end"] and rest["next"] is None


BYTES = st.one_of(st.binary(min_size=1, max_size=8), st.text(min_size=1, max_size=8).map(lambda t: t.encode()))
NAMES = BYTES.filter(lambda name: b":" not in name)
FIELDS = st.dictionaries(BYTES, st.binary(max_size=12), min_size=1, max_size=4)
POSITIONS = st.fixed_dictionaries({b"progress": st.binary(max_size=12), b"timestamp": st.integers(0, 10**10).map(
    lambda n: str(n).encode())})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(accounts=st.dictionaries(NAMES, st.dictionaries(NAMES, st.tuples(POSITIONS, FIELDS, FIELDS), max_size=3),
                                max_size=3),
       secret=st.binary(min_size=1, max_size=20))
def test_any_bytes_come_back(stack, tmp_path, accounts, secret):
    source, target = Target(stack, 6), Target(stack, 7)
    source.redis.set("koshelf:schema", "1")
    for name, documents in accounts.items():
        source.redis.set(b"user:" + name + b":key", secret)
        source.redis.zadd("koshelf:users", {name: 0})
        for document, (position, meta, pushes) in documents.items():
            source.redis.hset(b"user:" + name + b":document:" + document, mapping=position)
            source.redis.hset(b"user:" + name + b":meta:" + document, mapping=meta)
            source.redis.hset(b"user:" + name + b":pushes:" + document, mapping=pushes)
            source.redis.zadd(b"user:" + name + b":documents", {document: 1})
            source.redis.xadd(b"user:" + name + b":history:" + document, meta)
    path = tmp_path / "any.jsonl"
    done(source.ctl("export", path))
    path.read_text("utf-8")
    done(target.ctl("import", path))
    assert differences(account_keys(source.redis), account_keys(target.redis)) == {}


def test_bytes_stand_in_the_file_as_base64(stack, export):
    stack.redis.set(b"user:\xff:key", b"k")
    stack.redis.zadd("koshelf:users", {b"\xff": 0})
    users = [line.get("user") for line in lines_of(export())]
    assert {"base64": base64.b64encode(b"\xff").decode()} in users


@pytest.mark.parametrize("arguments", [
    ["export", "a", "b"], ["export", "--what"], ["export", "--to", "elsewhere", "x"], ["export", "--user"],
    ["import"], ["import", "a", "b"], ["import", "--from", "nothing", "x"], ["import", "--from-line", "0", "x"],
    ["import", "--overwrite", "--skip-existing", "x"], ["import", "--database", "3", "x"]])
def test_wrong_arguments_are_2(stack, arguments):
    run = stack.ctl(*arguments)
    assert run.returncode == 2 and run.stderr.startswith("koshelf-ctl: ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_says_so(target, number):
    with target.redis.pipeline(transaction=False) as pipe:
        pipe.set("user:ann:key", "k")
        pipe.zadd("koshelf:users", {"ann": 1})
        for book in range(2000):
            pipe.hset(f"user:ann:document:{book}", mapping={"progress": "x" * 100, "timestamp": "1"})
            pipe.zadd("user:ann:documents", {str(book): 1})
        pipe.execute()
    command = subprocess.Popen([binary("koshelf-ctl"), "export", "-"], env=target.stack.pool_env | {"REDIS_URL": target.url},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Nobody reads.
    wait.until(lambda: waiting_bytes(command.stdout) > 60_000 and process_state(command.pid) == "S", "it to wait for the pipe", 30)
    command.send_signal(number)
    try:
        assert command.wait(30) == 1
    finally:
        command.kill()
    errors = command.stderr.read()
    assert "interrupted" in errors and "cannot write" not in errors


def waiting_bytes(pipe):
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def process_state(number):
    with open(f"/proc/{number}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0]
