"""`./deploy.sh release`: writes `dist/` from the commit that is checked out."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from admin.errors import AdminError
from crypto.errors import CryptoError
from crypto.hardening import harden
from crypto.minisign import PublicKey
from crypto.words import fingerprint
from release import sbom
from release.commit import Commit, read_commit
from release.errors import ReleaseError
from release.offline import (
    DECODERS_FILES,
    OFFLINE_FILES,
    PAPERS_FILES,
    libraries_file,
    offline_file,
    workspace_file,
)
from release.publisher import CONTACT, contact, next_key, published
from release.signing import load_key, new_key
from release.wheels import NEEDED_BY_DECODERS, NEEDED_BY_PAPERS, NEEDED_BY_READER, wheels

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"
PROGRAMS = (*OFFLINE_FILES, "silbo-open.py")
"""What a person starts by its name."""


def main(arguments: list[str] | None = None) -> int:
    """Make the release, or a key for releases; return the exit status."""
    harden()
    options = _parser().parse_args(arguments)
    try:
        if options.new_key is not None:
            _tell(new_key(options.new_key, options.passphrase_fd), "Made a release key")
            return 0
        if options.publish_key is not None:
            return _publish_key(options)
        return _release(options)
    except (ReleaseError, AdminError, CryptoError) as problem:
        print(f"release: {problem}", file=sys.stderr)
    except OSError as problem:
        print(f"release: {problem.strerror or 'the system refused'}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deploy.sh release", description="Write dist/ from the commit that is checked out."
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR", help="instead of dist/")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the release key that signs SHA256SUMS")
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a release key, and nothing else")
    parser.add_argument(
        "--publish-key",
        metavar="RW...",
        help="write a release key's public half into release/keys, and nothing else",
    )
    parser.add_argument("--passphrase-fd", type=int, metavar="N", help="read its passphrase from there")
    return parser


def _release(options: argparse.Namespace) -> int:
    key = None if options.key is None else load_key(options.key, options.passphrase_fd)
    commit = read_commit(ROOT)
    keys, report_to = published(commit.files), contact(commit.files, datetime.now(UTC).date())
    if keys and key is not None and key.public() != keys[-1]:
        raise ReleaseError("this is not the newest key of release/keys, which this commit publishes")
    made = contents(commit, ROOT / "build" / "wheels")
    if report_to is not None:
        made[CONTACT] = commit.files[CONTACT]
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(made.items()))
    made[SUMS] = sums.encode()
    if key is not None:
        comment = f"Silbo {commit.version}, commit {commit.id}"
        made[f"{SUMS}.minisig"] = key.sign(made[SUMS], comment).encode()
    write(options.out, made)
    for name, data in sorted(made.items()):
        print(f"{options.out / name}: {len(data)} bytes")
    if commit.dirty:
        print(f"What is not committed is not in it: this is commit {commit.id[:12]}.", file=sys.stderr)
    if key is None:
        print("NOT SIGNED: nobody can tell who made it; for a release give --key FILE.", file=sys.stderr)
    else:
        _tell(key.public(), "Signed by")
        if not keys:
            print(
                "THE KEY IS NOT PUBLISHED: release/keys of this commit has none (--publish-key).",
                file=sys.stderr,
            )
    if report_to is None:
        print(
            f"NO CONTACT: whoever publishes this has not said where to report ({CONTACT}).", file=sys.stderr
        )
    return 0


def _publish_key(options: argparse.Namespace) -> int:
    signer = None if options.key is None else load_key(options.key, options.passphrase_fd)
    for name, data in next_key(read_commit(ROOT).files, PublicKey.parse(options.publish_key), signer).items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_bytes(data)
        print(f"wrote {name}; commit it")
    return 0


def contents(commit: Commit, cache: Path) -> dict[str, bytes]:
    """The files of a release by name, but for the sums. Raises ReleaseError."""
    lock = commit.files["requirements/run.lock"].decode()
    setting = wheels(lock, cache, NEEDED_BY_PAPERS)
    decoding = wheels(lock, cache, NEEDED_BY_DECODERS)
    beside = {name: libraries_file(setting, machine) for name, machine in PAPERS_FILES.items()}
    beside |= {name: libraries_file(decoding, machine) for name, machine in DECODERS_FILES.items()}
    workspace = workspace_file(commit.files, wheels(lock, cache, NEEDED_BY_READER), beside)
    carried = wheels(lock, cache)
    offline = {
        name: offline_file(commit.files, carried, workspace, machine)
        for name, machine in OFFLINE_FILES.items()
    }
    return {
        **offline,
        f"silbo-{commit.version}.tar": commit.archive,
        "silbo-workspace": workspace,
        **beside,
        "silbo-open.py": _opener(commit),
        sbom.NAME: sbom.bill_of_materials(commit.version, commit.id, commit.files),
    }


def _opener(commit: Commit) -> bytes:
    """The reader of one file, joined by the commit's own `opener.build`."""
    with tempfile.TemporaryDirectory() as place:
        for path, content in commit.files.items():
            if path.startswith("opener/"):
                (Path(place) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(place) / path).write_bytes(content)
        output = Path(place) / "silbo-open.py"
        command = [sys.executable, "-EB", "-m", "opener.build", str(output)]
        if subprocess.run(command, cwd=place, capture_output=True, check=False).returncode != 0:
            raise ReleaseError("the reader of one file could not be joined (opener/build.py)")
        return output.read_bytes()


def write(folder: Path, made: dict[str, bytes]) -> None:
    """Put the files into `folder` in place of what an earlier release left there; all of them or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and not (folder / SUMS).exists() and any(folder.iterdir()):
        raise ReleaseError("the folder to write to holds something else; it was left as it is")
    with tempfile.TemporaryDirectory(prefix=".release-", dir=folder.parent) as place:
        fresh = Path(place) / "dist"
        fresh.mkdir()
        for name, data in made.items():
            (fresh / name).write_bytes(data)
            (fresh / name).chmod(0o755 if name in PROGRAMS else 0o644)
        fresh.chmod(0o755)
        if folder.exists():
            os.rename(folder, Path(place) / "old")
        shutil.move(fresh, folder)


def _tell(public: PublicKey, what: str) -> None:
    print(f"{what}: {public}\n  {' '.join(fingerprint(public))}")


if __name__ == "__main__":
    sys.exit(main())
