"""Positions on their way through nginx, workers, Redis, the bridge and an Audiobookshelf, both ways."""

import time

import pytest

from support import wait
from support.bridged import Bridged, plain_audiobook, real_book

DOCUMENT = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def system():
    with Bridged() as bridged:
        yield bridged


@pytest.fixture
def audiobook(system, request):
    """An audiobook without text, linked to a document of its own: 20,000 s in five chapters."""
    item = plain_audiobook(system.abs, system.library, title=request.node.name)
    system.abs.clear_requests()
    return item


def document_of(item):
    return item.id.replace("-", "")


def test_a_push_moves_the_audio(system, audiobook):
    document = document_of(audiobook)
    system.link(document, audiobook)
    system.push(document, 0.25, "/body/DocFragment[3]/body/p[2]/text().0")
    record = system.wait_for_seconds(audiobook, 5000)
    assert record["duration"] == 20000
    assert record["progress"] == 0.25
    assert record["ebookProgress"] == 0.25
    assert record["isFinished"] is False


def test_what_was_heard_reaches_the_device(system, audiobook):
    document = document_of(audiobook)
    system.push(document, 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    system.push(document, 0.25, "/body/DocFragment[3]/body/p[2]/text().0")
    system.link(document, audiobook)
    system.wait_for_seconds(audiobook, 5000)
    system.settled()
    time.sleep(1.1)  # stamps are whole seconds
    system.abs.listen(system.user, audiobook, 11000)
    position = system.wait_for_import(document)
    assert position["progress"] == "/body/DocFragment[6]/body/p[2]/text().0"  # where the device has been
    assert position["percentage"] == 0.5
    assert position["device"] == "Audiobookshelf"
    assert position["timestamp"] <= time.time()


def test_an_import_is_never_pushed_back(system, audiobook):
    document = document_of(audiobook)
    system.push(document, 0.25, "/body/DocFragment[3]/body/p[2]/text().0")
    system.link(document, audiobook)
    system.wait_for_seconds(audiobook, 5000)
    system.settled()
    time.sleep(1.1)
    before = len(system.patches(audiobook))
    system.abs.listen(system.user, audiobook, 11000)
    position = system.wait_for_import(document)
    # The device opens there and sends the pointer that it was given.
    system.push(document, position["percentage"], position["progress"])
    system.settled()
    time.sleep(1)
    assert len(system.patches(audiobook)) == before
    assert system.seconds(audiobook) == 11000


def test_each_push_is_one_patch(system, audiobook):
    document = document_of(audiobook)
    system.link(document, audiobook)
    for n in range(1, 6):
        system.push(document, n / 10, f"/body/DocFragment[{n}]/body/p[2]/text().0")
        system.wait_for_seconds(audiobook, n * 2000)
        system.settled()
    time.sleep(1)
    assert len(system.patches(audiobook)) == 5
    assert all("lastUpdate" in patch.json and "isFinished" not in patch.json
               for patch in system.patches(audiobook))


def test_the_raw_position_is_kept_beside_the_record(system, audiobook):
    document = document_of(audiobook)
    system.link(document, audiobook)
    for n in (1, 2):
        system.push(document, n / 10, f"/body/DocFragment[{n}]/body/p[2]/text().0")
        system.wait_for_seconds(audiobook, n * 2000)
        system.settled()
    stored = system.abs.records(system.user, audiobook)
    assert len(stored) == 1
    koreader = stored[0]["extraData"]["koreader"]
    assert koreader["rawProgress"] == "/body/DocFragment[2]/body/p[2]/text().0"
    assert koreader["document"] == document and koreader["mappedAudioTime"] == 4000
    assert stored[0]["extraData"]["libraryItemId"] == audiobook.id


def test_two_documents_of_one_item_pushed_in_one_second_come_to_rest(system, audiobook):
    documents = document_of(audiobook), document_of(audiobook)[::-1]
    for document in documents:
        system.link(document, audiobook)
    time.sleep(1 - time.time() % 1)  # stamps are whole seconds
    system.push(documents[0], 0.25, "/body/DocFragment[3]/body/p[2]/text().0")
    system.push(documents[1], 0.5, "/body/DocFragment[6]/body/p[2]/text().0")
    system.settled()
    time.sleep(2)
    writes = len(system.patches(audiobook))
    assert writes <= 4
    time.sleep(2)
    assert len(system.patches(audiobook)) == writes
    assert system.seconds(audiobook) in (5000, 10000)


def test_the_last_page_finishes_the_audiobook_and_an_earlier_one_reopens_it(system, audiobook):
    document = document_of(audiobook)
    system.link(document, audiobook)
    system.push(document, 1, "/body/DocFragment[9]/body/p[2]/text().0")
    wait.until(lambda: (system.abs.progress(system.user, audiobook) or {}).get("isFinished"), "it to be finished")
    system.settled()
    system.push(document, 0.5, "/body/DocFragment[5]/body/p[2]/text().0")
    record = system.wait_for_seconds(audiobook, 10000)
    system.settled()
    assert system.abs.progress(system.user, audiobook)["isFinished"] is False


def test_pushes_that_wait_for_audiobookshelf_become_one_patch(system, audiobook):
    document = document_of(audiobook)
    system.link(document, audiobook)
    system.push(document, 0.05, "/body/DocFragment[1].0")
    system.wait_for_seconds(audiobook, 1000)
    system.settled()
    system.abs.clear_requests()
    system.abs.kill()
    for n in range(1, 11):
        system.push(document, n / 20, f"/body/DocFragment[{n}]/body/p[2]/text().0")
    time.sleep(2)
    system.abs.start()
    system.wait_for_seconds(audiobook, 10000, timeout=40)
    system.settled()
    assert len(system.patches(audiobook)) == 1


def test_every_step_is_explained(system, audiobook):
    document = document_of(audiobook)
    system.link(document, audiobook)
    system.push(document, 0.25, "/body/DocFragment[3]/body/p[2]/text().0")
    system.wait_for_seconds(audiobook, 5000)
    system.settled()
    wait.until(lambda: any("25 % sent to Audiobookshelf; audio moved to 1:23:20" in sentence
                           for sentence in system.sentences()), f"a sentence in {system.sentences()}")
