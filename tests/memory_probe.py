"""Runs `silbo` or `silbo-admin` as it is, in a process whose memory the one that started it may read.

    python tests/memory_probe.py SOCKET_FD (bot | admin) ARGUMENT...

Its descriptors of /proc/self/maps, mem and environ go over the socket, before the program shuts these files
for everybody. After that SIGUSR1 ends all reference cycles and is answered with two bytes: is the process
dumpable, may it leave a core.
"""

import ctypes
import gc
import importlib
import os
import resource
import signal
import socket
import sys

FILES = ("maps", "mem", "environ")
PR_GET_DUMPABLE = 3


def serve() -> int:
    """Run the command; return its exit status."""
    starter = socket.socket(fileno=int(sys.argv[1]))
    command = importlib.import_module(f"{sys.argv[2]}.cli").main

    def answer(*_: object) -> None:
        gc.collect()
        dumpable = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
        core = resource.getrlimit(resource.RLIMIT_CORE) != (0, 0)
        starter.send(bytes([dumpable, core]))

    signal.signal(signal.SIGUSR1, answer)
    socket.send_fds(starter, [b"."], [os.open(f"/proc/self/{name}", os.O_RDONLY) for name in FILES])
    return int(command(sys.argv[3:]))


if __name__ == "__main__":
    sys.exit(serve())
