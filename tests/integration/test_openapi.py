"""docs/openapi.json says what the routes are: no more, no less, and every answer is one that it describes."""

import copy
import json
import re
from urllib.parse import quote

import jsonschema
import pytest

from support import openapi, wait
from support.bridged import Bridged, plain_audiobook, real_book
from support.console import Console, newcomer
from support.http_client import Response
from support.koreader import Koreader, credential, fresh
from support.narrated import narrated
from support.stack import ROOT

POINTER = "/body/DocFragment[{}]/body/p[2]/text().0"


def nodes(value, path=()):
    """Every object and array of the file, with where it stands."""
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for name, child in children:
        if isinstance(child, (dict, list)):
            yield from nodes(child, (*path, name))


class TestTheFile:
    def routes(self):
        """(method, path) of the two tables, and of what is in none."""
        found = set()
        for name in ("admin_api/routes.cc", "device_api/routes.cc", "worker.cc"):
            source = (ROOT / "fcgi-app" / "web" / name).read_text()
            found |= {(method.upper(), re.sub(r":(\w+)", r"{\1}", path))
                      for method, path in re.findall(r'\{Method::k(\w+), "([^"]+)"', source)}
        return found

    def test_every_route_is_described_and_nothing_else(self):
        assert len(self.routes()) > 40
        assert set(openapi.operations()) == self.routes()

    def test_every_error_is_described_with_its_status(self):
        sources = ("core/protocol_error.h", "web/admin_api/admin_error.cc")
        text = "".join((ROOT / "fcgi-app" / name).read_text() for name in sources)
        made = {(int(code), status) for code, status in re.findall(r"return \{(\d+), (\d+), ?\"", text)}
        assert len(made) > 30
        described = set()
        for operation in openapi.operations().values():
            for status, response in operation["responses"].items():
                schema = openapi.resolved(response)["content"].get("application/json", {}).get("schema", {})
                code = {**openapi.resolved(schema).get("properties", {}), **schema.get("properties", {})}.get("code", {})
                described |= {(each, status) for each in code.get("enum", [code.get("const")])}
        assert {each for each in made if each[0] != 3000} <= described
        table = (ROOT / "docs" / "api.md").read_text() + (ROOT / "docs" / "protocol.md").read_text()
        assert not [code for code, _ in made if code != 3000 and str(code) not in table]

    def test_references_lead_somewhere_and_nothing_is_left_over(self):
        used = set()
        for path, node in nodes(openapi.description()):
            if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                assert openapi.resolved(node), path
                used.add(node["$ref"])
        for kind in ("schemas", "responses", "parameters"):
            for name in openapi.description()["components"][kind]:
                assert f"#/components/{kind}/{name}" in used, f"nobody uses {kind}/{name}"

    def test_schemas_are_schemas(self):
        for path, node in nodes(openapi.description()):
            if path and (path[-1] == "schema" or path[:2] == ("components", "schemas") and len(path) == 3):
                jsonschema.Draft202012Validator.check_schema(node)

    def test_operations_are_whole(self):
        names = [operation["operationId"] for operation in openapi.operations().values()]
        assert len(names) == len(set(names))
        for (method, template), operation in openapi.operations().items():
            what = f"{method} {template}"
            assert operation["summary"] and operation["tags"], what
            placed = {each["name"] for each in openapi.parameters_of(method, template) if each["in"] == "path"}
            assert placed == set(re.findall(r"\{(\w+)\}", template)), what
            statuses = set(operation["responses"])
            assert len(statuses & {"200", "201"}) == 1, what
            assert operation.get("security") == [] or {"401", "429"} <= statuses, what
            assert ("requestBody" in operation) == ({"400", "413"} <= statuses), what
            for status, response in operation["responses"].items():
                assert openapi.resolved(response)["description"], (what, status)

    def test_answers_have_no_room_for_what_is_not_described(self):
        def open_objects(schema, closed, path):
            schema_closed = closed or schema.get("unevaluatedProperties") is False
            target = openapi.resolved(schema)
            if target is not schema:
                yield from open_objects(target, schema_closed, (*path, schema["$ref"]))
            if "properties" in schema and schema.get("type") == "object":
                if not schema_closed and "additionalProperties" not in schema:
                    yield path
            for name, each in schema.get("properties", {}).items():
                yield from open_objects(each, False, (*path, name))
            for name in ("allOf", "oneOf"):
                for each in schema.get(name, []):
                    yield from open_objects(each, schema_closed, (*path, name))
            if isinstance(schema.get("items"), dict):
                yield from open_objects(schema["items"], False, (*path, "items"))
        for (method, template), operation in openapi.operations().items():
            for status, response in operation["responses"].items():
                for content in openapi.resolved(response)["content"].values():
                    assert not list(open_objects(content["schema"], False, (method, template, status)))


