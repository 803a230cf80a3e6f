"""The bridge and the libraries: documents are linked without a click, and their books read by parts."""

import io
import json
import random
import time
import zipfile

import pytest

from support import library, wait
from support.audiobookshelf import Audiobookshelf
from support.console import Console
from support.koreader import registered
from support.library import Bridge, alignment, book, filename_md5, link, partial_md5, text_map, wait_for_link, wait_for_map
from support.stack import Stack

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def stack():
    with Stack(workers=1, fsync="off") as running:
        yield running


@pytest.fixture
def shelf():
    with Audiobookshelf() as server:
        yield server


def settings(shelf, users=None, **more):
    """The environment of a bridge for that server: `users` maps devices to accounts there."""
    env = {"AUDIOBOOKSHELF_BASE_URL": shelf.url, "KOSHELF_ABS_POLL_S": "5"}
    env["AUDIOBOOKSHELF_USER_MAP"] = json.dumps({device.username: user.api_key for device, user in users or ()})
    return env | more


@pytest.fixture
def alice(shelf):
    return shelf.add_user("alice")


@pytest.fixture
def shelf_library(shelf):
    return shelf.add_library()


def want(stack, *items):
    for item in items:
        stack.redis.zadd("koshelf:library:wanted", {item.id: int(time.time() * 1000)})


def set_link(stack, device, document, item, text=None):
    fields = {"libraryItemId": item.id, "how": "manual", "since": 1} | ({"textItemId": text.id} if text else {})
    stack.redis.hset(f"user:{device.username}:links", document, json.dumps(fields))


def ranges_of(shelf, path):
    """Bytes that were asked for, by request."""
    asked = [request.headers.get("range", "") for request in shelf.requests("GET", path)]
    pairs = [each.removeprefix("bytes=").split("-") for each in asked if each]
    assert len(pairs) == len(asked), "a file was asked for as a whole"
    return [int(last) - int(first) + 1 for first, last in pairs]


def comic(pages, page_bytes):
    """An EPUB of pictures that cannot be compressed, with a little text between them."""
    noise = random.Random(1).randbytes(page_bytes)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml",
                         '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
                         '<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>'
                         '</rootfiles></container>')
        items = "".join(f'<item id="p{i}" href="p{i}.xhtml" media-type="application/xhtml+xml"/>'
                        for i in range(pages))
        spine = "".join(f'<itemref idref="p{i}"/>' for i in range(pages))
        archive.writestr("book.opf",
                         '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
                         '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">comic'
                         '</dc:identifier><dc:title>Comic</dc:title><dc:language>en</dc:language></metadata>'
                         f'<manifest>{items}</manifest><spine>{spine}</spine></package>')
        for i in range(pages):
            archive.writestr(f"p{i}.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
                                            f'<body><p>Page {i}.</p><img src="{i}.jpg"/></body></html>')
            archive.writestr(f"{i}.jpg", noise)
    return out.getvalue()


def with_entry(epub, name, content):
    out = io.BytesIO(epub)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def drm_protected(epub):
    with zipfile.ZipFile(io.BytesIO(epub)) as archive:
        pages = [name for name in archive.namelist() if name.endswith((".xhtml", ".html", ".htm"))]
    data = "".join('<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod '
                   'Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><CipherData>'
                   f'<CipherReference URI="{name}"/></CipherData></EncryptedData>' for name in pages)
    return with_entry(epub, "META-INF/encryption.xml",
                      f'<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">{data}</encryption>')


# Linking


def test_a_pushed_book_that_is_in_the_library_is_linked_and_mapped_without_a_click(stack, shelf, alice,
                                                                                    shelf_library):
    content = book("the_time_machine")
    item = shelf.add_item(shelf_library, ebook=content, audio=library.audio("the_time_machine"))
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan()
        begun = time.monotonic()
        reader.push(partial_md5(content))
        made = wait_for_link(stack, reader, partial_md5(content))
        assert time.monotonic() - begun < 3
        assert made["libraryItemId"] == item.id and made["how"] == "digest"
        assert len(wait_for_map(stack, item)["map"]) > 1000
        aligned = alignment(stack, item)
        assert aligned["alignment"] and float(aligned["confidence"]) > 0.7
        wait.until(lambda: not stack.redis.zcard("koshelf:library:wanted"), "the queue to be empty")


