"""The simulated Audiobookshelf does what the real one does; docs/audiobookshelf.md says it in words."""

import base64
import contextlib
import gzip
import hashlib
import json
import socket
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support import http_client, wait
from support.audiobookshelf import Audiobookshelf
from support.audiobookshelf_feed import Feed, feed_of

DATA = Path(__file__).resolve().parents[1] / "data" / "aligned"
ALICE = DATA / "alices_adventures_in_wonderland"
DURATION = 1800.5
AUDIO = {"duration": DURATION, "tracks": [{"startOffset": 0, "duration": DURATION, "title": "all.mp3"}],
         "chapters": [{"id": 0, "start": 0, "end": 900, "title": "One"},
                      {"id": 1, "start": 900, "end": DURATION, "title": "Two"}]}
CFI = "epubcfi(/6/4!/4/2/1:0)"


@pytest.fixture(scope="module")
def server():
    with Audiobookshelf() as running:
        yield running


@pytest.fixture(scope="module")
def library(server):
    return server.add_library("Shared")


@pytest.fixture(scope="module")
def item(server, library):
    """An item with audio and an ebook. Its progress is each user's own."""
    return server.add_item(library, "Both", ebook=ALICE / "book.epub", audio=AUDIO)


def new_user(server, **more):
    return server.add_user(f"user-{uuid.uuid4().hex[:12]}", **more)


@pytest.fixture
def user(server):
    return new_user(server)


@pytest.fixture(scope="module")
def admin(server):
    return new_user(server, type="admin")


def said(answer):
    return answer.status, answer.body.decode()


def progress_path(item):
    return f"/api/me/progress/{item.id}"


# Without credentials


@pytest.mark.parametrize("path, body", [
    ("/ping", '{"success":true}'),
    ("/healthcheck", "OK"),
    ("/audiobookshelf/ping", '{"success":true}'),
])
def test_anybody_may_ask_whether_it_lives(server, path, body):
    assert said(server.request("GET", path)) == (200, body)


def test_the_status_has_the_version(server):
    status = server.request("GET", "/status").json
    assert (status["app"], status["serverVersion"], status["isInit"]) == ("audiobookshelf", "2.36.0", True)


def test_every_route_exists_below_the_base_path_too(server, user):
    for prefix in ("", "/audiobookshelf"):
        assert server.request("GET", f"{prefix}/api/me", user).json["id"] == user.id


def test_unknown_routes_are_html_and_below_api_only_for_those_who_are_known(server, user):
    for path, who, status in (("/nothing", None, 404), ("/api/nothing", None, 401),
                              ("/api/nothing", user, 404)):
        answer = server.request("GET", path, who)
        assert answer.status == status, path
        assert answer.body.startswith(b"<!DOCTYPE html>") == (status == 404), path


def test_kept_connections_are_announced_and_closed_after_five_seconds(server):
    with http_client.Connection(server.port, tls=False, read_timeout=10) as connection:
        connection.send(http_client.request_bytes("GET", "/ping", close=False))
        assert connection.response().header("keep-alive") == "timeout=5"
        started = time.monotonic()
        assert connection.at_end()
        assert 4 < time.monotonic() - started < 12


def test_rest_answers_are_not_compressed_and_bodies_have_a_limit(server, user):
    answer = server.request("GET", "/api/me", user, headers=[("Accept-Encoding", "gzip")])
    assert answer.header("content-encoding") is None
    body = b'{"ebookLocation":"' + b"x" * (10 * 1024 * 1024) + b'"}'
    headers = [("Content-Type", "application/json")]
    assert server.request("PATCH", "/api/me/progress/x", user, body, headers).status == 413


# Credentials


def test_keys_legacy_and_access_tokens_open_rest_calls_also_from_the_query(server, user):
    for credential in (user.api_key, user.token, server.access_token(user)):
        assert server.request("GET", "/api/me", credential).json["id"] == user.id
        assert server.request("GET", f"/api/me?token={credential}").json["id"] == user.id


@pytest.mark.parametrize("credential", [None, "", "nonsense", "a.b.c"])
def test_other_credentials_are_unauthorized_without_a_reason(server, credential):
    answer = server.request("GET", "/api/me", credential)
    assert said(answer) == (401, "Unauthorized")
    assert answer.header("www-authenticate") is None


def test_expired_inactive_and_disabled_credentials_are_unauthorized(server, user):
    server.set_options(accessTokenSeconds=-1)
    expired = server.access_token(user)
    server.set_options(accessTokenSeconds=3600)
    assert said(server.request("GET", "/api/me", expired)) == (401, "Unauthorized")
    server.set_key_active(user, False)
    assert said(server.request("GET", "/api/me", user.api_key)) == (401, "Unauthorized")
    assert server.request("GET", "/api/me", user.token).status == 200
    server.change_user(user, isActive=False)
    assert said(server.request("GET", "/api/me", user.token)) == (401, "Unauthorized")


def test_bad_credentials_are_not_counted(server):
    assert {server.request("GET", "/api/me", "bad").status for _ in range(50)} == {401}


def test_me_gives_the_legacy_token_to_an_api_key(server, user):
    me = server.request("GET", "/api/me", user.api_key).json
    assert me["token"] == user.token and "isOldToken" not in me
    assert server.request("GET", "/api/me", user.token).json["isOldToken"] is True


def login(server, user, address, password=None, headers=()):
    body = {"username": user.username.upper(), "password": password or user.password}
    return server.request("POST", "/login", None, body, [("X-Forwarded-For", address), *headers])


def test_login_gives_tokens_and_the_refresh_token_only_on_request(server, user):
    plain = login(server, user, "10.0.0.1")
    assert plain.json["user"]["id"] == user.id and plain.json["user"]["token"] == user.token
    assert plain.json["user"]["refreshToken"] is None
    assert "HttpOnly" in plain.header("set-cookie")
    asked = login(server, user, "10.0.0.1", headers=[("x-return-tokens", "true")]).json["user"]
    assert server.request("GET", "/api/me", asked["accessToken"]).status == 200
    assert server.request("GET", "/api/me", asked["refreshToken"]).status == 401


def test_a_wrong_password_is_unauthorized_and_a_missing_one_a_bad_request(server, user):
    assert said(login(server, user, "10.0.0.2", "wrong")) == (401, "Unauthorized")
    answer = server.request("POST", "/login", None, {"username": "x"}, [("X-Forwarded-For", "10.0.0.2")])
    assert said(answer) == (400, "Bad Request")


def test_refreshing_rotates_the_token_and_the_old_one_works_for_a_while(server, user):
    answer = login(server, user, "10.0.0.3", headers=[("x-return-tokens", "true")])
    first = answer.json["user"]["refreshToken"]

    def refresh(token):
        headers = [("X-Forwarded-For", "10.0.0.3")] + ([("x-refresh-token", token)] if token else [])
        return server.request("POST", "/auth/refresh", headers=headers)

    second = refresh(first).json["user"]["refreshToken"]
    assert second != first and refresh(first).status == 200 and refresh(second).status == 200
    assert (refresh(None).status, refresh(None).json) == (401, {"error": "No refresh token provided"})
    assert refresh("nonsense").json == {"error": "Invalid refresh token"}
    assert refresh(user.token).json == {"error": "Invalid token type"}


