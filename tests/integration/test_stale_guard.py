"""A device that re-sends its own old position does not roll the others back."""

import time

import pytest

from support.koreader import registered
from support.stack import Stack


def history(stack, device, document="book"):
    """The entries of a document, oldest first, as dicts of text."""
    entries = stack.redis.xrange(f"user:{device.username}:history:{document}")
    return [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in entries]


def states(stack, device, document="book"):
    return [entry["state"] for entry in history(stack, device, document)]


def current(device, document="book"):
    answer = device.pull(document).json
    return answer["progress"], answer["device"]


@pytest.fixture
def kobo(reader):
    return reader


@pytest.fixture
def boox(kobo):
    return kobo.other()


def test_an_old_position_sent_again_after_another_device_wrote_changes_nothing(stack, kobo, boox):
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    before = boox.pull("book").json
    again = kobo.push("book", 0.1, "p1")
    assert again.status == 200 and set(again.json) == {"document",
                                                       "timestamp"} and again.json["document"] == "book"
    assert boox.pull("book").json == before
    assert states(stack, kobo) == ["current", "current", "stale"]
    assert history(stack, kobo)[-1]["progress"] == "p1" and history(stack, kobo)[-1]["device"] == kobo.device


def test_a_different_position_wins_forwards_and_backwards(stack, kobo, boox):
    kobo.push("book", 0.3, "p3")
    boox.push("book", 0.5, "p5")
    kobo.push("book", 0.4, "p4")
    assert current(boox) == ("p4", kobo.device)
    boox.push("book", 0.6, "p6")
    kobo.push("book", 0.05, "p0")
    assert current(boox) == ("p0", kobo.device)
    assert states(stack, kobo) == ["current"] * 5


def test_the_same_progress_at_another_percentage_is_another_position(kobo, boox):
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    kobo.push("book", 0.11, "p1")
    assert current(boox) == ("p1", kobo.device)


def test_the_same_percentage_at_another_progress_is_another_position(kobo, boox):
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    kobo.push("book", 0.1, "p1b")
    assert current(boox) == ("p1b", kobo.device)


def test_a_device_alone_may_go_back_to_where_it_was(stack, kobo):
    for step in (1, 2, 3, 1, 2, 1):
        kobo.push("book", step / 10, f"p{step}")
        assert current(kobo) == (f"p{step}", kobo.device)
    assert states(stack, kobo) == ["current"] * 6


def test_going_back_after_the_other_device_to_a_position_reached_since_is_current(stack, kobo, boox):
    boox.push("book", 0.9, "p9")
    kobo.push("book", 0.1, "p1")
    kobo.push("book", 0.2, "p2")
    kobo.push("book", 0.1, "p1")
    assert current(boox) == ("p1", kobo.device)
    assert states(stack, kobo) == ["current"] * 4


def test_both_devices_may_be_guarded_in_turn(stack, kobo, boox):
    kobo.push("book", 0.1, "k1")
    boox.push("book", 0.2, "b1")
    kobo.push("book", 0.3, "k2")
    boox.push("book", 0.2, "b1")
    assert current(kobo) == ("k2", kobo.device)
    kobo.push("book", 0.1, "k1")
    assert current(kobo) == ("k2", kobo.device)
    boox.push("book", 0.4, "b2")
    kobo.push("book", 0.3, "k2")
    assert current(kobo) == ("b2", boox.device)
    assert states(stack, kobo) == ["current", "current", "current", "stale", "stale", "current", "stale"]


def test_arriving_where_the_other_device_is_counts_as_reading_not_as_repeating(kobo, boox):
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    kobo.push("book", 0.2, "p2")
    assert current(boox) == ("p2", kobo.device)


def test_a_stale_push_does_not_make_the_next_one_fresh(stack, kobo, boox):
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    for _ in range(4):
        assert kobo.push("book", 0.1, "p1").status == 200
        assert current(boox) == ("p2", boox.device)
    assert "current" not in states(stack, kobo)[2:]


def test_without_a_device_id_the_name_alone_tells_devices_apart(stack, reader):
    kobo, boox = reader.other("Kobo", None), reader.other("Boox", None)
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    kobo.push("book", 0.1, "p1")
    assert current(boox) == ("p2", "Boox")
    assert states(stack, reader) == ["current", "current", "stale"]


def test_two_devices_of_one_name_are_told_apart_by_their_id(stack, reader):
    first, second = reader.other("Kobo", "A"), reader.other("Kobo", "B")
    first.push("book", 0.1, "p1")
    second.push("book", 0.2, "p2")
    first.push("book", 0.1, "p1")
    assert reader.pull("book").json["device_id"] == "B"
    assert states(stack, reader) == ["current", "current", "stale"]
    second.push("book", 0.1, "p1")
    assert reader.pull("book").json["progress"] == "p1"


def test_an_identical_push_only_refreshes_the_time(stack, kobo):
    first = kobo.push("book", 0.1, "p1").json["timestamp"]
    stack.redis.hset(f"user:{kobo.username}:document:book", "timestamp", first - 1000)
    again = kobo.push("book", 0.1, "p1")
    assert again.status == 200 and again.json["timestamp"] >= first
    assert kobo.pull("book").json["timestamp"] == again.json["timestamp"]
    assert states(stack, kobo) == ["current"]


def test_a_history_entry_has_the_agreed_fields(stack, kobo):
    now = int(time.time())
    kobo.push("book", 0.25, "p1")
    kobo.other("Nameless", None).push("book", 0.5, "p2")
    first, second = history(stack, kobo)
    assert abs(int(first.pop("timestamp")) - now) <= 10 and abs(int(second.pop("timestamp")) - now) <= 10
    assert float(first.pop("percentage")) == 0.25 and float(second.pop("percentage")) == 0.5
    assert first == {"progress": "p1", "device": kobo.device, "device_id": kobo.device_id,
                     "source": "koreader",
                     "state": "current"}
    assert second == {"progress": "p2", "device": "Nameless", "source": "koreader", "state": "current"}


