# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh upgrade, run from the new source. Everything that can fail is tried on a copy while the old version
# runs; the bot stands still only from `stop` to `start`, and updates wait at Telegram meanwhile.

for part in release token units onion; do
  # shellcheck source=/dev/null
  . "$root/deploy/$part.sh"
done

# step NAME: says where we are; a test breaks in here.
step() { say "- $1"; }

# rehearse: the new release over a copy of the state, with everything that `doctor` looks at.
rehearse() {
  local copy=$state/.upgrade runtime=$rehearsal folder
  undo as_silbo rm -rf "$copy"
  undo wipe "$runtime"
  own_folder "$copy"
  wipe "$runtime"
  install -d -m 700 -o "$user" -g "$user" "$runtime"
  python "$release" "$release/deploy/database.py" copy "$state/silbo.db" "$copy/silbo.db" ||
    fail 'the database could not be copied'
  as_silbo cp -r "$state/signing.key" "$copy/"
  for folder in reviewers desks; do
    ! as_silbo test -d "$state/$folder" || as_silbo cp -r "$state/$folder" "$copy/"
  done
  "$release/.venv/bin/python" -I -B "$release/deploy/settings.py" rehearse "$config" "$copy" "$runtime" \
    >"$scratch/rehearsal.toml" || exit 1
  into_silbo "$copy/silbo.toml" <"$scratch/rehearsal.toml"
  python "$release" "$release/deploy/database.py" open "$copy/silbo.db" 2>"$scratch/schema" || {
    grep '^deploy.sh: ' "$scratch/schema" >&2 || true # a migration that is broken ends in a trace, which helps nobody here
    fail 'the database could not be brought to the new schema'
  }
  as_silbo "$release/bin/silbo" doctor --config "$copy/silbo.toml" >"$scratch/doctor" || {
    grep '^broken' "$scratch/doctor" >&2 || true
    fail 'the new version finds something broken'
  }
  as_silbo rm -rf "$copy"
  wipe "$runtime"
}

# own_folder PATH: empty and new, in the state folder, which is the bot's: so the bot's user makes it, and root, who would
# follow a link that lies there instead, never does anything in it.
own_folder() {
  as_silbo rm -rf "$1"
  as_silbo mkdir -m 700 "$1"
}

# keep_database: what a failed upgrade goes back to.
keep_database() {
  undo as_silbo rm -rf "$state/.rollback"
  own_folder "$state/.rollback"
  python "$release" "$release/deploy/database.py" copy "$state/silbo.db" "$state/.rollback/silbo.db" ||
    fail 'the database could not be copied'
}

mark() { python "$1" "$release/deploy/database.py" mark "$state/silbo.db"; }

# back: the old version again, as it was; unless the new one has taken something in that only it can read.
back() {
  local now
  systemctl stop silbo.service silbo-export.service silbo-purge.service silbo-backup.service 2>/dev/null || true
  now=$(mark "$release" || true)
  if [ -n "$now" ] && [ "${now#* }" != "${before#* }" ] && [ "${now% *}" != "${before% *}" ]; then
    outcome='the new version had taken something in already, so it stays; nothing is lost'
    undo_list=()
    rm -f /run/systemd/system/silbo.service.d/upgrade.conf
    systemctl daemon-reload
    systemctl start silbo.service
    return
  fi
  if [ -z "$now" ]; then
    as_silbo mv "$state/silbo.db" "$state/silbo.db.damaged"
  fi
  if [ "${now% *}" != "${before% *}" ]; then
    as_silbo rm -f "$state/silbo.db" "$state/silbo.db-wal" "$state/silbo.db-shm"
    # Parts of unfinished uploads: each is compared with the hash that the copy has, and what is nobody's is swept.
    # A version that knows no such file would leave it there for ever.
    [ -e "$old/bot/store/slots.py" ] || as_silbo rm -f "$state/silbo.db-parts"
    as_silbo cp "$state/.rollback/silbo.db" "$state/silbo.db"
  fi
  point "$old"
}

# listen_again: sockets as the units now say; what still runs behind them is of the other version.
listen_again() {
  systemctl stop silbo-{scrub,convert}.service 'silbo-scrub@*.service' 'silbo-convert@*.service' 2>/dev/null || true
  systemctl restart silbo-scrub.socket
  systemctl try-restart silbo-convert.socket
}

restore_units() {
  rm -rf "$units"/silbo*
  cp -a "$scratch/units"/* "$units/"
  systemctl daemon-reload
  listen_again
  systemctl start silbo.service
  onion_back
}

main() {
  [ $# -eq 0 ] || fail 'upgrade takes nothing; run it from the new source'
  begin
  need_installed
  changed=no
  old=$(readlink -f "$current")
  if [ "$old" = "$releases/$(release_version)" ]; then
    if systemctl -q is-active silbo.service; then # what an upgrade left that was cut off after its switch
      as_silbo rm -rf "$state/.rollback" "$state/.upgrade"
      rm -f /run/systemd/system/silbo.service.d/upgrade.conf
      systemctl daemon-reload
    fi
    say 'This version is installed already: unchanged.'
    return
  fi
  local was_active=no
  ! systemctl -q is-active silbo.service || was_active=yes
  step 'backup'
  release=$old
  read_facts "$config"
  if [ "${facts[backup]}" = yes ]; then
    systemctl start silbo-backup.service || fail 'the backup failed; see: journalctl -u silbo-backup'
  else
    say '  no [backup] in silbo.toml: only the copy that a failed upgrade goes back to'
  fi
  step 'install beside'
  debian_packages
  chinese_font
  picture_languages
  make_release
  read_facts "$config"
  page_built
  onion_package
  step 'rehearse'
  rehearse
  step 'stop'
  # A chat in the middle of a draft must not notice: the runtime folder outlives this stop.
  install -d /run/systemd/system/silbo.service.d
  undo rm -f /run/systemd/system/silbo.service.d/upgrade.conf
  printf '[Service]\nRuntimeDirectoryPreserve=yes\n' >/run/systemd/system/silbo.service.d/upgrade.conf
  systemctl daemon-reload
  [ "$was_active" = no ] || undo systemctl start silbo.service
  systemctl stop silbo.service silbo-export.service silbo-purge.service silbo-backup.service 2>/dev/null
  step 'keep the database'
  keep_database
  before=$(mark "$release")
  step 'switch'
  mkdir "$scratch/units"
  cp -a "$units"/silbo* "$scratch/units/"
  undo restore_units
  undo back
  point "$release"
  write_units
  write_onion
  switch_units
  step 'start'
  listen_again
  systemctl start silbo.service
  step 'health'
  settled 8 || fail 'the new version does not stay up; see: journalctl -u silbo'
  silbo doctor >"$scratch/doctor" || {
    grep '^broken' "$scratch/doctor" >&2 || true
    fail 'the new version finds something broken'
  }
  start_onion
  step 'done'
  keep_changes
  rm -f /run/systemd/system/silbo.service.d/upgrade.conf
  systemctl daemon-reload
  as_silbo rm -rf "$state/.rollback"
  forget_releases
  [ "$was_active" = yes ] || systemctl stop silbo.service
  say "Silbo runs as $(basename "$release")."
}
