"""A real e-book and its real narration: which second reads which words. The data are in tests/data/aligned."""

import bisect
import functools
import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from support.bridged import ALIGNED

_OPF = {"opf": "http://www.idpf.org/2007/opf"}
_STEP = re.compile(r"([\w:-]+?)(?:\(\))?(?:\[(\d+)\])?$")


def letters(text):
    """What is left when whitespace does not count."""
    return "".join(text.split())


def _local(element):
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text_nodes(element):
    """The text nodes that are children of an element, as (how many elements are before it, text)."""
    found = [(0, element.text or "")]
    found += [(n + 1, child.tail or "") for n, child in enumerate(element)]
    return [(before, text) for before, text in found if text]


@dataclass(frozen=True)
class Place:
    """A place in the text: the spine item, from 1, and the characters before it that are no whitespace."""

    spine: int
    letters: int


@dataclass(frozen=True)
class Page:
    """A page that KOReader has shown, and what it pushed for it."""

    percentage: float
    progress: str
    place: Place
    seconds: float  # at which its first words are read


class Narrated:
    def __init__(self, name):
        folder = ALIGNED / name
        self.name = name
        self.epub = folder / "book.epub"
        self._bodies = [_body(data) for data in _spine(self.epub)]
        self.texts = [letters("".join(body.itertext())) for body in self._bodies]
        self._rows = {}
        for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            self._rows.setdefault(row["spine"], []).append((row["nonspace"], row["seconds"], row["weight"]))
        self.pages = list(self._read_pages(folder / "pages.tsv"))

    def item_json(self, kind):
        return ALIGNED / self.name / f"item-{kind}.json"

    def other_file(self):
        """The bytes of an EPUB with the same text, but another digest."""
        copy = io.BytesIO()
        with zipfile.ZipFile(self.epub) as original, zipfile.ZipFile(copy, "w") as archive:
            for entry in original.infolist():
                archive.writestr(zipfile.ZipInfo(entry.filename, (2001, 1, 1, 0, 0, 0)), original.read(entry))
        return copy.getvalue()

    def _read_pages(self, path):
        for line in path.read_text("utf-8").splitlines():
            fields = dict(field.split("=", 1) for field in line.split("\t")[1:])
            place = self.place_of(fields["xp"])
            seconds = place and self.seconds_of(place)
            if seconds is not None:
                yield Page(float(fields["percent"]), fields["xp"], place, seconds)

    def sample(self, count):
        """That many of the pages that are read aloud, evenly spread."""
        step = len(self.pages) / count
        return [self.pages[int((n + 0.5) * step)] for n in range(count)]

    # Where and when

    def seconds_of(self, place):
        """When the words at that place are read; None if they are not."""
        rows = self._rows.get(place.spine)
        if not rows or place.letters < rows[0][0]:
            return None
        n = bisect.bisect_right(rows, (place.letters, float("inf"), 0)) - 1
        start, seconds, weight = rows[n]
        end = rows[n + 1][0] if n + 1 < len(rows) else len(self.texts[place.spine - 1])
        return seconds + weight * min(1.0, (place.letters - start) / max(1, end - start))

    def place_of(self, pointer):
        """The place of a KOReader's pointer, by the rules for well-formed files; None for what has no text."""
        path, _, offset = pointer.rpartition(".")
        steps = path.strip("/").split("/")
        fragment = int(_STEP.match(steps[1])[2] or 1)
        body = self._bodies[fragment - 1]
        element = body
        for step in steps[3:]:
            name, number = _STEP.match(step).groups()
            number = int(number or 1)
            if step.startswith("text()"):
                node = _text_nodes(element)[number - 1]
                read = re.sub(r"\s+", " ", node[1])
                return Place(fragment, _letters_before(body, element, node[0]) + len(letters(read[:int(offset)])))
            same = [child for child in element if _local(child) == name]
            if len(same) < number:
                return None
            element = same[number - 1]
        return None if _local(element) == "img" else Place(fragment, _letters_before(body, element, 0))

    def place_of_cfi(self, cfi):
        """The place of a CFI as epub.js finds it: elements by their number, text by the number of its node."""
        package, content = re.fullmatch(r"epubcfi\((/6/[^!]+)!(/[^)]+)\)", cfi).groups()
        fragment = int(package.split("/")[2]) // 2
        body = self._bodies[fragment - 1]
        content, _, offset = content.partition(":")
        steps = [int(step) for step in content.split("/")[1:]]
        assert steps[0] == 4, f"{cfi} does not begin in the body"
        element = body
        for step in steps[1:]:
            if step % 2:
                node = _text_nodes(element)[step // 2]
                assert int(offset) <= len(node[1]), f"{cfi} is beyond the end of its text"
                return Place(fragment,
                             _letters_before(body, element, node[0]) + len(letters(node[1][:int(offset)])))
            element = element[step // 2 - 1]
        return Place(fragment, _letters_before(body, element, 0))

    def cfi_of(self, pointer):
        """The CFI that the web reader keeps for the text at a pointer into the middle of a text node."""
        path, _, offset = pointer.rpartition(".")
        steps = path.strip("/").split("/")
        fragment = int(_STEP.match(steps[1])[2] or 1)
        element, numbers = self._bodies[fragment - 1], [4]
        for step in steps[3:]:
            name, number = _STEP.match(step).groups()
            if step.startswith("text()"):
                numbers.append(2 * int(number or 1) - 1)
                break
            same = [n for n, child in enumerate(element) if _local(child) == name]
            n = same[int(number or 1) - 1]
            element = element[n]
            numbers.append(2 * (n + 1))
        return f"epubcfi(/6/{2 * fragment}!/{'/'.join(map(str, numbers))}:{offset})"

    def words_at(self, place, count=40):
        return self.texts[place.spine - 1][place.letters:place.letters + count]


def _spine(epub):
    with zipfile.ZipFile(epub) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        opf_name = next(each.get("full-path") for each in container.iter() if each.get("full-path"))
        package = ElementTree.fromstring(archive.read(opf_name))
        files = {each.get("id"): each.get("href") for each in package.iterfind(".//opf:manifest/opf:item", _OPF)}
        folder = Path(opf_name).parent
        return [archive.read(str(folder / files[each.get("idref")]))
                for each in package.iterfind(".//opf:spine/opf:itemref", _OPF)]


def _body(data):
    return next(each for each in ElementTree.fromstring(data).iter() if _local(each) == "body")


def _letters_before(body, target, children):
    """How many there are in `body` before `target`, and within it before what follows `children` of its elements."""
    count = 0

    def walk(element):
        nonlocal count
        if element is target and children == 0:
            return True
        count += len(letters(element.text or ""))
        for n, child in enumerate(element, 1):
            if walk(child):
                return True
            if element is target and n == children:
                return True
            count += len(letters(child.tail or ""))
        return False

    assert walk(body)
    return count


@functools.cache
def narrated(name):
    return Narrated(name)