def test_forty_logins_in_ten_minutes_are_the_most_for_one_address(server, user):
    answers = [login(server, user, "10.0.0.4") for _ in range(41)]
    assert {answer.status for answer in answers[:40]} == {200}
    last = answers[-1]
    assert (last.status, last.json) == (429, {"error": "Too many authentication requests"})
    assert 590 < int(last.header("retry-after")) <= 600
    assert last.header("ratelimit-policy") == "40;w=600"
    assert login(server, user, "10.0.0.5").status == 200


def test_keys_made_by_an_admin_are_inactive_until_told_otherwise_and_act_as_their_user(server, user, admin):
    made = server.request("POST", "/api/api-keys", admin, {"name": "k", "userId": user.id}).json["apiKey"]
    assert server.request("GET", "/api/me", made["apiKey"]).status == 401
    server.request("PATCH", f"/api/api-keys/{made['id']}", admin, {"isActive": True})
    assert server.request("GET", "/api/me", made["apiKey"]).json["id"] == user.id
    assert "apiKey" not in server.request("GET", "/api/api-keys", admin).json["apiKeys"][0]
    server.request("DELETE", f"/api/api-keys/{made['id']}", admin)
    assert server.request("GET", "/api/me", made["apiKey"]).status == 401


def test_admins_read_all_users_and_nobody_writes_for_another(server, user, admin, item):
    server.patch_progress(user, item, currentTime=5)
    listed = server.request("GET", f"/api/users/{user.id}", admin).json
    assert listed["token"] == user.token and listed["mediaProgress"][0]["displayTitle"] == "Both"
    assert server.request("GET", f"/api/users/{user.id}", user).status == 403
    for method, path in (("GET", "progress"), ("PATCH", f"progress/{item.id}"), ("GET", "media-progress")):
        assert server.request(method, f"/api/users/{user.id}/{path}", admin, {}).status == 404
    headers = [("X-ABS-User-Token", user.token), ("X-User-Id", user.id)]
    assert server.request("GET", f"/api/me?userId={user.id}", admin, headers=headers).json["id"] == admin.id


def test_older_and_future_servers_lack_some_credentials():
    with Audiobookshelf({"apiKeys": False}) as server:
        user = server.add_user("u")
        assert server.request("GET", "/api/me", user.api_key).status == 401
        assert server.request("GET", "/api/me", user.token).status == 200
        server.set_options(apiKeys=True, legacyTokens=False)
        assert "token" not in server.request("GET", "/api/me", user.api_key).json
        assert server.request("GET", "/api/me", user.token).status == 401
        assert Feed(server.port).connect().authenticate(user.token)[0] == "auth_failed"
        token = login(server, user, "10.0.0.6").json["user"]["accessToken"]
        assert Feed(server.port).connect().authenticate(token)[0] == "init"


def test_a_fork_may_let_admins_write_for_others(server, user, admin, item):
    path = f"/api/users/{user.id}/progress/{item.id}"
    server.set_options(userProgressRoutes=True)
    try:
        assert server.request("PATCH", path, admin, {"currentTime": 5}).status == 200
        assert server.request("GET", path, admin).json == server.progress(user, item)
        assert server.request("GET", path, new_user(server)).status == 403
    finally:
        server.set_options(userProgressRoutes=False)


# Progress: reading


def test_a_record_has_exactly_these_fields(server, user, item):
    server.patch_progress(user, item, currentTime=10, duration=DURATION, progress=0.1)
    record = server.request("GET", progress_path(item), user).json
    assert set(record) == {"id", "userId", "libraryItemId", "episodeId", "mediaItemId", "mediaItemType",
                           "duration", "progress", "currentTime", "isFinished", "hideFromContinueListening",
                           "ebookLocation", "ebookProgress", "lastUpdate", "startedAt", "finishedAt"}
    assert (record["libraryItemId"], record["mediaItemId"]) == (item.id, item.media_id)
    assert record["episodeId"] is None
    assert record == server.progress(user, item)


def test_never_begun_and_unknown_items_look_the_same(server, user, item):
    for path in (progress_path(item), f"/api/me/progress/{uuid.uuid4()}", "/api/me/progress/garbage"):
        assert said(server.request("GET", path, user)) == (404, "Not Found")


def test_all_records_come_in_one_list_since_2_36(server, user, item):
    server.patch_progress(user, item, currentTime=10)
    listed = server.request("GET", "/api/me/progress", user).json
    assert listed == {"mediaProgress": [server.progress(user, item)]}
    assert server.request("GET", "/api/me", user).json["mediaProgress"] == listed["mediaProgress"]
    server.set_options(progressList=False)
    assert server.request("GET", "/api/me/progress", user).status == 404
    server.set_options(progressList=True)


def test_an_unchanged_answer_is_not_sent_again(server, user, item):
    server.patch_progress(user, item, currentTime=10)
    for path in ("/api/me", "/api/me/progress", progress_path(item)):
        tag = server.request("GET", path, user).header("etag")
        assert tag.startswith('W/"')
        again = server.request("GET", path, user, headers=[("If-None-Match", tag)])
        assert (again.status, again.body) == (304, b"")
        server.patch_progress(user, item, currentTime=time.time())
        assert server.request("GET", path, user, headers=[("If-None-Match", tag)]).status == 200


# Progress: the first PATCH


@pytest.mark.parametrize("body, expected", [
    ({}, {"currentTime": 0, "duration": 0, "progress": 0, "ebookProgress": 0, "ebookLocation": None,
          "isFinished": False}),
    ({"progress": 2.5}, {"progress": 2.5}),
    ({"currentTime": DURATION, "duration": DURATION}, {"isFinished": False}),
    ({"isFinished": True, "currentTime": 3, "progress": 0.1},
     {"isFinished": True, "progress": 1, "currentTime": 3}),
    ({"createdAt": 1234567890123}, {"startedAt": 1234567890123}),
    ({"startedAt": 5, "extraData": {"libraryItemId": "x"}, "extraData.koreader": {"a": 1}}, {"progress": 0}),
    ({"currentTime": "12.5", "ebookProgress": "abc"}, {"currentTime": 12.5, "ebookProgress": 0}),
    ({"ebookProgress": 0.25, "ebookLocation": CFI},
     {"ebookProgress": 0.25, "ebookLocation": CFI, "progress": 0}),
])
def test_the_first_write_makes_the_record(server, user, item, body, expected):
    answer = server.request("PATCH", progress_path(item), user, body)
    assert said(answer) == (200, "OK")
    record = server.progress(user, item)
    assert {name: record[name] for name in expected} == expected
    extra = server.records(user, item)[0]["extraData"]
    assert extra == {"libraryItemId": item.id, "progress": record["progress"]}


def test_the_first_write_is_of_now_whatever_last_update_says(server, user, item):
    server.patch_progress(user, item, currentTime=5, lastUpdate=1000)
    assert server.progress(user, item)["lastUpdate"] == pytest.approx(time.time() * 1000, abs=5000)


# Progress: later PATCHes


HALF = {"currentTime": 900, "duration": DURATION, "progress": 900 / DURATION}
DONE = {"currentTime": 900, "duration": DURATION, "isFinished": True}
EBOOK = {"ebookProgress": 0.3, "ebookLocation": CFI}


