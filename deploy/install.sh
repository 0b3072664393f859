# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# ./deploy.sh install [--config FILE | --answers FILE] [--token-file FILE | --token-fd N] [--new-token]
#                     [--reviewer FILE [--words "TEN WORDS"]]... [--onion]
# What is there already and right stays as it is, and is called unchanged.

for part in release token units onion; do
  # shellcheck source=/dev/null
  . "$root/deploy/$part.sh"
done

given_config='' given_answers='' token_from='' new_token=no onion=no
reviewer_files=() reviewer_words=()

install_options() {
  while [ $# -gt 0 ]; do
    [ "$1" = --new-token ] || [ "$1" = --onion ] || [ $# -gt 1 ] || fail "install: what should $1 be?"
    case $1 in
      --config) given_config=$(named "$2") ;;
      --answers) given_answers=$(named "$2") ;;
      --token-file) token_from=$(named "$2") ;;
      --token-fd) token_from=fd:$2 ;;
      --reviewer) add_reviewer "$2" ;;
      --words)
        [ ${#reviewer_files[@]} -gt 0 ] || fail 'install: --words comes after its --reviewer'
        reviewer_words[-1]=$2
        ;;
      --new-token)
        new_token=yes
        shift
        continue
        ;;
      --onion)
        onion=yes
        shift
        continue
        ;;
      *) fail "install takes no $1" ;;
    esac
    shift 2
  done
  [ -z "$given_config" ] || [ -z "$given_answers" ] || fail 'install: --config or --answers, not both'
  [ -z "$given_config" ] || [ -r "$given_config" ] || fail 'install: the file of --config is not there'
  [ -z "$given_answers" ] || [ -r "$given_answers" ] || fail 'install: the file of --answers is not there'
}

add_reviewer() {
  local list
  list=$(named "$1")
  [ ! -d "$list" ] || list=$list/keys.json
  { [ -f "$list" ] && [ -f "$list.minisig" ]; } ||
    fail 'the key list or its signature (NAME.minisig beside it) is not there'
  reviewer_files+=("$list")
  reviewer_words+=('')
}

# read_answers FILE: what is for us, out of it; the rest goes to settings.py. No secret belongs there.
read_answers() {
  local line key value number=0
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    key=${line%%=*} value=${line#*=}
    key=${key//[[:space:]]/}
    value=${value#"${value%%[![:space:]]*}"}
    case $key in
      token_file) token_from=$(named "$value") ;;
      token | bot_token) fail "answers, line $number: no secret belongs there; name a token_file of mode 600" ;;
      reviewer) add_reviewer "$value" ;;
      words) reviewer_words[-1]=$value ;;
      *) printf '%s\n' "$line" && continue ;;
    esac
    printf '#\n'
  done <"$1" >"$scratch/answers"
}

ask() { # KEY QUESTION [DEFAULT]
  local answer
  printf '%s%s: ' "$2" "${3:+ [$3]}"
  IFS= read -r answer || fail 'the interview was ended'
  answer=${answer:-${3-}}
  [ -z "$answer" ] || printf '%s=%s\n' "$1" "$answer" >>"$scratch/answers"
}

interview() {
  [ -t 0 ] || fail 'without a terminal, install needs --config or --answers'
  say 'A few questions; Enter takes what is in brackets. Everything can be changed later in /etc/silbo/silbo.toml.'
  ask desk_name 'Name of the desk, as sources read it'
  ask retention_days 'Days that an exported drop stays here' 90
  ask proxy 'Proxy for Telegram, such as socks5://127.0.0.1:9050 for Tor (empty: none)'
  ask backup_recipient 'Your age recipient for backups, or a file that holds it (empty: no backups)'
  ask export_directory 'Folder for nightly exports (empty: you export by hand)'
}

# candidate: what silbo.toml shall be, in `wanted`; empty if the one that is there stays.
candidate() {
  wanted=$scratch/silbo.toml
  if [ -n "$given_config" ]; then
    cat "$given_config" >"$wanted"
  elif [ -n "$given_answers" ] || [ ! -e "$config" ]; then
    "$release/.venv/bin/python" -I -B "$release/deploy/settings.py" write <"$scratch/answers" >"$wanted" || exit 1
  else
    wanted=
  fi
  read_facts "${wanted:-$config}"
  have_credentials
}

