# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh backup [FILE]: an age file to the operator's key, beside the running bot; never the bot token.

main() {
  [ $# -le 1 ] || fail 'backup takes nothing or FILE'
  begin
  need_installed
  if [ $# -eq 0 ]; then
    silbo backup
    return
  fi
  local file
  file=$(named "$1")
  of_root "$(dirname "$file")" 'the folder of the backup' 'name a file in a folder that only root can write, such as /root'
  [ ! -e "$file" ] || fail 'that file is there already'
  undo rm -f "$file.partial"
  (umask 077 && silbo backup --stdout >"$file.partial") || fail 'the backup could not be written'
  sync "$file.partial"
  mv -T "$file.partial" "$file"
  say "$file"
}
