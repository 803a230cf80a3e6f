"""The admin routes: every one, with every role and error, on a whole system with a simulated Audiobookshelf."""

import json
import time
from dataclasses import replace
from urllib.parse import quote

import pytest

from support import wait
from support.bridged import Bridged, next_second, plain_audiobook
from support.console import Console, newcomer
from support.koreader import Koreader, credential, fresh
from support.stack import Stack

MARKUP = '<img src=x onerror=alert(1)>"\'&</script>'
POINTER = "/body/DocFragment[{}]/body/p[2]/text().0"
ROUTES = [
    ("GET", "/admin/status"), ("GET", "/admin/accounts"), ("GET", "/admin/accounts/login"),
    ("POST", "/admin/accounts/login"), ("GET", "/admin/accounts/x"), ("DELETE", "/admin/accounts/x"),
    ("PUT", "/admin/accounts/x/password"), ("PUT", "/admin/accounts/x/role"), ("PUT", "/admin/accounts/x/quota"),
    ("GET", "/admin/accounts/x/export"),
    ("GET", "/admin/invitations"), ("POST", "/admin/invitations"), ("DELETE", "/admin/invitations/x"),
    ("GET", "/admin/devices"), ("DELETE", "/admin/devices/x"), ("GET", "/admin/audiobookshelf/config"),
    ("PUT", "/admin/audiobookshelf/config"), ("GET", "/admin/audiobookshelf/status"),
    ("POST", "/admin/audiobookshelf/status"), ("GET", "/admin/audiobookshelf/libraries"),
    ("GET", "/admin/audiobookshelf/search?q=a"), ("GET", "/admin/audiobookshelf/library-items/x"),
    ("GET", "/admin/audiobookshelf/cover?id=x"), ("GET", "/admin/library"), ("GET", "/admin/library/x"),
    ("GET", "/admin/library/x/suggestions"), ("PUT", "/admin/library/x/link"),
    ("DELETE", "/admin/library/x/link"), ("POST", "/admin/library/x/sync/to-audio"),
    ("POST", "/admin/library/x/sync/from-audio"), ("POST", "/admin/library/x/sync/auto"),
    ("GET", "/admin/library/x/merge-candidates"), ("POST", "/admin/library/x/merge"),
    ("DELETE", "/admin/library/x/merge"), ("POST", "/admin/library/x/restore"),
    ("GET", "/admin/library/x/alignment"), ("GET", "/admin/library/x/text"),
    ("GET", "/admin/library/x/text/search?q=a"), ("GET", "/admin/library/x/sentences"),
    ("POST", "/admin/library/x/calibrations"), ("DELETE", "/admin/library/x/calibrations/1"),
    ("PUT", "/admin/library/x/text-item"), ("PUT", "/admin/library/x/title"), ("DELETE", "/admin/library/x"),
    ("POST", "/admin/library/x/retry"), ("POST", "/admin/outbox/retry"), ("GET", "/admin/suggestions"),
    ("POST", "/admin/suggestions/accept"), ("GET", "/admin/health"), ("GET", "/admin/activity")]
# What an account's owner may and nobody else but an administrator.
DOCUMENT_ROUTES = [route for route in ROUTES
                   if route[1].startswith(("/admin/library", "/admin/outbox", "/admin/suggestions"))]
OWN_ROUTES = DOCUMENT_ROUTES + [("GET", "/admin/devices"), ("DELETE", "/admin/devices/x")]
ADMIN_ROUTES = [("GET", "/admin/audiobookshelf/config"), ("PUT", "/admin/audiobookshelf/config"),
                ("POST", "/admin/audiobookshelf/status"), ("POST", "/admin/accounts"),
                ("PUT", "/admin/accounts/x/role"), ("PUT", "/admin/accounts/x/quota"), ("GET", "/admin/invitations"),
                ("POST", "/admin/invitations"), ("DELETE", "/admin/invitations/x"),
                ("POST", "/admin/outbox/retry?all=true"), ("GET", "/admin/health")]


@pytest.fixture(scope="module")
def system():
    with Bridged(env={"KOSHELF_ADMIN_USERS": "root, the boss"}) as bridged:
        bridged.admin = Koreader(bridged.stack.https_port, "root", credential("root"))
        assert bridged.admin.register().status == 201
        yield bridged


@pytest.fixture(scope="module")
def admin(system):
    return Console(system.admin)


@pytest.fixture
def owner(system):
    """The account that is connected to Audiobookshelf."""
    return Console(system.device)


@pytest.fixture
def stranger(system):
    return newcomer(system.stack)


@pytest.fixture
def audiobook(system, request):
    """An audiobook without text, pushed by a device and linked: 20,000 s."""
    return plain_audiobook(system.abs, system.library, title=request.node.name)


def linked(system, owner, audiobook, percentage=0.25, section=3):
    document = audiobook.id.replace("-", "")
    system.push(document, percentage, POINTER.format(section))
    answer = owner.call("PUT", f"/admin/library/{document}/link", {"libraryItemId": audiobook.id})
    assert answer.status == 200, answer
    system.wait_for_seconds(audiobook, percentage * 20000)
    system.settled()
    return document