@pytest.mark.parametrize("first, then, expected", [
    # the share is stored, not computed
    (HALF, {"currentTime": 400}, {"currentTime": 400, "progress": 900 / DURATION}),
    (HALF, {"progress": 7}, {"progress": 1}),
    (HALF, {"progress": -1}, {"progress": 0}),
    (HALF, {"progress": "0.25"}, {"progress": 0.25}),
    (HALF, {"progress": None}, {"progress": 0}),
    (HALF, {"progress": "abc"}, {"progress": 900 / DURATION}),
    (HALF | {"progress": 0.9}, {"progress": 900 / DURATION}, {"progress": 0.9}),
    # isFinished, even an unchanged one, hides it
    (HALF, {"currentTime": 400, "progress": 0.2222, "isFinished": False},
     {"currentTime": 400, "progress": 900 / DURATION}),
    (HALF, {"isFinished": True}, {"isFinished": True, "progress": 1, "currentTime": 900}),
    (DONE, {"isFinished": False, "currentTime": 300, "progress": 0.1},
     {"isFinished": False, "progress": 0, "currentTime": 0, "finishedAt": None}),
    (HALF, {"isFinished": True, "currentTime": 300},
     {"isFinished": False, "progress": 1, "currentTime": 300}),
    # the end zone
    (HALF, {"currentTime": DURATION - 10}, {"isFinished": False}),
    (HALF, {"currentTime": DURATION - 9.9}, {"isFinished": True, "progress": 1}),
    (HALF, {"currentTime": DURATION - 1, "markAsFinishedTimeRemaining": 0}, {"isFinished": False}),
    (HALF, {"currentTime": 1000, "markAsFinishedPercentComplete": 50}, {"isFinished": True}),
    (DONE, {"currentTime": 500, "duration": DURATION, "progress": 0.25},
     {"isFinished": False, "finishedAt": None, "progress": 0.25, "currentTime": 500}),
    (DONE, {"currentTime": 500}, {"isFinished": False, "progress": 1}),
    (DONE, {"ebookProgress": 0.5}, {"isFinished": True}),
    # where the duration is not known nothing is near the end
    ({"currentTime": 900, "isFinished": True}, {"currentTime": 500}, {"isFinished": False, "progress": 1}),
    ({"currentTime": 900}, {"currentTime": 500, "isFinished": True},
     {"isFinished": False, "progress": 1, "finishedAt": None}),
    (DONE, {"isFinished": False, "finishedAt": 5}, {"isFinished": False, "finishedAt": None}),
    (HALF, {"isFinished": True, "finishedAt": 1234567890123}, {"finishedAt": 1234567890123}),
    # nothing is checked
    (HALF, {"currentTime": 5000}, {"currentTime": 5000, "isFinished": True}),
    (HALF, {"currentTime": -5}, {"currentTime": -5}),
    (HALF, {"currentTime": "123.5"}, {"currentTime": "123.5"}),
    (HALF, {"currentTime": "123.5", "lastUpdate": 1000}, {"currentTime": 123.5}),
    (HALF, {"currentTime": None}, {"currentTime": None}),
    (HALF, {"currentTime": "abc"}, {"currentTime": "abc"}),
    (HALF, {"currentTime": 0.30000000000000004, "ebookProgress": 0.12345678901234568},
     {"currentTime": 0.30000000000000004, "ebookProgress": 0.12345678901234568}),
    # the sides of a book leave each other alone
    (HALF | EBOOK, {"currentTime": 1000}, EBOOK),
    (HALF | EBOOK, {"ebookProgress": 0.9}, {"ebookProgress": 0.9, "ebookLocation": CFI, "currentTime": 900}),
    (EBOOK, {"ebookProgress": 1.0}, {"ebookProgress": 1.0, "isFinished": False}),
    (EBOOK, {"ebookProgress": 1.5}, {"ebookProgress": 1.5}),
    (EBOOK, {"ebookProgress": "0.25", "ebookLocation": ""}, {"ebookProgress": "0.25", "ebookLocation": ""}),
    (EBOOK, {"ebookLocation": 12}, {"ebookLocation": 12}),
    # the hide flag
    (HALF | {"hideFromContinueListening": True}, {"currentTime": 901}, {"hideFromContinueListening": False}),
    (HALF | {"hideFromContinueListening": True}, {"ebookProgress": 0.5}, {"hideFromContinueListening": True}),
    # of no effect
    (HALF, {"id": "x", "startedAt": 5, "createdAt": 5, "updatedAt": 5, "nonsense": 5}, {"currentTime": 900}),
])
def test_a_later_write_changes_the_record(server, user, item, first, then, expected):
    server.patch_progress(user, item, **first)
    id_ = server.progress(user, item)["id"]
    assert said(server.request("PATCH", progress_path(item), user, then)) == (200, "OK")
    record = server.progress(user, item)
    assert {name: record[name] for name in expected} == expected
    assert record["id"] == id_


@pytest.mark.parametrize("body, expected", [
    ({"currentTime": 5, "lastUpdate": 1000}, 1000),
    ({"lastUpdate": 4102444800000}, 4102444800000),
    ({"currentTime": 5, "lastUpdate": "2020-01-01T00:00:00.000Z"}, 1577836800000),
    ({"currentTime": 5, "lastUpdate": 1577836800}, 1577836800),  # seconds are taken for milliseconds
    ({"currentTime": 5, "lastUpdate": "soon"}, None),
    ({"currentTime": 5}, None),
    (HALF, "same"),
    ({"progress": 0.49}, None),
])
def test_last_update_is_as_sent_else_now_if_anything_changed(server, user, item, body, expected):
    server.patch_progress(user, item, **HALF)
    server.set_progress(user, item, updatedAt=1700000000000)
    server.patch_progress(user, item, **body)
    if expected == "same":
        expected = 1700000000000
    now = pytest.approx(time.time() * 1000, abs=5000)
    assert server.progress(user, item)["lastUpdate"] == (now if expected is None else expected)


def test_a_rounded_share_counts_as_a_change_each_time(server, user, item):
    body = HALF | {"progress": 0.4999}
    server.patch_progress(user, item, **body)
    server.set_progress(user, item, updatedAt=1700000000000)
    server.patch_progress(user, item, **body)
    assert server.progress(user, item)["lastUpdate"] > 1700000000000


def test_an_older_write_wins_just_the_same(server, user, item):
    server.patch_progress(user, item, **HALF)
    server.patch_progress(user, item, currentTime=100, lastUpdate=1000)
    record = server.progress(user, item)
    assert (record["currentTime"], record["lastUpdate"]) == (100, 1000)


def test_extra_data_cuts_the_record_off_its_item(server, user, item):
    server.patch_progress(user, item, **HALF)
    server.patch_progress(user, item, extraData={"koreader": {"a": 1}})
    assert server.request("GET", progress_path(item), user).status == 404
    listed, = server.request("GET", "/api/me/progress", user).json["mediaProgress"]
    assert (listed["libraryItemId"], listed["progress"], listed["mediaItemId"]) == (None, 0, item.media_id)
    server.patch_progress(user, item, currentTime=5)
    assert server.progress(user, item) is None
    server.patch_progress(user, item, extraData={"libraryItemId": item.id, "progress": 0.5})
    assert server.progress(user, item)["progress"] == 0.5


