"""The process that sets papers, one file: it holds no keys, and the memory that the typesetter takes ends
with it. It loads little besides.

Started as `python -I -m admin.workspace.dossier.setting`, or from the second file. In: JSON of `sheet`,
`words`, `fonts` (a folder) and `seconds`. Out: the PDF, and 0; else a number, and nothing of the words that
it was given.
"""

from __future__ import annotations

import json
import sys
import warnings

NO_TYPESETTER, REFUSED = 3, 4
"""typst is not installed; or it can't set these words."""


def main(libraries: str | None = None) -> None:
    """`libraries` is a zip file with the wheels of the typesetter, where none are installed."""
    if libraries is not None:
        from scrub.from_memory import load_wheels  # noqa: PLC0415 -- on a stick alone

        load_wheels(libraries, ("typst",))
    asked = json.load(sys.stdin.buffer)
    try:
        import typst  # noqa: PLC0415 -- it may be missing
    except ImportError:
        sys.exit(NO_TYPESETTER)
    warnings.simplefilter("ignore", typst.TypstWarning)
    compiler: type = typst.Compiler  # its hints allow no list of folders
    try:
        done = compiler(
            asked["sheet"].encode(),
            root=asked["fonts"],
            font_paths=[asked["fonts"]],
            ignore_system_fonts=True,
            sys_inputs={"dossier": json.dumps(asked.pop("words"))},
        ).compile(format="pdf", pdf_standards=["a-2u"], pdf_tags=False, timestamp=asked["seconds"])
    except typst.TypstError:  # its text quotes the words that it could not set
        sys.exit(REFUSED)
    sys.stdout.buffer.write(done)


if __name__ == "__main__":
    main()
