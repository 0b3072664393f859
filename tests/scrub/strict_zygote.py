"""The product's zygote where no memory may be writable and code: `MemoryDenyWriteExecute` of its unit."""

import ctypes
import sys

from scrub.isolation import zygote

PR_SET_MDWE = 65

if __name__ == "__main__":
    if ctypes.CDLL(None).prctl(PR_SET_MDWE, ctypes.c_ulong(1), 0, 0, 0) != 0:
        sys.exit(1)
    zygote.main()
