"""The dashboard, the alert rules and the examples: they ask for metrics and labels that there are, and in the right way."""

import json
import re

import pytest

from support.metrics import documented
from support.stack import ROOT

DASHBOARD = ROOT / "packaging" / "grafana" / "koshelf.json"
ALERTS = ROOT / "packaging" / "prometheus" / "koshelf-alerts.yml"
OF_PROMETHEUS = {"instance", "job"}  # labels that the scraper adds
_SELECTOR = re.compile(r"\b(koshelf_[a-z_]+)(?:\{([^}]*)\})?(\[)?")


def panels():
    return json.loads(DASHBOARD.read_text("utf-8"))["panels"]


def of_dashboard():
    return [target["expr"] for panel in panels() for target in panel.get("targets", [])]


def alerts():
    """The rules of the file: (name, its lines)."""
    blocks = re.split(r"^ {6}- alert: ", ALERTS.read_text("utf-8"), flags=re.M)[1:]
    return [(block.split("\n")[0], block) for block in blocks]


def of_alerts():
    found = []
    for _, block in alerts():
        match = re.search(r"^ {8}expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)", block, re.M)
        found.append(" ".join((match[1] or match[2]).split()))
    return found


def of_documentation():
    text = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    return re.findall(r"^\| [^|`]+ \| `([^`]+)` \|$", text.partition("## Useful questions")[2], re.M)


def family_of(name):
    """The documented metric behind a name, and whether it only grows."""
    known = documented()
    if name in known:
        assert known[name][0] != "histogram", f"{name} has buckets, a sum and a count"
        return name, known[name][0] == "counter"
    family, part = re.fullmatch(r"(.*)_(bucket|sum|count)", name).groups()
    assert known[family][0] == "histogram", name
    return family, True


@pytest.mark.parametrize("source", [of_dashboard, of_alerts, of_documentation])
def test_expressions_ask_for_what_there_is(source):
    expressions = source()
    assert len(expressions) >= 5
    for expression in expressions:
        labels_seen = set(OF_PROMETHEUS)
        for name, braces, ranged in _SELECTOR.findall(expression):
            family, grows = family_of(name)
            # What grows is of use only by how fast, and what does not has no speed.
            assert bool(ranged) == grows, expression
            assert not grows or re.search(rf"\b(rate|increase)\({name}\b", expression), expression
            labels = set(documented()[family][1]) | ({"le"} if name.endswith("_bucket") else set())
            asked = set(re.findall(r"([a-z]+)(?:=~|!~|!=|=)", braces))
            assert asked <= labels | OF_PROMETHEUS, (expression, asked - labels)
            labels_seen |= labels
        for group in re.findall(r"\b(?:by|without) \(([^)]*)\)", expression):
            assert {label.strip() for label in group.split(",")} <= labels_seen, expression
        assert "histogram_quantile" not in expression or "le" in expression
        assert expression.count("(") == expression.count(")")


def test_values_of_labels_are_those_that_there_are():
    text = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    for expression in of_dashboard() + of_alerts():
        for label, value in re.findall(r'([a-z]+)(?:=~|!=|=)"([^"$]+)"', expression):
            if label == "job":
                assert f"job_name: {value}\n" in text
            elif label == "status":
                assert re.fullmatch(r"[1-5]\.\.", value), expression
            else:
                assert all(f"`{part}`" in text for part in value.split("|")), expression


def test_every_metric_is_shown_somewhere():
    shown = {family_of(name)[0] for expression in of_dashboard() for name, _, _ in _SELECTOR.findall(expression)}
    assert set(documented()) - shown == set()


def test_the_dashboard_is_one_that_grafana_takes():
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    assert dashboard["id"] is None and dashboard["uid"] == "koshelf-sync" and dashboard["title"]
    assert dashboard["schemaVersion"] >= 37
    variables = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
    assert variables == {"datasource": "datasource", "instance": "query"}
    assert len({panel["id"] for panel in panels()}) == len(panels())
    for panel in panels():
        assert panel["type"] in ("row", "stat", "timeseries") and panel["title"]
        if panel["type"] == "row":
            continue
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0
        assert all('instance=~"$instance"' in target["expr"] for target in panel["targets"])


def test_panels_do_not_lie_on_each_other():
    taken = set()
    for panel in panels():
        place = panel["gridPos"]
        assert 0 <= place["x"] and place["x"] + place["w"] <= 24, panel["title"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_alerts_say_how_bad_it_is_and_what_to_do():
    names = [name for name, _ in alerts()]
    assert len(names) == len(set(names)) > 10
    for name, block in alerts():
        assert re.fullmatch(r"Koshelf[A-Z][A-Za-z]+", name)
        assert re.search(r"labels: \{ severity: (critical|warning) \}\n", block), name
        assert re.search(r"^ {10}summary: '.{10,}'$", block, re.M), name
        assert re.search(r"^ {10}description: '.{10,}'$", block, re.M), name


def test_every_alert_has_a_test_for_promtool():
    text = (ROOT / "tests" / "data" / "metrics" / "alerts-test.yml").read_text("utf-8")
    for name, _ in alerts():
        assert f"alertname: {name} }}" in text and re.search(rf"alertname: {name}\n\s+exp_alerts:\n\s+- ", text), name


def test_commands_and_events_that_alerts_name_exist():
    logging = "".join(path.read_text("utf-8") for path in sorted((ROOT / "fcgi-app").rglob("*.cc")))
    for _, block in alerts():
        description = re.search(r"description: '(.*)'", block)[1]
        for event in re.findall(r"\b([a-z]+\.[a-z_]+)\b", description):
            assert f'"{event}"' in logging, event
        for setting in re.findall(r"\b([A-Z]+_[A-Z_]+)\b", description):
            assert f"`{setting}`" in (ROOT / "README.md").read_text("utf-8"), setting
