# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# The bot token: read without echo, from a descriptor, or from a file of root's alone; never an argument.

# read_token FILE|fd:N|'': into the variable `token`; asks at the terminal when nothing is named.
read_token() {
  token=
  case ${1-} in
    fd:[0-9]*) IFS= read -r token <&"${1#fd:}" || [ -n "$token" ] || fail 'there is no token at that descriptor' ;;
    ?*)
      [ -f "$1" ] || fail 'the file of the token is not there'
      of_root "$1" 'the file of the token'
      [ "$(stat -c %a:%u "$1")" = 600:0 ] || fail 'the file of the token must have mode 600 and belong to root'
      IFS= read -r token <"$1" || [ -n "$token" ] || fail 'the file of the token is empty'
      ;;
    *)
      [ -t 0 ] || fail 'the bot token is needed: --token-file FILE, or a terminal to ask at'
      printf 'The bot token from @BotFather (it is not shown): '
      IFS= read -rs token
      printf '\n'
      ;;
  esac
  [[ $token =~ ^[0-9]{5,}:[A-Za-z0-9_-]{30,}$ ]] || fail 'that is not a bot token, which looks like 123456789:AA...'
}

have_token() { [ -e "$etc/token.cred" ] || [ -e "$etc/token" ]; }

# store_token: encrypted to this machine where systemd can do that, else a file that only root may read.
store_token() {
  local file=$etc/token.cred made=$scratch/token.cred
  if ! command -v systemd-creds >/dev/null ||
    ! printf '%s' "$token" | systemd-creds encrypt --name=token - "$made" 2>/dev/null; then
    file=$etc/token made=$scratch/token
    printf '%s\n' "$token" >"$made"
    say 'This systemd cannot encrypt credentials: the token is in a file with mode 600.'
  fi
  token=
  put "$file" 600 root <"$made"
  rm -f "$made"
  # A token that was kept the other way must not stay behind.
  [ "$file" = "$etc/token" ] || rm -f "$etc/token"
  [ "$file" = "$etc/token.cred" ] || rm -f "$etc/token.cred"
}

credential() {
  if [ -e "$etc/$1.cred" ]; then
    printf 'LoadCredentialEncrypted=%s:%s\n' "$1" "$etc/$1.cred"
  else
    printf 'LoadCredential=%s:%s\n' "$1" "$etc/$1"
  fi
}

# have_credentials: those that silbo.toml names beside the token are files of root's alone; else a unit would not start.
have_credentials() {
  local name names
  IFS=: read -r -a names <<<"${facts[credentials]-}:${facts[database_credential]-}"
  for name in "${names[@]}"; do
    if [ -z "$name" ] || [ -e "$etc/$name.cred" ]; then continue; fi
    [[ $name =~ ^[A-Za-z0-9._-]+$ ]] || fail 'silbo.toml: the name of a credential should have letters, digits, - . and _'
    [ -f "$etc/$name" ] || fail "silbo.toml names a credential that is not here: write it into $etc/$name, with mode 600"
    [ "$(stat -c %a:%u "$etc/$name")" = 600:0 ] || fail "$etc/$name must have mode 600 and belong to root"
  done
}

# credential_lines NAMES: what gives a unit the credentials of these names (NAME:NAME), however each is kept.
credential_lines() {
  local name names
  IFS=: read -r -a names <<<"$1"
  printf '[Service]\n'
  for name in "${names[@]}"; do
    [ -z "$name" ] || credential "$name"
  done
}
