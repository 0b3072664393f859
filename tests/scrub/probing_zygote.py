"""The product's zygote with a child that misbehaves on order. Only tests start it; the product has no such
door.

A probe is the first three bytes of a JPEG and a word; anything else is scrubbed as usual.
"""

import contextlib
import ctypes
import os
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterable

from scrub.isolation import decoders, zygote
from scrub.isolation.sandbox import isolate_zygote
from scrub.isolation.wire import pack_result, result_pieces
from scrub.report import Clean

_scrub: Callable[[bytes, bytes], Iterable[bytes]]


def _png(side: int, stream: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", stream), (b"IEND", b""))
    packed = (struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _misbehave(choices: bytes, untrusted: bytes) -> Iterable[bytes]:  # noqa: PLR0912 -- one branch a probe
    match untrusted[3:]:
        case b"hang":
            time.sleep(3600)
        case b"burn":
            while True:
                pass
        case b"crash":
            ctypes.string_at(0)
        case b"exit":
            os._exit(0)
        case b"eat":
            return (bytes(8 << 30),)
        case b"babble":
            return (b"I am not a result",)
        case b"flood":
            block = bytes(1 << 20)
            while True:
                os.write(1, block)
        case b"overflow":
            with contextlib.suppress(OSError):
                while True:
                    os.write(1, bytes(1 << 20))
            time.sleep(3600)
        case b"lie":
            return result_pieces(Clean(b"\xff\xd8\xff\xe1 not what we write \xff\xd9", "image/jpeg", "jpg"))
        case b"large":
            side = 4800
            rows = (b"\0" + bytes(3 * side)) * side
            return result_pieces(Clean(_png(side, zlib.compress(rows, 0)), "image/png", "png"))
        case b"misname":
            return result_pieces(Clean(_png(4, zlib.compress((b"\0" + bytes(12)) * 4)), "image/jpeg", "jpg"))
        case b"endless":
            copy = Clean(_png(4, zlib.compress((b"\0" + bytes(12)) * 4)), "image/png", "png")
            return (*result_pieces(copy), b"\1\0\0", bytes(8 << 20))
        case b"late":
            return _crash_behind(Clean(_png(4, zlib.compress((b"\0" + bytes(12)) * 4)), "image/png", "png"))
        case b"linger":
            copy = Clean(_png(4, zlib.compress((b"\0" + bytes(12)) * 4)), "image/png", "png")
            os.write(1, pack_result(copy))
            os.close(1)  # the copy is away, and this one goes on with all that it holds
            time.sleep(0.5)
            os._exit(0)
        case b"text":
            return (pack_result(Clean(b"", "image/png", "png"))[:-1] + b"\x05",)
    return _scrub(choices, untrusted)


def _crash_behind(copy: Clean) -> Iterable[bytes]:
    yield from result_pieces(copy)
    ctypes.string_at(0)


def _isolate(*, waited_for: bool) -> tuple[str, ...]:
    """The product's own, and then the child that misbehaves: decoders come after the namespaces."""
    global _scrub
    codes = isolate_zygote(waited_for=waited_for)
    from scrub.isolation import pictures

    _scrub, vars(pictures)["scrub_task"] = pictures.scrub_task, _misbehave
    return codes


if __name__ == "__main__":
    if sys.argv[1] == "decoders":
        del sys.argv[1]
        vars(decoders)["isolate_zygote"] = _isolate
        decoders.main()
    else:
        vars(zygote)["_DECODERS"] = (__file__, "decoders")
        zygote.main()
