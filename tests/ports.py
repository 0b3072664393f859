"""A port for a server of the test's that is not started yet, or that is killed and started again."""

import random
import socket


def free_port() -> int:
    """Below those that the kernel gives to outgoing connections: one of these could take the port between two
    starts, or a client that connects to it meanwhile could be given its own end.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
