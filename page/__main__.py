"""`./deploy.sh page`: builds the page and says the number by which anybody knows it again."""

import hashlib
import sys

from page.build import BuildError, build


def main() -> int:
    try:
        file = build()
    except BuildError as error:
        print(f"page: {error}", file=sys.stderr)
        return 1
    print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
