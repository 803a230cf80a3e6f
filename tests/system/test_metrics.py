"""What Prometheus itself says: promtool, and a Prometheus that asks a running Koshelf. Debian's package `prometheus`."""

import itertools
import json
import os
import shutil
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from support import metrics, wait
from support.bridged import Bridged, plain_audiobook
from support.koreader import Koreader
from support.processes import Port, Process
from support.stack import ROOT

RULES = ROOT / "packaging" / "prometheus" / "koshelf-alerts.yml"
TESTS = ROOT / "tests" / "data" / "metrics" / "alerts-test.yml"
EXAMPLE = ROOT / "packaging" / "prometheus" / "prometheus.yml"
DASHBOARD = ROOT / "packaging" / "grafana" / "koshelf.json"


@pytest.fixture(scope="module")
def system():
    """A Koshelf that has been through much, with a bridge and an Audiobookshelf."""
    with Bridged() as bridged:
        item = plain_audiobook(bridged.abs, bridged.library)
        document = item.id.replace("-", "")
        bridged.read_to(document, 0.5)
        bridged.read_to(document, 0.25)
        bridged.link(document, item)
        bridged.wait_for_seconds(item, 5000)
        bridged.wait_for_feed()
        Koreader(bridged.stack.https_port, "nobody", "x").authorize()
        bridged.pull("nothing")
        yield bridged


def promtool(*arguments, stdin=None, cwd=None):
    done = subprocess.run(["promtool", *map(str, arguments)], input=stdin, capture_output=True, text=True, cwd=cwd, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_promtool_has_nothing_to_say_about_an_answer(system):
    assert promtool("check", "metrics", stdin=metrics.answer(system.stack).body.decode()).strip() == ""


def test_the_alert_rules_and_the_example_are_valid(tmp_path):
    assert "SUCCESS" in promtool("check", "rules", RULES)
    for path in (RULES, EXAMPLE):
        shutil.copy(path, tmp_path)
    assert "SUCCESS" in promtool("check", "config", tmp_path / EXAMPLE.name)


def test_each_alert_is_raised_by_what_it_is_for_and_by_nothing_else(tmp_path):
    for path in (RULES, TESTS):
        shutil.copy(path, tmp_path)
    assert "SUCCESS" in promtool("test", "rules", TESTS.name, cwd=tmp_path)


def expressions():
    """Those of the dashboard, with Grafana's variables filled in."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    found = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    return [expression.replace("$__rate_interval", "1m").replace("$instance", ".*") for expression in found]


def test_the_expressions_of_the_dashboard_are_promql(tmp_path):
    rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(expressions())]
    path = tmp_path / "dashboard.yml"
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))  # JSON is YAML
    assert f"{len(rules)} rules found" in promtool("check", "rules", path)


class Prometheus:
    """One that runs the example as it is, but for the port of Koshelf; a context manager."""

    def __init__(self, directory, target):
        self.directory = Path(directory)
        self.port = Port()
        shutil.copy(RULES, directory)
        text = EXAMPLE.read_text()
        assert "127.0.0.1:17200" in text
        text = text.replace("127.0.0.1:17200", f"127.0.0.1:{target}").replace("interval: 15s", "interval: 1s")
        (self.directory / "prometheus.yml").write_text(text)

    def __enter__(self):
        argv = ["prometheus", f"--config.file={self.directory / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.directory / 'data'}", f"--web.listen-address=127.0.0.1:{self.port.number}"]
        self._process = Process("prometheus", argv, self.directory / "log", os.environ)
        return self

    def __exit__(self, *_):
        self._process.stop()
        self.port.release()

    def ask(self, expression):
        """The answer's series: [(labels, value), …]; nothing while it does not answer."""
        url = f"http://127.0.0.1:{self.port.number}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                result = json.load(answer)
        except OSError:
            return []
        assert result["status"] == "success", result
        return [(series["metric"], float(series["value"][1])) for series in result["data"]["result"]]


def test_a_prometheus_with_the_example_sees_koshelf(system, tmp_path):
    with Prometheus(tmp_path, system.stack.http_port) as prometheus:
        wait.until(lambda: prometheus.ask('up{job="koshelf"} == 1'), "the target to be up", 30, 0.2)
        steps = itertools.count()

        def push_and_look():
            system.push("a-document", 0.1, f"/body/p[{next(steps)}]")
            return prometheus.ask('increase(koshelf_pushes_total{outcome="stored"}[1m]) > 0')

        wait.until(push_and_look, "a push to show", 30, 0.5)
        # Each panel can be drawn; those of what never happened stay empty.
        answered = [bool(prometheus.ask(expression)) for expression in expressions()]
        assert sum(answered) > 0.75 * len(answered), [e for e, ok in zip(expressions(), answered) if not ok]
        assert prometheus.ask('ALERTS{alertname="KoshelfDown"}') == []
