"""Text and alignment in the console: sentences, search, where the narrator is, and who may see any of it."""

import io
import json
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from support import wait
from support.bridged import Bridged, next_second, plain_audiobook, pointer, real_book
from support.console import Console, newcomer
from support.koreader import Koreader, credential, fresh
from support.narrated import letters, narrated

NEAR = 60  # seconds


@pytest.fixture(scope="module")
def system():
    def env(bridged):
        """A second reader, who sees another library only."""
        bridged.elsewhere = bridged.abs.add_library("Elsewhere")
        bridged.other_name = fresh("other")
        bridged.other_user = bridged.abs.add_user(bridged.other_name, libraries=[bridged.elsewhere])
        users = {bridged.username: {"api_key": bridged.user.api_key},
                 bridged.other_name: {"api_key": bridged.other_user.api_key}}
        return {"AUDIOBOOKSHELF_USER_MAP": json.dumps(users), "KOSHELF_ADMIN_USERS": "root"}
    with Bridged(env=env, options=["--workers", "3"]) as bridged:
        bridged.other = Console(bridged.register(bridged.other_name))
        bridged.admin = Console(bridged.register("root"))
        yield bridged


@pytest.fixture
def owner(system):
    """The account that is connected to Audiobookshelf."""
    return Console(system.device)


def path(document, rest):
    return f"/admin/library/{document}/{rest}"


def alignment(console, document, state="ready"):
    """The alignment, once it is in that state."""
    def there():
        found = console.get(path(document, "alignment"))
        return found["state"] == state and found
    return wait.until(there, f"{document} to be {state}: {console.get(path(document, 'alignment'))}", 30)


def linked(system, name="the_time_machine", kind="titled", **options):
    """A real book, linked and aligned."""
    item = real_book(system.abs, system.library, name, kind, **options)
    document = item.id.replace("-", "")
    system.link(document, item)
    return SimpleNamespace(item=item, document=document, book=narrated(name))


@pytest.fixture(scope="module")
def machine(system):
    """The Time Machine, that tests read and do not change."""
    found = linked(system)
    page = found.book.sample(9)[4]
    system.push(found.document, page.percentage, page.progress)
    system.wait_for_seconds(found.item, page.seconds, tolerance=NEAR, timeout=30)
    system.settled()
    alignment(Console(system.device), found.document)
    return found


def forget_text(system, item):
    system.stack.redis.delete(f"koshelf:text:{item.id}")


def forget_sights(system):
    """As if the time were over for which those who were let see an item are believed to be."""
    for key in system.stack.redis.scan_iter("koshelf:abs:sees:*"):
        system.stack.redis.delete(key)


def pages_of(console, document, begin, direction):
    """All pages in one direction, as lists of sentences in the order in which they came."""
    found, query = [], f"{direction}={begin}"
    while query:
        page = console.get(path(document, f"text?span=9000&{query}"))
        found.append(page["sentences"])
        query = page[direction] is not None and f"{direction}={page[direction]}"
    return found


