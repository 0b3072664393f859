# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh restore FILE --identity FILE [--words "TEN WORDS"]: state and silbo.toml out of a backup, into an installed
# Silbo. The age identity is read through a descriptor; the bot token is not in a backup and stays as it is.

for part in release token units; do
  # shellcheck source=/dev/null
  . "$root/deploy/$part.sh"
done

# exchange: the folders change places in one step (renameat2), so that there is a whole state at every instant.
exchange() {
  /usr/bin/python3 -I -c '
import ctypes, os, sys
names = [os.fsencode(name) for name in sys.argv[1:]]
sys.exit(ctypes.CDLL(None).renameat2(-100, names[0], -100, names[1], 2) != 0)' "$state" "$fresh"
}

swap_back() {
  systemctl stop silbo.service
  exchange
  cp -a "$scratch/silbo.toml" "$config"
}

main() {
  local file='' identity='' words='' known=''
  while [ $# -gt 0 ]; do
    case $1 in
      --identity | --words)
        [ $# -gt 1 ] || fail "restore: what should $1 be?"
        if [ "$1" = --words ]; then words=$2; else identity=$2; fi
        shift 2
        ;;
      -*) fail "restore takes no $1" ;;
      *)
        file=$1
        shift
        ;;
    esac
  done
  { [ -n "$file" ] && [ -n "$identity" ]; } || fail 'restore needs FILE and --identity FILE'
  [ -r "$file" ] || fail 'the backup is not there'
  [ -r "$identity" ] || fail 'the file of the identity is not there'
  begin
  need_installed
  changed=no
  release=$(readlink -f "$current")
  fresh=$state.fresh
  rm -rf "$fresh"
  undo rm -rf "$fresh"
  install -d -m 700 -o silbo -g silbo "$fresh"
  known=$(silbo server-key 2>/dev/null | head -n 1) || true
  as_silbo "$release/bin/silbo" restore - --identity fd:3 --into "$fresh" ${words:+--words "$words"} \
    ${known:+--same-as "$known"} <"$file" 3<"$identity" || exit 1
  # Small, checked, and the only file that leaves the folder of the user silbo.
  cp --no-dereference "$fresh/silbo.toml" "$scratch/restored.toml"
  { [ -f "$scratch/restored.toml" ] && [ ! -L "$scratch/restored.toml" ]; } || fail 'the backup is malformed'
  read_facts "$scratch/restored.toml"
  rm -f "$fresh/silbo.toml" "$fresh/backup.json"
  cp -a "$config" "$scratch/silbo.toml"
  systemctl stop silbo.service silbo-export.service silbo-purge.service silbo-backup.service 2>/dev/null
  undo systemctl start silbo.service
  exchange || fail 'the file system of /var/lib cannot exchange two folders'
  undo swap_back
  put "$config" 640 silbo <"$scratch/restored.toml"
  write_units
  switch_units
  systemctl start silbo.service
  settled 5 || fail 'the restored server does not stay up; see: journalctl -u silbo'
  keep_changes
  rm -rf "$fresh"
  say 'Restored, and running. The next export goes on with the chain of the backup: if batches were exported after it,'
  say 'tell the reviewers, whose silbo-admin will report a fork.'
}
