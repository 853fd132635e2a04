# What the scripts of this folder share; sourced, not run.
# The disk that holds BACKUP_DIR should be another one than the servers use.
set -euo pipefail
umask 077

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

say() {
  printf '%s %s: %s\n' "$(date -u +%FT%TZ)" "${0##*/}" "$1" >&2
}

need() {
  local name
  for name in "$@"; do
    [ -n "${!name:-}" ] || fail "$name must be set"
  done
}

need_programs() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null || fail "$name is missing; on Debian: apt-get install postgresql-client redis-tools openssl"
  done
}

need_key() {
  need BACKUP_KEY_FILE
  [ -r "$BACKUP_KEY_FILE" ] || fail "the key file cannot be read"
  [ "$(wc -c <"$BACKUP_KEY_FILE")" -ge 32 ] || fail "the key must have 32 letters or more: openssl rand -hex 32"
}

# stdin to stdout; the key never stands in a list of processes
encrypt() {
  openssl enc -aes-256-cbc -pbkdf2 -iter 200000 -salt -pass "file:$BACKUP_KEY_FILE"
}

decrypt() {
  openssl enc -d -aes-256-cbc -pbkdf2 -iter 200000 -pass "file:$BACKUP_KEY_FILE"
}

# A keyed sum of a file: SHA-3 of key and content, which nobody can make or lengthen without the key.
seal_of() {
  { printf 'darwin-timer seal\n' && cat "$BACKUP_KEY_FILE" "$1"; } | openssl dgst -sha3-256 -r | cut -d ' ' -f 1
}

unescape() {
  local text=${1//+/ }
  printf '%b' "${text//%/\\x}"
}

# Parts of a URL, so that no password has to stand in the arguments of a program: url_part <url> <user|password|host|port|path|query>
url_part() {
  local rest=${1#*://} login='' address path query=''
  case $rest in *\?*) query=${rest#*\?} rest=${rest%%\?*} ;; esac
  address=${rest%%/*}
  path=${rest#"$address"}
  case $address in *@*) login=${address%@*} address=${address##*@} ;; esac
  case $2 in
    user) unescape "${login%%:*}" ;;
    password) case $login in *:*) unescape "${login#*:}" ;; esac ;;
    host) printf '%s' "${address%:*}" | tr -d '[]' ;;
    port) case $address in *:*) printf '%s' "${address##*:}" ;; esac ;;
    path) unescape "${path#/}" ;;
    query) printf '%s' "$query" ;;
  esac
}

# DATABASE_URL for the programs of Postgres
use_database() {
  PGHOST=$(url_part "$1" host)
  PGPORT=$(url_part "$1" port)
  PGUSER=$(url_part "$1" user)
  PGPASSWORD=$(url_part "$1" password)
  PGDATABASE=$(url_part "$1" path)
  PGPORT=${PGPORT:-5432}
  export PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGAPPNAME=darwin-timer-backup
  local pair
  for pair in $(url_part "$1" query | tr '&' ' '); do
    [ "${pair%%=*}" = sslmode ] && export PGSSLMODE="${pair#*=}"
  done
  return 0
}

# REDIS_URL for redis-cli: sets redis_cli, an array
use_redis() {
  local user port
  user=$(url_part "$1" user)
  port=$(url_part "$1" port)
  REDISCLI_AUTH=$(url_part "$1" password)
  export REDISCLI_AUTH
  redis_cli=(redis-cli --no-auth-warning -h "$(url_part "$1" host)" -p "${port:-6379}")
  [ -z "$user" ] || redis_cli+=(--user "$user")
  case $1 in rediss://*) redis_cli+=(--tls) ;; esac
  [ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH
}
