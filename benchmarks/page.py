"""The page: what loads before the first word and in all, and what sealing takes beside typage alone.

Run: `python -m benchmarks.page [MEGABYTES] [ROUNDS]`. Bars (issue 17): at most 90 KB of gzip before the
first word and 150 KB in all, without the desks' keys; 20 MB to three reviewers in at most 1.3x the time of
typage in the same Chromium. Typage alone pads nothing; the size class of 20 MB is 1.26x as long.
"""

import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from crypto.age import HybridIdentity
from page import build
from tests.browser import open_page

REVIEWERS = 3
WORKER = '<script type="text/plain" id="worker">'
BUNDLE = """
import { createRequire } from "node:module";
const [entry, page] = process.argv.slice(1);
const { build } = createRequire(`${page}/package.json`)("esbuild");
const options = { bundle: true, minify: true, write: false, format: "iife", target: "es2022" };
options.nodePaths = [`${page}/node_modules`];
const { outputFiles } = await build({ entryPoints: [entry], ...options });
process.stdout.write(outputFiles[0].text);
"""


def main() -> None:
    megabytes, rounds = (int(given) for given in [*sys.argv[1:], *("20", "5")[len(sys.argv) - 1 :]])
    text = build.build().read_text("utf-8")
    first = text[: text.index(WORKER)]
    for what, part, bar in (("before the first word", first, 90), ("in all", text, 150)):
        print(f"{what}: {len(gzip.compress(part.encode(), 9)) / 1000:.1f} KB of gzip (bar: {bar})")
    script = subprocess.run(
        [
            build.node(),
            "--input-type=module",
            "-e",
            BUNDLE,
            str(Path(__file__).with_suffix(".ts")),
            str(build.HERE),
        ],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    recipients = [str(HybridIdentity.generate().recipient()) for _ in range(REVIEWERS)]
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.html"
        empty.write_text("<!doctype html><title>empty</title>")
        with open_page(empty.as_uri()) as (page, _):
            page.set_default_timeout(600_000)
            page.evaluate(script)
            times = page.evaluate(f"measure({json.dumps(recipients)}, {megabytes} * 1e6, {rounds})")
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"{megabytes} MB to {REVIEWERS} hybrid recipients, median of {rounds}:")
    for name, what in (
        ("typage", "typage alone, 3 stanzas, no padding"),
        ("drop", "item and manifest: 8 stanzas, padded, hashed (bar: 1.3x)"),
        ("parcel", "the parts of a parcel around it, on top"),
        ("looked", "looking what kind of file it is"),
    ):
        print(f"  {middle[name]:6.2f} s  {middle[name] / middle['typage']:.2f}x  {what}")


if __name__ == "__main__":
    main()
