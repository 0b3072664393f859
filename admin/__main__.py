"""`python -m admin` is `silbo-admin`."""

import gc
import sys

gc.disable()  # until all is loaded (`admin.cli.main`): nothing of it is garbage

from admin.cli import main  # noqa: E402

sys.exit(main())
