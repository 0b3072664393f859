# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh status: one screen.

# shellcheck source=/dev/null
. "$root/deploy/units.sh"
# shellcheck source=/dev/null
. "$root/deploy/onion.sh"

main() {
  [ $# -eq 0 ] || fail 'status takes nothing'
  begin
  need_installed
  local unit address broken=0
  item version "$(basename "$(readlink -f "$current")")"
  item disk "$(as_silbo du -sh "$state" | cut -f 1) of drops, $(df -h --output=avail "$state" | tail -n 1 | tr -d ' ') free"
  if as_silbo test -e "$state/.rollback"; then
    item upgrade 'was cut off, and keeps a copy of the database; run it again: ./deploy.sh upgrade'
  fi
  [ ! -e "$state.fresh" ] ||
    item restore "was cut off, and left $state.fresh; if Silbo is as it should be: rm -r $state.fresh"
  for unit in silbo.service silbo-scrub.socket silbo-scrub.service; do
    item "$unit" "$(systemctl is-active "$unit" || true), $(systemctl is-enabled "$unit" 2>/dev/null || true)"
  done
  for unit in "${timers[@]}"; do
    if systemctl -q is-enabled "$unit" 2>/dev/null; then
      item "$unit" "next $(systemctl show -p NextElapseUSecRealtime --value "$unit"), last run: $(
        systemctl show -p Result --value "${unit%.timer}.service"
      )"
    else
      item "$unit" off
    fi
  done
  if [ -e "$torrc" ]; then
    if address=$("$root/deploy/onion-friends" "$onion_state/service" named 2>&1); then
      item 'onion service' "$(systemctl is-active silbo-onion.service || true), for $address"
    else
      item 'onion service' "$address"
      broken=1
    fi
  fi
  if grep -q "${telegram_networks%% *}" "$units/silbo.service.d/network.conf"; then
    for address in $(resolvers); do
      case $address in 127.* | ::1) continue ;; esac
      grep -qxF "IPAddressAllow=$address" "$units/silbo.service.d/network.conf" ||
        item "name server $address" 'new, and the bot may not reach it; run: ./deploy.sh install'
    done
  fi
  silbo doctor || broken=1
  systemctl -q is-active silbo.service || broken=1
  return "$broken"
}