def test_a_dotted_key_is_kept_beside_the_link_and_never_shown(server, user, item):
    server.patch_progress(user, item, **HALF)
    payload = {"rawProgress": "/body/DocFragment[2]/body/p.0", "percentage": 0.07}
    server.patch_progress(user, item, **{"extraData.koreader": payload})
    server.patch_progress(user, item, currentTime=600, progress=0.3)
    assert server.records(user, item)[0]["extraData"] == {"libraryItemId": item.id, "progress": 0.3,
                                                          "koreader": payload}
    assert "koreader" not in server.request("GET", "/api/me", user).body.decode()
    assert server.progress(user, item)["currentTime"] == 600


@pytest.mark.parametrize("value", [{"a": 1}, [1]])
def test_a_location_that_is_no_text_ends_the_process(value):
    with Audiobookshelf() as server:
        user, item = server.add_user("u"), server.add_item(server.add_library(), ebook=b"x")
        server.patch_progress(user, item, ebookProgress=0.5)
        with pytest.raises((http_client.Disconnected, ConnectionError)):
            server.request("PATCH", progress_path(item), user, {"ebookLocation": value})
        assert server.process.wait() == 1
        server.start()
        assert server.progress(user, item)["ebookLocation"] is None


def test_what_cannot_be_patched(server, user, item):
    shows = server.add_library("Shows", "podcast")
    show = server.add_item(shows, "Show", episodes=[{"title": "One", "duration": 60}])
    episode = show.json["media"]["episodes"][0]["id"]

    def patched(path, body=None, **more):
        target = f"/api/me/progress/{path}"
        return said(server.request("PATCH", target, user, body or {"currentTime": 1}, **more))

    assert patched(uuid.uuid4()) == (404, "Library item not found")
    assert patched("garbage") == (404, "Library item not found")
    assert patched(show.id) == (400, "Library item is not a book")
    assert patched(f"{show.id}/{uuid.uuid4()}") == (404, "Episode not found")
    assert patched(f"{show.id}/{episode}") == (200, "OK")
    assert server.progress(user, show, episode)["episodeId"] == episode
    answer = server.request("PATCH", progress_path(item), user, b"{", [("Content-Type", "application/json")])
    assert answer.status == 400 and b"<html" in answer.body
    for method in ("PUT", "POST"):
        assert server.request(method, progress_path(item), user, {}).status == 404
    assert server.progress(user, item) is None
    assert patched(item.id, [1, 2]) == (200, "OK")
    assert server.progress(user, item)["duration"] == 0


def test_a_user_without_access_may_write_progress_all_the_same(server, item):
    barred = new_user(server, libraries=[])
    assert server.request("GET", f"/api/items/{item.id}", barred).status == 403
    assert server.request("PATCH", progress_path(item), barred, HALF).status == 200


def test_parallel_first_writes_make_duplicates_until_the_next_start():
    with Audiobookshelf({"creationDelayMs": 100}) as server:
        user, item = server.add_user("u"), server.add_item(server.add_library(), ebook=b"x")
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda n: server.patch_progress(user, item, currentTime=n + 1), range(6)))
        assert len(server.records(user, item)) == 6
        before = server.progress(user, item)
        server.patch_progress(user, item, currentTime=700)
        assert server.progress(user, item) == before  # the write went to another
        server.restart()
        record, = server.records(user, item)
        assert record["currentTime"] == 700


def test_odd_values_are_numbers_or_none_after_a_restart():
    with Audiobookshelf() as server:
        user, item = server.add_user("u"), server.add_item(server.add_library(), ebook=b"x")
        server.patch_progress(user, item, **HALF)
        server.patch_progress(user, item, currentTime="abc", ebookProgress="0.25")
        server.restart()
        record = server.progress(user, item)
        assert (record["currentTime"], record["ebookProgress"]) == (None, 0.25)


def test_many_records_in_one_write(server, user, library, item):
    other = server.add_item(library, "Other", ebook=b"x")
    path = "/api/me/progress/batch/update"
    for body in ([], {}):
        assert said(server.request("PATCH", path, user, body)) == (400, "Missing request payload")
    entries = [{"libraryItemId": item.id, "currentTime": 1}, {"libraryItemId": "garbage"},
               {"libraryItemId": other.id, "ebookProgress": 0.5}]
    assert said(server.request("PATCH", path, user, entries)) == (200, "OK")
    assert server.progress(user, item)["currentTime"] == 1
    assert server.progress(user, other)["ebookProgress"] == 0.5


def test_records_are_deleted_and_hidden_by_their_own_id(server, user, item):
    server.patch_progress(user, item, **HALF)
    id_ = server.progress(user, item)["id"]
    assert server.request("DELETE", progress_path(item), user).status == 404
    server.set_progress(user, item, updatedAt=1700000000000)
    server.request("GET", f"/api/me/progress/{id_}/remove-from-continue-listening", user)
    hidden = server.progress(user, item)
    assert hidden["hideFromContinueListening"] and hidden["lastUpdate"] > 1700000000000
    assert said(server.request("DELETE", f"/api/me/progress/{id_}", user)) == (200, "OK")
    assert server.progress(user, item) is None


# Playback sessions


def test_play_touches_no_progress_and_begins_where_it_stood(server, user, item):
    assert server.play(user, item).json["currentTime"] == 0
    assert server.progress(user, item) is None
    server.patch_progress(user, item, **HALF)
    session = server.play(user, item).json
    assert session["currentTime"] == 900 and session["audioTracks"][0]["duration"] == DURATION
    server.patch_progress(user, item, isFinished=True)
    assert server.play(user, item).json["currentTime"] == 0


def test_a_sync_overwrites_whatever_is_there(server, user, item):
    player = server.play(user, item)
    player.sync(661)
    server.patch_progress(user, item, currentTime=1200, lastUpdate=4102444800000)
    player.sync(671)
    record = server.progress(user, item)
    assert (record["currentTime"], record["duration"]) == (671, DURATION)
    assert record["progress"] == pytest.approx(671 / DURATION)
    assert record["lastUpdate"] == pytest.approx(time.time() * 1000, abs=5000)


def test_a_sync_of_nothing_leaves_no_position(server, user, item):
    server.patch_progress(user, item, **HALF)
    player = server.play(user, item)
    assert server.request("POST", f"/api/session/{player.id}/sync", user, {}).status == 200
    assert "currentTime" not in server.progress(user, item)


def test_closed_unknown_and_foreign_sessions(server, user, item, admin):
    player = server.play(user, item)
    sync = f"/api/session/{player.id}/sync"
    assert server.request("POST", sync, new_user(server), {"currentTime": 1}).status == 403
    assert server.request("POST", sync, admin, {"currentTime": 77}).status == 200
    assert server.progress(user, item) is None and server.progress(admin, item)["currentTime"] == 77
    player.close()
    assert server.request("POST", sync, user, {"currentTime": 1}).status == 404


