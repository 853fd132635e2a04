#!/usr/bin/env bash
# Removes all but the newest backups, and the log of Postgres that none of them needs: prune.sh <how many are kept>
#
#   BACKUP_DIR
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

need BACKUP_DIR
[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || fail 'usage: prune.sh <how many are kept>'
stamp='[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
mapfile -t all < <(find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name "$stamp" | sort -r)
for folder in "${all[@]:$1}"; do
  say "removes ${folder##*/}"
  rm -rf "$folder"
done

kept=("${all[@]:0:$1}")
[ ${#kept[@]} -gt 0 ] || exit 0

# the log of a server that was lost is needed as long as there is a backup of that server
find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name 'wal-before-*' ! -newer "${kept[-1]}/manifest" -exec rm -rf {} +

# names of log files sort as their order
first=$(for folder in "${kept[@]}"; do sed -n 's/^first-wal //p' "$folder/manifest"; done | sort | head -n 1)
[ -n "$first" ] && [ -d "$BACKUP_DIR/wal" ] || exit 0
find "$BACKUP_DIR/wal" -maxdepth 1 -type f -regextype posix-extended -regex '.*/[0-9A-F]{24}(\.partial)?' -printf '%f\n' |
  while read -r file; do
    if [[ ${file%.partial} < $first ]]; then rm -f "$BACKUP_DIR/wal/$file"; fi
  done
