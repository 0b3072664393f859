# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# The page's onion service: Debian's tor as a unit of its own (docs/operators.md, "The page").

onion_state=/var/lib/private/silbo-onion
torrc=$etc/onion.torrc

# want_onion: puts a [page] with onion = true into the settings that will be, where there is no [page] yet.
want_onion() {
  local from=${wanted:-$config}
  [ "${facts[onion]}" = no ] || return 0
  [ "${facts[page]}" = no ] || fail 'install --onion: silbo.toml has a [page] already; write onion = true below it'
  { cat "$from" && printf '\n[page]\nonion = true\n'; } >"$scratch/with-page.toml"
  wanted=$scratch/with-page.toml
  read_facts "$wanted"
}

# page_built: what the page is served from is with this source.
page_built() {
  [ "${facts[page]}" = no ] || [ -e "$release/page/dist/page.html" ] || [ -n "${facts[page_built]}" ] ||
    fail 'silbo.toml has a [page], and it is not built: run ./deploy.sh page first, or name it: built = "/path/page.html"'
}

onion_package() {
  [ "${facts[onion]}" = yes ] || return 0
  ! dpkg-query -W -f '${Status}' tor 2>/dev/null | grep -q 'ok installed' || return 0
  say "Installing Debian's tor ..."
  if ! DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$scratch/apt" 2>&1 ||
    ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends tor </dev/null >>"$scratch/apt" 2>&1; then
    fail "Debian's tor could not be installed; is there a network?"
  fi
}

# write_onion: tor's settings, checked by tor itself.
write_onion() {
  [ "${facts[onion]}" = yes ] || return 0
  local pow=no
  ! tor --list-modules 2>/dev/null | grep -q '^pow: yes' || pow=yes
  "$release/.venv/bin/python" -I -B "$release/deploy/onion.py" "${wanted:-$config}" /var/lib/silbo-onion "$pow" \
    >"$scratch/torrc" || exit 1
  # Tried in a folder of its own: tor makes what it finds missing.
  "$release/.venv/bin/python" -I -B "$release/deploy/onion.py" "${wanted:-$config}" "$scratch/onion" "$pow" >"$scratch/torrc.tried"
  tor --verify-config --quiet -f "$scratch/torrc.tried" >"$scratch/tor" 2>&1 || fail 'tor does not take its settings'
  put "$torrc" 600 root <"$scratch/torrc"
}

start_onion() {
  switched silbo-onion.service "${facts[onion]}"
  [ "${facts[onion]}" = yes ] || return 0
  [ "$changed" = no ] || systemctl restart silbo-onion.service
  local place=$onion_state/service/hostname tries=0
  while [ ! -s "$place" ] && [ "$tries" -lt 30 ]; do
    sleep 1
    tries=$((tries + 1))
  done
  [ -s "$place" ] || fail 'tor has made no address: journalctl -u silbo-onion'
  item 'onion address' "http://$(tr -dc 'a-z0-9.' <"$place")${facts[page_path]}"
}

# onion_back: after its settings are the old ones again.
onion_back() {
  ! systemctl -q is-enabled silbo-onion.service 2>/dev/null || systemctl restart silbo-onion.service || true
}