def test_a_document_named_by_its_file_name_is_linked(stack, shelf, alice, shelf_library):
    item = shelf.add_item(shelf_library, ebook=book("siddhartha"), filename="Hesse - Siddhartha.epub",
                          title="Siddhartha")
    reader = registered(stack)
    document = filename_md5("Hesse - Siddhartha.epub")
    with Bridge(stack, settings(shelf, [(reader, alice)])):
        reader.push(document)
        assert wait_for_link(stack, reader, document)["how"] == "filename"
        assert link(stack, reader, document)["libraryItemId"] == item.id


def test_a_book_of_several_ids_is_linked_if_any_of_them_is_the_file(stack, shelf, alice, shelf_library):
    content = book("the_time_machine")
    item = shelf.add_item(shelf_library, ebook=content)
    reader = registered(stack)
    for document in ("by-other-means", partial_md5(content)):
        reader.push(document)
    answer = Console(reader).call("POST", f"/admin/library/{partial_md5(content)}/merge", {"into": "by-other-means"})
    assert answer.status == 200, answer
    with Bridge(stack, settings(shelf, [(reader, alice)])):
        made = wait_for_link(stack, reader, "by-other-means")
        assert made["libraryItemId"] == item.id and made["how"] == "digest"
        assert link(stack, reader, partial_md5(content)) is None


def test_a_file_name_that_another_book_has_as_well_links_nothing(stack, shelf, alice, shelf_library):
    shelf.add_item(shelf_library, ebook=book("siddhartha"), filename="book.epub", title="Siddhartha")
    reader = registered(stack)
    document = filename_md5("book.epub")
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan()
        reader.push(document, metadata={"title": "War and Peace", "authors": "Leo Tolstoy"})
        wait.until(lambda: bridge.events("link.doubtful"), "the doubt")
        assert link(stack, reader, document) is None


def test_of_two_items_with_the_file_the_one_with_audio_is_linked(stack, shelf, alice, shelf_library):
    content = book("the_wrong_box")
    shelf.add_item(shelf_library, ebook=content, title="The Wrong Box")
    heard = shelf.add_item(shelf_library, ebook=content, audio=library.audio("the_wrong_box"))
    reader = registered(stack)
    reader.push(partial_md5(content))
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan()
        assert wait_for_link(stack, reader, partial_md5(content))["libraryItemId"] == heard.id


def test_two_items_that_would_do_equally_well_are_left_to_the_user(stack, shelf, alice, shelf_library):
    content = book("the_wrong_box")
    for _ in range(2):
        shelf.add_item(shelf_library, ebook=content, audio=library.audio("the_wrong_box"))
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan()
        reader.push(partial_md5(content))
        wait.until(lambda: bridge.events("link.ambiguous"), "the ambiguity")
        assert link(stack, reader, partial_md5(content)) is None


def test_an_account_is_linked_only_to_what_its_own_user_may_see(stack, shelf, alice, shelf_library):
    content = book("siddhartha")
    hidden = shelf.add_library("Hidden")
    bob = shelf.add_user("bob", libraries=[shelf_library])
    shelf.add_item(hidden, ebook=content, title="Siddhartha")
    of_alice, of_bob = registered(stack), registered(stack)
    with Bridge(stack, settings(shelf, [(of_alice, alice), (of_bob, bob)])) as bridge:
        bridge.wait_for_scan()
        of_bob.push(partial_md5(content))
        of_alice.push(partial_md5(content))
        wait_for_link(stack, of_alice, partial_md5(content))
        time.sleep(2)
        assert link(stack, of_bob, partial_md5(content)) is None


