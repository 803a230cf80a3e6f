"""Any sequence of pushes, mergings, partings, and writes past the server leaves what a model of a few lines says."""

import random

import pytest

from support import gateway
from support.koreader import credential, dumps, fresh
from support.merged_model import Library, Position
from support.stack import Stack


@pytest.fixture(scope="module")
def stack():
    with Stack(env={"KOSHELF_HISTORY_LIMIT": "100000"}) as running:
        running.wait_until_indexed()
        yield running


class Direct:
    """An account asked on the pools' sockets: no TLS, so that thousands of requests take seconds."""

    def __init__(self, stack):
        self.stack, self.username, self.key = stack, fresh("fuzz"), credential("p")

    def call(self, method, path, body=None, pool="device"):
        headers = [("x-auth-user", self.username), ("x-auth-key", self.key)]
        body = dumps(body) if body is not None else b""
        return gateway.fastcgi(self.stack.pool_socket(pool), method, path, headers, body)

    def register(self):
        assert self.call("POST", "/users/create", {"username": self.username, "password": self.key}).status == 201

    def admin(self, method, path, body=None):
        return self.call(method, path, body, "admin")


class Walk:
    """Random steps on a real server and on the model; after each step both must agree."""

    DOCUMENTS = [f"d{n}" for n in range(6)]
    DEVICES = ["Kobo", "Boox", "Phone"]

    def __init__(self, stack, seed):
        self.random = random.Random(seed)
        self.stack, self.account, self.model = stack, Direct(stack), Library()
        self.prefix = f"user:{self.account.username}:"
        self.acknowledged, self.unique = set(), 0
        self.account.register()

    def run(self, steps):
        moves = [self.push] * 8 + [self.merge] * 3 + [self.unmerge, self.undo, self.undo] + [self.write_past] * 2 + \
            [self.age, self.restore, self.reindex, self.leave]
        weights = [1.0] * 18 + [0.15, 0.15]
        for step in range(steps):
            move = self.random.choices(moves, weights)[0]
            self.trace = (step, move.__name__, move())
            self.check()

    def push(self):
        document, device = self.random.choice(self.DOCUMENTS), self.random.choice(self.DEVICES)
        place = str(self.random.randrange(1, 6))
        body = {"document": document, "percentage": int(place) / 10, "progress": place, "device": device,
                "device_id": device}
        answer = self.account.call("PUT", "/syncs/progress", body)
        assert answer.status == 200 and answer.json["document"] == document
        self.model.push(document, Position(device, place, answer.json["timestamp"]))
        self.acknowledged.add((device, place))
        return document, device, place

    def merge(self):
        document, into = self.random.sample(self.DOCUMENTS, 2)
        known = self.model.book_of(document) and self.model.book_of(into)
        status = self.account.admin("POST", f"/admin/library/{document}/merge", {"into": into}).status
        assert status == (200 if self.model.merge(document, into) else 409 if known else 404), (document, into)
        return document, into

    def unmerge(self):
        document = self.random.choice(self.DOCUMENTS)
        known = self.model.book_of(document)
        status = self.account.admin("DELETE", f"/admin/library/{document}/merge").status
        assert status == (200 if self.model.unmerge(document) else 409 if known else 404), document
        return document

    def undo(self):
        able = [document for book in self.model.books for document in book.undo]
        document = self.random.choice(able or self.DOCUMENTS)
        known = self.model.book_of(document)
        status = self.account.admin("DELETE", f"/admin/library/{document}/merge?undo=true").status
        assert status == (200 if self.model.undo(document) else 409 if known else 404), document
        return document

    def write_past(self):
        """The reference server writes to one of the ids."""
        if not self.model.books:
            return None
        book = self.random.choice(self.model.books)
        document = self.random.choice(book.ids)
        self.unique += 1
        at = book.current.time + self.random.choice([-50, -1, 0, 1, 50])
        position = Position("Elsewhere", f"x{self.unique}", at)
        key = self.prefix + "document:" + document
        self.stack.redis.delete(key)
        self.stack.redis.hset(key, mapping={"percentage": "0.9", "progress": position.place, "device": "Elsewhere",
                                            "timestamp": at})
        book.pending[document] = position
        return document, position

    def age(self):
        """A book that nobody has moved for a while."""
        books = [book for book in self.model.books if not book.pending]
        if not books:
            return None
        book, seconds = self.random.choice(books), self.random.randrange(1, 100)
        book.current = Position(book.current.who, book.current.place, book.current.time - seconds)
        for document in book.ids:
            self.stack.redis.hset(self.prefix + "document:" + document, "timestamp", book.current.time)
        self.stack.redis.zadd(self.prefix + "documents", {book.main: book.current.time})
        return book.main, seconds

    def restore(self):
        books = [book for book in self.model.books if self.model.shown(book)]
        if not books:
            return None
        book = self.random.choice(books)
        document = self.random.choice(book.ids)
        entry = self.random.choice(self.history(document))
        answer = self.account.admin("POST", f"/admin/library/{document}/restore", {"id": entry["id"]})
        assert answer.status == 200, answer
        at = self.account.call("GET", f"/syncs/progress/{document}").json["timestamp"]
        self.model.settle(book)
        self.model.write(book, Position("Koshelf", entry["progress"], at))
        return document, entry

    def reindex(self):
        assert self.stack.ctl("reindex", "--force").returncode == 0
        for book in self.model.books:
            if len(book.ids) > 1:
                self.model.settle(book)

    def leave(self):
        assert self.account.call("DELETE", "/users/me").status == 200
        assert self.stack.redis.keys(self.prefix + "*") == []
        self.model, self.acknowledged = Library(), set()
        self.account.register()

    def history(self, document):
        answer = self.account.admin("GET", f"/admin/library/{document}?limit=200")
        assert answer.status == 200, answer
        return answer.json["history"]

    def check(self):
        found = set()
        for book in self.model.books:
            for document in book.ids:
                expected = book.pending.get(document, book.current)
                answer = self.account.call("GET", f"/syncs/progress/{document}").json
                assert (answer["progress"], answer["device"], answer["timestamp"], answer["document"]) == \
                    (expected.place, expected.who, expected.time, document), (self.trace, book, answer)
            entries = self.history(book.main)
            assert len({each["id"] for each in entries}) == len(entries), self.trace
            if len(entries) < 200:
                moves = {(each["device"], each["progress"]) for each in entries}
                assert moves == self.model.shown(book), (self.trace, moves ^ self.model.shown(book), len(entries), book)
            found |= self.model.shown(book)
        assert self.acknowledged <= found, (self.trace, self.acknowledged - found)
        index = {name.decode(): score for name, score in
                 self.stack.redis.zrange(self.prefix + "documents", 0, -1, withscores=True)}
        assert set(index) == {book.main for book in self.model.books}, self.trace
        for book in self.model.books:
            if not book.pending:
                assert index[book.main] == book.current.time, (self.trace, book, index)
        listed = self.account.admin("GET", "/admin/library?limit=200").json["documents"]
        assert {each["document"]: set(each["merged"]) for each in listed} == \
            {book.main: set(book.ids) - {book.main} for book in self.model.books}, self.trace


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_steps_leaves_what_the_model_says(stack, seed):
    Walk(stack, seed).run(120)
