# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh restore FILE --identity FILE [--words "TEN WORDS"] [--accept "TEN WORDS"]: state and silbo.toml out of a
# backup, into an installed Silbo. Who can read and where things go is shown, and accepted, before anything is stopped,
# replaced or started. The age identity is read through a descriptor; the bot token is not in a backup and stays.

for part in release token units onion; do
  # shellcheck source=/dev/null
  . "$root/deploy/$part.sh"
done

file='' identity='' words='' accept=''

restore_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --identity | --words | --accept)
        [ $# -gt 1 ] || fail "restore: what should $1 be?"
        case $1 in
          --identity) identity=$(named "$2") ;;
          --words) words=$2 ;;
          --accept) accept=$2 ;;
        esac
        shift 2
        ;;
      -*) fail "restore takes no $1" ;;
      *)
        file=$(named "$1")
        shift
        ;;
    esac
  done
  { [ -n "$file" ] && [ -n "$identity" ]; } || fail 'restore needs FILE and --identity FILE'
  [ -r "$file" ] || fail 'the backup is not there'
  [ -r "$identity" ] || fail 'the file of the identity is not there'
}

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
  onion_back
}

# unpacked: the checked and accepted state in `fresh`, all of it the user silbo's, and silbo.toml in a folder of root's.
unpacked() {
  fresh=$state.fresh
  wipe "$fresh"
  undo wipe "$fresh"
  install -d -m 700 -o "$user" -g "$user" "$fresh"
  as_silbo "$release/bin/silbo" restore - --identity fd:3 --into "$fresh" --over "$state" --over-settings "$config" \
    --settings-to 4 ${words:+--words "$words"} ${accept:+--accept "$accept"} \
    <"$file" 3<"$identity" 4>"$scratch/restored.toml" || exit 1
  as_silbo rm -f "$fresh/backup.json"
}

main() {
  restore_options "$@"
  begin
  need_installed
  of_root "$file" 'the backup'
  of_root "$identity" 'the file of the identity'
  changed=no
  release=$(readlink -f "$current")
  unpacked
  wanted=$scratch/restored.toml
  read_facts "$wanted"
  page_built
  onion_package
  cp -a "$config" "$scratch/silbo.toml"
  undo systemctl start silbo.service
  systemctl stop silbo.service silbo-export.service silbo-purge.service silbo-backup.service 2>/dev/null
  exchange || fail 'the file system of /var/lib cannot exchange two folders'
  undo swap_back
  put "$config" 640 silbo <"$scratch/restored.toml"
  write_units
  write_onion
  switch_units
  systemctl start silbo.service
  settled 5 || fail 'the restored server does not stay up; see: journalctl -u silbo'
  start_onion
  keep_changes
  wipe "$fresh"
  say 'Restored, and running. The next export goes on with the chain of the backup: if batches were exported after it,'
  say 'tell the reviewers, whose silbo-admin will report a fork.'
}
