#!/usr/bin/env bash
# Silbo on a fresh machine, with Python 3.11 or newer. Without root, everything is installed into this checkout.
#
#   ./deploy.sh demo          the main job, from a worker's chat to an offline reader; no account needed
#   ./deploy.sh demo --page   the same, with the page that locks what you write before it is sent
#   ./deploy.sh test          lint, types and all tests in one exit status
#   ./deploy.sh test --long   the long versions too: more kills, more seeds, fuzzing
#   ./deploy.sh page          the page on which people seal what they send, into page/dist/
#   ./deploy.sh release       the source archive and silbo-admin in one file a machine, signed, into dist/
#
# As root, on a Debian 12 or 13 server (docs/operators.md):
#
#   ./deploy.sh install | upgrade | backup | restore | status | uninstall [--keep-data]
set -euo pipefail
umask 077
unset CDPATH
case "${1-}" in
  install | upgrade | backup | restore | status | uninstall) # as root: Debian's programs, whatever PATH was
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    ;;
esac

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
venv=$root/.venv
tools=$root/.tools
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV

fail() {
  printf 'deploy.sh: %s\n' "$1" >&2
  exit 1
}

find_python() {
  local name
  for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  fail 'Python 3.11 or newer is needed; on Debian: apt install python3 python3-venv'
}

# environment LIST: .venv holds exactly what requirements/LIST.lock names, checked by its hashes.
environment() {
  local lock=$root/requirements/$1.lock stamp=$venv/.silbo-$1 python
  if [ -e "$stamp" ] && cmp -s "$lock" "$stamp"; then
    return
  fi
  python=$(find_python)
  if [ ! -x "$venv/bin/python" ]; then
    printf 'Making the environment in .venv (once, about 20 seconds) ...\n'
    rm -rf "$venv"
    if ! (cd / && exec "$python" -I -m venv "$venv") >/dev/null 2>&1; then
      rm -rf "$venv"
      fail "this Python can't make an environment; on Debian: apt install python3-venv"
    fi
  fi
  # bagit, a judge in the tests, is published as source alone. Quieter than --quiet: Debian 12's pip warns of itself at --no-binary.
  "$venv/bin/python" -I -m pip install -qq --only-binary :all: --no-binary bagit --require-hashes -r "$lock" ||
    fail 'the packages could not be installed; is there a network?'
  printf '%s\n' "$root" >"$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/silbo.pth"
  cp "$lock" "$stamp"
  chinese_font
  picture_languages
}