def bomb():
    """An EPUB of a few kilobytes that unpacks to more than any book has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml",
                         '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
                         '<rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/>'
                         '</rootfiles></container>')
        archive.writestr("b.opf", '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/>'
                                  '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
                                  '</manifest><spine><itemref idref="a"/></spine></package>')
        with archive.open("a.xhtml", "w", force_zip64=True) as page:
            page.write(b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>')
            for _ in range(100):
                page.write(b"a " * 1_000_000)
            page.write(b"</p></body></html>")
    return out.getvalue()


class TestAlignment:
    def test_lays_text_and_audio_beside_each_other(self, owner, machine):
        found = alignment(owner, machine.document)
        assert (found["item"], found["text_item"]) == (machine.item.id, machine.item.id)
        assert (found["tier"], found["method"]) == ("exact", "chapters") and found["confidence"] > 0.8
        assert found["duration"] == machine.item.duration and found["message"] == ""
        marks = machine.item.json["media"]["chapters"]
        assert [each["title"] for each in found["chapters"]] == [each["title"] for each in marks]
        assert "CHAPTER I" in [each["title"] for each in found["sections"]]
        assert sum(each["length"] for each in found["sections"]) == found["length"]

        stretches = found["stretches"]
        assert (stretches[0]["begin"], stretches[-1]["end"]) == (0, found["length"])
        for one, next_ in zip(stretches, stretches[1:]):
            assert one["end"] == next_["begin"] and one["end_seconds"] == pytest.approx(next_["start_seconds"])
        matched = [each for each in stretches if each["kind"] == "matched"]
        assert len(matched) > 8
        for each in matched:
            section, chapter = found["sections"][each["section_begin"]], found["chapters"][each["chapter_begin"]]
            assert section["start"] == each["begin"]
            assert chapter["start"] == pytest.approx(each["start_seconds"], abs=1)
            assert section["title"].split()[-1] == chapter["title"].split()[-1]

    def test_gives_the_knots_between_which_one_may_interpolate(self, owner, machine):
        found = alignment(owner, machine.document)
        knots = found["knots"]
        assert knots == sorted(knots) and [seconds for _, seconds in knots] == sorted(seconds for _, seconds in knots)
        assert knots[-1][0] == found["length"] and knots[-1][1] <= found["duration"] + 0.001
        reading = found["reading"]
        after = next(i for i, (offset, _) in enumerate(knots) if offset > reading["offset"])
        (start, early), (end, late) = knots[after - 1:after + 1]
        share = (reading["offset"] - start) / (end - start)
        assert early + share * (late - early) == pytest.approx(reading["seconds"], abs=0.01)

    def test_says_where_reader_and_listener_are(self, owner, machine):
        page = machine.book.sample(9)[4]
        found = alignment(owner, machine.document)
        reading, listening = found["reading"], found["listening"]
        assert reading["seconds"] == pytest.approx(page.seconds, abs=NEAR)
        assert listening["seconds"] == pytest.approx(reading["seconds"], abs=1)
        assert abs(listening["offset"] - reading["offset"]) < 20
        section, chapter = found["sections"][reading["section"]], found["chapters"][listening["chapter"]]
        assert section["start"] <= reading["offset"] < section["start"] + section["length"]
        assert chapter["start"] <= listening["seconds"] < chapter["end"]

    def test_needs_a_link_and_says_what_is_missing(self, system, owner):
        document = fresh("unlinked")
        system.push(document, 0.5, pointer(0.5))
        for rest in ("alignment", "text", "text/search?q=a", "sentences"):
            assert owner.call("GET", path(document, rest)).error == (409, 3013)
            assert owner.call("GET", path("nobody-has-it", rest)).error == (404, 3003)
        audio_only = plain_audiobook(system.abs, system.library, "No text")
        system.link(document, audio_only)
        found = alignment(owner, document, "no_text")
        assert "e-book" in found["message"]
        wait.until(lambda: owner.get(path(document, "alignment"))["chapters"], "chapters without a text")
        assert owner.call("GET", path(document, "text")).error == (404, 3021)
        assert owner.get(path(document, "sentences")) == {
            "reading": None, "listening": None, "state": "no_text", "message": found["message"]}
        text_only = linked(system, audio=False)
        found = alignment(owner, text_only.document, "no_audio")
        assert found["length"] > 100_000 and found["chapters"] == found["stretches"] == []


class TestSentences:
    def test_are_those_of_the_page_that_is_shown(self, system, owner):
        tale = linked(system, "siddhartha")
        alignment(owner, tale.document)
        for page in tale.book.sample(12):
            system.push(tale.document, page.percentage, page.progress)
            sentence = owner.get(path(tale.document, "sentences"))["reading"]["text"]
            rest = letters(sentence)
            words = tale.book.words_at(page.place, 12)
            # The page may begin near the end of a sentence.
            assert any(words[:n] in rest for n in (12, 6, 3)), (page, sentence)

    def test_both_agree_when_one_follows_the_other(self, system, owner):
        tale = linked(system, "the_wrong_box")
        alignment(owner, tale.document)
        system.wait_for_feed()
        system.abs.listen(system.user, tale.item, tale.book.sample(8)[5].seconds)
        system.wait_for_import(tale.document)
        found = owner.get(path(tale.document, "sentences"))
        assert found["state"] == "ready"
        assert abs(found["reading"]["offset"] - found["listening"]["offset"]) < 30
        assert found["reading"]["text"] and found["listening"]["text"]


class TestText:
    def test_is_the_whole_book_page_by_page_forwards_and_backwards(self, owner, machine):
        length = alignment(owner, machine.document)["length"]
        forwards = [each for page in pages_of(owner, machine.document, 0, "after") for each in page]
        backwards = [each for page in reversed(pages_of(owner, machine.document, length, "before")) for each in page]
        assert forwards == backwards
        assert letters("".join(each["text"] for each in forwards)) == "".join(machine.book.texts)
        for one, next_ in zip(forwards, forwards[1:]):
            assert one["offset"] + one["length"] <= next_["offset"]
        assert max(each["length"] for each in forwards) <= 400
        assert sum(each["paragraph"] for each in forwards) > 200

    def test_around_a_place_has_the_sentence_there(self, owner, machine):
        found = alignment(owner, machine.document)
        at = found["reading"]["offset"]
        page = owner.get(path(machine.document, f"text?at={at}"))
        assert page["sentences"][0]["offset"] < at < page["sentences"][-1]["offset"]
        here = [each for each in page["sentences"] if each["offset"] <= at][-1]
        assert here["text"] == owner.get(path(machine.document, "sentences"))["reading"]["text"]
        assert (page["offset"], page["length"]) == (at, found["length"])
        assert page["section"] == found["reading"]["section"]
        assert page["section_title"] == found["sections"][page["section"]]["title"]

    def test_ends_where_the_book_does(self, owner, machine):
        length = alignment(owner, machine.document)["length"]
        first = owner.get(path(machine.document, "text"))
        assert first["before"] is None and first["sentences"][0]["offset"] < 100
        last = owner.get(path(machine.document, f"text?at={length + 5}"))
        assert last["after"] is None and last["sentences"]

    @pytest.mark.parametrize("query", ["at=-1", "at=x", "at=99999999999", "span=1e3", "after=%00", "before=1.5"])
    def test_takes_numbers_only(self, owner, machine, query):
        answer = owner.call("GET", path(machine.document, f"text?{query}"))
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, 3009, query.partition("=")[0])

    def test_is_fetched_once_for_all_who_ask_at_once(self, system, owner, machine):
        forget_text(system, machine.item)
        system.abs.clear_requests()
        with ThreadPoolExecutor(3) as threads:
            answers = list(threads.map(lambda _: owner.call("GET", path(machine.document, "text")), range(6)))
        assert [each.status for each in answers] == [200] * 6
        asked = system.abs.requests("GET", f"/api/items/{machine.item.id}/ebook")
        ranges = [request.headers["range"] for request in asked]
        assert ranges and len(set(ranges)) == len(ranges)

    def test_that_was_read_is_there_while_audiobookshelf_is_away(self, system, owner, machine):
        owner.get(path(machine.document, "text"))
        unread = linked(system, "siddhartha")
        alignment(owner, unread.document)
        system.abs.kill()
        try:
            assert owner.get(path(machine.document, "text"))["sentences"]
            assert owner.get(path(machine.document, "sentences"))["reading"]
            found = owner.get(path(machine.document, "alignment"))
            assert found["state"] == "ready" and found["chapters"]
            assert owner.get(path(unread.document, "alignment"))["state"] == "ready"
            answer = owner.call("GET", path(unread.document, "text"))
            assert answer.error == (502, 3015) and "Audiobookshelf" in answer.json["message"]
        finally:
            system.abs.start()
        system.wait_for_feed()
        assert owner.get(path(unread.document, "text"))["sentences"]


class TestSearch:
    def test_finds_words_whatever_their_case_and_blanks(self, owner, machine):
        page = owner.get(path(machine.document, "text/search?q=the%20%20TIME%20%0Atraveller"))
        assert len(page["found"]) == 50 and page["next"]
        assert all("thetimetraveller" in letters(each["text"]).lower() for each in page["found"])
        sections = alignment(owner, machine.document)["sections"]
        for each in page["found"]:
            assert each["offset"] <= each["hit"]
            assert each["section_title"] == sections[each["section"]]["title"]
        assert [each["offset"] for each in page["found"]] == sorted({each["offset"] for each in page["found"]})

    def test_gives_the_same_page_by_page(self, owner, machine):
        route = path(machine.document, "text/search?q=psychologist")
        all_, few = owner.all(route, "found", limit=200), owner.all(route, "found", limit=3)
        assert len(all_) > 10 and few == all_
        text = letters("".join(machine.book.texts)).lower()
        assert sum(letters(each["text"]).lower().count("psychologist") for each in all_) == text.count("psychologist")

    def test_knows_what_is_found_where(self, owner, machine):
        """Over the border of two paragraphs, and with accents that the text does not have."""
        found = owner.get(path(machine.document, "text/search?q=chapter%20i%20the%20t%C3%ADme"))["found"]
        assert [each["text"] for each in found] == ["CHAPTER I"]
        page = owner.get(path(machine.document, f"text?after={found[0]['offset']}"))
        assert page["sentences"][0]["text"] == "CHAPTER I"
        assert owner.get(path(machine.document, "text/search?q=xylophone")) == {"found": [], "next": None}

    @pytest.mark.parametrize("query", ["", "q=", "q=%20%C2%AD", "q=a&cursor=x"])
    def test_needs_something_to_look_for(self, owner, machine, query):
        answer = owner.call("GET", path(machine.document, f"text/search?{query}"))
        assert (answer.status, answer.json["code"]) == (422, 3009)


class TestWhoSeesIt:
    ROUTES = ("text", "text/search?q=time", "sentences")

    def test_nobody_reads_what_audiobookshelf_does_not_show_them(self, system, owner, machine):
        """Also when another account has had it read, and the document is linked all the same."""
        page = machine.book.sample(9)[2]
        system.push(machine.document, page.percentage, page.progress, system.other.device)
        system.link(machine.document, machine.item, username=system.other_name)
        owner.get(path(machine.document, "text"))
        for route in self.ROUTES:
            assert system.other.call("GET", path(machine.document, route)).error == (404, 3005), route
        system.abs.change_user(system.other_user, librariesAccessible=[system.elsewhere, system.library])
        for route in self.ROUTES:
            assert system.other.call("GET", path(machine.document, route)).status == 200, route
        system.abs.change_user(system.other_user, librariesAccessible=[system.elsewhere])
        forget_sights(system)
        for route in self.ROUTES:
            assert system.other.call("GET", path(machine.document, route)).error == (404, 3005), route
        assert owner.get(path(machine.document, "text"))["sentences"]

    def test_nor_whoever_has_no_key(self, system, machine):
        stranger = newcomer(system.stack)
        system.push(machine.document, 0.5, pointer(0.5), stranger.device)
        system.link(machine.document, machine.item, username=stranger.username)
        for route in self.ROUTES[:2]:
            assert stranger.call("GET", path(machine.document, route)).error == (409, 3012)
        # What is said then is kept for later; there is nothing that it could move.
        answer = stranger.call("POST", path(machine.document, "calibrations"), {"offset": 50_000, "seconds": 4_000})
        assert (answer.status, answer.json["carried"]["outcome"]) == (200, "nothing")

    def test_an_administrator_sees_what_the_account_sees(self, system, owner, machine):
        query = f"?user={owner.username}"
        assert system.admin.get(path(machine.document, "text" + query))["sentences"]
        assert system.admin.get(path(machine.document, "alignment" + query))["state"] == "ready"

    def test_and_says_for_it_where_the_narrator_is(self, system, owner):
        tale, query = linked(system), f"?user={owner.username}"
        alignment(owner, tale.document)
        said = system.admin.done("POST", path(tale.document, "calibrations" + query), {"offset": 50_000, "seconds": 4_000})
        assert [each["offset"] for each in alignment(owner, tale.document)["calibrations"]] == [50_000]
        made = path(tale.document, f"calibrations/{said['calibrations'][0]['id']}")
        assert system.admin.done("DELETE", made + query)["calibrations"] == []
        text = real_book(system.abs, system.library, "the_time_machine", audio=False)
        system.admin.done("PUT", path(tale.document, "text-item" + query), {"textItemId": text.id})
        assert owner.get(path(tale.document, "alignment"))["text_item"] == text.id


class TestBadBooks:
    @pytest.mark.parametrize("content, words", [(b"PK\x03\x04 nothing more", "not an EPUB"),
                                                (b"x", "not an EPUB"), (None, "limit")])
    def test_are_refused_in_words_and_not_read_again_at_once(self, system, owner, content, words):
        content = bomb() if content is None else content
        item = system.abs.add_item(system.library, title="Bad", ebook=content, filename="bad.epub",
                                   audio=narrated("the_time_machine").item_json("titled"))
        document = item.id.replace("-", "")
        system.link(document, item)
        found = alignment(owner, document, "impossible")
        assert words in found["message"] and found["chapters"]
        answer = owner.call("GET", path(document, "text"))
        assert answer.error == (404, 3021) and words in answer.json["message"]
        system.abs.clear_requests()
        assert owner.call("GET", path(document, "text/search?q=a")).error == (404, 3021)
        assert system.abs.requests("GET", f"/api/items/{item.id}/ebook") == []
        assert owner.call("POST", path(document, "calibrations"), {"offset": 1, "seconds": 1}).error == (409, 3024)

    def test_other_formats_have_no_text(self, system, owner):
        item = system.abs.add_item(system.library, title="Paged", ebook=b"%PDF-1.4 nothing", filename="paged.pdf")
        document = item.id.replace("-", "")
        system.link(document, item)
        found = alignment(owner, document, "impossible")
        assert "PDF" in found["message"]
        assert owner.call("GET", path(document, "text")).error == (404, 3021)

    def test_what_does_not_arrive_is_tried_again(self, system, owner, machine):
        forget_text(system, machine.item)
        for trouble in ({"kind": "status", "status": 500}, {"kind": "hang"}, {"kind": "truncate", "body": "PK"}):
            with system.abs.fault(path="/ebook", **trouble):
                begun = time.monotonic()
                assert owner.call("GET", path(machine.document, "text")).error == (502, 3015), trouble
                assert time.monotonic() - begun < 10
        assert owner.get(path(machine.document, "text"))["sentences"]


class TestCalibrating:
    def calibrate(self, console, document, offset, seconds):
        answer = console.call("POST", path(document, "calibrations"), {"offset": offset, "seconds": seconds})
        assert answer.status == 200, answer
        return answer.json

    def offset_of(self, system, console, tale, page):
        """The place of a page in the text, by reading to it."""
        system.push(tale.document, page.percentage, page.progress)
        return alignment(console, tale.document)["reading"]["offset"]

    def test_moves_both_sides_for_this_account_alone(self, system, owner):
        # Without marks one line runs through the book, minutes off in places.
        tale = linked(system, "the_wrong_box", "none")
        alignment(owner, tale.document)
        system.wait_for_feed()
        pages = tale.book.sample(40)
        def error_at(n):
            self.offset_of(system, owner, tale, pages[n])
            return abs(alignment(owner, tale.document)["reading"]["seconds"] - pages[n].seconds)
        worst = max(range(4, 36, 4), key=error_at)
        here, near = pages[worst], pages[worst + 1]
        offset = self.offset_of(system, owner, tale, here)
        before = alignment(owner, tale.document)
        off = abs(before["reading"]["seconds"] - here.seconds)
        assert off > 60, "a book that is worth calibrating"
        wait.until(lambda: system.seconds(tale.item) == pytest.approx(before["reading"]["seconds"], abs=1), "the push")
        system.settled()
        next_second()

        # "The narrator is here now": the audio goes there, by itself.
        owner.get(path(tale.document, f"text?at={offset}"))
        after = self.calibrate(owner, tale.document, offset, here.seconds)
        assert after["carried"]["outcome"] == "queued" and after["dropped"] == 0
        said, = after["calibrations"]
        assert (said["offset"], said["seconds"], said["ignored"]) == (offset, here.seconds, False)
        assert tale.book.words_at(here.place, 5) in letters(said["sentence"])
        assert after["reading"]["seconds"] == pytest.approx(here.seconds, abs=0.01)
        system.wait_for_seconds(tale.item, here.seconds, tolerance=1)
        system.settled()

        # What is read next is heard nearer to the truth, and what is heard is read there.
        system.push(tale.document, near.percentage, near.progress)
        system.wait_for_seconds(tale.item, near.seconds, tolerance=off / 3)
        system.settled()
        next_second()
        system.abs.listen(system.user, tale.item, here.seconds)
        position = system.wait_for_import(tale.document)
        assert abs(tale.book.seconds_of(tale.book.place_of(position["progress"])) - here.seconds) < 15

        # Another account hears and reads as before.
        system.abs.change_user(system.other_user, librariesAccessible=[system.elsewhere, system.library])
        system.push(tale.document, here.percentage, here.progress, system.other.device)
        system.link(tale.document, tale.item, username=system.other_name)
        theirs = alignment(system.other, tale.document)
        assert theirs["calibrations"] == []
        assert theirs["reading"]["seconds"] == pytest.approx(before["reading"]["seconds"], abs=0.01)

        # Taken back, everything is as it was.
        answer = owner.call("DELETE", path(tale.document, f"calibrations/{said['id']}"))
        assert answer.status == 200 and answer.json["calibrations"] == []
        assert answer.json["stretches"] == before["stretches"]
        assert answer.json["carried"]["outcome"] == "imported"
        assert owner.call("DELETE", path(tale.document, f"calibrations/{said['id']}")).error == (404, 3026)
        position = system.pull(tale.document)
        assert abs(tale.book.seconds_of(tale.book.place_of(position["progress"])) - here.seconds) > 30

    def test_counts_for_a_pull_without_a_bridge(self):
        with Bridged() as system:
            owner = Console(system.device)
            tale = linked(system, "the_wrong_box", "none")
            alignment(owner, tale.document)
            here = tale.book.sample(40)[28]
            offset = self.offset_of(system, owner, tale, here)
            system.settled()
            self.calibrate(owner, tale.document, offset, here.seconds)
            system.wait_for_seconds(tale.item, here.seconds, tolerance=1)
            system.settled()
            system.stack.bridge.stop()
            next_second()
            system.abs.listen(system.user, tale.item, here.seconds + 60)
            position = system.wait_for_import(tale.document)
            assert abs(tale.book.seconds_of(tale.book.place_of(position["progress"])) - here.seconds - 60) < 20

    def test_what_is_newer_replaces_what_it_contradicts(self, system, owner):
        tale = linked(system, "siddhartha")
        alignment(owner, tale.document)
        first = self.calibrate(owner, tale.document, 50_000, 3_000)
        second = self.calibrate(owner, tale.document, 60_000, 4_000.5)
        assert [each["offset"] for each in second["calibrations"]] == [50_000, 60_000]
        third = self.calibrate(owner, tale.document, 55_000, 4_100)
        assert (third["dropped"], [each["offset"] for each in third["calibrations"]]) == (1, [50_000, 55_000])
        assert first["calibrations"][0]["id"] != third["calibrations"][1]["id"]
        assert owner.get("/admin/activity?event=console.calibrated")["entries"][0]["document"] == tale.document

    def test_undone_what_it_replaced_is_there_again(self, system, owner):
        tale = linked(system, "siddhartha")
        alignment(owner, tale.document)
        self.calibrate(owner, tale.document, 50_000, 3_000)
        before = self.calibrate(owner, tale.document, 60_000, 4_000)["calibrations"]
        wrong = self.calibrate(owner, tale.document, 40_000, 5_000)
        assert wrong["dropped"] == 2 and len(wrong["calibrations"]) == 1
        made = path(tale.document, f"calibrations/{wrong['calibrations'][0]['id']}")
        assert owner.done("DELETE", made + "?undo=true")["calibrations"] == before

    def test_of_two_at_once_who_never_gets_a_turn_is_told(self, system, owner):
        tale = linked(system, "siddhartha")
        alignment(owner, tale.document)
        self.calibrate(owner, tale.document, 50_000, 3_000)
        over = threading.Event()

        def rival():
            """Changes them without waiting for an answer, so that there is hardly a moment in between."""
            connection = system.stack.redis.connection_pool.make_connection()
            connection.send_command("CLIENT", "REPLY", "OFF")
            key, pair = f"user:{owner.username}:calibrations", f"{tale.item.id}:{tale.item.id}"
            changes = [part for n in range(400) for part in connection.pack_command("HSET", key, pair, f"[{' ' * n}]")]
            while not over.is_set():
                connection.send_packed_command(changes, check_health=False)
            connection.disconnect()

        def refused():
            body = {"offset": 60_000, "seconds": 4_000}
            answer = owner.call("POST", path(tale.document, "calibrations"), body)
            return answer.status != 200 and answer
        with ThreadPoolExecutor(1) as other:
            changing = other.submit(rival)
            try:
                answer = wait.until(refused, "a refusal")
            finally:
                over.set()
            changing.result()
        assert answer.error == (409, 3011) and "at the same time" in answer.json["message"]

    @pytest.mark.parametrize("body, field", [
        ({}, "offset"), ({"offset": -1, "seconds": 5}, "offset"), ({"offset": 1.5, "seconds": 5}, "offset"),
        ({"offset": 10 ** 9, "seconds": 5}, "offset"), ({"offset": "1", "seconds": 5}, "offset"),
        ({"offset": 5}, "seconds"), ({"offset": 5, "seconds": -1}, "seconds"),
        ({"offset": 5, "seconds": 10 ** 9}, "seconds"), ({"offset": 5, "seconds": None}, "seconds")])
    def test_is_a_place_and_a_time_in_the_book(self, owner, machine, body, field):
        answer = owner.call("POST", path(machine.document, "calibrations"), body)
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, 3009, field)

    def test_is_ignored_for_another_file(self, system, owner):
        tale = linked(system, "the_time_machine")
        alignment(owner, tale.document)
        assert self.calibrate(owner, tale.document, 50_000, 4_000)["calibrations"][0]["ignored"] is False
        system.abs.change_item(tale.item, ebook=tale.book.other_file(), filename="other.epub")
        def noticed():
            found = owner.get(path(tale.document, "alignment"))
            return found["state"] == "ready" and found["message"] and found
        found = wait.until(noticed, "the other file to be read", 30)
        assert found["calibrations"][0]["ignored"] is True and "ignored" in found["message"]
        # The same place may be said of the new one; both are kept.
        found = self.calibrate(owner, tale.document, 50_000, 4_100)
        assert [each["ignored"] for each in found["calibrations"]] == [True, False]

    def test_goes_with_the_account(self, system):
        name = fresh("leaver")
        device = Koreader(system.stack.https_port, name, credential("p"))
        assert device.register().status == 201
        system.stack.redis.hset(f"user:{name}:calibrations", "a:b", "[]")
        assert Console(device).call("DELETE", f"/admin/accounts/{name}").status == 200
        assert list(system.stack.redis.scan_iter(f"user:{name}:*")) == []


class TestNotReadYet:
    def test_who_comes_before_the_book_has_been_read_is_told(self):
        with Bridged(bridge=False, env={"KOSHELF_ADMIN_USERS": "root"}) as system:
            owner, tale = Console(system.device), linked(system)
            system.push(tale.document, 0.5, pointer(0.5))
            assert alignment(owner, tale.document, "pending")["message"]
            answer = owner.call("POST", path(tale.document, "calibrations"), {"offset": 50_000, "seconds": 4_000})
            assert answer.error == (503, 3016) and "not running" in answer.json["message"]
            system.abs.set_progress(system.user, tale.item, currentTime=5000)
            assert owner.call("POST", path(tale.document, "sync/from-audio"), {}).error == (503, 3016)


class TestTextItem:
    def choose(self, console, document, text):
        return console.call("PUT", path(document, "text-item"), {"textItemId": text})

    def test_is_not_chosen_over_a_link_that_somebody_has_changed_meanwhile(self, system, owner):
        audio = linked(system, ebook=False)
        text = real_book(system.abs, system.library, "the_time_machine", audio=False)
        with ThreadPoolExecutor(1) as other, system.abs.fault("delay", path=f"/api/items/{text.id}", ms=1500):
            chosen = other.submit(self.choose, owner, audio.document, text.id)
            time.sleep(0.5)
            system.link(audio.document, plain_audiobook(system.abs, system.library))
            assert chosen.result().error == (409, 3025)

    def test_gives_an_audiobook_a_text_and_takes_it_away(self, system, owner):
        audio = linked(system, ebook=False)
        alignment(owner, audio.document, "no_text")
        text = real_book(system.abs, system.library, "the_time_machine", audio=False)
        assert self.choose(owner, audio.document, text.id).json["text_item"] == text.id
        found = alignment(owner, audio.document)
        assert (found["item"], found["text_item"]) == (audio.item.id, text.id)
        page = audio.book.sample(9)[4]
        system.push(audio.document, page.percentage, page.progress)
        system.wait_for_seconds(audio.item, page.seconds, tolerance=NEAR)
        assert owner.get(path(audio.document, "sentences"))["reading"]["text"]
        link = owner.get(f"/admin/library/{audio.document}")["document"]["link"]
        assert (link["item"], link["text_item"]) == (audio.item.id, text.id)
        assert self.choose(owner, audio.document, None).status == 200
        alignment(owner, audio.document, "no_text")

    def test_has_to_be_an_epub_that_the_account_may_see(self, system, owner, machine):
        pdf = system.abs.add_item(system.library, title="Paged", ebook=b"%PDF-1.4", filename="paged.pdf")
        hidden = real_book(system.abs, system.abs.add_library("Hidden"), "siddhartha")
        system.abs.change_user(system.user, librariesAccessible=[system.library],
                               permissions={"accessAllLibraries": False})
        try:
            for text in (pdf.id, plain_audiobook(system.abs, system.library).id, 7, "a b"):
                answer = self.choose(owner, machine.document, text)
                assert (answer.status, answer.json["field"]) == (422, "textItemId"), text
            assert self.choose(owner, machine.document, hidden.id).error == (404, 3005)
            assert self.choose(owner, machine.document, "nosuchitem").error == (404, 3005)
        finally:
            system.abs.change_user(system.user, librariesAccessible=[], permissions={"accessAllLibraries": True})
        document = fresh("unlinked")
        system.push(document, 0.5, pointer(0.5))
        assert self.choose(owner, document, machine.item.id).error == (409, 3013)
        assert owner.get(path(machine.document, "alignment"))["text_item"] == machine.item.id

    def test_is_kept_when_it_is_the_book_itself(self, system, owner, machine):
        assert self.choose(owner, machine.document, machine.item.id).status == 200
        stored = json.loads(system.stack.redis.hget(f"user:{owner.username}:links", machine.document))
        assert "textItemId" not in stored and stored["how"] == "manual"
