"""What tests need is installed by the means a machine has, and by no others."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests import browser, postgres, provision


class Machine:
    """A pretended machine: which programs it has, who we are on it, and what was run."""

    def __init__(self, *, root: bool, programs: set[str], apt_holds: Iterable[str] = ()) -> None:
        self.root = root
        self.programs = set(programs)
        self.apt_holds = set(apt_holds)
        self.commands: list[list[str]] = []

    def run(self, command: list[str]) -> bool:
        """Stands for running a command; apt installs what it holds, pip PostgreSQL."""
        self.commands.append(command)
        if "apt-get" in command and "install" in command:
            self.programs |= self.apt_holds & set(command)
        if "pip" in command:
            self.programs.add("postgresql")
        return command[0] != "sudo" or "sudo" in self.programs

    def ran(self, word: str) -> bool:
        """Whether a command with the word was run."""
        return any(word in command for command in self.commands)


def install_on(machine: Machine, patch: pytest.MonkeyPatch) -> int:
    """The exit code of provisioning the machine."""
    patch.setattr(provision.os, "geteuid", lambda: 0 if machine.root else 1000)
    patch.setattr(provision.shutil, "which", lambda name: name if name in machine.programs else None)
    patch.setattr(provision, "_succeeds", machine.run)
    patch.setattr(browser, "executable", lambda: "chromium" if "chromium" in machine.programs else None)
    patch.setattr(postgres, "programs_dir", lambda: "bin" if "postgresql" in machine.programs else None)
    return provision.main()


BOTH = {"chromium", "postgresql"}


@pytest.mark.parametrize("root", [True, False])
def test_nothing_is_done_or_said_when_all_is_there(
    root: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(root=root, programs={"apt-get", "sudo", *BOTH})
    assert install_on(machine, monkeypatch) == 0
    assert machine.commands == []
    assert capsys.readouterr() == ("", "")


def test_root_on_debian_gets_both_from_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(root=True, programs={"apt-get"}, apt_holds=BOTH)
    assert install_on(machine, monkeypatch) == 0
    assert not machine.ran("pip")
    assert not machine.ran("sudo")


def test_only_what_is_missing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(root=True, programs={"apt-get", "chromium"}, apt_holds=BOTH)
    assert install_on(machine, monkeypatch) == 0
    assert machine.ran("postgresql")
    assert not machine.ran("chromium")


def test_sudo_gets_no_service_onto_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(root=False, programs={"apt-get", "sudo"}, apt_holds=BOTH)
    assert install_on(machine, monkeypatch) == 0
    assert machine.ran("chromium")
    assert not machine.ran("postgresql")
    assert machine.ran("--require-hashes")


@pytest.mark.parametrize("tool", ["uv", "python"])
def test_postgres_from_pypi_by_either_tool(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(root=False, programs={"chromium"} | ({"uv"} if tool == "uv" else set()))
    assert install_on(machine, monkeypatch) == 0
    (command,) = machine.commands
    assert (command[0] == "uv") == (tool == "uv")


def test_without_apt_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(root=False, programs=set())
    assert install_on(machine, monkeypatch) == 1
    assert "No Chromium was found" in capsys.readouterr().err


def test_words_of_a_failed_command_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert not provision._succeeds(["sh", "-c", "echo no such package; exit 3"])
    assert "no such package" in capsys.readouterr().err
    assert provision._succeeds(["true"])
