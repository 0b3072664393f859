#!/usr/bin/env bash
# promtool 2.42.0 (Debian 12's prometheus). A unit test of an alert that should not fire passes, with "SUCCESS" and status 0, when no rule has that name, as after a typing error; when the pattern behind
# `rule_files` matches no file, of which a line "WARNING" is all; and when no series has the name that the rule asks for. A file that is named without a pattern and is missing gives the same warning. So a
# test of silence says something only beside one of the same alert that fires. With an alert that should fire, each of these fails.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"
cd "$place"
apt-get -qq download prometheus=2.42.0+ds-5+deb12u1 2>/dev/null
dpkg-deb -x prometheus_*.deb root
promtool=$place/root/usr/bin/promtool
"$promtool" --version 2>&1 | head -n 1
printf 'groups: [{name: g, rules: [{alert: Full, expr: room < 5}]}]\n' >rules.yml

# seen FILES ALERT SERIES EXPECTED: does a test pass in which there is no room left?
seen() {
  local status=0
  printf 'rule_files: [%s]\ntests:\n- interval: 1m\n  input_series: [{series: %s, values: 1x9}]\n  alert_rule_test: [{eval_time: 5m, alertname: %s, exp_alerts: [%s]}]\n' \
    "$1" "$3" "$2" "$4" >test.yml
  "$promtool" test rules test.yml >said 2>&1 || status=$?
  printf '%-12s %-5s %-5s expects %-8s %s%s\n' "$1" "$2" "$3" "${4:-nothing}" \
    "$([ "$status" = 0 ] && grep -o SUCCESS said || echo "fails ($status)")" "$(grep -q WARNING said && echo ', a warning' || true)" | tee -a all
}

for expected in '' '{}'; do
  seen rules.yml Full room "$expected"
  seen rules.yml Ful room "$expected"
  seen 'rule*.yaml' Full room "$expected"
  seen rules.yaml Full room "$expected"
  seen rules.yml Full rooom "$expected"
done
[ "$(cut -c34- all | tr '\n' ';')" = 'nothing  fails (1);nothing  SUCCESS;nothing  SUCCESS, a warning;nothing  SUCCESS, a warning;nothing  SUCCESS;{}       SUCCESS;{}       fails (1);{}       fails (1), a warning;{}       fails (1), a warning;{}       fails (1);' ]
echo 'as seen: silence of an alert that is not there is a success'
