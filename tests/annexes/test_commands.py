"""The commands of the annexes, which the shell finds in its table of names."""

import pytest

from lessons_lib.cli import COMMANDS, IN_ANNEXES, main


@pytest.mark.parametrize("name", IN_ANNEXES)
def test_every_command_of_an_annex_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name][:30] in capsys.readouterr().out