def test_neither_an_explicit_no_nor_another_link_is_overwritten(stack, shelf, alice, shelf_library):
    content = book("siddhartha")
    shelf.add_item(shelf_library, ebook=content, title="Siddhartha")
    other = shelf.add_item(shelf_library, title="Another", audio=library.audio("siddhartha"))
    refusing, choosing, third = (registered(stack) for _ in range(3))
    document = partial_md5(content)
    stack.redis.hset(f"user:{refusing.username}:links", document, '{"how":"unlinked","since":1}')
    set_link(stack, choosing, document, other)
    with Bridge(stack, settings(shelf, [(each, alice) for each in (refusing, choosing, third)])) as bridge:
        bridge.wait_for_scan()
        for device in (refusing, choosing, third):
            device.push(document)
        wait_for_link(stack, third, document)
        time.sleep(1.5)
        assert link(stack, refusing, document)["how"] == "unlinked"
        assert link(stack, choosing, document)["libraryItemId"] == other.id


# Scanning


def test_a_second_pass_reads_nothing_again_and_a_changed_file_is_read_and_mapped_anew(stack, shelf, alice,
                                                                                        shelf_library):
    content = book("siddhartha")
    item = shelf.add_item(shelf_library, ebook=content, audio=library.audio("siddhartha"))
    reader = registered(stack)
    reader.push(partial_md5(content))
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        wait_for_link(stack, reader, partial_md5(content))
        before = wait_for_map(stack, item)
        passes = len(bridge.events("scan.done"))
        bridge.wait_for_scan(after=passes)
        shelf.clear_requests()
        bridge.wait_for_scan(after=passes + 1)
        assert not shelf.requests("GET", r"^/api/items/")

        changed = book("the_wrong_box")
        shelf.change_item(item, ebook=changed)
        wait.until(lambda: stack.redis.hexists("koshelf:filehash", partial_md5(changed)), "the new digest")
        wait.until(lambda: text_map(stack, item).get("fingerprint") != before["fingerprint"], "a new map")
        wait.until(lambda: not stack.redis.hexists("koshelf:filehash", partial_md5(content)), "the old one to go")
        assert alignment(stack, item)["fingerprint"].startswith(text_map(stack, item)["fingerprint"])


def test_digests_of_items_that_are_gone_are_forgotten(stack, shelf, alice, shelf_library):
    content = with_entry(book("siddhartha"), "gone.txt", "x")
    item = shelf.add_item(shelf_library, ebook=content, title="Gone")
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan()
        assert stack.redis.hexists("koshelf:filehash", partial_md5(content))
        shelf.remove_item(item)
        wait.until(lambda: not stack.redis.hexists("koshelf:filehash", partial_md5(content)), "it to be forgotten")


def test_only_samples_of_a_file_are_read_and_supplementary_files_count(stack, shelf, alice, shelf_library):
    primary, extra = book("the_time_machine"), book("the_wrong_box")
    item = shelf.add_item(shelf_library, ebook=primary, supplementary=[extra], title="Two files")
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan()
        asked = ranges_of(shelf, rf"^/api/items/{item.id}/ebook")
        assert sum(asked) <= 2 * 30 * 1024 and len(asked) <= 2 * 6
        for content in (primary, extra):
            assert json.loads(stack.redis.hget("koshelf:filehash", partial_md5(content))) == [item.id]


def test_a_scan_goes_on_where_kill_9_broke_it_off(stack, shelf, alice, shelf_library):
    items = [shelf.add_item(shelf_library, ebook=with_entry(book("siddhartha"), "n", str(n)), title=f"Item {n}")
             for n in range(12)]
    reader = registered(stack)
    bridge = Bridge(stack, settings(shelf, [(reader, alice)]))
    bridge.start()
    done = lambda: [item for item in items if stack.redis.exists(f"koshelf:item:{item.id}")]  # noqa: E731
    wait.until(lambda: len(done()) >= 4, "some items")
    bridge.kill()
    finished = {item.id for item in done()}
    assert len(finished) < len(items)
    shelf.clear_requests()
    stack.redis.delete("koshelf:lease:library")  # as if half a minute had passed
    with bridge:
        bridge.wait_for_scan()
        asked = {request.path.split("/")[3] for request in shelf.requests("GET", r"^/api/items/[^/]+$")}
        assert asked == {item.id for item in items} - finished
        assert all(done())


