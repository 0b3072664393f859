# shellcheck shell=bash disable=SC2034,SC2154 # names are shared with deploy.sh and its other parts
# Makes a release: the code and its environment in one folder beside the others, which nothing changes later.

release_files=(bot codes crypto scrub bin deploy deploy.sh requirements/run.lock pyproject.toml LICENSE docs/operators.md)
[ ! -e "$root/page/dist/page.html" ] || release_files+=(page/dist/page.html)
release_room=900 # MiB that building one needs

debian_packages() {
  local package missing=()
  for package in python3 python3-venv ca-certificates; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing Debian's ${missing[*]} ..."
  if ! DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$scratch/apt" 2>&1 ||
    ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" \
      </dev/null >>"$scratch/apt" 2>&1; then
    fail "Debian's ${missing[*]} could not be installed; is there a network?"
  fi
}

# The font for Chinese, Japanese and Korean letters that a PDF doesn't bring. Without it, whoever sends one is told.
chinese_font() {
  dpkg-query -W -f '${Status}' fonts-droid-fallback 2>/dev/null | grep -q 'ok installed' && return
  if ! DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$scratch/apt" 2>&1 ||
    ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends fonts-droid-fallback \
      </dev/null >>"$scratch/apt" 2>&1; then
    item 'font for Chinese letters' "left out: Debian's fonts-droid-fallback could not be installed"
  fi
}

# The data by which words in pictures are read, in English, Spanish and Hindi. Without it that is not offered.
picture_languages() {
  [ "$(dpkg-query -W -f '${Status}\n' tesseract-ocr-{eng,spa,hin} 2>/dev/null | grep -c 'ok installed')" -lt 3 ] || return 0
  if ! DEBIAN_FRONTEND=noninteractive apt-get -qq update >"$scratch/apt" 2>&1 ||
    ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends tesseract-ocr-{eng,spa,hin} \
      </dev/null >>"$scratch/apt" 2>&1; then
    item 'words in pictures' "not read: Debian's tesseract-ocr-eng, -spa, -hin could not be installed"
  fi
}

# The version of this source: its number, its content, and the Python that it will run on.
release_version() {
  local number content
  number=$(sed -n 's/^version = "\([0-9A-Za-z.+-]*\)"$/\1/p' "$root/pyproject.toml" | head -n 1)
  content=$(cd "$root" && find "${release_files[@]}" -type f ! -name '*.pyc' ! -path '*/__pycache__/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
  printf '%s-%s-py%s' "${number:?}" "$content" \
    "$(/usr/bin/python3 -I -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
}

# make_release: sets `release`, a complete folder; built beside whatever runs.
make_release() {
  local version partial room
  version=$(release_version)
  release=$releases/$version
  if [ -d "$release" ]; then
    item "release $version" unchanged
    return
  fi
  folder "$home" 755 root
  folder "$releases" 755 root
  find "$releases" -maxdepth 1 -name '.partial-*' -exec rm -rf {} +
  room=$(df --output=avail -BM "$releases" | tail -n 1 | tr -dc 0-9)
  [ "$room" -ge "$release_room" ] || fail "$home needs $release_room MiB of room, and has $room"
  partial=$releases/.partial-$version
  undo rm -rf "$partial"
  say "Making the release $version (about a minute) ..."
  mkdir "$partial"
  if ! (cd "$root" && tar -cf - --exclude=__pycache__ --exclude='*.pyc' "${release_files[@]}") |
    tar -xf - -C "$partial" --no-same-owner 2>/dev/null; then
    fail "the release could not be written; is the disk of $home full?"
  fi
  /usr/bin/python3 -I -m venv "$partial/.venv" >"$scratch/venv" 2>&1 ||
    fail "the environment could not be made; is the disk of $home full?"
  if ! "$partial/.venv/bin/python" -I -m pip install --quiet --only-binary :all: --require-hashes \
    -r "$partial/requirements/run.lock" >"$scratch/pip" 2>&1; then
    if grep -q 'No space left' "$scratch/pip"; then
      fail "the disk of $home is full"
    elif grep -q 'DO NOT MATCH THE HASHES' "$scratch/pip"; then
      fail 'a package is not the one that was locked: its hash differs'
    fi
    fail 'the packages could not be downloaded; is there a network?'
  fi
  local packages
  packages=$("$partial/.venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$release" >"$packages/silbo.pth"
  "$partial/.venv/bin/python" -I -m pip uninstall --quiet --yes pip setuptools >/dev/null 2>&1 || true
  "$partial/.venv/bin/python" -I -m compileall -q "$partial/bot" "$partial/codes" "$partial/crypto" "$partial/scrub" >/dev/null ||
    fail 'the release could not be compiled: its code is broken'
  chmod -R u=rwX,go=rX "$partial"
  sync -f "$partial"
  mv -T "$partial" "$release"
  undo rm -rf "$release"
  item "release $version" "made, $(du -sm "$release" | cut -f 1) MiB"
}

# forget_releases: keeps the one that runs and the one before it.
forget_releases() {
  local path kept=0
  while read -r path; do
    kept=$((kept + 1))
    [ "$kept" -le 2 ] || [ "$path" = "$(readlink -f "$current")" ] || rm -rf "$path"
  done < <(find "$releases" -mindepth 1 -maxdepth 1 -type d ! -name '.*' -printf '%T@ %p\n' | sort -rn | cut -d ' ' -f 2-)
}
