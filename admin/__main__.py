"""`python -m admin` is the command `silbo-admin`."""

import sys

from admin.cli import main

sys.exit(main())
