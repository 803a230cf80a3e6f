"""scripts/release and cmake/Version.cmake, in a throw-away clone."""

import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENV = {**os.environ, "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_COMMITTER_NAME": "t",
       "GIT_COMMITTER_EMAIL": "t@example.org", "GIT_CONFIG_GLOBAL": "/dev/null"}


def run(where, *command, check=True):
    done = subprocess.run(command, cwd=where, env=ENV, text=True, capture_output=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture
def clone(tmp_path):
    """A repository with the files that matter, ready for the release of 1.2.0."""
    place = tmp_path / "clone"
    (place / "cmake").mkdir(parents=True)
    (place / "scripts").mkdir()
    for name in ("cmake/Version.cmake", "cmake/version.txt", "scripts/release", ".gitattributes", ".gitignore"):
        (place / name).write_bytes((ROOT / name).read_bytes())
    (place / "scripts/release").chmod(0o755)
    (place / "CMakeLists.txt").write_text("project(koshelf-sync-server VERSION 1.2.0 LANGUAGES CXX)\n")
    (place / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.0 (2026-01-02)\n\n- Sings.\n\n## 1.1.0 (2025-01-02)\n\n- Hums.\n")
    (place / "say.cmake").write_text('include(cmake/Version.cmake)\nmessage("${KOSHELF_VERSION}")\n')
    run(place, "git", "init", "-q")
    commit(place)
    return place


def commit(place):
    run(place, "git", "add", "-A")
    run(place, "git", "commit", "-qm", "A change")


def described(place, *options):
    return run(place, "cmake", "-DPROJECT_VERSION=9.8.7", *options, "-P", "say.cmake").stderr.strip()


def test_a_release_is_tagged_packed_and_knows_its_version(clone, tmp_path):
    run(clone, "scripts/release", "1.2.0")
    assert "Sings." in run(clone, "git", "tag", "-l", "--format=%(contents)", "v1.2.0").stdout
    assert "Hums." not in run(clone, "git", "tag", "-l", "--format=%(contents)", "v1.2.0").stdout
    assert described(clone) == "1.2.0"
    run(clone / "dist", "sha256sum", "-c", "koshelf-sync-server-1.2.0.tar.gz.sha256")

    with tarfile.open(clone / "dist/koshelf-sync-server-1.2.0.tar.gz") as archive:
        archive.extractall(tmp_path)
    assert described(tmp_path / "koshelf-sync-server-1.2.0") == "1.2.0"


def test_commits_and_changes_after_a_release_show(clone):
    run(clone, "scripts/release", "1.2.0")
    (clone / "more").write_text("x")
    commit(clone)
    assert re.fullmatch(r"1\.2\.0\+1\.g[0-9a-f]{7,}", described(clone))
    (clone / "more").write_text("y")
    assert described(clone).endswith(".dirty")


def test_without_a_tag_or_without_git_it_is_the_projects_number(clone, tmp_path):
    assert described(clone) == "9.8.7"
    subprocess.run(["rm", "-rf", clone / ".git"], check=True)
    assert described(clone) == "9.8.7"
    assert described(clone, "-DKOSHELF_VERSION=5.5.5") == "5.5.5"


@pytest.mark.parametrize("spoil, words", [
    (lambda place: (place / "new").write_text("x"), "not committed"),
    (lambda place: run(place, "git", "tag", "v1.2.0"), "there is a v1.2.0 already"),
    (lambda place: rewrite(place / "CMakeLists.txt", "1.2.0", "1.1.9"), "another VERSION"),
    (lambda place: rewrite(place / "CHANGELOG.md", "## 1.2.0", "## 1.3.0"), "no section"),
    (lambda place: rewrite(place / "CHANGELOG.md", "# Changelog", "# Changelog\n\n## Unreleased"), "Unreleased"),
])
def test_what_is_not_ready_is_refused_and_nothing_is_tagged(clone, spoil, words):
    spoil(clone)
    before = run(clone, "git", "tag").stdout
    done = run(clone, "scripts/release", "1.2.0", check=False)
    assert done.returncode == 1
    assert words in done.stderr
    assert run(clone, "git", "tag").stdout == before
    assert not (clone / "dist").exists()


def rewrite(path, old, new):
    path.write_text(path.read_text().replace(old, new))
    commit(path.parent)


def test_a_check_changes_nothing(clone):
    run(clone, "scripts/release", "--check", "1.2.0")
    assert run(clone, "git", "tag").stdout == ""
    assert not (clone / "dist").exists()
    assert "looks like 1.2.0" in run(clone, "scripts/release", "v1", check=False).stderr
