#!/usr/bin/env bash
# textual 8.2.8. When an application of it ends by an exception, the terminal gets a traceback with the values of all local names:
# words that a person was reading, a passphrase just typed. Nothing asks for that;
# python's own traceback shows no value. It also stays in the terminal's memory of what was scrolled off.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check textual==8.2.8
cat >"$place/look.py" <<'PY'
from textual.app import App


class Reader(App):
    def on_mount(self):
        passphrase = "".join(["words ", "of ", "a ", "letter"])
        raise RuntimeError(len(passphrase))


Reader().run(headless=True)
PY
said=$(COLUMNS=120 "$place/venv/bin/python" "$place/look.py" 2>&1 || true)
printf '%s\n' "$said" | grep -n "passphrase = 'words of a letter'"
printf "%s\n" "$said" | grep -n "RuntimeError"
echo "as seen: the values of local names are in the traceback"