make_user() {
  if id -u silbo >/dev/null 2>&1; then
    item 'user silbo' unchanged
    return
  fi
  undo userdel silbo
  useradd --system --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin silbo
  item 'user silbo' made
}

place_config() {
  folder "$etc" 750 root
  chgrp silbo "$etc"
  if [ -n "$wanted" ]; then
    put "$config" 640 silbo <"$wanted"
  else
    item "$config" unchanged
  fi
}

place_token() {
  if have_token && [ "$new_token" = no ]; then
    item 'bot token' unchanged
  else
    store_token
  fi
}

make_state() {
  folder "$state" 700 silbo
  if as_silbo test -e "$state/signing.key"; then
    item 'server key' unchanged
    return
  fi
  as_silbo "$release/bin/silbo" init --config "$config" >"$scratch/key" || exit 1
  item 'server key' 'made; give its ten words to the reviewers by another way than this server:'
  item '' "$(tail -n 1 "$scratch/key")"
}

# reviewers_back: the reviewers as they were, put back by the user silbo, whose folder it is.
reviewers_back() {
  as_silbo rm -rf "$state/reviewers"
  as_silbo tar -C "$state" -xf - <"$scratch/reviewers.tar"
}

add_reviewers() {
  local number keys list words
  [ ${#reviewer_files[@]} -gt 0 ] || return 0
  if as_silbo test -d "$state/reviewers"; then
    as_silbo tar -C "$state" -cf - reviewers >"$scratch/reviewers.tar"
    undo reviewers_back
  else
    undo as_silbo rm -rf "$state/reviewers"
  fi
  chmod 711 "$scratch"
  for number in "${!reviewer_files[@]}"; do
    keys=$scratch/keys-$number list=${reviewer_files[number]} words=${reviewer_words[number]}
    install -d -m 750 -g "$user" "$keys" # root's: the user silbo reads there, and writes nothing
    install -m 640 -g "$user" "$list" "$keys/keys.json"
    install -m 640 -g "$user" "$list.minisig" "$keys/keys.json.minisig"
    as_silbo "$release/bin/silbo" reviewers add "$keys/keys.json" ${words:+--words "$words"} \
      --config "$config" || exit 1
  done
}

start_bot() {
  local before
  before=$(readlink "$current" 2>/dev/null || true)
  if [ "$before" != "$release" ]; then
    if [ -n "$before" ]; then undo point "$before"; else undo rm -f "$current"; fi
    point "$release"
    changed=yes
  fi
  switch_units
  if systemctl -q is-active silbo.service && [ "$changed" = no ]; then
    item silbo.service unchanged
    return
  fi
  undo systemctl disable --now silbo.service
  systemctl -q enable silbo.service
  systemctl restart silbo.service
  settled 5 || fail "the bot does not stay up: $(journalctl -q _SYSTEMD_UNIT=silbo.service -n 1 -o cat 2>/dev/null || true)"
  item silbo.service started
}

main() {
  local list
  changed=no
  install_options "$@"
  begin
  [ -z "$given_config" ] || of_root "$given_config" 'the file of --config'
  [ -z "$given_answers" ] || of_root "$given_answers" 'the file of --answers'
  if [ -e "$current" ] && [ "$(readlink -f "$current")" != "$releases/$(release_version)" ]; then
    fail 'another version is installed; run: ./deploy.sh upgrade'
  fi
  : >"$scratch/answers"
  if [ -n "$given_answers" ]; then
    read_answers "$given_answers"
  elif [ -z "$given_config" ] && [ ! -e "$config" ]; then
    interview
  fi
  for list in "${reviewer_files[@]}"; do
    of_root "$list" 'the key list of a reviewer'
    of_root "$list.minisig" 'the signature of a key list'
  done
  if ! have_token || [ "$new_token" = yes ]; then
    read_token "$token_from"
  fi
  debian_packages
  chinese_font
  picture_languages
  make_release
  candidate
  [ "$onion" = no ] || want_onion
  page_built
  onion_package
  make_user
  place_config
  place_token
  make_state
  add_reviewers
  write_units
  write_onion
  start_bot
  start_onion
  keep_changes
  say 'Silbo runs. How it is: ./deploy.sh status'
}
