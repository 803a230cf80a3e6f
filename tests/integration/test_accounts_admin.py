"""Who administers, who may come in, and how much an account may hold."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import pytest

from support import wait
from support.console import Console, newcomer
from support.koreader import Koreader, credential, fresh, registered
from support.stack import Stack


@pytest.fixture(scope="module")
def stack():
    env = {"KOSHELF_ADMIN_USERS": "root, second", "KOSHELF_DOCUMENTS_LIMIT": "3"}
    with Stack(env=env) as running:
        running.wait_until_indexed()
        yield running


@pytest.fixture(scope="module")
def root(stack):
    return Console(registered(stack, "root"))


@pytest.fixture
def bob(stack):
    return newcomer(stack, "bob")


def path_of(console, suffix=""):
    return f"/admin/accounts/{quote(console.username, safe='')}{suffix}"


def set_role(by, of, role):
    return by.call("PUT", path_of(of, "/role"), {"role": role})


def role(console):
    return console.get("/admin/accounts/login")["role"]


def sentences(console):
    return [each["sentence"] for each in console.get("/admin/activity")["entries"]]


class TestRoles:
    def test_an_administrator_makes_others_and_unmakes_them(self, root, ann, bob):
        answer = set_role(root, ann, "admin")
        assert (answer.status, answer.json["role"], answer.json["role_from"]) == (200, "admin", "console")
        assert role(ann) == "admin" and ann.get(path_of(bob))["username"] == bob.username
        assert set_role(ann, bob, "admin").status == 200
        answer = set_role(bob, ann, "reader")
        assert (answer.status, answer.json["role"]) == (200, "reader") and "role_from" not in answer.json
        assert ann.call("GET", path_of(bob)).error == (403, 3001) and role(ann) == "reader"
        assert any("made" in each and "an administrator" in each for each in sentences(ann))

    def test_the_list_says_where_a_role_comes_from(self, root, ann, bob):
        set_role(root, ann, "admin")
        listed = {each["username"]: each for each in root.all("/admin/accounts", "accounts", limit=2)}
        assert listed["root"]["role_from"] == "environment" and listed[ann.username]["role_from"] == "console"
        assert listed[bob.username]["role"] == "reader" and "role_from" not in listed[bob.username]

    def test_what_cannot_be_changed(self, root, ann):
        set_role(root, ann, "admin")
        assert set_role(ann, ann, "reader").error == (409, 3018)
        assert set_role(ann, root, "reader").error == (409, 3017)
        assert set_role(root, replace_name(ann, "nobody at all"), "admin").error == (404, 3002)
        for body in ({}, {"role": "owner"}, {"role": None}, {"role": 1}):
            assert ann.call("PUT", path_of(root, "/role"), body).json["field"] == "role"

    def test_an_administrator_does_not_leave_the_others_alone(self, root, ann):
        set_role(root, ann, "admin")
        assert ann.call("DELETE", path_of(ann)).error == (409, 3027)
        assert role(ann) == "admin"
        assert root.call("DELETE", path_of(ann)).status == 200

    def test_whoever_takes_the_name_of_an_administrator_later_is_none(self, stack, root, ann):
        set_role(root, ann, "admin")
        assert ann.device.delete().status == 200
        assert ann.device.register().status == 201
        assert role(ann) == "reader"
        # Also if the account was deleted past this server.
        set_role(root, ann, "admin")
        stack.redis.delete(f"user:{ann.username}:key")
        assert ann.device.register().status == 201
        assert role(ann) == "reader"

    def test_of_two_who_take_it_from_each_other_one_keeps_it(self, root, ann, bob):
        for _ in range(10):
            set_role(root, ann, "admin")
            set_role(root, bob, "admin")
            with ThreadPoolExecutor(2) as threads:
                statuses = list(threads.map(lambda pair: set_role(*pair, "reader").status, [(ann, bob), (bob, ann)]))
            assert sorted(statuses) == [200, 403]
            assert sorted([role(ann), role(bob)]) == ["admin", "reader"]

    def test_the_first_administrators_role_can_be_taken_by_another(self):
        with Stack() as stack:
            stack.wait_until_indexed()
            first = Console(Koreader(stack.https_port, "first", credential("p")))
            body = {"username": "first", "password": first.device.key}
            assert first.device.call("POST", "/admin/accounts", body, headers=[]).status == 201
            assert first.get("/admin/accounts/first")["role_from"] == "first"
            ann = newcomer(stack)
            assert set_role(ann, first, "reader").error == (403, 3001)
            assert set_role(first, ann, "admin").status == 200
            assert set_role(ann, first, "reader").json["role"] == "reader"
            assert role(first) == "reader" and not stack.redis.exists("config:admin_username")
            assert set_role(ann, first, "admin").json["role_from"] == "console"

    def test_changes_are_in_the_log(self, stack, root, ann):
        set_role(root, ann, "admin")
        event = [each for each in stack.events("admin") if each["event"] == "account.role_changed"][-1]
        assert (event["user"], event["by"], event["role"]) == (ann.username, "root", "admin")


def replace_name(console, name):
    return Console(replace(console.device, username=name))


def invite(console, **terms):
    answer = console.call("POST", "/admin/invitations", terms)
    assert answer.status == 201, answer
    return answer.json


def join(stack, code, username=None, password="p"):
    """Somebody without an account uses a code: (console, answer)."""
    device = Koreader(stack.https_port, username or fresh("guest"), credential(password))
    body = {"username": device.username, "password": device.key, "invitation": code}
    return Console(device), device.call("POST", "/admin/accounts", body, headers=[])


def listed(console, invitation):
    found = [each for each in console.all("/admin/invitations", "invitations") if each["id"] == invitation["id"]]
    return found[0] if found else None


class TestInvitations:
    @pytest.fixture(scope="class")
    def closed(self):
        with Stack(env={"KOSHELF_ADMIN_USERS": "root, ghost", "ENABLE_USER_REGISTRATION": "off"}) as stack:
            stack.wait_until_indexed()
            device = Koreader(stack.https_port, "root", credential("root"))
            body = {"username": "root", "password": device.key}
            assert device.call("POST", "/admin/accounts", body, headers=[]).status == 201
            stack.root = Console(device)
            yield stack

    def test_a_code_makes_an_account_while_registration_is_closed(self, closed):
        assert Koreader(closed.https_port, "x", credential("p")).register().error == (402, 2005)
        invitation = invite(closed.root, note="for Zoë")
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", invitation["code"])
        assert (invitation["uses_left"], invitation["note"], invitation["used_by"]) == (1, "for Zoë", [])
        assert invitation["expires"] - invitation["created"] == 14 * 86400
        console, answer = join(closed, invitation["code"], "Zoë")
        assert answer.json == {"username": "Zoë", "role": "reader"} and answer.status == 201
        assert role(console) == "reader"
        entry = listed(closed.root, invitation)
        assert (entry["uses_left"], entry["used_by"], entry["by"]) == (0, ["Zoë"], "root") and "code" not in entry
        assert join(closed, invitation["code"])[1].error == (403, 3019)
        assert closed.root.get("/admin/accounts/" + quote("Zoë"))["documents"] == 0

    def test_it_is_read_however_it_is_typed(self, closed):
        invitation = invite(closed.root, uses=2)
        assert join(closed, " " + invitation["code"].lower().replace("-", " ").replace("0", "o"))[1].status == 201
        assert join(closed, invitation["code"].replace("-", "").replace("1", "l"))[1].status == 201

    def test_a_name_that_is_taken_uses_nothing_up(self, closed):
        invitation = invite(closed.root)
        assert join(closed, invitation["code"], "root", "mine now")[1].error == (409, 3006)
        assert listed(closed.root, invitation)["uses_left"] == 1
        assert role(closed.root) == "admin"

    def test_nobody_gets_the_name_of_an_administrator_with_it(self, closed):
        invitation = invite(closed.root)
        assert join(closed, invitation["code"], "ghost")[1].error == (409, 3006)
        assert join(closed, "0" * 20, "ghost")[1].error == (403, 3019)
        assert join(closed, invitation["code"])[1].status == 201

    def test_a_code_for_three_makes_three_however_many_come_at_once(self, closed):
        invitation = invite(closed.root, uses=3)
        with ThreadPoolExecutor(8) as threads:
            statuses = sorted(threads.map(lambda n: join(closed, invitation["code"], fresh(f"g{n}-"))[1].status,
                                          range(8)))
        assert statuses == [201] * 3 + [403] * 5
        assert len(listed(closed.root, invitation)["used_by"]) == 3

    @pytest.mark.parametrize("code", ["", "x", "0" * 20, "U" * 20, "0" * 100_0, 17, "\0", {"a": 1}])
    def test_codes_that_are_none(self, closed, code):
        assert join(closed, code)[1].error == (403, 3019)

    def test_null_is_no_invitation(self, closed):
        assert join(closed, None)[1].json["field"] == "username"

    def test_not_after_its_time(self, closed):
        invitation = invite(closed.root, days=1)
        key = f"koshelf:invitation:{invitation['id']}"
        assert 30 * 86400 < closed.redis.ttl(key) <= 31 * 86400
        closed.redis.hset(key, "expires", int(time.time()) - 1)
        assert join(closed, invitation["code"])[1].error == (403, 3019)
        assert listed(closed.root, invitation)["uses_left"] == 1
        closed.redis.delete(key)  # as Redis does when its time is over
        assert listed(closed.root, invitation) is None
        wait.until(lambda: closed.redis.zscore("koshelf:invitations", invitation["id"]) is None, "it to leave the list")

    def test_a_revoked_one_is_gone_and_its_accounts_stay(self, closed):
        invitation = invite(closed.root, uses=2)
        console, _ = join(closed, invitation["code"])
        path = "/admin/invitations/" + invitation["id"]
        assert closed.root.call("DELETE", path).json == {"deleted": True}
        assert closed.root.call("DELETE", path).error == (404, 3022)
        assert join(closed, invitation["code"])[1].error == (403, 3019)
        assert role(console) == "reader" and listed(closed.root, invitation) is None
        assert not closed.redis.keys(f"koshelf:invitation:{invitation['id']}*")

    @pytest.mark.parametrize("odd", ["x", "x:accounts", "*", "0" * 16])
    def test_ids_that_are_none(self, closed, odd):
        assert closed.root.call("DELETE", "/admin/invitations/" + quote(odd)).error == (404, 3022)

    def test_a_deleted_account_is_not_named_any_more(self, closed):
        invitation = invite(closed.root, uses=2)
        console, _ = join(closed, invitation["code"])
        stays, _ = join(closed, invitation["code"])
        assert console.device.delete().status == 200
        wait.until(lambda: listed(closed.root, invitation)["used_by"] == [stays.username], "the name to go")

    @pytest.mark.parametrize("body, field", [
        ({"uses": 0}, "uses"), ({"uses": 1001}, "uses"), ({"uses": 1.5}, "uses"), ({"uses": "2"}, "uses"),
        ({"days": 0}, "days"), ({"days": 366}, "days"), ({"note": 5}, "note"), ({"note": "x" * 201}, "note")])
    def test_terms_that_make_no_sense(self, closed, body, field):
        answer = closed.root.call("POST", "/admin/invitations", body)
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, 3009, field)

    def test_page_by_page_newest_first(self, closed):
        made = [invite(closed.root, note=f"n{n}")["id"] for n in range(5)]
        ids = [each["id"] for each in closed.root.all("/admin/invitations", "invitations", limit=2)]
        assert set(made) <= set(ids) and len(set(ids)) == len(ids)
        created = [each["created"] for each in closed.root.get("/admin/invitations?limit=200")["invitations"]]
        assert created == sorted(created, reverse=True)

    def test_the_code_is_nowhere_but_in_the_answer(self, closed):
        invitation = invite(closed.root)
        join(closed, invitation["code"])
        code = invitation["code"].replace("-", "")
        stored = b"".join(value for key in closed.redis.keys("koshelf:invitation:*")
                          if closed.redis.type(key) == b"hash" for value in closed.redis.hvals(key))
        for form in (code, invitation["code"]):
            assert form not in closed.log_text() and form.encode() not in stored

    def test_newcomers_are_limited_as_registrations_are_and_administrators_are_not(self):
        nginx = {"REGISTRATION_RATE": "1r/m", "REGISTRATION_BURST": "2"}
        with Stack(env={"KOSHELF_ADMIN_USERS": "root"}, nginx_env=nginx) as stack:
            stack.wait_until_indexed()
            root = Console(Koreader(stack.https_port, "root", credential("p")))
            body = {"username": "root", "password": root.device.key}
            assert root.device.call("POST", "/admin/accounts", body, headers=[]).status == 201
            statuses = [join(stack, "0" * 20)[1].status for _ in range(4)]
            assert statuses == [403, 403, 429, 429]
            for path in ("/admin/accounts/", "//admin//accounts?x=1"):
                assert root.device.call("POST", path, body, headers=[]).status == 429
            assert root.device.call("POST", "/admin/%61ccounts", body, headers=[]).status == 404
            for _ in range(4):
                account = {"username": fresh(), "password": credential("p")}
                assert root.call("POST", "/admin/accounts", account).status == 201
            assert root.get("/admin/accounts")["accounts"]


def fill(console, count=3):
    for n in range(count):
        assert console.device.push(f"doc{n}", 0.1, "p").status == 200


class TestQuotas:
    def test_a_document_more_than_there_may_be_is_refused_and_nothing_of_it_is_kept(self, stack, ann):
        fill(ann)
        before = sorted(stack.redis.keys(f"user:{ann.username}:*"))
        metadata, identifiers = {"title": "T"}, [{"type": "md5", "value": "doc3"}, {"type": "file", "value": "x"}]
        answer = ann.device.push("doc3", 0.1, "p", metadata=metadata, identifiers=identifiers)
        assert answer.error == (403, 2007) and answer.json["message"] == "Too many documents in this account."
        assert sorted(stack.redis.keys(f"user:{ann.username}:*")) == before
        assert ann.device.pull("doc3").json == {}
        assert stack.redis.zcard(f"user:{ann.username}:documents") == 3

    def test_those_that_are_there_go_on(self, stack, ann):
        fill(ann)
        other = ann.device.other()
        for step in range(5):
            assert other.push("doc1", 0.2 + step / 10, f"q{step}").status == 200
        assert ann.device.push("doc1", 0.1, "p").status == 200  # a stale one
        assert ann.device.pull("doc1").json["progress"] == "q4"
        ids = [{"type": "a", "value": "new"}, {"type": "b", "value": "doc2"}]
        assert ann.device.push("new", 0.7, "r", identifiers=ids).json["document"] == "doc2"

    def test_an_accounts_own_number_counts_before_the_servers(self, root, ann):
        fill(ann)
        assert ann.get(path_of(ann)) | {"quota": 3, "quota_own": False} == ann.get(path_of(ann))
        answer = root.call("PUT", path_of(ann, "/quota"), {"documents": 4})
        assert answer.status == 200 and (answer.json["quota"], answer.json["quota_own"]) == (4, True)
        assert [ann.device.push(f"more{n}").status for n in range(2)] == [200, 403]
        assert root.call("PUT", path_of(ann, "/quota"), {"documents": 0}).json["quota"] == 0
        assert [ann.device.push(f"even{n}").status for n in range(3)] == [200] * 3
        answer = root.call("PUT", path_of(ann, "/quota"), {"documents": None})
        assert (answer.json["quota"], answer.json["quota_own"]) == (3, False)
        assert ann.device.push("again").error == (403, 2007)

    def test_it_is_told_once_until_there_was_room_again(self, root, ann):
        def told():
            return len([each for each in sentences(ann) if "as many documents as it may have" in each])
        fill(ann)
        for _ in range(3):
            assert ann.device.push("late").status == 403
        wait.until(lambda: told() == 1, "it to be told")
        assert ann.device.push("later").status == 403
        root.call("PUT", path_of(ann, "/quota"), {"documents": 4})
        assert ann.device.push("late").status == 200 and told() == 1
        assert ann.device.push("later").status == 403
        wait.until(lambda: told() == 2, "it to be told again")

    def test_of_many_at_once_no_more_are_made_than_there_may_be(self, stack, ann):
        with ThreadPoolExecutor(8) as threads:
            statuses = sorted(threads.map(lambda n: ann.device.push(f"at-once-{n}").status, range(10)))
        assert statuses == [200] * 3 + [403] * 7
        assert stack.redis.zcard(f"user:{ann.username}:documents") == 3

    def test_a_profile_that_makes_no_sense_counts_for_nothing(self, stack, ann):
        stack.redis.hset(f"user:{ann.username}:profile", "documents_limit", "many")
        fill(ann)
        assert ann.device.push("late").error == (403, 2007)
        assert ann.get(path_of(ann))["quota"] == 3

    @pytest.mark.parametrize("documents", [-1, 1.5, "3", True, [], 1e12])
    def test_numbers_that_are_none(self, root, ann, documents):
        answer = root.call("PUT", path_of(ann, "/quota"), {"documents": documents})
        assert (answer.status, answer.json["field"]) == (422, "documents")

    def test_it_has_to_be_said(self, root, ann):
        assert root.call("PUT", path_of(ann, "/quota"), {}).json["field"] == "documents"
        assert root.call("PUT", "/admin/accounts/nobody/quota", {"documents": 1}).error == (404, 3002)

    def test_without_a_limit_there_is_none(self):
        with Stack(env={"KOSHELF_DOCUMENTS_LIMIT": "0"}) as stack:
            device = registered(stack)
            assert [device.push(f"d{n}").status for n in range(20)] == [200] * 20
            assert Console(device).get(f"/admin/accounts/{device.username}")["quota"] == 0
