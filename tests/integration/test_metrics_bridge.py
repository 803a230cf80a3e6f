"""GET /metrics with a bridge and an Audiobookshelf: what crossed, how, and what did not."""

import json
import os
import signal
import time

import pytest

from support import wait
from support.bridged import Bridged, next_second, plain_audiobook, pointer, real_book
from support.metrics import check_nothing_went_back, scrape

PROGRESS = "^/api/me/progress/"


@pytest.fixture(scope="module")
def system():
    with Bridged(env={"KOSHELF_ABS_POLL_S": "5"}) as bridged:
        wait.until(lambda: told(bridged, "koshelf_library_scan_timestamp_seconds") > 0, "a first scan", 30)
        yield bridged


def told(system, name, **labels):
    return scrape(system.stack).value(name, **labels)


def waits(system, name, least, **labels):
    """Until that metric is at least that; what it is."""
    def there():
        value = told(system, name, **labels)
        return value >= least and value
    return wait.until(there, f"{name} {labels} to be {least}", 20, 0.1)


def linked(system, title, **kind):
    """A document at a quarter of an audiobook, settled on both sides."""
    item = plain_audiobook(system.abs, system.library, title)
    document = item.id.replace("-", "")
    system.read_to(document, 0.5)
    system.read_to(document, 0.25)
    system.link(document, item)
    system.wait_for_seconds(item, 5000)
    system.settled()
    next_second()
    return document, item


def test_the_bridge_and_its_parts_are_there(system):
    now = scrape(system.stack)
    assert now.value("koshelf_running", process="bridge") == 1
    for part in ("sync", "library"):
        assert now.value("koshelf_workers", process=part) == 1
        assert now.value("koshelf_workers_wanted", process=part) == 1
        assert now.value("koshelf_worker_starts_total", process=part) == 1
        assert now.value("koshelf_bridge_leader", part=part) == 1
        assert now.value("koshelf_resident_memory_bytes", process=part) > 1_000_000
        assert now.value("koshelf_redis_exchange_duration_seconds_count", process=part) > 0


def test_a_push_that_is_carried_over_is_counted_on_its_whole_way(system):
    before = scrape(system.stack)
    linked(system, "carried over")
    waits(system, "koshelf_bridge_pushes_total", before.value("koshelf_bridge_pushes_total", outcome="written") + 1,
          outcome="written")
    after = scrape(system.stack)

    def grown(name, **labels):
        return after.value(name, **labels) - before.value(name, **labels)

    assert grown("koshelf_pushes_total", outcome="stored") == 2
    assert grown("koshelf_bridge_conversions_total", direction="to-audiobookshelf", tier="percentage") == 1
    assert grown("koshelf_bridge_conversions_total", direction="to-audiobookshelf") == 1
    assert grown("koshelf_abs_calls_total", call="patch-progress", result="ok") >= 1
    assert grown("koshelf_abs_calls_total", call="get-progress", result="ok") >= 2
    assert grown("koshelf_abs_call_duration_seconds_count", call="patch-progress") >= 1
    assert after.value("koshelf_outbox_accounts") == 0


def test_an_import_is_counted_with_its_tier(system):
    document, item = linked(system, "heard")
    before = scrape(system.stack)
    system.abs.listen(system.user, item, 11000)
    system.wait_for_import(document)
    waits(system, "koshelf_bridge_imports_total", before.value("koshelf_bridge_imports_total", outcome="imported") + 1,
          outcome="imported")
    waits(system, "koshelf_bridge_conversions_total",
          before.value("koshelf_bridge_conversions_total", direction="to-device", tier="learned") + 1,
          direction="to-device", tier="learned")


def test_live_feeds_and_their_losses_show(system):
    linked(system, "fed")
    system.wait_for_feed()
    waits(system, "koshelf_feeds_live", 1)
    assert told(system, "koshelf_feeds") == 1
    connects = told(system, "koshelf_feed_connects_total")
    assert connects >= 1
    losses = told(system, "koshelf_feed_losses_total")
    system.abs.drop_sockets()
    waits(system, "koshelf_feed_losses_total", losses + 1)
    waits(system, "koshelf_feed_connects_total", connects + 1)
    waits(system, "koshelf_feeds_live", 1)


def test_calls_that_fail_are_counted_by_why(system):
    document, _ = linked(system, "busy")
    before = scrape(system.stack)
    system.abs.fault("status", path=PROGRESS, status=503)
    try:
        system.read_to(document, 0.3)
        waits(system, "koshelf_abs_calls_total",
              before.value("koshelf_abs_calls_total", call="get-progress", result="server-error") + 1,
              call="get-progress", result="server-error")
        waits(system, "koshelf_bridge_pushes_total", before.value("koshelf_bridge_pushes_total", outcome="failed") + 1,
              outcome="failed")
        system.stack.redis.delete("koshelf:totals")
        waiting = scrape(system.stack)
        assert waiting.value("koshelf_outbox_documents") == 1
        assert waiting.value("koshelf_outbox_accounts") == 1
        assert 0 <= waiting.value("koshelf_outbox_oldest_position_seconds") < 60
    finally:
        system.abs.clear_faults()
    wait.until(lambda: not system.stack.redis.zcard(f"user:{system.username}:outbox"), "the outbox to be empty", 40)


