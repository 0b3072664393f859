# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# The units, their drop-ins, and what is enabled; all follow from the release and silbo.toml.

# https://core.telegram.org/resources/cidr.txt
telegram_networks='91.105.192.0/23 91.108.4.0/22 91.108.8.0/22 91.108.12.0/22 91.108.16.0/22 91.108.20.0/22
91.108.56.0/22 149.154.160.0/20 185.76.151.0/24 2001:67c:4e8::/48 2001:b28:f23c::/48 2001:b28:f23d::/48
2001:b28:f23f::/48 2a0a:f280::/32'

resolvers() { sed -n 's/^nameserver[[:space:]]*\([0-9a-fA-F:.]*\)$/\1/p' /etc/resolv.conf 2>/dev/null | sort -u; }

journald=/etc/systemd/journald.conf.d/silbo.conf

# read_facts FILE: what the units need to know of a silbo.toml, into the array `facts`; fails if it is broken.
read_facts() {
  local line
  declare -gA facts=()
  "$release/.venv/bin/python" -I -B "$release/deploy/settings.py" facts "$1" >"$scratch/facts" || exit 1
  while IFS= read -r line; do
    facts[${line%%=*}]=${line#*=}
  done <"$scratch/facts"
  [ "${facts[state]}" = "$state" ] || fail "silbo.toml: state: should be $state, which the units make writable"
  [ "${facts[runtime]}" = /run/silbo ] || fail 'silbo.toml: runtime: should be /run/silbo, which the units make'
}

# network_lines FACT [PLACE...]: whom the unit may reach: what the fact says of Telegram, and the databases at the
# places that facts names.
network_lines() {
  local place way=${facts[$1]}
  shift
  printf '[Service]\n'
  for place in "$@"; do
    case ${facts[$place]} in
      sockets | local) ;;
      any)
        printf 'IPAddressDeny=\nIPAddressAllow=\n'
        return
        ;;
      *) printf 'IPAddressAllow=%s\n' "${facts[$place]}" ;;
    esac
  done
  case $way in
    telegram)
      printf 'IPAddressAllow=%s\n' "$(printf '%s' "$telegram_networks" | tr '\n' ' ')"
      resolvers | sed 's/^/IPAddressAllow=/'
      ;;
    local) ;;
    any) printf 'IPAddressDeny=\nIPAddressAllow=\n' ;;
    *) printf 'IPAddressAllow=%s\n' "$way" ;;
  esac
}

# database_lines: what opens a unit without a network to the database alone.
database_lines() {
  printf '[Service]\nPrivateNetwork=no\nRestrictAddressFamilies=AF_INET AF_INET6\n'
  case ${facts[database]} in
    local) printf 'IPAddressAllow=localhost\n' ;;
    any) printf 'IPAddressDeny=\n' ;;
    *) printf 'IPAddressAllow=%s\n' "${facts[database]}" ;;
  esac
}

# only WHEN FILE: what comes in is the file while WHEN holds; else there is none.
only() {
  if [ "$1" = yes ]; then
    put "$2" 644 root
  else
    cat >/dev/null
    retire "$2"
  fi
}

# secrets UNIT NAMES: a drop-in that gives the unit these credentials and no other; none where it needs none.
secrets() {
  local some=no
  [ -z "${2//:/}" ] || some=yes
  only "$some" "$units/$1.service.d/credentials.conf" < <(credential_lines "$2")
}

# writable UNIT PATH: a drop-in that opens one more folder, which must be there; none for an empty PATH.
writable() {
  put "$units/$1.service.d/paths.conf" 644 root < <(printf '[Service]\nReadWritePaths=%s\n' "$2")
}

# retire FILE: what an older version put there.
retire() {
  [ -e "$1" ] || return 0
  cp -a "$1" "$scratch/$(systemd-escape "$1")"
  undo cp -a "$scratch/$(systemd-escape "$1")" "$1"
  rm -f "$1"
  item "$1" removed
  changed=yes
}

write_units() {
  local file name place places
  for name in scrub convert; do retire "$units/silbo-$name@.service"; done
  # The kernel's audit writes a line for each process that dies of a signal; journald switches it on.
  put "$journald" 644 root < <(printf '[Journal]\nAudit=no\n')
  for file in "$release"/deploy/units/*; do
    put "$units/${file##*/}" 644 root <"$file"
  done
  put "$units/silbo.service.d/network.conf" 644 root < <(network_lines network database sessions)
  put "$units/silbo.service.d/token.conf" 644 root < <(credential_lines token)
  secrets silbo "${facts[credentials]-}:${facts[database_credential]-}"
  put "$units/silbo-export.service.d/network.conf" 644 root < <(network_lines export_network database)
  retire "$units/silbo-export.service.d/token.conf"
  secrets silbo-export "${facts[export_credentials]-}"
  for name in silbo-purge silbo-backup; do
    if [ "${facts[database]}" = sockets ]; then place=no; else place=yes; fi
    only "$place" "$units/$name.service.d/network.conf" < <(database_lines)
    secrets "$name" "${facts[database_credential]-}"
  done
  if [ "${facts[backup]}" = yes ]; then
    folder "${facts[backup_directory]}" 700 silbo
    writable silbo-backup "${facts[backup_directory]}"
    writable silbo-purge "${facts[backup_directory]}"
  fi
  if [ "${facts[export]}" = yes ]; then
    places=()
    IFS=: read -r -a places <<<"${facts[export_desks]:-}"
    [ -z "${facts[export_directory]:-}" ] || places+=("${facts[export_directory]}")
    for name in "${places[@]}"; do folder "$name" 700 silbo; done
    [ "${facts[export_sticks]:-yes}" = no ] || places+=(-/media -/mnt -/run/media)
    writable silbo-export "${places[*]}"
  fi
  put "$wrapper" 755 root <"$release/deploy/silbo"
  systemctl daemon-reload
}

# switched UNIT yes|no: enabled and running, or neither.
switched() {
  if [ "$2" = yes ] && ! systemctl -q is-enabled "$1" 2>/dev/null; then
    undo systemctl disable --now "$1"
    systemctl -q enable --now "$1"
    item "$1" enabled
  elif [ "$2" = no ] && systemctl -q is-enabled "$1" 2>/dev/null; then
    undo systemctl enable --now "$1"
    systemctl -q disable --now "$1"
    item "$1" disabled
  else
    item "$1" unchanged
  fi
}

switch_units() {
  undo systemctl daemon-reload
  systemctl restart systemd-journald.service
  switched silbo-scrub.socket yes
  switched silbo-convert.socket yes
  switched silbo-purge.timer yes
  switched silbo-export.timer "${facts[export]}"
  switched silbo-backup.timer "${facts[backup]}"
}