def test_a_second_session_of_the_same_device_ends_the_first(server, user, item):
    first, second = server.play(user, item, "phone"), server.play(user, item, "phone")
    other = server.play(user, item, "tablet")
    statuses = [server.request("GET", f"/api/session/{each.id}", user).status
                for each in (first, second, other)]
    assert statuses == [404, 200, 200]


def test_only_sessions_that_were_listened_to_are_kept(server, user, item):
    player = server.play(user, item)
    server.request("POST", f"/api/session/{player.id}/close", user, {"currentTime": 300, "timeListened": 0})
    assert server.progress(user, item)["currentTime"] == 300
    rows = "/api/me/listening-sessions"
    assert server.request("GET", rows, user).json["total"] == 0
    server.listen(user, item, 400)
    row, = server.request("GET", rows, user).json["sessions"]
    assert (row["timeListening"], row["currentTime"], row["libraryItemId"]) == (10, 400, item.id)
    assert server.request("GET", f"/api/me/item/listening-sessions/{item.id}", user).json["total"] == 1


def test_the_rules_of_the_library_finish_a_session_but_no_patch(server, user):
    library = server.add_library("Early", markAsFinishedPercentComplete=50)
    item = server.add_item(library, "Early", audio=AUDIO)
    server.patch_progress(user, item, **HALF)
    server.patch_progress(user, item, currentTime=1000)
    assert not server.progress(user, item)["isFinished"]
    server.listen(user, item, 1001)
    assert server.progress(user, item)["isFinished"]


def test_open_sessions_are_shown_to_admins(server, user, item, admin):
    player = server.play(user, item)
    player.sync(42)
    open_ = server.request("GET", "/api/sessions/open", admin).json["sessions"]
    assert [each["currentTime"] for each in open_ if each["id"] == player.id] == [42]
    assert server.request("GET", "/api/sessions/open", user).status == 404
    assert server.request("GET", f"/api/users/{user.id}/listening-sessions", user).status == 403
    assert server.request("GET", f"/api/sessions?user={user.id}", admin).json["total"] == 1


def local(item, seconds, updated, id_=None, **more):
    return {"id": id_ or str(uuid.uuid4()), "libraryItemId": item.id, "currentTime": seconds,
            "updatedAt": updated,
            "timeListening": 0, "mediaType": "book", "playMethod": 3} | more


def sent_local(server, user, *sessions):
    body = {"deviceInfo": {"deviceId": "bridge"}, "sessions": list(sessions)}
    return server.request("POST", "/api/session/local-all", user, body).json["results"]


@pytest.mark.parametrize("step, applied", [(-1, False), (0, True), (1, True)])
def test_a_local_session_is_refused_only_if_it_is_older(server, user, item, step, applied):
    server.patch_progress(user, item, **HALF)
    at = server.progress(user, item)["lastUpdate"]
    session = local(item, 450, at + step)
    expected = {"id": session["id"], "success": True, "progressSynced": applied}
    assert sent_local(server, user, session) == [expected]
    record = server.progress(user, item)
    assert record["currentTime"] == (450 if applied else 900)
    assert record["lastUpdate"] == (at + step if applied else at)
    if applied:
        assert (record["duration"], record["progress"]) == (DURATION, pytest.approx(450 / DURATION))


def test_a_first_local_session_is_of_now_and_repeats_make_one_row(server, user, item):
    session = local(item, 450, 1000)
    assert sent_local(server, user, session)[0]["progressSynced"] is True
    assert server.progress(user, item)["lastUpdate"] == pytest.approx(time.time() * 1000, abs=5000)
    sent_local(server, user, session | {"currentTime": 460, "updatedAt": int(time.time() * 1000) + 1000})
    row, = server.request("GET", "/api/me/listening-sessions", user).json["sessions"]
    assert row["currentTime"] == 460 and server.progress(user, item)["currentTime"] == 460


def test_a_local_session_from_the_future_blocks_the_later_ones(server, user, item):
    server.patch_progress(user, item, **HALF)
    future = 4102444800000
    assert sent_local(server, user, local(item, 450, future))[0]["progressSynced"] is True
    assert sent_local(server, user, local(item, 500, int(time.time() * 1000)))[0]["progressSynced"] is False


def test_a_local_session_of_an_unknown_item_fails_alone(server, user, item):
    unknown = local(item, 1, 1, libraryItemId=str(uuid.uuid4()))
    first, second = sent_local(server, user, unknown, local(item, 450, 1000))
    assert first == {"id": unknown["id"], "success": False, "error": "Media item not found"}
    assert second["success"]
    assert said(server.request("POST", "/api/session/local", user, local(item, 1, 1))) == (200, "OK")


# Libraries and items


def test_lists_are_pages_of_minified_items(server, user):
    library = server.add_library("Pages")
    for number in range(5):
        server.add_item(library, f"Book {number}", ebook=b"x" if number % 2 else None, audio=AUDIO)
    path = f"/api/libraries/{library}/items"
    listed = server.request("GET", f"{path}?limit=2&page=1&sort=media.metadata.title", user)
    assert [each["media"]["metadata"]["title"] for each in listed.json["results"]] == ["Book 2", "Book 3"]
    assert (listed.json["total"], listed.json["limit"], listed.json["page"]) == (5, 2, 1)
    everything = server.request("GET", path, user).json["results"]
    assert len(everything) == 5
    for each in everything:
        assert not {"tracks", "chapters", "ebookFile", "userMediaProgress"} & set(each["media"])
        assert each["media"]["duration"] == DURATION
    with_ebook = base64.b64encode(b"ebook").decode()
    filtered = server.request("GET", f"{path}?filter=ebooks.{with_ebook}", user).json
    assert [each["media"]["ebookFormat"] for each in filtered["results"]] == ["epub", "epub"]
    assert sum("ebookFormat" in each["media"] for each in everything) == 2


def test_libraries_are_for_those_who_may_see_them(server, user, library, item):
    mine = server.add_library("Mine")
    reader = new_user(server, libraries=[mine])
    shown = server.request("GET", "/api/libraries", reader).json["libraries"]
    assert [each["id"] for each in shown] == [mine]
    assert library in [each["id"] for each in server.request("GET", "/api/libraries", user).json["libraries"]]
    for path in (f"/api/libraries/{library}/items", f"/api/libraries/{library}/search?q=a",
                 f"/api/items/{item.id}", f"/api/items/{item.id}/ebook"):
        assert said(server.request("GET", path, reader)) == (403, "Forbidden"), path
    assert server.request("GET", f"/api/libraries/{uuid.uuid4()}/items", reader).status == 403
    assert server.request("GET", f"/api/libraries/{library}/items?limit=-1", user).status == 400
    unknown = server.request("GET", f"/api/libraries/{uuid.uuid4()}/items", user)
    assert said(unknown) == (404, "Library not found")
    assert said(server.request("GET", f"/api/items/{uuid.uuid4()}", user)) == (404, "Not Found")