class TestTheCheck:
    """That it finds what it is for."""

    def answer(self, status, body, kind="application/json"):
        return Response(status, [("Content-Type", kind)], json.dumps(body).encode(), 0.0)

    GOOD = {"username": "a", "role": "reader", "configured": True, "connected": False, "version": "1"}

    def test_it_lets_a_good_answer_pass(self):
        openapi.check("GET", "/admin/accounts/login", None, self.answer(200, self.GOOD))
        assert ("whoAmI", 200) in openapi.seen

    @pytest.mark.parametrize("change", [{"more": 1}, {"role": "king"}, {"configured": "yes"}, {"version": None}])
    def test_it_finds_a_wrong_member(self, change):
        with pytest.raises(AssertionError):
            openapi.check("GET", "/admin/accounts/login", None, self.answer(200, self.GOOD | change))

    def test_it_finds_a_missing_one(self):
        with pytest.raises(AssertionError, match="role"):
            openapi.check("GET", "/admin/accounts/login", None,
                          self.answer(200, {name: value for name, value in self.GOOD.items() if name != "role"}))

    def test_it_finds_a_member_too_many_in_what_is_put_together(self):
        item = {"id": "i", "title": "", "authors": "", "library": "", "ebook": None, "duration": 5}
        good = {"item": item, "score": 0.5, "sure": False, "reasons": ["r"], "document": "d", "title": "", "authors": "",
                "filename": ""}
        openapi.check("GET", "/admin/suggestions", None, self.answer(200, {"suggestions": [good], "next": None}))
        for name, wrong in (("item", {"item": item | {"more": 1}}), ("more", {"more": 1})):
            with pytest.raises(AssertionError, match=name):
                openapi.check("GET", "/admin/suggestions", None,
                              self.answer(200, {"suggestions": [good | wrong], "next": None}))

    def test_it_finds_a_status_a_code_and_a_type_that_are_not_listed(self):
        with pytest.raises(AssertionError, match="418"):
            openapi.check("GET", "/admin/library", None, self.answer(418, {"code": 1, "message": "x"}))
        with pytest.raises(AssertionError, match="code"):
            openapi.check("GET", "/admin/library", None, self.answer(404, {"code": 3003, "message": "x"}))
        with pytest.raises(AssertionError, match="text/html"):
            openapi.check("GET", "/admin/library", None, self.answer(401, {"code": 2001, "message": "x"}, "text/html"))

    def test_it_finds_a_parameter_and_a_body_that_are_not_described(self):
        with pytest.raises(AssertionError, match="no parameter size"):
            openapi.check("GET", "/admin/library?size=5", None, self.answer(200, {"documents": [], "next": None}))
        with pytest.raises(AssertionError, match="forbids"):
            openapi.check("PUT", "/admin/accounts/a/password", {"password": 5}, self.answer(200, {"updated": True}))

    def test_literal_paths_come_first_and_unknown_ones_are_nobodys(self):
        assert openapi.template_of("GET", "/admin/accounts/login") == "/admin/accounts/login"
        assert openapi.template_of("GET", "/admin//accounts/x%2Fy/") == "/admin/accounts/{username}"
        assert openapi.template_of("GET", "/admin/nothing") is None
        openapi.check("GET", "/nothing", None, self.answer(404, {"code": 404, "message": "x"}))


@pytest.fixture(scope="module")
def system():
    with Bridged(env={"KOSHELF_ADMIN_USERS": "root"}) as bridged:
        bridged.admin = Koreader(bridged.stack.https_port, "root", credential("root"))
        assert bridged.admin.register().status == 201
        yield bridged


@pytest.fixture
def audiobook(system):
    return plain_audiobook(system.abs, system.library, title="Dune",
                           metadata={"title": "Dune", "authorName": "Frank Herbert"})


def narrated_page(name):
    """(share, pointer) of a page of a real book."""
    page = narrated(name).sample(9)[4]
    return page.percentage, page.progress


