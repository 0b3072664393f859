# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh uninstall [--keep-data] [--yes]: takes away what install made; Debian's packages stay.

main() {
  local keep=no sure=no answer unit
  while [ $# -gt 0 ]; do
    case $1 in
      --keep-data) keep=yes ;;
      --yes) sure=yes ;;
      *) fail "uninstall takes no $1" ;;
    esac
    shift
  done
  begin
  [ -e "$home" ] || [ -e "$etc" ] || [ -e "$state" ] || fail 'Silbo is not installed here'
  if [ "$keep" = no ] && [ "$sure" = no ]; then
    [ -t 0 ] || fail 'this deletes every drop and the server key; say --yes or --keep-data'
    printf 'This deletes every drop, the server key and the settings. Type delete: '
    IFS= read -r answer
    [ "$answer" = delete ] || fail 'nothing was removed'
  fi
  for unit in silbo-onion.service silbo.service silbo-scrub.socket silbo-convert.socket "${timers[@]}" silbo-{purge,export,backup}.service; do
    systemctl -q disable --now "$unit" >/dev/null 2>&1 || true
  done
  systemctl stop silbo-{scrub,convert}.service 'silbo-scrub@*.service' 'silbo-convert@*.service' >/dev/null 2>&1 || true
  [ "$keep" = yes ] || systemctl clean --what=state silbo-onion.service >/dev/null 2>&1 || true # its address
  rm -rf "$units"/silbo.service{,.d} "$units"/silbo-{purge,export,backup}.{service,service.d,timer} \
    "$units"/silbo-{scrub,convert}{.socket,.service,@.service} "$units"/silbo-onion.service "$wrapper" "$home" \
    /etc/systemd/journald.conf.d/silbo.conf
  rmdir /etc/systemd/journald.conf.d 2>/dev/null || true
  wipe /run/silbo
  systemctl daemon-reload
  systemctl reset-failed 'silbo*' >/dev/null 2>&1 || true
  if [ "$keep" = yes ]; then
    say "Removed. $state, $etc and the user silbo stay; install takes them up again."
    return
  fi
  wipe "$state"
  wipe "$state.fresh" # of a restore that was cut off
  rm -rf "$etc"
  ! id -u silbo >/dev/null 2>&1 || userdel silbo
  say 'Removed, with every drop and the settings. Backups and exports stay where they are.'
}