@pytest.mark.parametrize("query, titles, authors", [
    ("alice", ["Alice in Wonderland"], []),
    ("WONDER", ["Alice in Wonderland"], []),
    ("carroll", [], ["Lewis Carroll"]),
    ("Lewis Alice", [], []),
    ("9780", ["Sylvie"], []),
    ("%25", ["Alice in Wonderland", "Sylvie"], ["Lewis Carroll"]),
])
def test_search_finds_titles_and_names_of_authors_apart(server, user, query, titles, authors):
    library = server.add_library("Search")
    server.add_item(library, "Alice in Wonderland", metadata={"authorName": "Lewis Carroll"}, audio=AUDIO)
    server.add_item(library, "Sylvie", metadata={"isbn": "9780"})
    found = server.request("GET", f"/api/libraries/{library}/search?q={query.replace(' ', '%20')}", user).json
    books = [each["libraryItem"]["media"] for each in found["book"]]
    assert [each["metadata"]["title"] for each in books] == titles
    assert [each["name"] for each in found["authors"]] == authors
    assert all("tracks" in each and "chapters" in each and "ebookFile" in each for each in books)
    for missing in ("", "?q="):
        assert server.request("GET", f"/api/libraries/{library}/search{missing}", user).status == 400


def test_an_item_has_tracks_duration_and_progress_only_if_expanded(server, user, item):
    server.patch_progress(user, item, **HALF)
    plain = server.request("GET", f"/api/items/{item.id}?include=progress", user).json
    assert not {"tracks", "duration"} & set(plain["media"]) and "userMediaProgress" not in plain
    assert plain["media"]["audioFiles"] and plain["media"]["ebookFile"]["ebookFormat"] == "epub"
    full = server.request("GET", f"/api/items/{item.id}?expanded=1&include=progress", user).json
    track, = full["media"]["tracks"]
    assert (track["index"], track["startOffset"], track["duration"]) == (1, 0, DURATION)
    assert full["media"]["chapters"] == AUDIO["chapters"] and full["media"]["duration"] == DURATION
    assert full["userMediaProgress"] == server.progress(user, item)


def test_an_item_may_have_only_an_ebook_or_none(server, user, library):
    ebook = server.add_item(library, "Ebook", ebook=b"abc", supplementary=[b"defg"])
    media = server.request("GET", f"/api/items/{ebook.id}?expanded=1", user).json["media"]
    assert (media["duration"], media["tracks"], media["chapters"]) == (0, [], [])
    audio = server.add_item(library, "Audio", audio=ALICE / "item-titled.json")
    assert audio.json["media"]["ebookFile"] is None and audio.duration > 1000
    assert said(server.request("GET", f"/api/items/{audio.id}/ebook", user)) == (404, "Not Found")
    extra = [each for each in ebook.json["libraryFiles"] if each["isSupplementary"]][0]
    assert server.request("GET", f"/api/items/{ebook.id}/ebook/{extra['ino']}", user).body == b"defg"
    session = server.play(user, ebook).json
    assert session["audioTracks"] == []


def test_the_ebook_comes_byte_by_byte_and_in_ranges(server, user, item):
    data = (ALICE / "book.epub").read_bytes()
    for path in (f"/api/items/{item.id}/ebook", f"/api/items/{item.id}/ebook/{item.ebook_ino}"):
        whole = server.request("GET", path, user)
        assert hashlib.sha256(whole.body).digest() == hashlib.sha256(data).digest()
        assert whole.header("content-type") == "application/epub+zip"
        assert whole.header("accept-ranges") == "bytes"
        assert item.json["media"]["ebookFile"]["metadata"]["size"] == len(data)
        for range_, part in (("0-1023", data[:1024]), ("1024-2047", data[1024:2048]), ("-100", data[-100:]),
                             (f"{len(data) - 5}-", data[-5:]), (f"5-{len(data) + 5}", data[5:])):
            answer = server.request("GET", path, user, headers=[("Range", f"bytes={range_}")])
            assert (answer.status, answer.body) == (206, part), range_
        assert server.request("GET", path, user, headers=[("Range", f"bytes={len(data)}-")]).status == 416
        again = server.request("GET", path, user, headers=[("If-None-Match", whole.header("etag"))])
        assert again.status == 304
    changed = server.change_item(item, ebook=b"new")
    assert changed.ebook_ino != item.ebook_ino and changed.json["updatedAt"] > item.json["updatedAt"]
    answer = server.request("GET", path.rsplit("/", 1)[0], user,
                            headers=[("Range", "bytes=0-0"), ("If-Range", whole.header("etag"))])
    assert (answer.status, answer.body) == (200, b"new")
    server.change_item(item, ebook=data)


def test_other_chapters_leave_the_time_of_the_item(server, library):
    item = server.add_item(library, "Chapters", audio=AUDIO)
    chapters = [{"id": 0, "start": 0, "end": DURATION, "title": "All of it"}]
    changed = server.change_item(item, media={"chapters": chapters})
    assert changed.json["media"]["chapters"] == chapters
    assert changed.json["updatedAt"] == item.json["updatedAt"]


def test_covers_need_no_credentials(server, library, item):
    path = f"/api/items/{item.id}/cover"
    assert server.request("GET", path).header("content-type") == "image/webp"
    assert server.request("GET", path + "?raw=1").body.startswith(b"\x89PNG")
    assert server.request("GET", path + "?format=jpeg").header("content-type") == "image/jpeg"
    bare = server.add_item(library, "Bare", cover=False)
    assert server.request("GET", f"/api/items/{bare.id}/cover").status == 404


# Live events


@pytest.fixture(params=["/socket.io/", "/audiobookshelf/socket.io/"])
def mount(request):
    return request.param


def test_a_feed_is_opened_connected_and_authenticated(server, user, mount):
    feed = Feed(server.port, mount)
    names = ("upgrades", "pingInterval", "pingTimeout", "maxPayload")
    assert {name: feed.handshake[name] for name in names} == {
        "upgrades": ["websocket"], "pingInterval": 25000, "pingTimeout": 20000, "maxPayload": 1000000}
    assert said(feed.post("40")) == (200, "ok")
    assert feed.packets()[0].startswith('40{"sid":"')
    assert feed.authenticate(user.token) == ("init", {"userId": user.id, "username": user.username})


def test_the_trailing_slash_is_required(server, mount):
    assert server.request("GET", mount.rstrip("/") + "?EIO=4&transport=polling").status == 404


def test_feeds_take_legacy_and_access_tokens_but_no_api_keys(server, user):
    assert Feed(server.port).connect().authenticate(server.access_token(user))[0] == "init"
    feed = Feed(server.port).connect()
    for wrong in (user.api_key, "nonsense", None):
        assert feed.authenticate(wrong) == ("auth_failed", {"message": "Invalid token"})
    assert feed.authenticate(user.token)[0] == "init"  # it is still open


def test_a_token_elsewhere_than_in_the_auth_event_is_no_authentication(server, user):
    feed = Feed(server.port)
    feed.post('40' + json.dumps({"token": user.token}))
    feed.packets()
    assert {each["user"] for each in server.sockets() if each["id"] == feed.handshake["sid"]} == {None}


@pytest.mark.parametrize("accepted, encoding", [("gzip", "gzip"), ("identity", None)])
def test_long_events_are_compressed_for_who_accepts_it(server, user, item, accepted, encoding):
    feed = feed_of(server, user.token)
    server.patch_progress(user, item, ebookLocation="epubcfi(" + "/2" * 600 + ")")
    answer = feed.poll(headers=[("Accept-Encoding", accepted)])
    assert answer.header("content-encoding") == encoding
    packet = gzip.decompress(answer.body) if encoding else answer.body
    assert packet.startswith(b'42["user_updated"')