class TestWhoMay:
    @pytest.mark.parametrize("method, path", ROUTES)
    def test_without_the_right_key_nothing(self, owner, method, path):
        assert owner.device.call(method, path, {}, headers=[]).error == (401, 2001)
        wrong = Console(replace(owner.device, key=credential("wrong")))
        assert wrong.call(method, path, {}).error == (401, 2001)

    @pytest.mark.parametrize("method, path", ADMIN_ROUTES)
    def test_readers_do_not_administer(self, owner, method, path):
        assert owner.call(method, path, {"settings": {}}).error == (403, 3001)

    @pytest.mark.parametrize("method, path", OWN_ROUTES)
    def test_nobody_sees_other_peoples_documents(self, owner, stranger, method, path):
        query = ("&" if "?" in path else "?") + f"user={owner.username}"
        assert stranger.call(method, path + query, {}).error == (403, 3001)

    def test_nor_what_they_did_or_where_they_stand(self, owner, stranger):
        for path in ("/admin/activity?", "/admin/audiobookshelf/status?", "/admin/audiobookshelf/libraries?",
                     "/admin/audiobookshelf/search?q=a&", "/admin/audiobookshelf/library-items/x?",
                     "/admin/audiobookshelf/cover?id=x&"):
            assert stranger.call("GET", f"{path}user={owner.username}").error == (403, 3001), path

    @pytest.mark.parametrize("method, suffix", [("GET", ""), ("DELETE", ""), ("PUT", "/password"), ("GET", "/export")])
    def test_nor_their_accounts(self, owner, stranger, method, suffix):
        for name in (owner.username, "nobody at all"):
            path = f"/admin/accounts/{quote(name)}{suffix}"
            assert stranger.call(method, path, {"password": "x"}).error == (403, 3001)

    def test_an_administrator_sees_all_of_it(self, system, admin, owner):
        system.push("seen-by-root", 0.5, POINTER.format(1))
        listed = admin.documents(f"?user={owner.username}")
        assert "seen-by-root" in [each["document"] for each in listed]
        assert admin.get(f"/admin/library/seen-by-root?user={owner.username}")["history"]
        assert admin.call("GET", "/admin/library?user=nobody").error == (404, 3002)

    def test_an_administrator_changes_all_of_it(self, system, admin, owner, audiobook):
        document, whose = linked(system, owner, audiobook), f"?user={owner.username}"
        path = f"/admin/library/{document}"
        assert admin.done("PUT", f"{path}/title{whose}", {"title": "Theirs"})["title"] == "Theirs"
        assert owner.document(document)["document"]["title"] == "Theirs"
        assert admin.done("POST", f"{path}/sync/to-audio{whose}", {})["outcome"] == "queued"
        system.settled()
        next_second()
        system.abs.set_progress(system.user, audiobook, currentTime=15000)
        assert admin.done("POST", f"{path}/sync/from-audio{whose}", {})["outcome"] == "imported"
        assert system.pull(document)["device_id"] == "audiobookshelf"
        first = owner.document(document)["history"][-1]
        assert admin.done("POST", f"{path}/restore{whose}", {"id": first["id"]})["restored"] is True
        assert system.pull(document)["device_id"] == "koshelf-console"
        next_second()
        system.push("their-other-id", 0.5, POINTER.format(5))
        assert admin.done("POST", f"/admin/library/their-other-id/merge{whose}", {"into": document})["merged"]
        assert system.pull(document)["percentage"] == 0.5
        assert admin.done("DELETE", f"{path}/merge{whose}&member=their-other-id&undo=true")["merged"] == []
        assert system.pull(document)["percentage"] == 0.25
        assert admin.documents() == []
        said = [each["sentence"] for each in owner.get(f"/admin/activity?document={document}")["entries"]]
        assert any("renamed to Theirs" in each and each.endswith(", by root") for each in said)

    def test_everybody_learns_who_they_are(self, admin, owner, stranger):
        assert admin.get("/admin/accounts/login")["role"] == "admin"
        me = owner.get("/admin/accounts/login")
        assert (me["username"], me["role"], me["connected"]) == (owner.username, "reader", True)
        assert stranger.get("/admin/accounts/login")["connected"] is False