def test_a_server_that_does_not_answer_is_asked_again_later(stack, shelf, alice, shelf_library):
    content = book("siddhartha")
    shelf.add_item(shelf_library, ebook=content, title="Siddhartha")
    reader = registered(stack)
    reader.push(partial_md5(content))
    fault = shelf.fault("hang")
    with Bridge(stack, settings(shelf, [(reader, alice)], AUDIOBOOKSHELF_HTTP_TIMEOUT="500")) as bridge:
        time.sleep(3)
        assert len(shelf.requests()) < 8
        fault.clear()
        wait_for_link(stack, reader, partial_md5(content), timeout=60)
        assert bridge.process.alive()


def test_it_stops_at_once_while_a_server_hangs(stack, shelf, alice, shelf_library):
    reader = registered(stack)
    shelf.fault("hang")
    with Bridge(stack, settings(shelf, [(reader, alice)], AUDIOBOOKSHELF_HTTP_TIMEOUT="60000")) as bridge:
        wait.until(lambda: shelf.requests(), "a request")
        begun = time.monotonic()
        assert bridge.process.stop() == 0
        assert time.monotonic() - begun < 1.5


# Maps


def test_the_text_of_a_300_mb_archive_costs_a_few_megabytes(stack, shelf, alice, shelf_library, tmp_path):
    file = tmp_path / "comic.epub"
    file.write_bytes(comic(60, 5 * MEBIBYTE))
    assert file.stat().st_size > 300 * MEBIBYTE
    item = shelf.add_item(shelf_library, ebook=file, title="Comic")
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        bridge.wait_for_scan(timeout=60)
        shelf.clear_requests()
        want(stack, item)
        assert wait_for_map(stack, item, timeout=60).get("error", "") == ""
        asked = ranges_of(shelf, rf"^/api/items/{item.id}/ebook")
        print(f"{sum(asked)} bytes in {len(asked)} requests")
        assert sum(asked) < 4 * MEBIBYTE


def test_a_book_beyond_the_download_limit_says_so(stack, shelf, alice, shelf_library):
    pages = comic(2000, 1024)
    assert len(pages) > 2 * MEBIBYTE
    item = shelf.add_item(shelf_library, ebook=pages, title="Long")
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)], KOSHELF_ABS_DOWNLOAD_LIMIT_MB="1")) as bridge:
        want(stack, item)
        assert "download limit of 1 MiB" in wait_for_map(stack, item)["error"]
        assert bridge.process.alive()


def test_a_server_without_ranges_sends_the_whole_file(stack, shelf, alice, shelf_library):
    pictures = random.Random(2).randbytes(3 * MEBIBYTE)
    content = with_entry(book("the_time_machine"), "cover.jpg", pictures)
    item = shelf.add_item(shelf_library, ebook=content, title="The Time Machine")
    reader = registered(stack)
    shelf.set_options(ranges=False)
    with Bridge(stack, settings(shelf, [(reader, alice)])):
        want(stack, item)
        assert wait_for_map(stack, item).get("error", "") == ""
        assert text_map(stack, item)["map"]


@pytest.mark.parametrize("make, filename, sentence", [
    (lambda: drm_protected(book("siddhartha")), "book.epub", "DRM"),
    (lambda: b"PK\x03\x04 not really", "book.epub", "not an EPUB"),
    (lambda: b"%PDF-1.7", "book.pdf", "PDF"),
])
def test_what_has_no_readable_text_says_why(stack, shelf, alice, shelf_library, make, filename, sentence):
    item = shelf.add_item(shelf_library, ebook=make(), filename=filename, title="No text")
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])):
        want(stack, item)
        stored = wait_for_map(stack, item)
        assert sentence in stored["error"] and not stored.get("map")
        wait.until(lambda: not stack.redis.zcard("koshelf:library:wanted"), "it to be served")


