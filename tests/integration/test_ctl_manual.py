"""koshelf-ctl's help, its manual page and the shells' completions say the same; manual pages are clean and installed."""

import os
import re
import shutil
import subprocess

import pytest

from support.stack import ROOT, binary

MAN = ROOT / "packaging" / "man"
COMPLETION = ROOT / "packaging" / "completion"
COMPLETIONS = ("koshelf-ctl.bash", "_koshelf-ctl", "koshelf-ctl.fish")
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
# Of these programs their own help is what is compared.
PAGES = {"koshelf-fcgi": 8, "koshelf-bridge": 8}


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def usages():
    """Command -> its arguments, as the help has them."""
    lines = output_of(binary("koshelf-ctl"), "help").splitlines()
    found = re.compile(r"  koshelf-ctl ([a-z]+) ?(.*)")
    return {match[1]: match[2] for match in map(found.fullmatch, lines) if match}


@pytest.fixture(scope="module")
def page():
    return (MAN / "koshelf-ctl.1").read_text()


def words_of(usage):
    """What stands in a usage line to be typed as it is: options and lower-case words."""
    return set(OPTION.findall(usage)) | set(re.findall(r"(?<![\w.-])[a-z][a-z-]+(?![\w.])", usage))


def test_the_help_has_commands_at_all(usages):
    assert len(usages) > 15 and usages["purge"] == "--inactive DAYS [--dry-run]"


def test_the_manual_page_has_each_command_with_its_words_and_no_others(usages, page):
    items = {}
    for entry in re.split(r"\n\.It ", page.split(".Sh BACKUP AND MOVING")[1].split(".Sh ENVIRONMENT")[0])[1:]:
        head = re.split(r"\n\.Xc\n|\n(?!\.)", entry, maxsplit=1)[0] if entry.startswith("Xo") else entry.split("\n")[0]
        head = head.replace("\\-", "-")
        command = re.search(r"Cm ([a-z]+)", head)[1]
        options = {"-" + option for option in re.findall(r"Fl (-[a-z-]+|[a-z]\b)", head)}
        literals = {word for group in re.findall(r"Cm ((?:[a-z-]+(?: \| )?)+)", head) for word in group.split(" | ")}
        items.setdefault(command, set()).update(options | literals)
    assert items.keys() == usages.keys()
    for command, usage in usages.items():
        said = items[command] - {command, "-", "--help"}
        assert said == words_of(usage) - {"align"}, command


@pytest.mark.parametrize("name", COMPLETIONS)
def test_completions_have_every_command_and_option(usages, name):
    text = (COMPLETION / name).read_text()
    for command, usage in usages.items():
        assert re.search(rf"(?<![\w-]){command}(?![\w-])", text), command
        for word in words_of(usage):
            bare = word.lstrip("-")
            fish = rf"-(l|s) {bare}\b" if word.startswith("-") else rf"(?<![\w-]){bare}(?![\w-])"
            assert re.search(fish if name.endswith("fish") else rf"(?<![\w-]){word}(?![\w-])", text), (command, word)


@pytest.mark.parametrize("name", COMPLETIONS)
def test_completions_have_nothing_else(usages, name):
    known = set().union(*map(words_of, usages.values()))
    text = re.sub(r"#.*", "", (COMPLETION / name).read_text())
    if name.endswith("fish"):
        offered = {"--" + option for option in re.findall(r" -l ([a-z-]+)", text)}
        commands = set(re.findall(r"__fish_use_subcommand -a ([a-z]+)", text))
    else:
        offered = {option for option in OPTION.findall(text) if option.startswith("--")}
        commands = set(re.findall(r"'?\"?([a-z]+):", text.split("commands=(")[1].split("\n    )")[0])
                       if name == "_koshelf-ctl" else re.search(r"words='(export [^']*)'", text)[1].split())
    assert offered - {"--"} <= known
    assert commands == usages.keys()


def complete(line):
    """What bash offers behind this line."""
    script = (f"source {COMPLETION / 'koshelf-ctl.bash'}; read -ra COMP_WORDS <<<\"$1\"; [[ $1 != *' ' ]] || COMP_WORDS+=('');"
              "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _koshelf_ctl; printf '%s\\n' \"${COMPREPLY[@]}\"")
    return output_of("bash", "-c", script, "bash", line).split()


def test_bash_completes(usages):
    assert set(complete("koshelf-ctl ")) == usages.keys()
    assert complete("koshelf-ctl ex") == ["export"]
    assert complete("koshelf-ctl import --from ") == ["reference", "sqlite", "tinydb", "kosync-dotnet"]
    assert complete("koshelf-ctl purge --d") == ["--dry-run"]
    assert complete("koshelf-ctl users make") == ["make-admin", "make-reader"]
    assert "--overwrite" in complete("koshelf-ctl import --o")
    assert "AUDIOBOOKSHELF_BASE_URL" in complete("koshelf-ctl config set AUD")


@pytest.mark.parametrize("shell, name", [("zsh", "_koshelf-ctl"), ("fish", "koshelf-ctl.fish")])
def test_other_shells_can_read_theirs(shell, name):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n", COMPLETION / name], check=True)


@pytest.mark.parametrize("page", sorted(path.name for path in MAN.iterdir()))
def test_manual_pages_are_clean(page):
    linter = ["mandoc", "-T", "lint", "-W", "warning"] if shutil.which("mandoc") else ["groff", "-mdoc", "-ww", "-z",
                                                                                        "-Tutf8"]
    done = subprocess.run([*linter, MAN / page], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("program", PAGES)
def test_manual_pages_of_the_servers_have_their_options(program):
    text = (MAN / f"{program}.{PAGES[program]}").read_text().replace("\\-", "-")
    said = {"-" + option for option in re.findall(r"Fl (-[a-z-]+)", text)}
    assert said == {option for option in OPTION.findall(output_of(binary(program), "--help")) if option.startswith("--")}


def test_they_are_installed(tmp_path):
    env = os.environ | {"KOSHELF_BIN_DIR": str(binary("koshelf-fcgi").parent), "DESTDIR": str(tmp_path), "PREFIX": "/usr"}
    subprocess.run([ROOT / "scripts" / "install.sh", "install"], check=True, capture_output=True, env=env)
    share = tmp_path / "usr" / "share"
    for name in ("man/man1/koshelf-ctl.1", "man/man8/koshelf-fcgi.8", "man/man8/koshelf-bridge.8",
                 "bash-completion/completions/koshelf-ctl", "zsh/site-functions/_koshelf-ctl",
                 "fish/vendor_completions.d/koshelf-ctl.fish"):
        assert (share / name).read_text(), name
    subprocess.run([ROOT / "scripts" / "install.sh", "uninstall"], check=True, capture_output=True, env=env)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
