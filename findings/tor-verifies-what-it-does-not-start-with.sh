#!/usr/bin/env bash
# tor 0.4.9.11 (Debian 12). `tor --verify-config` says "Configuration was valid", with status 0, of a file with which the same tor, as the same user, doesn't start (status 1): what it would have to make or
# open is not tried, be it the folder of an onion service whose parent is missing, the data folder, the log, the control socket or the file for the process id. Of two of them the start then says
# "Bug: Acting on config options left us in a broken state. Dying." Not everything on the disk is left alone: an onion service's folder that is there, but that others may read, is refused by both.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
mkdir debs && chmod 755 . debs
(cd debs && apt-get -qq download tor=0.4.9.11-0+deb12u1 libevent-2.1-7=2.1.12-stable-8 2>/dev/null)
for package in debs/*.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$place"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
tor=$place/root/usr/bin/tor
[ -x "$tor" ] || tor=$place/root/usr/sbin/tor

# seen WHAT LINE...: a torrc with these lines, without a network: is it valid, and does tor start with it?
seen() {
  local what=$1 valid=no starts=no ours
  shift
  rm -rf own && mkdir -m 700 own
  printf '%s\n' 'SocksPort 0' 'DisableNetwork 1' "DataDirectory $place/own/data" "$@" >torrc
  ! "$tor" --defaults-torrc /nonexistent -f torrc --verify-config >verified 2>&1 || valid=yes
  [ "$valid" = no ] || grep -q '^Configuration was valid' verified
  "$tor" --defaults-torrc /nonexistent -f torrc >started 2>&1 &
  ours=$!
  while kill -0 "$ours" 2>/dev/null && ! grep -q 'Starting with guard context' started; do sleep 0.1; done
  if kill "$ours" 2>/dev/null; then starts=yes; fi
  wait "$ours" || true
  printf '%-40s valid: %-4s starts: %s\n' "$what" "$valid" "$starts" | tee -a all
}

service='HiddenServicePort 80 127.0.0.1:8444'
seen 'an onion service' "HiddenServiceDir $place/own/service" "$service"
seen 'its folder in a folder that is missing' "HiddenServiceDir $place/own/none/service" "$service"
grep -q 'Bug: Acting on config options left us in a broken state' started
seen 'the data in a folder that is missing' "DataDirectory $place/own/none/data"
seen 'the log in a folder that is missing' "Log err file $place/own/none/log"
seen 'the control socket in one' "ControlSocket $place/own/none/socket"
seen 'the process id in one' "PidFile $place/own/none/pid"
mkdir -m 755 open
seen 'a folder of a service that others read' "HiddenServiceDir $place/open" "$service"
[ "$(grep -c 'valid: yes  starts: yes' all)" = 1 ]
[ "$(grep -c 'valid: yes  starts: no' all)" = 5 ]
[ "$(grep -c 'valid: no   starts: no' all)" = 1 ]
echo 'as seen: five files are valid, and tor does not start with them'