def test_a_failed_authentication_leaves_the_old_identity(server, user, item):
    feed = feed_of(server, user.token)
    assert feed.authenticate("expired")[0] == "auth_failed"
    server.patch_progress(user, item, currentTime=1)
    assert feed.event("user_updated")[1]["id"] == user.id


def test_speaking_before_the_connection_is_confirmed_closes_the_feed(server, user):
    feed = Feed(server.port)
    feed.post("40\x1e42" + json.dumps(["auth", user.token]))
    assert feed.packets() == ["6", "1"]
    assert feed.poll().status == 400


@pytest.mark.parametrize("target, code, message", [
    ("?EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown"),
    ("?EIO=4&transport=carrier", 0, "Transport unknown"),
    ("?EIO=3&transport=polling", 5, "Unsupported protocol version"),
])
def test_what_the_engine_refuses(server, mount, target, code, message):
    answer = server.request("GET", mount + target)
    assert (answer.status, answer.json) == (400, {"code": code, "message": message})


def test_a_patch_tells_the_whole_user_and_a_session_the_record(server, user, item):
    feed = feed_of(server, user.token)
    server.patch_progress(user, item, **HALF)
    name, value = feed.event("user_updated", "user_item_progress_updated")
    assert name == "user_updated" and value["token"] == user.token
    assert value["mediaProgress"] == [server.progress(user, item)]
    player = server.play(user, item)
    player.sync(950)
    name, value = feed.event("user_updated", "user_item_progress_updated")
    assert name == "user_item_progress_updated"
    assert (value["sessionId"], value["data"]) == (player.id, server.progress(user, item))
    assert value["id"] == value["data"]["id"]
    player.close()
    assert feed.event("user_session_closed") == ("user_session_closed", player.id)


def test_local_sessions_are_told_only_if_applied(server, user, item):
    server.patch_progress(user, item, **HALF)
    feed = feed_of(server, user.token)
    at = server.progress(user, item)["lastUpdate"]
    sent_local(server, user, local(item, 1, at - 1), local(item, 2, at + 1))
    assert feed.event("user_item_progress_updated")[1]["data"]["currentTime"] == 2


def test_events_are_kept_between_two_polls_and_come_together(server, user, item):
    feed = feed_of(server, user.token)
    for seconds in (1, 2):
        server.patch_progress(user, item, currentTime=seconds)
    names = [(name, value["mediaProgress"][0]["currentTime"]) for name, value in feed.events()]
    assert names == [("user_updated", 1), ("user_updated", 2)]


def test_events_are_for_their_user_and_streams_for_admins(server, user, item, admin):
    other, boss = feed_of(server, new_user(server).token), feed_of(server, admin.token)
    mine = feed_of(server, user.token)
    assert boss.event("user_online")[1]["id"]
    server.listen(user, item, 33)
    assert mine.event("user_item_progress_updated")[1]["data"]["currentTime"] == 33
    stream = boss.event("user_stream_update")[1]
    assert (stream["id"], stream["session"]["libraryItemId"]) == (user.id, item.id)
    server.emit(user, "marker", 1)
    with pytest.raises(TimeoutError):
        other.poll(read_timeout=0.3)


def test_changes_of_items_are_told_to_those_who_may_see_them(server, user):
    library = server.add_library("Watched")
    reader, barred = feed_of(server, user.token), feed_of(server, new_user(server, libraries=[]).token)
    item = server.add_item(library, "New", audio=AUDIO)
    added, = reader.event("items_added")[1]
    assert added["id"] == item.id and added["media"]["tracks"]
    server.change_item(item, metadata={"subtitle": "x"})
    assert reader.event("item_updated")[1]["media"]["metadata"]["subtitle"] == "x"
    server.remove_item(item)
    assert reader.event("item_removed")[1]["id"] == item.id
    with pytest.raises(TimeoutError):
        barred.poll(read_timeout=0.3)


def test_an_admins_edit_tells_the_admin_about_somebody_else(server, user, admin):
    feed = feed_of(server, admin.token)
    server.request("PATCH", f"/api/users/{user.id}", admin, {"email": "a@b"})
    assert feed.event("user_updated")[1]["id"] == user.id


def test_a_second_poll_at_once_ends_the_feed(server, user):
    feed = feed_of(server, user.token)
    with feed.begin_poll() as first:
        server.wait_for_feed(user)
        second = feed.poll()
        assert (second.status, second.body) == (400, b"")
        assert first.response().body == b"1"
    assert feed.poll().status == 400


def test_an_aborted_poll_ends_the_feed(server, user):
    feed = feed_of(server, user.token)
    feed.begin_poll().close()
    wait.until(lambda: not any(each["user"] == user.username for each in server.sockets()), "the feed to end")
    assert feed.poll().json["message"] == "Session ID unknown"


def test_a_feed_is_closed_politely_by_a_post(server, user):
    feed = feed_of(server, user.token)
    with feed.begin_poll() as pending:
        server.wait_for_feed(user)
        assert said(feed.post("1")) == (200, "ok")
        assert pending.response().body == b"1"
    assert feed.post("3").json["message"] == "Session ID unknown"


def test_a_post_of_bytes_is_never_answered(server, user):
    feed = feed_of(server, user.token)
    with pytest.raises(TimeoutError):
        feed.post("3", [("Content-Type", "application/octet-stream")], read_timeout=0.3)
    assert said(feed.post("3", [])) == (200, "ok")


def test_pings_come_and_without_an_answer_the_feed_ends():
    with Audiobookshelf({"pingIntervalMs": 200, "pingTimeoutMs": 1500}) as server:
        user = server.add_user("u")
        feed = feed_of(server, user.token)
        for _ in range(4):
            assert feed.packets() == ["2"]
            feed.post("3")
        assert feed.packets() == ["2"]
        assert feed.packets() == ["1"]
        assert feed.poll().json == {"code": 1, "message": "Session ID unknown"}
        idle = feed_of(server, user.token)
        wait.until(lambda: not server.sockets(), "the idle feed to end")
        assert idle.poll().status == 400


def test_an_expired_token_does_not_end_a_feed_that_is_open(server, user, item):
    token = server.access_token(user)
    feed = feed_of(server, token)
    server.shift_clock(7200)
    try:
        assert server.request("GET", "/api/me", token).status == 401
        server.patch_progress(user, item, currentTime=1)
        assert feed.event("user_updated")[1]["id"] == user.id
    finally:
        server.shift_clock(-7200)


# A thousand listeners


def test_a_thousand_feeds_hear_what_is_theirs():
    with Audiobookshelf({"pingIntervalMs": 600000}) as server, contextlib.ExitStack() as stack:
        item = server.add_item(server.add_library(), ebook=b"x")
        users = [server.add_user(f"u{number}") for number in range(1000)]
        with ThreadPoolExecutor(16) as pool:
            feeds = list(pool.map(lambda user: feed_of(server, user.token), users))
        polls = [stack.enter_context(feed.begin_poll(read_timeout=60)) for feed in feeds]
        wait.until(lambda: sum(each["polling"] for each in server.sockets()) == 1000, "all polls", timeout=30)
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda user: server.patch_progress(user, item, ebookProgress=0.5), users))
        for user, poll in zip(users, polls):
            answer = poll.response().body.decode()
            assert answer.startswith('42["user_updated",') and f'"id":"{user.id}"' in answer