def test_a_queue_of_150_old_positions_replayed_is_stale_throughout(stack, kobo, boox):
    for step in range(150):
        assert kobo.push("book", step / 1000, f"p{step}").status == 200
    boox.push("book", 0.9, "far ahead")
    for step in range(150):
        assert kobo.push("book", step / 1000, f"p{step}").status == 200
    assert current(kobo) == ("far ahead", boox.device)
    assert states(stack, kobo)[-150:] == ["stale"] * 150


def test_documents_are_guarded_apart(kobo, boox):
    kobo.push("one", 0.1, "p1")
    boox.push("two", 0.2, "p2")
    boox.push("one", 0.3, "p3")
    kobo.push("two", 0.1, "p1")
    assert current(kobo, "two") == ("p1", kobo.device)
    kobo.push("one", 0.1, "p1")
    assert current(kobo, "one") == ("p3", boox.device)


def test_accounts_are_guarded_apart(stack, kobo, boox):
    stranger = registered(stack)
    kobo.push("book", 0.1, "p1")
    stranger.other().push("book", 0.2, "p2")
    kobo.push("book", 0.3, "p3")
    kobo.push("book", 0.1, "p1")
    assert current(kobo) == ("p1", kobo.device)


def test_a_stale_push_through_an_alias_is_guarded_too(stack, kobo, boox):
    shared = [{"type": "file", "value": "f"}]
    kobo.push("a", 0.1, "p1", identifiers=[{"type": "md5", "value": "a"}] + shared)
    boox.push("b", 0.2, "p2", identifiers=[{"type": "md5", "value": "b"}] + shared)
    again = kobo.push("a", 0.1, "p1", identifiers=[{"type": "md5", "value": "a"}] + shared)
    assert (again.status, again.json["document"], again.json["match"]) == (200, "a", "md5")
    answer = kobo.pull("a", ids="md5:a,file:f").json
    assert (answer["progress"], answer["progress_match"]) == ("p2", "file")


def test_metadata_of_a_stale_push_is_kept(stack, kobo, boox):
    kobo.push("book", 0.1, "p1")
    boox.push("book", 0.2, "p2")
    kobo.push("book", 0.1, "p1", metadata={"title": "T"})
    assert stack.redis.hget(f"user:{kobo.username}:meta:book", "title") == b"T"


def written_by_the_reference_server(stack, device, percentage, progress):
    stack.redis.hset(f"user:{device.username}:document:book", mapping={
        "percentage": percentage, "progress": progress, "device": device.device,
        "device_id": device.device_id,
        "timestamp": "1700000000"})


def test_a_position_that_the_reference_server_stored_is_recognised_when_sent_again(stack, kobo, boox):
    written_by_the_reference_server(stack, kobo, "0.1", "p1")
    boox.push("book", 0.2, "p2")
    kobo.push("book", 0.1, "p1")
    assert current(boox) == ("p2", boox.device)


def test_a_position_that_the_reference_server_stored_is_refreshed_by_its_device(stack, kobo):
    written_by_the_reference_server(stack, kobo, "0.1", "p1")
    assert kobo.push("book", 0.1, "p1").status == 200
    assert kobo.pull("book").json["timestamp"] > 1700000000


def test_with_the_guard_off_the_last_write_wins_always():
    with Stack(env={"KOSHELF_STALE_GUARD": "off"}, workers=1) as stack:
        kobo = registered(stack)
        kobo.push("book", 0.1, "p1")
        kobo.other().push("book", 0.2, "p2")
        kobo.push("book", 0.1, "p1")
        assert current(kobo) == ("p1", kobo.device)
        assert states(stack, kobo) == ["current"] * 3


def test_the_history_is_capped_where_the_limit_says():
    with Stack(env={"KOSHELF_HISTORY_LIMIT": "20"}, workers=1) as stack:
        kobo = registered(stack)
        for step in range(60):
            kobo.push("book", step / 100, f"p{step}")
        entries = history(stack, kobo)
        assert 20 <= len(entries) <= 25
        assert [entry["progress"] for entry in entries][-20:] == [f"p{step}" for step in range(40, 60)]


@pytest.mark.parametrize("count", [200, 450, 700])
def test_an_idle_device_is_remembered_however_much_the_other_one_reads(stack, kobo, boox, count):
    kobo.push("book", 0.1, "p1")
    for step in range(count):
        boox.push("book", step / 1000, f"b{step}")
    kobo.push("book", 0.1, "p1")
    assert current(boox) == (f"b{count - 1}", boox.device)


def test_what_is_remembered_of_a_device_is_bounded(stack, kobo):
    for step in range(810):
        kobo.push("book", step / 1000, f"p{step}")
    assert stack.redis.hlen(f"user:{kobo.username}:pushes:book") < 420


def test_stale_pushes_do_not_drive_real_positions_out_of_the_history(stack, kobo, boox):
    kobo.push("book", 0.1, "p1")
    kobo.push("book", 0.2, "p2")
    boox.push("book", 0.3, "b1")
    for _ in range(20):
        kobo.push("book", 0.1, "p1")
        kobo.push("book", 0.2, "p2")
    assert states(stack, kobo) == ["current"] * 3 + ["stale"] * 2


def test_an_empty_device_id_is_not_a_missing_one(kobo):
    kobo.push("book", 0.1, "p1", device_id=None)
    assert "device_id" not in kobo.pull("book").json
    kobo.push("book", 0.1, "p1", device_id="")
    assert kobo.pull("book").json["device_id"] == ""
