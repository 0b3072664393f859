"""A fresh clone, in which nothing was installed: each command names the first step, and where."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("program", ["silbo", "silbo-admin"])
@pytest.mark.parametrize("how", ["bin/{}", "{clone}/bin/{}", "linked/{}"])
def test_a_command_of_a_fresh_clone_names_the_first_step(tmp_path: Path, program: str, how: str) -> None:
    clone = tmp_path / "my clone"
    shutil.copytree(ROOT / "bin", clone / "bin")
    (clone / "linked").symlink_to(clone / "bin")
    done = subprocess.run(
        [how.format(program, clone=clone)], cwd=clone, capture_output=True, text=True, check=False
    )
    step = f"nothing is installed here yet; run ./deploy.sh demo first, in {clone}\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{program}: {step}")