# Restarts


def test_a_killed_server_keeps_everything_but_sessions_and_feeds():
    with Audiobookshelf() as server:
        user, item = server.add_user("u"), server.add_item(server.add_library(), ebook=b"x", audio=AUDIO)
        player = server.play(user, item)
        player.sync(50)
        feed = feed_of(server, user.token)
        server.restart()
        record = server.progress(user, item)
        assert record["currentTime"] == 50
        for credential in (user.api_key, user.token):
            assert server.request("GET", "/api/me", credential).json["mediaProgress"] == [record]
        sync = server.request("POST", f"/api/session/{player.id}/sync", user, {"currentTime": 60})
        assert sync.status == 404
        assert feed.poll().json == {"code": 1, "message": "Session ID unknown"}
        assert server.request("GET", f"/api/items/{item.id}/ebook", user).body == b"x"


def test_acknowledged_writes_survive_a_kill_under_load():
    with Audiobookshelf() as server:
        user, item = server.add_user("u"), server.add_item(server.add_library(), audio=AUDIO)
        acknowledged = [0]

        def write():
            with contextlib.suppress(OSError, http_client.Disconnected):
                for number in range(1, 100000):
                    server.patch_progress(user, item, ebookProgress=number)
                    acknowledged[0] = number

        writer = threading.Thread(target=write)
        writer.start()
        wait.until(lambda: acknowledged[0] > 50, "some writes")
        server.kill()
        writer.join()
        server.start()
        assert server.progress(user, item)["ebookProgress"] in (acknowledged[0], acknowledged[0] + 1)


def test_a_polite_stop_is_told_to_feeds_and_a_termination_is_not():
    with Audiobookshelf() as server:
        user = server.add_user("u")
        with feed_of(server, user.token).begin_poll() as pending:
            server.wait_for_feed(user)
            server.interrupt()
            assert pending.response().body == b"1"
        server.start()
        with feed_of(server, user.token).begin_poll() as pending:
            server.wait_for_feed(user)
            server.stop()
            with pytest.raises((http_client.Disconnected, ConnectionError)):
                pending.response()


# What tests see and order


def test_the_log_of_requests_has_who_sent_what_and_what_came_of_it(server, user, item):
    server.clear_requests()
    server.patch_progress(user, item, currentTime=1)  # our own helpers are not in it
    body = b'{"currentTime":2}'
    headers = [("Authorization", f"Bearer {user.api_key}"), ("Content-Type", "application/json")]
    target = f"/audiobookshelf{progress_path(item)}?a=b"
    http_client.request(server.port, "PATCH", target, headers, body, tls=False)
    logged, = server.wait_for_requests(method="PATCH")
    assert (logged.method, logged.path, logged.query, logged.user, logged.json, logged.status) == (
        "PATCH", progress_path(item), "a=b", user.username, {"currentTime": 2}, 200)
    assert logged.headers["content-type"] == "application/json"
    assert logged.time == pytest.approx(time.time(), abs=5) and logged.ended >= logged.time
    assert server.requests(path="^/api/items") == [] and len(server.requests("PATCH", helpers=True)) == 2
    server.clear_requests()
    assert server.requests(helpers=True) == []


def test_a_clock_that_is_wrong_shows_in_dates_and_records(server, user, item):
    server.shift_clock(-3600)
    try:
        server.patch_progress(user, item, currentTime=1)
        hour_ago = pytest.approx(time.time() * 1000 - 3600000, abs=5000)
        assert server.progress(user, item)["lastUpdate"] == hour_ago
        date = server.request("GET", "/ping").header("date")
        assert date != time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    finally:
        server.shift_clock(3600)


def test_requests_are_delayed_only_where_ordered(server, user):
    with server.fault("delay", path="^/api/me$", method="GET", ms=1500):
        assert server.request("GET", "/api/me", user).seconds > 1.4
        assert server.request("GET", "/status").seconds < 1.4
    assert server.request("GET", "/api/me", user).seconds < 1.4


def test_a_fault_ends_after_its_count(server):
    server.fault("status", path="^/ping", count=2, status=429, body="slow down", headers={"Retry-After": "7"})
    answers = [server.request("GET", "/ping") for _ in range(3)]
    assert [each.status for each in answers] == [429, 429, 200]
    assert answers[0].header("retry-after") == "7"
    assert server.faults() == []


def test_a_lost_answer_was_executed_all_the_same(server, user, item):
    with server.fault("lose_answer", method="PATCH", count=1):
        with pytest.raises((http_client.Disconnected, ConnectionError)):
            server.patch_progress(user, item, currentTime=77)
    assert server.progress(user, item)["currentTime"] == 77
    with server.fault("drop", method="PATCH", count=1):
        with pytest.raises((http_client.Disconnected, ConnectionError)):
            server.patch_progress(user, item, currentTime=88)
    assert server.progress(user, item)["currentTime"] == 77


@pytest.mark.parametrize("kind", ["hang", "half_open"])
def test_a_server_that_says_nothing(server, kind):
    with server.fault(kind):
        with pytest.raises(TimeoutError):
            server.request("GET", "/ping", read_timeout=0.3)
    assert server.request("GET", "/ping").status == 200


def test_a_half_open_server_does_not_even_read(server):
    with server.fault("half_open"):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.settimeout(0.5)
            with pytest.raises(TimeoutError):
                for _ in range(10000):
                    connection.sendall(b"x" * 65536)


def test_answers_that_are_no_answers(server):
    with server.fault("garbage"):
        with pytest.raises((ValueError, IndexError, http_client.Disconnected, ConnectionError)):
            server.request("GET", "/ping")
    with server.fault("truncate"):
        with pytest.raises((http_client.Disconnected, ConnectionError)):
            server.request("GET", "/ping")
    with server.fault("not_json"):
        with pytest.raises(ValueError):
            assert server.request("GET", "/ping").json
    with server.fault("trickle", ms=50):
        with pytest.raises(TimeoutError):
            server.request("GET", "/ping", read_timeout=0.5)
    with server.fault("redirect", location="http://127.0.0.2:1/elsewhere"):
        answer = server.request("GET", "/ping")
        assert (answer.status, answer.header("location")) == (302, "http://127.0.0.2:1/elsewhere")


def test_a_flood_is_as_long_as_ordered(server):
    received = 0
    with server.fault("flood"), socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(http_client.request_bytes("GET", "/ping"))
        while piece := connection.recv(1 << 20):
            received += len(piece)
    assert received > 100 * 1024 * 1024


def test_feeds_can_be_dropped_and_told_nonsense(server, user):
    feed = feed_of(server, user.token)
    server.emit(user, "user_updated", {"mediaProgress": "nonsense"})
    assert feed.event("user_updated")[1] == {"mediaProgress": "nonsense"}
    with feed.begin_poll() as pending:
        server.wait_for_feed(user)
        server.drop_sockets()
        assert pending.response().body == b"1"
