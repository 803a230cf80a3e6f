"""What several ids of one book are to do, as a few lines of Python: the model for
tests/integration/test_merging_walk.py.

A book is its ids, the writes to it in their order, its current position, and for each id the moves in its history.
Merging puts the older book's writes before the newer one's; that is all that the stale-push guard has to know. Undone, each
book is what it was, moved on by what came to its own ids since.
"""

import copy
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Position:
    who: str
    place: str
    time: int

    @property
    def move(self):
        return self.who, self.place


@dataclass
class Book:
    main: str
    ids: list
    writes: list = field(default_factory=list)  # moves
    current: Position | None = None
    pending: dict = field(default_factory=dict)  # id: what somebody wrote there past the server
    log: list = field(default_factory=list)  # (id, position, whether it came past the server), as they came
    undo: dict = field(default_factory=dict)  # id that was merged: (its book then, this one then, ids since)


class Library:
    """The documents of one account."""

    def __init__(self):
        self.books = []
        self.histories = {}  # id: set of moves

    def book_of(self, document):
        return next((book for book in self.books if document in book.ids), None)

    def shown(self, book):
        """The moves in the history of a book."""
        return set().union(*(self.histories.get(each, set()) for each in book.ids))

    def write(self, book, position, document=None, past=False):
        book.writes.append(position.move)
        book.log.append((document or book.main, position, past))
        self.histories.setdefault(book.main, set()).add(position.move)
        book.current = position

    def settle(self, book):
        """What came past the server is entered in the order of its times; the newest counts, or the main document's."""
        found = sorted(book.pending.items(), key=lambda entry: (entry[1].time, entry[0] == book.main, entry[0]))
        recorded = None if book.main in book.pending else book.current
        book.pending = {}
        for document, position in found:
            self.write(book, position, document, past=True)
        if found and recorded and recorded.time >= found[-1][1].time:
            book.writes.append(recorded.move)
            book.current = recorded

    def push(self, document, position):
        """A push by a device; returns whether it is stale."""
        book = self.book_of(document)
        if not book:
            book = Book(document, [document])
            self.books.append(book)
        self.settle(book)
        last = max((n for n, move in enumerate(book.writes, 1) if move == position.move), default=None)
        by_others = max((n for n, move in enumerate(book.writes, 1) if move[0] != position.who), default=0)
        if last is not None and last <= by_others:
            self.histories[book.main].add(position.move)
            return True
        if book.current and book.current.move == position.move:
            book.current = position
        else:
            self.write(book, position, document)
        return False

    def merge(self, document, into):
        """False if that is not allowed."""
        old, new = self.book_of(document), self.book_of(into)
        if not old or not new or old is new or document != old.main or len(old.ids) + len(new.ids) > 16:
            return False
        self.settle(old)
        self.settle(new)
        before = copy.deepcopy(old), copy.deepcopy(new)
        newer, older = (old, new) if old.current.time > new.current.time else (new, old)
        new.writes = older.writes + newer.writes
        new.current = newer.current
        new.ids += old.ids
        new.undo[document] = (*before, list(new.ids))
        self.books.remove(old)
        return True

    def unmerge(self, document):
        book = self.book_of(document)
        if not book or document == book.main:
            return False
        self.settle(book)
        book.ids.remove(document)
        book.undo.clear()
        self.histories.setdefault(document, set()).add(book.current.move)
        self.books.append(Book(document, [document], list(book.writes), replace(book.current)))
        return True

    def undo(self, document):
        book = self.book_of(document)
        if not book or document not in book.undo or book.undo[document][2] != book.ids:
            return False
        self.settle(book)
        theirs, ours, _ = book.undo.pop(document)
        since = book.log[len(ours.log):]
        for part in (ours, theirs):
            for document, position, past in since:
                if document not in part.ids:
                    continue
                before = part.current
                self.write(part, position, document, past)
                if past and position.time < before.time:
                    part.current = before
            if part.current.move == book.current.move and book.current.time > part.current.time:
                part.current = book.current  # sent again
            part.writes.append(part.current.move)
            part.pending = {}
        self.books.remove(book)
        self.books += [ours, theirs]
        return True