def test_each_operation_succeeds_as_it_is_described(system, audiobook):
    """Everything that the file offers, once. Whoever adds a route adds it here."""
    admin, owner = Console(system.admin), Console(system.device)
    openapi.seen.clear()

    def done(console, method, path, body=None, status=200):
        answer = console.call(method, path, body)
        assert answer.status == status, (path, answer)
        return answer.json if answer.header("content-type").startswith("application/json") else None

    # Accounts
    done(owner, "GET", "/admin/setup")
    done(owner, "GET", "/admin/status")
    done(owner, "GET", "/admin/accounts/login")
    done(owner, "POST", "/admin/accounts/login", {})
    name, key = fresh(), credential("p")
    done(admin, "POST", "/admin/accounts", {"username": name, "password": key}, 201)
    done(admin, "GET", "/admin/accounts")
    done(admin, "GET", f"/admin/accounts/{name}")
    done(admin, "PUT", f"/admin/accounts/{name}/password", {"password": credential("q")})
    done(admin, "PUT", f"/admin/accounts/{name}/role", {"role": "admin"})
    done(admin, "PUT", f"/admin/accounts/{name}/quota", {"documents": 7})
    assert done(admin, "GET", f"/admin/accounts/{name}/export")["lines"]
    done(admin, "DELETE", f"/admin/accounts/{name}")
    invitation = done(admin, "POST", "/admin/invitations", {"note": "n", "uses": 2}, 201)
    done(admin, "GET", "/admin/invitations")
    done(admin, "DELETE", f"/admin/invitations/{invitation['id']}")

    # Devices
    device = newcomer(system.stack).device
    for method, path in (("GET", "/healthcheck"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/users/auth")):
        assert device.call(method, path).status == 200
    device.push("book", metadata={"title": "t", "filename": "f.epub"})
    assert device.pull("book").json and device.pull("nothing").json == {}
    assert device.change_password(credential("r")).status == 200
    assert Koreader(device.port, device.username, credential("r")).delete().status == 200

    # Library
    document = "dune"
    system.device.push(document, 0.25, POINTER.format(3), metadata={"title": "Dune", "authors": "Frank Herbert"})
    path = owner.path(document)
    assert done(owner, "GET", "/admin/suggestions")["suggestions"]
    assert done(owner, "GET", path + "/suggestions")["suggestions"]
    assert done(owner, "POST", "/admin/suggestions/accept", {})["linked"]
    done(owner, "PUT", path + "/link", {"libraryItemId": audiobook.id})
    system.wait_for_seconds(audiobook, 5000)
    system.settled()
    assert done(owner, "GET", "/admin/library")["documents"][0]["listening"]
    done(owner, "PUT", path + "/title", {"title": "Arrakis"})
    history = done(owner, "GET", path)["history"]
    done(owner, "POST", path + "/sync/to-audio", {})
    system.settled()
    done(owner, "POST", path + "/sync/from-audio", {})
    done(owner, "POST", path + "/sync/auto", {})
    done(owner, "POST", path + "/restore", {"id": history[0]["id"]})
    done(owner, "POST", path + "/retry", {})
    system.device.push("dune-by-name", 0.3, POINTER.format(4), metadata={"title": "Arrakis", "authors": "Frank Herbert"})
    assert done(owner, "GET", path + "/merge-candidates")["candidates"]
    done(owner, "POST", owner.path("dune-by-name") + "/merge", {"into": document})
    done(owner, "DELETE", path + "/merge", {"document": "dune-by-name"})
    done(owner, "POST", "/admin/outbox/retry", {})
    assert done(owner, "GET", "/admin/devices")["devices"]
    (known,) = done(owner, "GET", "/admin/devices")["devices"]
    done(owner, "DELETE", f"/admin/devices/{quote(known['id'], safe='')}")
    done(owner, "DELETE", path + "/link")
    done(owner, "DELETE", path)
    assert done(owner, "GET", "/admin/activity")["entries"]

    # Text
    book = real_book(system.abs, system.library, "the_time_machine")
    system.link("machine", book)
    system.device.push("machine", *narrated_page("the_time_machine"))
    path = owner.path("machine")
    wait.until(lambda: (found := done(owner, "GET", path + "/alignment"))["reading"] and found["listening"], "both places",
               60)
    assert done(owner, "GET", path + "/sentences")["reading"]
    offset = done(owner, "GET", path + "/text?at=5000")["offset"]
    assert done(owner, "GET", path + "/text/search?q=machine")["found"]
    said = done(owner, "POST", path + "/calibrations", {"offset": offset, "seconds": 300})["calibrations"]
    done(owner, "DELETE", f"{path}/calibrations/{said[0]['id']}")
    done(owner, "PUT", path + "/text-item", {"textItemId": None})

    # Audiobookshelf and health
    done(owner, "GET", "/admin/audiobookshelf/libraries")
    assert done(owner, "GET", "/admin/audiobookshelf/search?q=Dune")["items"]
    done(owner, "GET", f"/admin/audiobookshelf/library-items/{audiobook.id}")
    done(owner, "GET", f"/admin/audiobookshelf/cover?id={audiobook.id}")
    done(owner, "GET", "/admin/audiobookshelf/status")
    done(admin, "POST", "/admin/audiobookshelf/status", {"settings": {}})
    version = done(admin, "GET", "/admin/audiobookshelf/config")["version"]
    done(admin, "PUT", "/admin/audiobookshelf/config", {"version": version, "settings": {}})
    done(admin, "GET", "/admin/health")
    system.stack.redis.set("koshelf:probe:once", "1")
    assert done(owner, "GET", "/admin/probe?token=once")["remote_address"] == "127.0.0.1"

    succeeded = {operation for operation, status in openapi.seen if status < 300}
    assert succeeded == {each["operationId"] for each in openapi.operations().values()}
