"""Building the indexes of old data: interrupted, repeated, forced, and while devices push."""

import signal
import subprocess
import time

import pytest

from support import wait
from support.reference import FIRST, check_indexed, old, seed
from support.stack import Stack, binary

MANY = 60000


def seed_enough_to_interrupt(redis):
    seed(redis)
    pipe = redis.pipeline(transaction=False)
    for number in range(MANY):
        pipe.hset(f"user:many{number % 1000}:document:{number}", mapping={"percentage": "0.5",
                                                                          "timestamp": str(FIRST)})
        if number < 1000:
            pipe.set(f"user:many{number}:key", "k")
        if number % 5000 == 0:
            pipe.execute()
    pipe.execute()


def indexed_count(redis):
    pipe = redis.pipeline(transaction=False)
    for number in range(1000):
        pipe.zcard(f"user:many{number}:documents")
    return sum(pipe.execute())


def test_an_interrupted_reindex_is_completed_by_the_next():
    with Stack(seed=seed_enough_to_interrupt, parts=("redis",)) as stack:
        run = subprocess.Popen([binary("koshelf-ctl"), "reindex"], env=stack.pool_env,
                               stdout=subprocess.DEVNULL)
        wait.until(lambda: indexed_count(stack.redis) > 0, "the reindex to begin", timeout=30, interval=0.001)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert indexed_count(stack.redis) < MANY, "the reindex was over before it could be killed"
        assert not stack.redis.exists("koshelf:schema")
        # The lock of the killed one has to run out first.
        wait.until(lambda: stack.ctl("reindex").returncode == 0, "the next reindex", timeout=60, interval=1)
        check_all_is_indexed(stack)


def check_all_is_indexed(stack):
    assert stack.redis.exists("koshelf:schema")
    assert indexed_count(stack.redis) == MANY
    check_indexed(stack.redis)


def test_a_reindex_whose_pool_was_killed_is_completed_by_the_next_start():
    with Stack(seed=seed_enough_to_interrupt, workers=1, parts=("redis", "device")) as stack:
        wait.until(lambda: indexed_count(stack.redis) > 0, "the reindex to begin", timeout=30, interval=0.001)
        stack.device.kill()
        assert not stack.redis.exists("koshelf:schema"), "the reindex was over before it could be killed"
        stack.start_pool()
        wait.until(lambda: stack.redis.exists("koshelf:schema"), "the reindex to be completed", timeout=90,
                   interval=0.5)
        check_all_is_indexed(stack)


def test_a_start_without_a_schema_reindexes_and_serves_meanwhile():
    with Stack(seed=seed_enough_to_interrupt, workers=1) as stack:
        reader = old(stack, 1)
        answers = []
        while not stack.redis.exists("koshelf:schema"):
            answers.append(reader.pull("book1").status)
            answers.append(reader.push("book2", len(answers) / 1e6, "meanwhile").status)
            assert len(answers) < 20000
        assert set(answers) <= {200}
        assert indexed_count(stack.redis) == MANY
        assert not answers or stack.redis.zscore("user:reader1:documents",
                                                 "book2") == pytest.approx(time.time(), abs=60)


def test_reindex_again_changes_nothing_and_force_repairs_a_lost_index():
    with Stack(seed=seed, workers=1, parts=("redis", "device")) as stack:
        stack.wait_until_indexed()
        assert stack.ctl("reindex").returncode == 0
        check_indexed(stack.redis)
        stack.redis.delete("user:reader2:documents")
        assert stack.ctl("reindex", "--force").returncode == 0
        check_indexed(stack.redis)


def test_reindex_without_redis_fails_and_says_so():
    with Stack(parts=()) as stack:
        done = stack.ctl("reindex")
        assert done.returncode != 0 and done.stderr.strip()
