#!/usr/bin/env bash
# Whether a backup is whole and opens with the key: check.sh <folder of one backup>
#
#   BACKUP_KEY_FILE
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

[ $# -eq 1 ] || fail 'usage: check.sh <folder of one backup>'
need_key
need_programs openssl
manifest="$1/manifest"
[ -r "$manifest" ] || fail "there is no backup in $1"
draft=$(mktemp)
trap 'rm -f "$draft"' EXIT
sed '$d' "$manifest" >"$draft"
[ "$(tail -n 1 "$manifest")" = "seal $(seal_of "$draft")" ] || fail 'the manifest was changed, or the key is another one'
while read -r word name seal; do
  [ "$word" = file ] || continue
  [ -r "$1/$name" ] || fail "$name is missing"
  [ "$(seal_of "$1/$name")" = "$seal" ] || fail "$name was changed"
  decrypt <"$1/$name" >/dev/null || fail "$name cannot be decrypted"
done <"$manifest"
printf 'whole %s\n' "$1"
