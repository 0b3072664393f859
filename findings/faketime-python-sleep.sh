#!/usr/bin/env bash
# libfaketime 0.9.10 (Debian 12) with CPython. To shift the wall clock alone one tells it not to fake the monotonic clock
# (FAKETIME_DONT_FAKE_MONOTONIC=1). time.time() is then shifted and time.monotonic() is true, as wanted; but time.sleep()
# raises OSError "Invalid argument": CPython sleeps with clock_nanosleep() until a moment of the monotonic clock, and the
# library takes that moment for one that it has to shift. datefudge 1.24, which knows of the wall clock only, doesn't.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
apt-get download -qq libfaketime=0.9.10-2.1 datefudge=1.24 >/dev/null
for package in ./*.deb; do dpkg-deb -x "$package" root; done
faketime=$(find "$place/root" -name libfaketime.so.1)
datefudge=$(find "$place/root" -name datefudge.so)
program='
import time
print("shifted:", time.time() > 1893456000, end=" ")
try:
    time.sleep(0.01)
    print("slept")
except OSError as error:
    print("OSError", error.errno)
'
one=$(FAKETIME='@2030-06-01 00:00:00' FAKETIME_DONT_FAKE_MONOTONIC=1 LD_PRELOAD=$faketime python3 -c "$program")
two=$(DATEFUDGE=-200000000 LD_PRELOAD=$datefudge python3 -c "$program")
printf 'faketime:  %s\ndatefudge: %s\n' "$one" "$two"
[ "$one" = 'shifted: True OSError 22' ]
[ "$two" = 'shifted: True slept' ]
