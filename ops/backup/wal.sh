#!/usr/bin/env bash
# Follows the log of Postgres into BACKUP_DIR/wal, for ever; with the backups of method base it brings back everything
# up to the last moment. It goes on by itself where the server or the network was away, and ends on SIGTERM.
#
#   DATABASE_URL  BACKUP_DIR
#   BACKUP_SLOT    name of the replication slot (darwin_timer_wal). The server keeps the log for it while this is away,
#                  so watch the server's disk, and set max_slot_wal_keep_size.
#   BACKUP_WAL_NAME  name of this receiver (darwin_timer_wal). Where the server has
#                      synchronous_standby_names = 'darwin_timer_wal'
#                  a commit is answered only when its log is on this disk: nothing that was acknowledged is lost with the
#                  server, and nothing is acknowledged while this is away.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

need DATABASE_URL BACKUP_DIR
need_programs pg_receivewal psql
use_database "$DATABASE_URL"
export PGAPPNAME=${BACKUP_WAL_NAME:-darwin_timer_wal}
slot=${BACKUP_SLOT:-darwin_timer_wal}
mkdir -p "$BACKUP_DIR/wal"

receiver=''
stop() {
  if [ -n "$receiver" ]; then
    kill -INT "$receiver" 2>/dev/null || true
    wait "$receiver" || true
  fi
  exit 0
}
trap stop TERM INT

# a server that was restored writes another timeline: what belongs to the lost one is put aside, for its backups
put_aside() {
  local now newest
  now=$(psql -XAtwc 'select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)' 2>/dev/null) || return 0
  newest=$(find "$BACKUP_DIR/wal" -maxdepth 1 -type f -regextype posix-extended -regex '.*/[0-9A-F]{24}(\.partial)?' -printf '%f\n' | sort | tail -n 1)
  if [ -n "$newest" ] && [[ ${newest:0:8} < $now ]]; then
    say "timeline $now begins; the log before it goes to wal-before-$now. Make a new backup now."
    mv "$BACKUP_DIR/wal" "$BACKUP_DIR/wal-before-$now"
    mkdir "$BACKUP_DIR/wal"
  fi
}

while :; do
  put_aside
  # made where it is missing; the program itself tries again every five seconds, which a synchronous server cannot wait for
  pg_receivewal --slot "$slot" --create-slot --if-not-exists --no-password 2>/dev/null || true
  pg_receivewal --slot "$slot" -D "$BACKUP_DIR/wal" --synchronous --status-interval=1 --no-loop --no-password &
  receiver=$!
  wait "$receiver" || true
  receiver=''
  say 'the log of Postgres is not being received; tries again'
  sleep 1 &
  wait $! || true
done