class TestAccounts:
    def test_readers_see_themselves_only(self, owner):
        page = owner.get("/admin/accounts")
        assert [each["username"] for each in page["accounts"]] == [owner.username]
        assert page["next"] is None

    def test_administrators_see_all_page_by_page(self, admin, owner, stranger):
        names, cursor = [], ""
        while cursor is not None:
            page = admin.get(f"/admin/accounts?limit=2&cursor={quote(cursor, safe='')}")
            assert len(page["accounts"]) <= 2
            names += [each["username"] for each in page["accounts"]]
            cursor = page["next"]
        assert {owner.username, stranger.username, "root"} <= set(names)
        assert len(set(names)) == len(names)

    def test_an_administrator_creates_sets_the_password_and_deletes(self, system, admin):
        name, key = "née <b>:".replace(":", "") + fresh(), credential("1")
        path = f"/admin/accounts/{quote(name, safe='')}"
        assert admin.call("POST", "/admin/accounts", {"username": name, "password": key}).status == 201
        assert admin.call("POST", "/admin/accounts", {"username": name, "password": key}).error == (409, 3006)
        console = Console(Koreader(system.stack.https_port, name, key))
        assert console.get("/admin/accounts/login")["username"] == name
        assert admin.call("PUT", path + "/password", {"password": credential("2")}).status == 200
        assert console.call("GET", "/admin/accounts/login").error == (401, 2001)
        assert admin.get(path)["documents"] == 0
        assert admin.call("DELETE", path).status == 200
        assert admin.call("DELETE", path).error == (404, 3002)
        assert admin.call("PUT", path + "/password", {"password": "x"}).error == (404, 3002)

    def test_everybody_changes_their_own_password_and_leaves(self, stranger):
        path = f"/admin/accounts/{stranger.username}"
        stranger.device.push("book")
        assert stranger.get(path)["documents"] == 1
        assert stranger.call("PUT", path + "/password", {"password": credential("new")}).status == 200
        assert stranger.call("GET", path).error == (401, 2001)
        later = Console(replace(stranger.device, key=credential("new")))
        assert later.call("DELETE", path).json == {"deleted": True, "documents": 1}
        assert later.call("GET", path).error == (401, 2001)

    @pytest.mark.parametrize("body, field", [({"password": "x"}, "username"), ({"username": "a"}, "password"),
                                             ({"username": "a:b", "password": "x"}, "username")])
    def test_what_is_missing_is_named(self, admin, body, field):
        answer = admin.call("POST", "/admin/accounts", body)
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, 3009, field)

    def test_a_body_that_is_none(self, admin):
        assert admin.call("POST", "/admin/accounts", b"{").error == (400, 103)
        assert admin.call("POST", "/admin/accounts", b"[]").error == (400, 104)


class TestFirstRun:
    def test_the_first_account_administers_and_only_that_one(self):
        with Stack() as stack:
            stack.wait_until_indexed()
            visitor = Koreader(stack.https_port, "Zoë", credential("p"))
            assert visitor.call("GET", "/admin/setup", headers=[]).json["first_run"] is True
            body = {"username": "Zoë", "password": visitor.key}
            assert visitor.call("POST", "/admin/accounts", body, headers=[]).json["role"] == "admin"
            assert visitor.call("GET", "/admin/setup", headers=[]).json["first_run"] is False
            again = visitor.call("POST", "/admin/accounts", body | {"username": "b"}, headers=[])
            assert again.error == (409, 3007)
            assert Console(visitor).get("/admin/accounts/login")["role"] == "admin"
            assert stack.redis.get("config:admin_username").decode() == "Zoë"

            # Whoever takes the name later is nobody special.
            assert Koreader(stack.https_port, "b", credential("b")).register().status == 201
            assert stack.ctl("users", "make-admin", "b").returncode == 0
            other = Console(Koreader(stack.https_port, "b", credential("b")))
            assert other.call("DELETE", "/admin/accounts/" + quote("Zoë")).status == 200
            assert visitor.register().status == 201
            assert Console(visitor).get("/admin/accounts/login")["role"] == "reader"

    def test_of_many_that_start_at_once_one_wins(self):
        from concurrent.futures import ThreadPoolExecutor
        with Stack() as stack:
            stack.wait_until_indexed()

            def start(n):
                device = Koreader(stack.https_port, f"u{n}", credential("p"))
                body = {"username": device.username, "password": device.key}
                return device.call("POST", "/admin/accounts", body, headers=[]).status
            with ThreadPoolExecutor(8) as threads:
                statuses = sorted(threads.map(start, range(8)))
            assert statuses == [201] + [409] * 7

    def test_not_before_it_is_known_whether_there_are_accounts(self):
        with Stack(parts=("redis", "admin", "nginx")) as stack:  # nobody builds the indexes
            visitor = Koreader(stack.https_port, "a", credential("p"))
            assert visitor.call("GET", "/admin/setup", headers=[]).json["indexing"] is True
            body = {"username": "a", "password": visitor.key}
            assert visitor.call("POST", "/admin/accounts", body, headers=[]).error == (503, 3008)

    def test_nobody_takes_it_from_those_who_were_named(self):
        with Stack(env={"KOSHELF_ADMIN_USERS": "ann"}) as stack:
            stack.wait_until_indexed()
            visitor = Koreader(stack.https_port, "bob", credential("p"))
            body = {"username": "bob", "password": visitor.key}
            assert visitor.call("POST", "/admin/accounts", body, headers=[]).status == 422
            assert visitor.call("POST", "/admin/accounts", body | {"username": "ann"}, headers=[]).status == 201