def test_what_is_given_up_is_a_dead_letter(system):
    document, item = linked(system, "forbidden")
    before = scrape(system.stack)
    system.abs.fault("status", path=f"{PROGRESS}{item.id}", status=403)
    try:
        system.read_to(document, 0.3)
        waits(system, "koshelf_bridge_pushes_total", before.value("koshelf_bridge_pushes_total", outcome="given-up") + 1,
              outcome="given-up")
        system.stack.redis.delete("koshelf:totals")
        assert told(system, "koshelf_dead_letters") == 1
    finally:
        system.abs.clear_faults()
        system.stack.redis.delete(f"user:{system.username}:dead")
        system.stack.redis.delete("koshelf:totals")


def test_scans_and_texts_are_counted(system):
    before = scrape(system.stack)
    book = real_book(system.abs, system.library, "siddhartha")
    document = book.id.replace("-", "")
    system.read_to(document, 0.1)
    system.link(document, book)
    waits(system, "koshelf_library_maps_total", before.value("koshelf_library_maps_total", result="made") + 1, result="made")
    waits(system, "koshelf_library_scans_total", before.value("koshelf_library_scans_total", result="complete") + 1,
          result="complete")
    after = scrape(system.stack)
    assert after.value("koshelf_library_map_duration_seconds_count") == after.value("koshelf_library_maps_total", result="made")
    assert after.value("koshelf_library_scan_duration_seconds_count") >= 2
    assert after.value("koshelf_library_items") >= 1
    # Also what the process that reads the book has asked for.
    assert after.value("koshelf_abs_calls_total", call="ebook-range", result="ok") > before.value(
        "koshelf_abs_calls_total", call="ebook-range", result="ok")
    waits(system, "koshelf_bridge_conversions_total", 1, direction="to-audiobookshelf")


def test_nothing_goes_back_when_a_part_is_killed(system):
    for part in ("sync", "library"):  # the oldest child: one that was started again is the youngest
        before = scrape(system.stack)
        os.kill(system.stack.bridge.children()[0], signal.SIGKILL)
        waits(system, "koshelf_worker_exits_total",
              before.value("koshelf_worker_exits_total", process=part, how="killed") + 1, process=part, how="killed")
        waits(system, "koshelf_worker_starts_total", before.value("koshelf_worker_starts_total", process=part) + 1,
              process=part)
        waits(system, "koshelf_workers", 1, process=part)
        check_nothing_went_back(before, scrape(system.stack))


def test_nothing_goes_back_when_the_whole_bridge_is_killed(system):
    before = scrape(system.stack)
    system.stack.bridge.kill()
    wait.until(lambda: told(system, "koshelf_running", process="bridge") == 0, "it to be gone")
    gone = scrape(system.stack)
    check_nothing_went_back(before, gone)
    assert gone.value("koshelf_feeds_live") == 0
    system.stack.start_bridge()
    waits(system, "koshelf_running", 1, process="bridge")
    check_nothing_went_back(before, scrape(system.stack))
    linked(system, "after that")
    waits(system, "koshelf_bridge_pushes_total", before.value("koshelf_bridge_pushes_total", outcome="written") + 1,
          outcome="written")
    system.stack.bridge.signal(signal.SIGHUP)
    waits(system, "koshelf_reloads_total", before.value("koshelf_reloads_total", process="bridge") + 1, process="bridge")


def test_looks_at_audiobookshelf_while_a_device_waits_are_counted():
    with Bridged(bridge=False) as system:
        item = plain_audiobook(system.abs, system.library)
        document = item.id.replace("-", "")
        system.read_to(document, 0.5)
        system.read_to(document, 0.25)
        system.link(document, item)
        assert told(system, "koshelf_outbox_due_accounts") == 1
        system.pull(document)
        assert told(system, "koshelf_live_pulls_total", outcome="unchanged") == 1
        system.pull(document)
        assert told(system, "koshelf_live_pulls_total", outcome="not-asked") == 1
        system.abs.stop()
        wait.until(lambda: system.pull(document) and told(system, "koshelf_live_pulls_total", outcome="failed") == 1,
                   "a look that fails", 10, 0.5)
        assert told(system, "koshelf_abs_breaker_open") == 1
        assert told(system, "koshelf_abs_calls_total", call="get-progress", result="unreachable") == 1
        assert told(system, "koshelf_bridge_leader", part="sync") == 0
        assert told(system, "koshelf_running", process="bridge") == 0


def test_a_feed_that_there_is_not_to_be_is_not_missed():
    def key_of_another(bridged):
        bridged.admin = bridged.abs.add_user("admin", type="admin")
        users = {bridged.username: {"api_key": bridged.admin.api_key, "user_id": bridged.user.id}}
        return {"AUDIOBOOKSHELF_USER_MAP": json.dumps(users), "KOSHELF_ABS_POLL_S": "5"}

    with Bridged(abs_options={"userProgressRoutes": True}, env=key_of_another) as system:
        linked(system, "of another")
        waits(system, "koshelf_bridge_pushes_total", 1, outcome="written")
        time.sleep(1.5)  # the gauges are set every second
        assert told(system, "koshelf_feeds") == 0


def test_nothing_of_audiobookshelf_is_named(system):
    text = scrape(system.stack).text
    for secret in (system.username, system.user.api_key, system.library, "siddhartha", "127.0.0.1", system.abs.url,
                   pointer(0.25)):
        assert secret.lower() not in text.lower(), secret