# The font for Chinese, Japanese and Korean letters that a PDF doesn't bring, from Debian's package, into .venv.
# Without it, whoever sends such a PDF is told.
chinese_font() {
  local font=usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf scratch options
  [ ! -e "$venv/share/silbo/${font##*/}" ] && [ ! -e "/$font" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 0
  scratch=$(mktemp -d)
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  options=(-qq -o "Dir::State::Lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  if (cd "$scratch" && apt-get "${options[@]}" update && apt-get "${options[@]}" download fonts-droid-fallback &&
    dpkg-deb -x fonts-droid-fallback_*.deb "$scratch/root") >/dev/null 2>&1; then
    mkdir -p "$venv/share/silbo"
    cp "$scratch/root/$font" "$venv/share/silbo/"
  else
    printf 'left out: a font for Chinese letters could not be fetched; whoever sends a PDF that needs it is told\n'
  fi
  rm -rf "$scratch"
}

# What tesseract needs to read words in pictures, from Debian's packages, into .venv. Without it that is not offered.
picture_languages() {
  local scratch options to=$venv/share/silbo/tessdata
  [ ! -e "$to/spa.traineddata" ] && [ -z "$(find /usr/share/tesseract-ocr -name spa.traineddata 2>/dev/null)" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 0
  scratch=$(mktemp -d)
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  options=(-qq -o "Dir::State::Lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  if (cd "$scratch" && apt-get "${options[@]}" update && apt-get "${options[@]}" download tesseract-ocr-{eng,spa,hin} &&
    for package in tesseract-ocr-*.deb; do dpkg-deb -x "$package" "$scratch/root"; done) >/dev/null 2>&1; then
    mkdir -p "$to"
    find "$scratch/root" -name '*.traineddata' -exec cp {} "$to/" \;
  else
    printf 'left out: the data of tesseract could not be fetched; to read words in pictures is not offered\n'
  fi
  rm -rf "$scratch"
}

# The independent judges of the tests, from Debian's packages, unpacked into .tools with the libraries that
# a bare machine lacks; .tools/done names them, so that a longer list is fetched again.
judges() {
  local debs=$tools/debs options package program libraries
  local wanted='age minisign libsodium23 libimage-exiftool-perl poppler-utils mupdf-tools datefudge tor'
  export PATH=$tools/bin:$PATH
  [ "$(cat "$tools/done" 2>/dev/null)" != "$wanted" ] || return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    printf 'left out: no Debian packages on this machine; tests that need age, minisign, exiftool, poppler, mupdf or tor say so\n'
    return 0
  fi
  printf 'Fetching age, minisign, exiftool, poppler, mupdf and tor into .tools (once) ...\n'
  rm -rf "$tools"
  mkdir -p "$debs" "$tools/bin" "$tools/lists/partial" "$tools/cache/archives/partial"
  options=(-qq -o "Dir::State::Lists=$tools/lists" -o "Dir::Cache=$tools/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  # shellcheck disable=SC2086  # lists of names
  if ! (cd "$debs" && apt-get "${options[@]}" update && libraries=$(libraries_of poppler-utils mupdf-tools tor) &&
    apt-get "${options[@]}" download $wanted $libraries) >"$tools/log" 2>&1; then
    printf 'left out: Debian packages could not be fetched; tests that need age, minisign, exiftool, poppler, mupdf or tor say so\n'
    return 0
  fi
  for package in "$debs"/*.deb; do
    dpkg-deb -x "$package" "$tools/root"
  done
  ln -s ../root/usr/bin/age ../root/usr/bin/age-keygen "$tools/bin/"
  for program in minisign pdftoppm pdftotext mutool tor; do
    printf '#!/bin/sh\nLD_LIBRARY_PATH="%s:%s" exec "%s/root/usr/bin/%s" "$@"\n' \
      "$(echo "$tools"/root/usr/lib/*-linux-gnu)" "$(echo "$tools"/root/lib/*-linux-gnu)" "$tools" "$program" >"$tools/bin/$program"
  done
  printf '#!/bin/sh\nexec perl -I "%s/root/usr/share/perl5" "%s/root/usr/bin/exiftool" "$@"\n' \
    "$tools" "$tools" >"$tools/bin/exiftool"
  chmod +x "$tools"/bin/*
  rm -rf "$tools/lists" "$tools/cache" "$debs"
  printf '%s\n' "$wanted" >"$tools/done"
}

# A browser for the tests of pages (tests/browser.py), from Debian's package, into .tools/browser: 100 MB are fetched,
# 250 MB stay. What a page without a screen has no use for (LLVM, GL drivers, other languages) is left away.
browser() {
  local to=$tools/browser debs=$tools/browser/debs options libraries
  [ ! -e "$to/done" ] || return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    printf 'left out: no Debian packages on this machine; tests that need a browser say so\n'
    return 0
  fi
  printf 'Fetching a browser without a screen (100 MB) into .tools (once) ...\n'
  rm -rf "$to"
  mkdir -p "$debs" "$tools/bin" "$to/lists/partial" "$to/cache/archives/partial"
  options=(-qq -o "Dir::State::Lists=$to/lists" -o "Dir::Cache=$to/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  # shellcheck disable=SC2086  # a list of names
  if (cd "$debs" && apt-get "${options[@]}" update &&
    libraries=$(libraries_of chromium-headless-shell | grep -vE '^lib(llvm|z3-|gl1|glx|icu|xml2|xaw|drm-|elf|sensors)') &&
    apt-get "${options[@]}" download chromium-headless-shell chromium-common $libraries &&
    for package in ./*.deb; do dpkg-deb -x "$package" "$to/root"; done) >"$tools/browser-log" 2>&1; then
    rm -rf "$debs" "$to"/lists "$to"/cache "$to"/root/usr/share/{doc,man,locale} "$to"/root/usr/lib/chromium/locales \
      "$to"/root/usr/lib/chromium/{libVkLayer_khronos_validation.so,chrome_crashpad_handler,resources.pak}
    browser_program "$to" >"$tools/bin/chromium-headless-shell"
    chmod +x "$tools/bin/chromium-headless-shell"
  fi
  if "$tools/bin/chromium-headless-shell" --version >>"$tools/browser-log" 2>&1; then
    touch "$to/done"
  else
    rm -rf "$to" "$tools/bin/chromium-headless-shell"
    printf 'left out: the browser could not be fetched; tests that need one say so\n'
  fi
}

# browser_program FOLDER: what starts it, with its libraries, and with the fonts of .venv alone: pages look the same everywhere.
browser_program() {
  local libraries fonts
  libraries=$(printf '%s:' "$1"/root/usr/lib/*-linux-gnu "$1"/root/lib/*-linux-gnu "$1"/root/usr/lib/*-linux-gnu/pulseaudio)
  fonts=$(printf '<dir>%s</dir>' "$venv"/lib/python3*/site-packages/fontpkg_*/files "$venv"/share/silbo)
  printf '<?xml version="1.0"?><fontconfig>%s<cachedir>%s</cachedir></fontconfig>\n' "$fonts" "$1/fonts" >"$1/fonts.conf"
  printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" FONTCONFIG_FILE="%s" exec "%s" "$@"\n' \
    "${libraries%:}" "$1/fonts.conf" "$1/root/usr/lib/chromium/chromium-headless-shell"
}

# The PostgreSQL of this Debian, for the tests of the store (tests/postgres.py), into .tools/postgresql: 25 MB are fetched.
postgresql() {
  local to=$tools/postgresql options debs=$tools/postgresql/debs package libraries program
  [ ! -e "$to/done" ] || return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    printf 'left out: no Debian packages on this machine; tests that need PostgreSQL say so\n'
    return 0
  fi
  printf 'Fetching PostgreSQL into .tools (once) ...\n'
  rm -rf "$to"
  mkdir -p "$debs" "$to/lists/partial" "$to/cache/archives/partial"
  options=(-qq -o "Dir::State::Lists=$to/lists" -o "Dir::Cache=$to/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  # shellcheck disable=SC2086  # a list of names
  if ! (cd "$debs" && apt-get "${options[@]}" update &&
    package=$(apt-cache "${options[@]}" depends postgresql | grep -oE 'postgresql-[0-9]+' | head -n 1) &&
    libraries=$(libraries_of "$package" | grep -vE '^lib(llvm|z3-|perl|json-|file-|number-|text-|pam-|semanage|sepol|bsd)') &&
    apt-get "${options[@]}" download "$package" "${package/-/-client-}" $libraries &&
    for package in ./*.deb; do dpkg-deb -x "$package" "$to/root"; done &&
    cd "$to" && rm -rf "$debs" lists cache root/usr/share/{doc,man,locale} root/usr/lib/postgresql/*/lib/bitcode &&
    program=$(echo "$to"/root/usr/lib/postgresql/*/bin/postgres) &&
    libraries=$(printf '%s:' "$to"/root/usr/lib/*-linux-gnu "$to"/root/lib/*-linux-gnu) &&
    LD_LIBRARY_PATH=$libraries "$program" --version && touch "$to/done") >"$tools/postgresql-log" 2>&1; then
    rm -rf "$to"
    printf 'left out: PostgreSQL could not be fetched; tests that need it say so\n'
  fi
}

# The Redis of this Debian, for the tests of bots that share their chats (tests/redis_server.py), into .tools/redis: 3 MB are fetched.
redis() {
  local to=$tools/redis options debs=$tools/redis/debs package libraries
  [ ! -e "$to/done" ] || return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    printf 'left out: no Debian packages on this machine; tests that need Redis say so\n'
    return 0
  fi
  printf 'Fetching Redis into .tools (once) ...\n'
  rm -rf "$to"
  mkdir -p "$debs" "$tools/bin" "$to/lists/partial" "$to/cache/archives/partial"
  options=(-qq -o "Dir::State::Lists=$to/lists" -o "Dir::Cache=$to/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  # shellcheck disable=SC2086  # a list of names
  if ! (cd "$debs" && apt-get "${options[@]}" update &&
    libraries=$(libraries_of redis-tools) &&
    apt-get "${options[@]}" download redis-tools lua-cjson lua-bitop $libraries &&
    for package in ./*.deb; do dpkg-deb -x "$package" "$to/root"; done &&
    rm -rf "$debs" "$to"/lists "$to"/cache "$to"/root/usr/share/{doc,man,locale} &&
    libraries=$(printf '%s:' "$to"/root/usr/lib/*-linux-gnu "$to"/root/lib/*-linux-gnu) &&
    ln -sf redis-check-rdb "$to/root/usr/bin/redis-server" &&
    printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s/root/usr/bin/redis-server" "$@"\n' "$libraries" "$to" >"$tools/bin/redis-server" &&
    chmod +x "$tools/bin/redis-server" && "$tools/bin/redis-server" --version && touch "$to/done") >"$tools/redis-log" 2>&1; then
    rm -rf "$to" "$tools/bin/redis-server"
    printf 'left out: Redis could not be fetched; tests that need it say so\n'
  fi
}

# libraries_of PACKAGE...: all that they hang on, but what every Debian has. Uses `options`.
libraries_of() {
  apt-cache "${options[@]}" -o APT::Cache::ShowOnlyFirstOr=1 depends --recurse --no-recommends --no-suggests \
    --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
    grep -E '^lib' | grep -vE '^(libc6|libgcc-s1|libstdc\+\+6)(:|$)' | sort -u
}

run_tests() {
  local status=0 long=() workers=()
  [ "$(nproc)" -lt 2 ] || workers=(-n 2 --dist loadfile --no-loadscope-reorder)
  case "${1-}" in
    '') ;;
    --long) long=(--long) ;;
    *) fail "test takes nothing or --long" ;;
  esac
  environment test
  judges
  browser
  postgresql
  redis
  cd "$root"
  "$venv/bin/python" -I -B -m tests.node_packages || fail 'the npm packages of the tests could not be installed; is there a network?'
  "$venv/bin/python" -I -B -m page >/dev/null || fail 'the page could not be built'
  "$venv/bin/ruff" check --quiet . || status=1
  "$venv/bin/ruff" format --check --quiet . || status=1
  "$venv/bin/mypy" || status=1
  "$venv/bin/python" -I -B -m pytest "${workers[@]}" "${long[@]}" || status=1
  return "$status"
}

# What makes a file or folder one that others can change, for find; an archive's mode 664 with root's own group does not.
theirs=(! -uid 0 -o -perm /002 -o -perm /020 ! -gid 0)

# of_root PATH WHAT [HOW]: nobody but root can change this file or folder, or put another in its place. What a sticky
# folder such as /tmp holds of root's stays root's.
of_root() {
  local path found
  path=$(readlink -e -- "$1") || fail "$2 is not there"
  [ "$path" = "$(realpath -s -- "$1")" ] || fail "$2 is named by way of a link; name it as $(printf %q "$path")"
  found=$(find "$path" -maxdepth 0 \( "${theirs[@]}" \))
  while [ -z "$found" ] && [ "$path" != / ]; do
    path=$(dirname "$path")
    found=$(find "$path" -maxdepth 0 \( "${theirs[@]}" \) ! \( -uid 0 -perm -1000 \))
  done
  [ -z "$found" ] || not_of_root "$found" "$2" "${3:-put it into a folder that only root can write, such as /root}"
}

not_of_root() {
  fail "$2: others than root can change $(printf '%q (%s)' "$1" "$(stat -c '%U, mode %a' "$1")"); $3"
}

# own_source: root runs and installs what lies here.
own_source() {
  local found what='this source' how='unpack Silbo again as root, in a folder that only root can write, such as /root'
  found=$(find "$root" \( -name .git -o -name .venv -o -name .tools \) -prune -o \
    ! -type l \( "${theirs[@]}" \) -print -quit)
  [ -z "$found" ] || not_of_root "$found" "$what" "$how"
  of_root "$root" "$what" "$how"
}

case "${1-}" in
  demo)
    shift
    environment run
    exec "$venv/bin/python" -I -B -m demo "$@"
    ;;
  test)
    shift
    run_tests "$@"
    ;;
  page)
    shift
    environment test
    cd "$root"
    exec "$venv/bin/python" -I -B -m page "$@"
    ;;
  release)
    shift
    environment run
    cd "$root"
    exec "$venv/bin/python" -I -B -m release "$@"
    ;;
  install | upgrade | backup | restore | status | uninstall)
    [ "$EUID" -ne 0 ] || own_source
    # shellcheck source=deploy/lib.sh
    . "$root/deploy/lib.sh"
    # shellcheck source=/dev/null
    . "$root/deploy/$1.sh"
    shift
    main "$@"
    ;;
  *)
    sed -n '2,13s/^# \{0,1\}//p' "$root/deploy.sh"
    [ $# -eq 0 ]
    ;;
esac
