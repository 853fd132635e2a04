#!/usr/bin/env bash
# One backup of Postgres and Redis, encrypted, into a folder of its own below BACKUP_DIR; then the oldest are removed.
#
#   DATABASE_URL  REDIS_URL  BACKUP_DIR  BACKUP_KEY_FILE
#   BACKUP_METHOD  base (default): the files of the server, onto which the log of wal.sh is played again; the user needs
#                  the right to replicate, the programs the server's major version.
#                  dump: by pg_dump, for managed servers; what was written after it is lost with the server.
#   BACKUP_REDIS   yes (default), or no where the provider gives no copy (SYNC is refused): a recovery then makes Redis
#                  from Postgres and the chain.
#   BACKUP_KEEP    how many are kept (14)
#
# Prints the folder. Exit code 0 only where all of it is there and can be decrypted.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

need DATABASE_URL BACKUP_DIR
with_redis=${BACKUP_REDIS:-yes}
case $with_redis in yes) need REDIS_URL ;; no) ;; *) fail 'BACKUP_REDIS must be yes or no' ;; esac
need_key
method=${BACKUP_METHOD:-base}
keep=${BACKUP_KEEP:-14}
case $method in base | dump) ;; *) fail "BACKUP_METHOD must be base or dump" ;; esac
[[ $keep =~ ^[1-9][0-9]*$ ]] || fail "BACKUP_KEEP must be 1 or more"
need_programs openssl redis-cli psql gzip
if [ "$method" = base ]; then need_programs pg_basebackup; else need_programs pg_dump; fi
mkdir -p "$BACKUP_DIR"

# one at a time; the lock goes with the process
exec 9>"$BACKUP_DIR/.lock"
flock -n 9 || fail "another backup is running"
rm -rf "$BACKUP_DIR"/*.partial

name=$(date -u +%Y%m%dT%H%M%SZ)
draft="$BACKUP_DIR/$name.partial"
mkdir "$draft"
trap 'rm -rf "$draft"' EXIT

use_database "$DATABASE_URL"

# STEP 1: Redis first, so that Postgres knows at least as much: a recovery takes the newer of both
if [ $with_redis = yes ]; then
  say 'Redis'
  use_redis "$REDIS_URL"
  "${redis_cli[@]}" --rdb "$draft/redis.rdb" >/dev/null 2>&1 || fail 'Redis gave no copy of its data'
  [ "$(head -c 5 "$draft/redis.rdb")" = REDIS ] || fail 'the copy of Redis is none'
  encrypt <"$draft/redis.rdb" >"$draft/redis.rdb.enc"
  rm "$draft/redis.rdb"
fi

# STEP 2: Postgres; no log before this file is needed for what follows
say "Postgres ($method)"
first_wal=''
if [ "$method" = base ]; then
  first_wal=$(psql -XAtc 'select pg_walfile_name(pg_current_wal_lsn())') || fail 'Postgres does not answer'
  pg_basebackup -D - -F tar -X fetch --checkpoint=fast --no-password | gzip -1 | encrypt >"$draft/postgres.tar.gz.enc"
else
  pg_dump --format=custom --compress=1 --no-owner --no-privileges --no-password | encrypt >"$draft/postgres.dump.enc"
fi

# STEP 3: what is in it, sealed
{
  printf 'format 1\nat %s\nmethod %s\n' "$name" "$method"
  printf 'postgres %s\n' "$(psql -XAtc 'show server_version')"
  [ -z "$first_wal" ] || printf 'first-wal %s\n' "$first_wal"
  for file in "$draft"/*.enc; do
    printf 'file %s %s\n' "${file##*/}" "$(seal_of "$file")"
  done
} >"$draft/manifest"
printf 'seal %s\n' "$(seal_of "$draft/manifest")" >>"$draft/manifest"
"$here/check.sh" "$draft" >/dev/null
sync -f "$draft"
mv "$draft" "$BACKUP_DIR/$name"
trap - EXIT

"$here/prune.sh" "$keep"
say "$name is complete"
printf '%s\n' "$BACKUP_DIR/$name"
