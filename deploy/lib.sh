# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# What every command on an installed server shares: places, words, undoing, and running as the user silbo.

home=/opt/silbo
releases=$home/releases
current=$home/current
etc=/etc/silbo
config=$etc/silbo.toml
state=/var/lib/silbo
units=/etc/systemd/system
wrapper=/usr/local/sbin/silbo
credentials=/run/credentials/silbo.service
rehearsal=/run/silbo-rehearsal
user=silbo
start=$PWD
timers=(silbo-purge.timer silbo-export.timer silbo-backup.timer)

say() { printf '%s\n' "$*"; }

# item WHAT HOW: one line of what was done or found.
item() { printf '  %-34s %s\n' "$1" "$2"; }

undo_list=()

# undo COMMAND...: what puts back the next change, should anything fail later on.
undo() { undo_list+=("$(printf '%q ' "$@")"); }

keep_changes() { undo_list=(); }

on_exit() {
  local status=$? number
  trap - EXIT
  trap '' INT TERM HUP
  set +e
  if [ "$status" -ne 0 ] && [ ${#undo_list[@]} -gt 0 ]; then
    for ((number = ${#undo_list[@]} - 1; number >= 0; number--)); do
      eval "${undo_list[number]-}" >/dev/null 2>&1
    done
    printf 'deploy.sh: %s\n' "${outcome:-everything is as it was before}" >&2
  fi
  [ -z "${scratch-}" ] || rm -rf "$scratch"
  exit "$status"
}

# begin: only root, only where this was tried, one at a time; from here on a failure is undone.
begin() {
  [ "$(id -u)" -eq 0 ] || fail 'this needs root'
  local distribution version
  # shellcheck disable=SC1091 # Debian's own file
  distribution=$(. /etc/os-release && printf '%s' "${ID-}")
  # shellcheck disable=SC1091
  version=$(. /etc/os-release && printf '%s' "${VERSION_ID-}")
  case $distribution-$version in
    debian-12 | debian-13) ;;
    *) fail 'this works on Debian 12 and 13 only' ;;
  esac
  [ -d /run/systemd/system ] || fail 'systemd does not run this machine'
  exec 9>/run/silbo-deploy.lock
  flock -n 9 || fail 'another deploy.sh is at work'
  clean_environment
  scratch=$(mktemp -d /run/silbo-deploy.XXXXXX) # in memory
  trap on_exit EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# named PATH: what the operator named, seen from where they stood.
named() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$start" "$1" ;;
  esac
}

# clean_environment: what the caller's shell set says nothing to the programs that root starts here, except the way to
# a proxy and to its certificates; and they start in a folder that only root can write.
clean_environment() {
  local name
  while read -r name; do
    case $name in
      TERM | LANG | http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY) ;;
      SSL_CERT_FILE | SSL_CERT_DIR) ;;
      *) unset "$name" 2>/dev/null || true ;;
    esac
  done < <(compgen -e)
  while read -r _ _ name; do unset -f "$name"; done < <(declare -Fx)
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
  export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
  cd /
}

installed() { [ -x "$current/bin/silbo" ] && [ -f "$config" ]; }

need_installed() { installed || fail 'Silbo is not installed here; run: ./deploy.sh install'; }

# as_silbo COMMAND...: as the user silbo, without privileges and without this shell's environment.
as_silbo() {
  (cd / && exec setpriv --reuid="$user" --regid="$user" --init-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all env -i PATH=/usr/bin:/bin LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
    CREDENTIALS_DIRECTORY="$credentials" "$@" 9>&-)
}

# into_silbo FILE: standard input becomes a file of the user silbo, written by that user.
# shellcheck disable=SC2016 # the other shell expands it
into_silbo() { as_silbo sh -c 'umask 077 && cat >"$1"' sh "$1"; }

# wipe FOLDER: a folder of another user, in one of root's. Root follows nothing in it: its owner deletes what is inside.
wipe() {
  local owner
  { [ -d "$1" ] && [ ! -L "$1" ]; } || return 0
  owner=$(stat -c %u "$1")
  (cd / && setpriv --reuid="$owner" --clear-groups --regid="$(stat -c %g "$1")" --no-new-privs --bounding-set=-all \
    --inh-caps=-all find "$1" -mindepth 1 -delete 9>&-)
  rmdir "$1"
}

silbo() { as_silbo "$current/bin/silbo" "$@" --config "$config"; }

# python RELEASE ARGUMENTS...: a release's own Python as the user silbo; it sees that release's modules.
python() {
  local release=$1
  shift
  as_silbo env PYTHONPATH="$release" "$release/.venv/bin/python" -P "$@"
}

# put FILE MODE GROUP: what comes on standard input becomes FILE, whole or not at all; says what it did.
put() {
  local file=$1 mode=$2 group=$3 new how=written
  folder "$(dirname "$file")" 755 root
  new=$(mktemp "$(dirname "$file")/.new-XXXXXX")
  undo rm -f "$new"
  cat >"$new"
  chown "root:$group" "$new"
  chmod "$mode" "$new"
  if [ -e "$file" ]; then
    if cmp -s "$file" "$new" && [ "$(stat -c %a:%G "$file")" = "$mode:$group" ]; then
      rm -f "$new"
      item "$file" unchanged
      return
    fi
    how=replaced
    cp -a "$file" "$scratch/$(systemd-escape "$file")"
    undo cp -a "$scratch/$(systemd-escape "$file")" "$file"
  else
    undo rm -f "$file"
  fi
  mv -T "$new" "$file"
  item "$file" "$how"
  changed=yes
}

# folder PATH MODE OWNER
folder() {
  local above=$1
  if [ -d "$1" ]; then
    return
  fi
  until [ -d "$above" ]; do above=$(dirname "$above"); done
  of_root "$above" "the folder of $1" 'name a place in silbo.toml that only root can write, such as /srv'
  (umask 022 && mkdir -p "$(dirname "$1")")
  install -d -m "$2" -o "$3" -g "$3" "$1"
  undo wipe "$1"
  item "$1" made
}

# point RELEASE: `current` becomes it, in one step.
point() {
  ln -sfn "$1" "$home/.current"
  mv -T "$home/.current" "$current"
}

# settled SECONDS: whether the bot is up and has stayed up.
settled() {
  local number
  for ((number = 0; number < $1; number++)); do
    sleep 1
    [ "$(systemctl show -p SubState --value silbo.service)" = running ] || return 1
    [ "$(systemctl show -p NRestarts --value silbo.service)" = 0 ] || return 1
  done
}