class TestConfiguration:
    PATH = "/admin/audiobookshelf/config"

    def settings(self, admin):
        read = admin.get(self.PATH)
        return read["version"], {each["name"]: each for each in read["settings"]}

    def put(self, admin, version, **settings):
        return admin.call("PUT", self.PATH, {"version": version, "settings": settings})

    def test_each_value_says_where_it_comes_from_and_no_secret_is_shown(self, system, admin):
        _, settings = self.settings(admin)
        assert settings["AUDIOBOOKSHELF_BASE_URL"]["origin"] == "environment"
        assert settings["AUDIOBOOKSHELF_BASE_URL"]["value"] == system.abs.url
        assert settings["AUDIOBOOKSHELF_DEVICE_NAME"]["origin"] == "default"
        assert settings["AUDIOBOOKSHELF_TLS_VERIFY"]["editable"] is False
        assert {name: each["default"] for name, each in settings.items() if each["default"] is not None} == {
            "AUDIOBOOKSHELF_DEVICE_NAME": "Audiobookshelf", "AUDIOBOOKSHELF_HTTP_TIMEOUT": "5000",
            "AUDIOBOOKSHELF_TLS_VERIFY": "on"}
        shown = json.loads(settings["AUDIOBOOKSHELF_USER_MAP"]["value"])
        assert shown[system.username]["api_key"].startswith("********")
        assert system.user.api_key not in json.dumps(admin.get(self.PATH))

    def test_an_override_counts_at_once_and_null_removes_it(self, admin):
        version, _ = self.settings(admin)
        answer = self.put(admin, version, AUDIOBOOKSHELF_DEVICE_NAME="Walkman", AUDIOBOOKSHELF_API_KEY="s3cret" * 4)
        assert answer.status == 200
        version, settings = self.settings(admin)
        assert settings["AUDIOBOOKSHELF_DEVICE_NAME"] | {"origin": "override", "value": "Walkman"} == \
            settings["AUDIOBOOKSHELF_DEVICE_NAME"]
        assert settings["AUDIOBOOKSHELF_API_KEY"]["value"] == "********cret"
        # What comes back as it was shown is left alone.
        masked = settings["AUDIOBOOKSHELF_API_KEY"]["value"]
        assert self.put(admin, version, AUDIOBOOKSHELF_API_KEY=masked, AUDIOBOOKSHELF_DEVICE_NAME=None).status == 200
        version, settings = self.settings(admin)
        assert settings["AUDIOBOOKSHELF_API_KEY"]["value"] == masked
        assert settings["AUDIOBOOKSHELF_DEVICE_NAME"]["origin"] == "default"
        assert self.put(admin, version, AUDIOBOOKSHELF_API_KEY=None).status == 200

    def test_a_user_map_comes_back_with_its_keys(self, system, admin, owner):
        version, settings = self.settings(admin)
        shown = json.loads(settings["AUDIOBOOKSHELF_USER_MAP"]["value"])
        shown[system.username]["device"] = "Player"
        answer = self.put(admin, version, AUDIOBOOKSHELF_USER_MAP=json.dumps(shown))
        assert answer.status == 200, answer
        time.sleep(1.1)
        assert owner.get("/admin/audiobookshelf/status")["user"] == system.username
        unknown = json.dumps({"x": {"api_key": "********"}})
        answer = self.put(admin, answer.json["version"], AUDIOBOOKSHELF_USER_MAP=unknown)
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, 3010, "AUDIOBOOKSHELF_USER_MAP")
        assert self.put(admin, version + 1, AUDIOBOOKSHELF_USER_MAP=None).status == 200

    def test_two_at_once_are_told(self, admin):
        version, _ = self.settings(admin)
        assert self.put(admin, version, AUDIOBOOKSHELF_DEVICE_NAME="a").status == 200
        assert self.put(admin, version, AUDIOBOOKSHELF_DEVICE_NAME="b").error == (409, 3011)
        assert self.put(admin, version + 1, AUDIOBOOKSHELF_DEVICE_NAME=None).status == 200

    @pytest.mark.parametrize("name, value", [("AUDIOBOOKSHELF_BASE_URL", "ftp://x"), ("AUDIOBOOKSHELF_TLS_VERIFY", "off"),
                                             ("REDIS_URL", "redis://x"), ("AUDIOBOOKSHELF_HTTP_TIMEOUT", "soon"),
                                             ("AUDIOBOOKSHELF_API_KEY", 5)])
    def test_what_makes_no_sense_is_refused_by_name(self, admin, name, value):
        answer = self.put(admin, 0, **{name: value})
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, 3010, name)

    def test_a_bad_map_says_where(self, admin):
        answer = self.put(admin, 0, AUDIOBOOKSHELF_DOCUMENT_MAP='{"a": "b",}')
        assert answer.status == 422 and answer.json["offset"] == 10
        assert "line 1, column 11" in answer.json["message"]

    def test_the_version_is_wanted(self, admin):
        assert admin.call("PUT", self.PATH, {"settings": {}}).json["field"] == "version"
        assert admin.call("PUT", self.PATH, {"version": 0}).json["field"] == "settings"


