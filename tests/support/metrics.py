"""GET /metrics, read as strictly as Prometheus' text format is written down."""

import math
import re

from prometheus_client.parser import text_string_to_metric_families

from support import http_client
from support.stack import ROOT

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LABEL = r'[a-z]+="(?:[^"\\\n]|\\["\\n])*"'
_SAMPLE = re.compile(rf'(koshelf_[a-z_]+)(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? (-?[0-9.]+|NaN|[+-]Inf)')
_ROW = re.compile(r"^\| `(koshelf_[a-z_]+)` \| (counter|gauge|histogram) \| ([^|]*?) ?\|", re.M)


def documented():
    """docs/metrics.md: name -> (type, names of the labels)."""
    rows = _ROW.findall((ROOT / "docs" / "metrics.md").read_text("utf-8"))
    return {name: (kind, tuple(re.findall(r"`([a-z]+)`", labels))) for name, kind, labels in rows}


def _family_of(name, kind):
    return re.sub(r"_(bucket|sum|count)$", "", name) if kind == "histogram" else name


class Scrape:
    """The samples of one answer; asserts that it is well-formed. (name, ((label, value), …)) -> number."""

    def __init__(self, text):
        self.text = text
        self.samples = {}
        self.types = {}
        self._read_lines()
        self._check_against_the_client_library()
        self._check_histograms()

    def _read_lines(self):
        assert self.text.endswith("\n"), self.text[-100:]
        family = helped = None
        for line in self.text.splitlines():
            if line.startswith("# HELP "):
                helped = line.split(" ")[2]
                assert helped not in self.types, f"{helped} comes twice"
                assert len(line.split(" ", 3)[3]) > 5, line
            elif line.startswith("# TYPE "):
                _, _, family, kind = line.split(" ")
                assert family == helped, line
                self.types[family] = kind
            else:
                match = _SAMPLE.fullmatch(line)
                assert match, f"no sample: {line!r}"
                name, labels, value = match.groups()
                assert _family_of(name, self.types[family]) == family, f"{line} among {family}"
                key = name, tuple(tuple(pair.split("=", 1)) for pair in re.findall(_LABEL, labels or ""))
                key = name, tuple((label, quoted[1:-1]) for label, quoted in key[1])
                assert key not in self.samples, f"{line} comes twice"
                self.samples[key] = float(value)

    def _check_against_the_client_library(self):
        theirs = {(sample.name, tuple(sample.labels.items())): sample.value
                  for family in text_string_to_metric_families(self.text) for sample in family.samples}
        assert {(name, frozenset(labels)): value for (name, labels), value in theirs.items()} == {
            (name, frozenset(labels)): value for (name, labels), value in self.samples.items()}

    def _check_histograms(self):
        for family in (name for name, kind in self.types.items() if kind == "histogram"):
            series = {labels for name, labels in self.samples if name == family + "_count"}
            assert series, family
            for labels in series:
                buckets = [(dict(found)["le"], value) for (name, found), value in self.samples.items()
                           if name == family + "_bucket" and found[:-1] == labels]
                bounds = [math.inf if bound == "+Inf" else float(bound) for bound, _ in buckets]
                counts = [value for _, value in buckets]
                assert bounds == sorted(set(bounds)) and bounds[-1] == math.inf, (family, bounds)
                assert counts == sorted(counts), (family, labels, counts)
                assert counts[-1] == self.samples[family + "_count", labels]
                assert self.samples[family + "_sum", labels] >= 0

    def value(self, name, **labels):
        """The sum of all samples of that name that have these labels; 0 if there are none."""
        wanted = labels.items()
        return sum(value for (found, pairs), value in self.samples.items() if found == name and wanted <= dict(pairs).items())

    def has(self, name, **labels):
        return any(found == name and labels.items() <= dict(pairs).items() for found, pairs in self.samples)

    def counters(self):
        """Those samples that may never become smaller."""
        return {(name, labels): value for (name, labels), value in self.samples.items()
                if name.endswith(("_total", "_bucket", "_count", "_sum"))}


def answer(stack, headers=(), method="GET", path="/metrics", read_timeout=10):
    return http_client.request(stack.http_port, method, stack.base_path + path, headers, tls=False, read_timeout=read_timeout)


def scrape(stack, headers=()):
    got = answer(stack, headers)
    assert got.status == 200, got
    assert got.header("content-type") == CONTENT_TYPE
    return Scrape(got.body.decode("utf-8"))


def check_nothing_went_back(before, after):
    now = after.counters()
    lost = {key: (value, now.get(key)) for key, value in before.counters().items() if now.get(key, -1) < value}
    assert not lost, lost
