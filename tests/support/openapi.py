"""docs/openapi.json, held against what a server answers."""

import functools
import json
from pathlib import Path
from urllib.parse import parse_qsl

import jsonschema

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
# What nginx may answer before a request reaches a route.
_NGINX = (400, 408, 413, 414, 429, 431, 502, 504)
seen = set()  # (operationId, status) of all answers that were checked in this process


@functools.cache
def description():
    return json.loads(FILE.read_text("utf-8"))


@functools.cache
def operations():
    """{(method, path template): operation}"""
    methods = ("get", "put", "post", "delete")
    return {(method.upper(), path): item[method] for path, item in description()["paths"].items()
            for method in methods if method in item}


def resolved(node):
    """What a reference stands for; other nodes as they are."""
    while "$ref" in node:
        node = functools.reduce(lambda found, name: found[name], node["$ref"].removeprefix("#/").split("/"),
                                description())
    return node


@functools.cache
def _validator(pointer):
    """Of the schema at that place of the file."""
    schema = functools.reduce(lambda found, name: resolved(found)[name], pointer, description())
    resolver = jsonschema.RefResolver("", description())
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def violations(pointer, value):
    """What is wrong with a value, by the schema at that place: sentences."""
    return [f"{error.json_path}: {error.message}" for error in _validator(pointer).iter_errors(value)]


def template_of(method, path):
    """The path of the file that a request's path fits; literal segments come before placeholders. Else None."""
    segments = [part for part in path.split("/") if part]

    def fits(template):
        parts = template.strip("/").split("/")
        return len(parts) == len(segments) and all(part.startswith("{") or part == segment
                                                   for part, segment in zip(parts, segments))
    fitting = [template for offered, template in operations() if offered == method and fits(template)]
    return min(fitting, key=lambda template: template.count("{"), default=None)


def parameters_of(method, template):
    shared = description()["paths"][template].get("parameters", [])
    return [resolved(each) for each in shared + operations()[method, template].get("parameters", [])]


def _check_request(method, template, query, body):
    known = {each["name"] for each in parameters_of(method, template) if each["in"] == "query"}
    unknown = {name for name, _ in parse_qsl(query, keep_blank_values=True)} - known
    assert not unknown, f"{method} {template} has no parameter {', '.join(unknown)} in {FILE.name}"
    wanted = operations()[method, template].get("requestBody")
    if wanted and (wanted["required"] or body is not None):
        pointer = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
        wrong = violations(pointer, body)
        assert not wrong, f"{method} {template} took {body!r}, which {FILE.name} forbids: {wrong}"


def check(method, target, body, answer):
    """AssertionError if the file knows the route, but not this answer; or, of what was done, not the request.

    `body`: as the request had it, a value or bytes. Paths and methods that the file does not know are left alone:
    they are those of no route.
    """
    path, _, query = target.partition("?")
    offered = "GET" if method == "HEAD" else method
    template = template_of(offered, path)
    if template is None:
        return
    operation = operations()[offered, template]
    status = str(answer.status)
    if status not in operation["responses"]:
        assert answer.status in _NGINX, f"{method} {template} answers {status}, which {FILE.name} does not list"
        assert method == "HEAD" or answer.json["code"] == answer.status, answer
        return
    seen.add((operation["operationId"], answer.status))
    if path.startswith("/admin/") and 200 <= answer.status < 300:
        value = json.loads(body) if isinstance(body, bytes) and body else body
        _check_request(offered, template, query, value)
    if method == "HEAD":
        return
    content = resolved(operation["responses"][status])["content"]
    kind = (answer.header("content-type") or "").split(";")[0]
    assert kind in content, f"{method} {template} {status} is {kind}, not {', '.join(content)}"
    if kind == "application/json":
        pointer = ("paths", template, offered.lower(), "responses", status, "content", kind, "schema")
        wrong = violations(pointer, answer.json)
        assert not wrong, f"{method} {template} {status}: {wrong} in {answer.json}"