class TestConnection:
    PATH = "/admin/audiobookshelf/status"

    def states(self, answer):
        return {each["name"]: each["state"] for each in answer["checks"]}

    def test_a_good_one(self, system, owner):
        answer = owner.get(self.PATH)
        assert answer["ok"] is True and answer["user"] == system.username and answer["version"]
        assert self.states(answer)["key"] == "ok" and self.states(answer)["bridge"] == "ok"
        assert abs(answer["clock_skew_ms"]) < 3000

    def test_the_live_connection_is_there(self, system, owner, audiobook):
        linked(system, owner, audiobook)
        system.wait_for_feed()
        answer = wait.until(lambda: (a := owner.get(self.PATH))["live"] and a, "the bridge's feed to be noted")
        assert self.states(answer)["live"] == "ok"

    def other_key(self, owner, user):
        """Settings that name another credential, of which the bridge has no feed."""
        return {"settings": {"AUDIOBOOKSHELF_USER_MAP": json.dumps({owner.username: {"api_key": user.api_key}})}}

    def test_where_there_is_none_one_is_opened_and_closed(self, system, admin, owner):
        user = system.abs.add_user(fresh("tried"))
        answer = admin.done("POST", f"{self.PATH}?user={owner.username}", self.other_key(owner, user))
        assert answer["ok"] is True and answer["live"] is False and self.states(answer)["live"] == "ok"
        assert system.abs.requests("POST", "/socket.io/")
        assert user.username not in [each["user"] for each in system.abs.sockets()]

    @pytest.mark.parametrize("fault, words", [
        ({"kind": "status", "status": 403}, "HTTP 403"), ({"kind": "hang"}, ""), ({"kind": "drop"}, ""),
        ({"kind": "not_json", "body": "<html>"}, ""), ({"kind": "status", "status": 403, "method": "POST"}, "HTTP 403")])
    def test_one_that_a_proxy_keeps_away_is_told_before_anything_is_stored(self, system, admin, owner, fault, words):
        user = system.abs.add_user(fresh("tried"))
        with system.abs.fault(path="/socket.io", **fault):
            begun = time.monotonic()
            answer = admin.done("POST", f"{self.PATH}?user={owner.username}", self.other_key(owner, user))
            assert time.monotonic() - begun < 8
        assert answer["ok"] is True and answer["live"] is False and self.states(answer)["live"] == "warning"
        said, = [each["message"] for each in answer["checks"] if each["name"] == "live"]
        assert "cannot be opened" in said and "/socket.io/" in said and words in said

    def test_that_no_bridge_runs_is_no_fault_of_the_connection(self):
        with Bridged(bridge=False) as alone:
            answer = Console(alone.device).get(self.PATH)
        assert answer["ok"] is True and answer["bridge"] is False and answer["live"] is False
        assert self.states(answer)["bridge"] == "warning" and self.states(answer)["live"] == "ok"

    def test_an_account_without_a_key(self, stranger):
        answer = stranger.get(self.PATH)
        assert answer["ok"] is False and self.states(answer)["key"] == "failed"
        assert stranger.username in [each["message"] for each in answer["checks"] if each["name"] == "key"][0]

    def test_a_wrong_clock_is_said(self, system, owner):
        system.abs.shift_clock(-630)
        try:
            answer = owner.get(self.PATH)
            assert self.states(answer)["clock"] == "warning"
            assert any("min behind" in each["message"] for each in answer["checks"])
        finally:
            system.abs.shift_clock(630)

    @pytest.mark.parametrize("settings, failed, words", [
        ({"AUDIOBOOKSHELF_BASE_URL": "http://127.0.0.1:1"}, "server", "Nothing answers"),
        ({"AUDIOBOOKSHELF_USER_MAP": None, "AUDIOBOOKSHELF_API_KEY": "wrong"}, "key", "does not accept")])
    def test_settings_are_tried_before_they_are_stored(self, admin, owner, settings, failed, words):
        if "AUDIOBOOKSHELF_USER_MAP" in settings:
            settings = {"AUDIOBOOKSHELF_USER_MAP": json.dumps({owner.username: "wrong"})}
        answer = admin.call("POST", f"{self.PATH}?user={owner.username}", {"settings": settings}).json
        assert answer["ok"] is False and self.states(answer)[failed] == "failed"
        assert any(words in each["message"] for each in answer["checks"])
        assert owner.get(self.PATH)["ok"] is True


class TestAudiobookshelf:
    def test_libraries_search_item_and_cover(self, system, owner, audiobook):
        libraries = owner.get("/admin/audiobookshelf/libraries")["libraries"]
        assert system.library in [each["id"] for each in libraries]
        title = audiobook.json["media"]["metadata"]["title"]
        items = owner.get("/admin/audiobookshelf/search?q=" + quote(title))["items"]
        assert [each["id"] for each in items] == [audiobook.id]
        assert items[0]["duration"] == 20000 and items[0]["ebook"] is None
        item = owner.get(f"/admin/audiobookshelf/library-items/{audiobook.id}")
        assert item["title"] == title and item["chapters"] == 5
        cover = owner.call("GET", f"/admin/audiobookshelf/cover?id={audiobook.id}&width=99999")
        assert cover.status == 200 and cover.header("content-type") == "image/webp"
        assert cover.header("x-content-type-options") == "nosniff" and cover.body.startswith(b"RIFF")
        assert system.abs.requests("GET", "/cover")[-1].query == "format=webp&width=800"

    def test_only_images_come_through(self, system, owner, audiobook):
        path = f"/admin/audiobookshelf/cover?id={audiobook.id}"
        with system.abs.fault("status", path="/cover", status=200, body="<script>alert(1)</script>",
                              headers={"content-type": "image/svg+xml"}):
            assert owner.call("GET", path).error == (502, 3015)
        with system.abs.fault("redirect", path="/cover", location="http://127.0.0.1:1/x", status=302):
            assert owner.call("GET", path).error == (502, 3015)
        with system.abs.fault("flood", path="/cover", bytes=5_000_000):
            assert owner.call("GET", path).error == (502, 3015)
        assert owner.call("GET", "/admin/audiobookshelf/cover?id=../../etc").json["field"] == "id"

    def test_what_is_not_there(self, owner, stranger):
        assert owner.call("GET", "/admin/audiobookshelf/library-items/nothing").error == (404, 3005)
        assert owner.call("GET", "/admin/audiobookshelf/library-items/..%2f..").error == (404, 3005)
        assert owner.call("GET", "/admin/audiobookshelf/search").json["field"] == "q"
        for path in ("libraries", "search?q=a", "library-items/x", "cover?id=x"):
            assert stranger.call("GET", "/admin/audiobookshelf/" + path).error == (409, 3012)

    def test_while_it_is_away(self, system, owner, audiobook):
        with system.abs.fault("status", path="/api/libraries", status=500, body="<h1>"):
            assert owner.call("GET", "/admin/audiobookshelf/libraries").error == (502, 3015)
            assert owner.call("GET", "/admin/audiobookshelf/search?q=a").error == (502, 3015)


