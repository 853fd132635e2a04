#!/usr/bin/env bash
# Brings a backup back. The servers must be stopped (method base), or the database empty (method dump).
#
#   restore.sh <folder of one backup> --postgres <data folder>  [--wal <folder>]  [--until <time>]    method base
#   restore.sh <folder of one backup> --database <url>                                                method dump
#   restore.sh <folder of one backup> --redis <data folder>                                           Redis, either
#
#   BACKUP_KEY_FILE
#
# Folders are made; one that is not empty is refused. They belong to whoever runs this: give them to the servers' user.
# --wal names where wal.sh has written: it is played again to its end, or to --until (a time of Postgres, such as
# '2026-11-24 13:00:00+00'), when Postgres is started, which is over when pg_is_in_recovery() is false. Then the folder
# restored-wal in the data may go, and the lines that were added to postgresql.auto.conf.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

usage() {
  sed -n '2,/^here=/{/^here=/d;s/^# \{0,1\}//;p}' "$0" >&2
  exit 2
}

[ $# -ge 3 ] || usage
backup=$1
shift
postgres='' redis='' wal='' until='' database=''
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --postgres) postgres=$2 ;;
    --redis) redis=$2 ;;
    --wal) wal=$2 ;;
    --until) until=$2 ;;
    --database) database=$2 ;;
    *) usage ;;
  esac
  shift 2
done

need_key
need_programs openssl gzip tar
"$here/check.sh" "$backup" >/dev/null
has() { grep -q "^file $1 " "$backup/manifest"; }
make_empty() {
  mkdir -p "$1"
  [ -z "$(ls -A "$1")" ] || fail "$1 is not empty: move it away first, nothing is overwritten"
}

if [ -n "$redis" ]; then
  has redis.rdb.enc || fail 'this backup holds no Redis: start an empty one, it is made from Postgres and the chain'
  make_empty "$redis"
  # with appendonly yes Redis reads its append-only files alone: the copy becomes the base of a new one
  files="$redis/appendonlydir"
  mkdir "$files"
  decrypt <"$backup/redis.rdb.enc" >"$files/appendonly.aof.1.base.rdb"
  : >"$files/appendonly.aof.1.incr.aof"
  printf 'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n' \
    >"$files/appendonly.aof.manifest"
  cp "$files/appendonly.aof.1.base.rdb" "$redis/dump.rdb"
  say "Redis is in $redis"
fi

if [ -n "$postgres" ]; then
  has postgres.tar.gz.enc || fail 'this backup is a dump: use --database'
  make_empty "$postgres"
  chmod 700 "$postgres"
  decrypt <"$backup/postgres.tar.gz.enc" | gzip -d | tar -x -C "$postgres" -f -
  if [ -n "$wal" ]; then
    [ -d "$wal" ] || fail "there is no folder $wal"
    # copied beside the data, since the server's user may not read the folder of the backups, and a log that cannot be
    # read looks to Postgres like one that has ended
    mkdir "$postgres/restored-wal"
    first=$(sed -n 's/^first-wal //p' "$backup/manifest")
    find "$wal" -maxdepth 1 -type f -printf '%f\n' | while read -r file; do
      if [[ $file == *.history || ! ${file%.partial} < $first ]]; then cp "$wal/$file" "$postgres/restored-wal/"; fi
    done
    # the file that was being written when the server died is whole up to its last commit
    {
      printf "restore_command = 'cp \"restored-wal/%%f\" \"%%p\" 2>/dev/null || cp \"restored-wal/%%f.partial\" \"%%p\"'\n"
      if [ -n "$until" ]; then
        printf "recovery_target_time = '%s'\nrecovery_target_action = 'promote'\n" "${until//\'/\'\'}"
      fi
      # the receiver follows the new server once it was told to; until then nothing may wait for it
      printf "synchronous_standby_names = ''\n"
    } >>"$postgres/postgresql.auto.conf"
    touch "$postgres/recovery.signal"
  fi
  say "Postgres is in $postgres"
fi

if [ -n "$database" ]; then
  has postgres.dump.enc || fail 'this backup is no dump: use --postgres'
  need_programs pg_restore psql
  use_database "$database"
  [ "$(psql -XAtc "select count(*) from pg_tables where schemaname = current_schema()")" = 0 ] ||
    fail 'the database is not empty: give a new one, nothing is overwritten'
  decrypt <"$backup/postgres.dump.enc" |
    pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --no-password -d "$PGDATABASE"
  say "the database has been restored"
fi