def test_the_text_may_come_from_another_item(stack, shelf, alice, shelf_library):
    heard = shelf.add_item(shelf_library, audio=library.audio("the_time_machine"))
    read = shelf.add_item(shelf_library, ebook=book("the_time_machine"), title="The Time Machine")
    reader = registered(stack)
    set_link(stack, reader, "some-document", heard, text=read)
    with Bridge(stack, settings(shelf, [(reader, alice)])):
        want(stack, heard, read)
        wait_for_map(stack, read)
        aligned = wait.until(lambda: alignment(stack, heard, read), "the alignment")
        assert float(aligned["confidence"]) > 0.7


def test_an_item_that_is_not_there_is_given_up_with_a_sentence(stack, shelf, alice, shelf_library):
    item = shelf.add_item(shelf_library, ebook=book("siddhartha"), title="Siddhartha")
    shelf.remove_item(item)
    reader = registered(stack)
    with Bridge(stack, settings(shelf, [(reader, alice)])):
        want(stack, item)
        assert "no such item" in wait_for_map(stack, item)["error"]
        wait.until(lambda: not stack.redis.zcard("koshelf:library:wanted"), "it to be served")


def test_what_may_pass_is_tried_again(stack, shelf, alice, shelf_library):
    item = shelf.add_item(shelf_library, ebook=book("siddhartha"), title="Siddhartha")
    reader = registered(stack)
    shelf.fault("status", path="/ebook", count=1, status=500)
    with Bridge(stack, settings(shelf, [(reader, alice)])) as bridge:
        want(stack, item)
        assert wait_for_map(stack, item).get("error", "") == ""
        assert bridge.process.alive()


# Several at once, and the command line


def test_of_two_bridges_one_works_and_the_other_takes_over(stack, shelf, alice, shelf_library):
    content = book("siddhartha")
    shelf.add_item(shelf_library, ebook=content, title="Siddhartha")
    reader = registered(stack)
    env = settings(shelf, [(reader, alice)])
    with Bridge(stack, env) as first:
        first.wait_for_scan()
        with Bridge(stack, env) as second:
            time.sleep(2)
            assert not second.events("scan.done")
            assert first.process.stop() == 0
            second.wait_for_scan(timeout=10)


def test_new_settings_count_within_two_seconds(stack, shelf, alice, shelf_library):
    content = book("siddhartha")
    shelf.add_item(shelf_library, ebook=content, title="Siddhartha")
    reader = registered(stack)
    reader.push(partial_md5(content))
    with Bridge(stack, {}) as bridge:
        wait.until(lambda: bridge.events("library.settings"), "the bridge")
        stack.redis.set("config:audiobookshelf", json.dumps({"base_url": shelf.url, "api_key": alice.api_key}))
        stack.redis.incr("koshelf:config:version")
        wait.until(lambda: shelf.requests(), "a request", timeout=2.5)
        wait_for_link(stack, reader, partial_md5(content))
    stack.redis.delete("config:audiobookshelf")


def test_koshelf_ctl_scan_links_and_prints_what_it_found(stack, shelf, alice, shelf_library):
    content = book("siddhartha")
    item = shelf.add_item(shelf_library, ebook=content, title="Siddhartha")
    reader = registered(stack)
    reader.push(partial_md5(content))
    done = stack.ctl("scan", env=settings(shelf, [(reader, alice)]))
    assert done.returncode == 0, done.stderr
    assert "1 items in 1 libraries" in done.stdout and "1 documents linked" in done.stdout
    assert link(stack, reader, partial_md5(content))["libraryItemId"] == item.id
    assert text_map(stack, item)["map"]


def test_koshelf_ctl_suggests_items_for_what_is_not_linked(stack, shelf, alice, shelf_library):
    item = shelf.add_item(shelf_library, title="The Time Machine", audio=library.audio("the_time_machine"),
                          metadata={"title": "The Time Machine", "authorName": "H. G. Wells"})
    shelf.add_item(shelf_library, title="Cooking for One")
    reader = registered(stack)
    reader.push("some-file", metadata={"title": "The time machine: an invention", "authors": "Wells, H. G."})
    done = stack.ctl("links", reader.username, "--suggest", env=settings(shelf, [(reader, alice)]))
    assert done.returncode == 0, done.stderr
    assert item.id in done.stdout and "Cooking" not in done.stdout
    assert link(stack, reader, "some-file") is None