class TestLibrary:
    def test_a_document_with_both_positions(self, system, owner, audiobook):
        document = linked(system, owner, audiobook)
        view = owner.document(document)["document"]
        assert view["reading"]["percentage"] == 0.25 and view["reading"]["device"] == system.device.device
        assert view["listening"] == {"seconds": 5000, "fraction": 0.25}
        assert view["link"]["state"] == "linked" and view["link"]["how"] == "manual"
        assert view["tier"] == "percentage" and "25 %" in view["decision"]
        listed = [each for each in owner.documents() if each["document"] == document]
        assert listed == [view]

    def test_names_full_of_markup_come_back_as_they_are(self, owner):
        owner.device.push("xss", 0.1, POINTER.format(1), device=MARKUP,
                          metadata={"title": MARKUP, "authors": MARKUP, "filename": MARKUP})
        answer = owner.call("GET", "/admin/library?q=" + quote(MARKUP, safe=""))
        assert answer.header("content-type").startswith("application/json")
        (view,) = answer.json["documents"]
        assert view["title"] == view["authors"] == view["filename"] == view["reading"]["device"] == MARKUP

    def test_pages_filters_and_search(self, stranger):
        for n in range(25):
            stranger.device.push(f"doc{n:02}", 1 if n % 5 == 0 else n / 100, POINTER.format(n + 1),
                                 metadata={"title": f"Book {n:02}", "authors": "Émile" if n == 7 else "B"})
        names, cursor = [], ""
        while cursor is not None:
            page = stranger.get(f"/admin/library?limit=10&cursor={quote(cursor, safe='')}")
            names += [each["document"] for each in page["documents"]]
            cursor = page["next"]
        assert sorted(names) == [f"doc{n:02}" for n in range(25)]
        assert len(stranger.documents("?filter=finished")) == 5
        assert len(stranger.documents("?filter=reading&limit=200")) == 20
        assert len(stranger.documents("?filter=unlinked&limit=200")) == 25
        assert stranger.documents("?filter=linked") == stranger.documents("?filter=trouble") == []
        assert [each["document"] for each in stranger.documents("?q=bOOk%2013")] == ["doc13"]
        assert [each["document"] for each in stranger.documents("?q=" + quote("Émile"))] == ["doc07"]
        assert stranger.call("GET", "/admin/library?filter=odd").json["field"] == "filter"

    @pytest.mark.parametrize("title, queries", [
        ("L’Éducation sentimentale", ["éduc", "EDUC", "ÉDUCATION  sent", "l'education", "e\u0301ducation"]),
        ("Война и мир", ["война", "ВОЙНА И", "Мир"]), ("Die weiße Straße", ["weisse", "WEISSE STRASSE", "straße", "weiß"]),
        ("Οδύσσεια", ["οδυσσεια", "ΟΔΥΣΣ"]), ("三体", ["三体"])])
    def test_a_search_finds_what_is_typed_otherwise(self, stranger, title, queries):
        stranger.device.push("book", 0.1, POINTER.format(1), metadata={"title": title})
        stranger.device.push("other", 0.1, POINTER.format(1), metadata={"title": "Weg"})
        for query in queries:
            assert [each["document"] for each in stranger.documents("?q=" + quote(query))] == ["book"], query

    def test_a_search_through_thousands_goes_on_page_by_page(self, system, stranger):
        redis, prefix = system.stack.redis, f"user:{stranger.username}:"
        pipe = redis.pipeline()
        for n in range(3000):
            pipe.zadd(prefix + "documents", {f"d{n}": 1000 + n // 500})
            pipe.hset(prefix + f"document:d{n}", mapping={"percentage": "0.5", "progress": "x", "device": "d",
                                                          "timestamp": 1000})
        pipe.hset(prefix + "meta:d7", mapping={"title": "Needle"})
        pipe.execute()
        found, cursor, pages = [], "", 0
        while cursor is not None:
            page = stranger.get(f"/admin/library?q=needle&cursor={quote(cursor, safe='')}")
            found += page["documents"]
            cursor, pages = page["next"], pages + 1
        assert [each["document"] for each in found] == ["d7"] and 2 < pages < 6

    def test_odd_document_names(self, stranger):
        for name in ("..", "a/b c", "é?&=#"):
            stranger.device.push(name, 0.5, POINTER.format(2))
            assert stranger.document(name)["document"]["document"] == name

    @pytest.mark.parametrize("method, path", [route for route in DOCUMENT_ROUTES if "/x" in route[1]])
    def test_a_document_that_is_not_there(self, owner, method, path):
        assert owner.call(method, path.replace("/x", "/nothing"), {}).error == (404, 3003)


class TestLinks:
    def test_unlinking_is_an_explicit_no_until_it_is_forgotten(self, system, owner, audiobook):
        document = linked(system, owner, audiobook)
        path = f"/admin/library/{document}/link"
        assert owner.call("DELETE", path).json == {"linked": False}
        assert owner.document(document)["document"]["link"] == {"state": "unlinked"}
        assert owner.call("DELETE", path + "?forget=true").status == 200
        assert owner.document(document)["document"]["link"] == {"state": "none"}
        sentences = [each["sentence"] for each in owner.get("/admin/activity")["entries"]]
        assert any("unlinked" in each for each in sentences)

    def test_what_cannot_be_linked(self, system, owner, stranger):
        system.push("to-link", 0.5, POINTER.format(2))
        path = "/admin/library/to-link/link"
        assert owner.call("PUT", path, {}).json["field"] == "libraryItemId"
        assert owner.call("PUT", path, {"libraryItemId": "a/b"}).json["field"] == "libraryItemId"
        assert owner.call("PUT", path, {"libraryItemId": "a", "textItemId": 7}).json["field"] == "textItemId"
        assert owner.call("PUT", path, {"libraryItemId": "nothing"}).error == (404, 3005)
        stranger.device.push("to-link")
        assert stranger.call("PUT", path, {"libraryItemId": "a"}).error == (409, 3012)
        with system.abs.fault("status", path="/api/items", status=503, body=""):
            assert owner.call("PUT", path, {"libraryItemId": "a"}).error == (502, 3015)

    def test_suggestions_go_by_the_name(self, system, owner):
        item = system.abs.add_item(system.library, title="The Turn of the Screw",
                                   metadata={"authorName": "Henry James", "title": "The Turn of the Screw"})
        owner.device.push("screw", 0.5, POINTER.format(2),
                          metadata={"title": "The Turn of the Screw: a ghost story", "authors": "James, Henry"})
        suggestions = owner.get("/admin/library/screw/suggestions")["suggestions"]
        assert suggestions[0]["item"]["id"] == item.id and suggestions[0]["score"] > 0.5
        owner.device.push("nameless", 0.5, POINTER.format(2))
        assert owner.get("/admin/library/nameless/suggestions")["suggestions"] == []


class TestSyncing:
    def test_what_is_read_wins_on_demand(self, system, owner, audiobook):
        document = linked(system, owner, audiobook)
        # Audiobookshelf moved without telling anybody, and seems to be newer than everything.
        system.abs.set_progress(system.user, audiobook, currentTime=15000)
        answer = owner.call("POST", f"/admin/library/{document}/sync/to-audio", {})
        assert answer.json["outcome"] == "queued" and answer.json["bridge"] is True
        system.wait_for_seconds(audiobook, 5000)

    def test_what_is_heard_wins_on_demand(self, system, owner, audiobook):
        document = linked(system, owner, audiobook)
        system.push(document, 0.75, POINTER.format(9))
        system.wait_for_seconds(audiobook, 15000)
        system.settled()
        system.abs.set_progress(system.user, audiobook, currentTime=5000, updatedAt=1_700_000_000_000)
        answer = owner.call("POST", f"/admin/library/{document}/sync/from-audio", {})
        assert answer.json["outcome"] == "imported", answer
        position = system.pull(document)
        assert position["percentage"] == 0.25 and position["device_id"] == "audiobookshelf"

    def test_the_newest_wins_otherwise(self, system, owner, audiobook):
        document = linked(system, owner, audiobook)
        path = f"/admin/library/{document}/sync/auto"
        assert owner.call("POST", path, {}).json["outcome"] == "agreed"
        time.sleep(1.1)
        system.abs.patch_progress(system.user, audiobook, currentTime=4000, duration=20000)
        assert owner.call("POST", path, {}).json["outcome"] in ("imported", "agreed")
        wait.until(lambda: system.pull(document)["percentage"] == 0.2, "the import")

    def test_what_cannot_be_synced(self, system, owner, stranger, audiobook):
        system.push("unlinked", 0.5, POINTER.format(2))
        for way in ("to-audio", "from-audio", "auto"):
            assert owner.call("POST", f"/admin/library/unlinked/sync/{way}", {}).error == (409, 3013)
        stranger.device.push("theirs")
        system.stack.ctl("link", stranger.username, "theirs", audiobook.id)
        for way in ("to-audio", "from-audio", "auto"):
            assert stranger.call("POST", f"/admin/library/theirs/sync/{way}", {}).error == (409, 3012)
        system.stack.ctl("link", owner.username, "unlinked", audiobook.id)
        with system.abs.fault("status", path="/progress", status=500, body=""):
            for way in ("from-audio", "auto"):
                assert owner.call("POST", f"/admin/library/unlinked/sync/{way}", {}).error == (502, 3015)

    def test_an_audiobook_that_nobody_has_opened(self, system, owner, audiobook):
        document = audiobook.id.replace("-", "")
        system.abs.set_options()
        owner.device.push(document, 0.5, POINTER.format(2))
        with system.abs.fault("status", method="PATCH", status=500, body=""):
            system.link(document, audiobook)
            answer = owner.call("POST", f"/admin/library/{document}/sync/from-audio", {})
            assert answer.error == (409, 3014)


class TestHistory:
    def test_a_restored_position_is_the_newest_everywhere(self, system, owner, audiobook):
        document = linked(system, owner, audiobook)
        system.push(document, 0.75, POINTER.format(9))
        system.wait_for_seconds(audiobook, 15000)
        system.settled()
        history = owner.document(document)["history"]
        assert [each["percentage"] for each in history][:2] == [0.75, 0.25]
        answer = owner.call("POST", f"/admin/library/{document}/restore", {"id": history[1]["id"]})
        assert answer.json["restored"] is True
        position = system.pull(document)
        assert (position["percentage"], position["progress"]) == (0.25, POINTER.format(3))
        assert (position["device"], position["device_id"]) == ("Koshelf", "koshelf-console")
        system.wait_for_seconds(audiobook, 5000)
        newest = owner.document(document)["history"][0]
        assert newest["source"] == "console" and newest["state"] == "current"

    def test_a_device_that_sends_its_old_position_again_does_not_undo_it(self, system, stranger):
        device = stranger.device
        device.push("book", 0.1, POINTER.format(1))
        device.push("book", 0.9, POINTER.format(9))
        entry = stranger.document("book")["history"][1]
        assert stranger.call("POST", "/admin/library/book/restore", {"id": entry["id"]}).status == 200
        device.push("book", 0.9, POINTER.format(9))
        assert device.pull("book").json["percentage"] == 0.1

    @pytest.mark.parametrize("body, error", [({}, (422, 3009)), ({"id": 5}, (422, 3009)), ({"id": "-"}, (404, 3004)),
                                             ({"id": "1-1"}, (404, 3004)), ({"id": "+"}, (404, 3004))])
    def test_entries_that_are_none(self, owner, system, body, error):
        system.push("restorable", 0.5, POINTER.format(2))
        answer = owner.call("POST", "/admin/library/restorable/restore", body)
        assert (answer.status, answer.json["code"]) == error


class TestActivity:
    def test_own_sentences_newest_first_page_by_page(self, system, owner, stranger, audiobook):
        document = linked(system, owner, audiobook)
        entries = owner.get(f"/admin/activity?document={document}")["entries"]
        assert len(entries) >= 2 and all(each["user"] == owner.username for each in entries)
        assert [each["at"] for each in entries] == sorted([each["at"] for each in entries], reverse=True)
        ids, cursor = [], ""
        while cursor is not None:
            page = owner.get(f"/admin/activity?document={document}&limit=1&cursor={cursor}")
            ids += [each["id"] for each in page["entries"]]
            cursor = page["next"]
        assert ids == [each["id"] for each in entries]
        assert stranger.get("/admin/activity")["entries"] == []
        assert [each["event"] for each in
                owner.get(f"/admin/activity?document={document}&event=console.")["entries"]] == ["console.linked"]

    def test_following(self, system, admin, owner):
        last = admin.get("/admin/activity?limit=1")["last"]
        assert admin.get(f"/admin/activity?after={last}") == {"entries": [], "next": None, "last": last}
        system.push("followed", 0.5, POINTER.format(2))
        owner.call("DELETE", "/admin/library/followed/link")
        page = wait.until(lambda: (p := admin.get(f"/admin/activity?after={last}"))["entries"] and p, "news")
        assert page["entries"][-1]["event"] == "console.unlinked" and page["last"] == page["entries"][-1]["id"]
        assert admin.get(f"/admin/activity?after={last}&user=nobody")["entries"] == []


class TestTheRest:
    def test_unknown_paths_and_methods(self, admin):
        assert admin.call("GET", "/admin/nothing").error == (404, 404)
        assert admin.call("DELETE", "/admin/library").error == (405, 405)

    def test_while_redis_is_away(self):
        with Stack() as stack:
            stack.wait_until_indexed()
            device = Koreader(stack.https_port, "a", credential("p"))
            assert device.register().status == 201
            stack.kill_redis()
            for method, path in ROUTES + [("GET", "/admin/setup")]:
                assert Console(device).call(method, path, {}).error == (502, 1000), path
            stack.start_redis()
            assert Console(device).get("/admin/accounts/login")["username"] == "a"

    def test_no_log_has_a_key(self, system):
        log = system.stack.log_text()
        assert system.user.api_key not in log and credential("root") not in log
