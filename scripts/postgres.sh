# Functions to run a private PostgreSQL. Sourced by scripts/test and scripts/pg.
# The server listens on 127.0.0.1 only, trusts every local user and does not
# flush to disk: it is for tests, never for data and never for durability figures.

# as_postgres COMMAND… runs it as the postgres user when we are root, because
# initdb and the server refuse to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# find_postgres sets PG_BIN, the folder with initdb and pg_ctl.
find_postgres() {
  local d
  for d in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
    if [ -x "$d/initdb" ] && [ -x "$d/pg_ctl" ]; then
      PG_BIN=$d
      return 0
    fi
  done
  if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
    PG_BIN=$(dirname "$(command -v initdb)")
    return 0
  fi
  return 1
}

# free_port prints a TCP port of 127.0.0.1 nobody listens on.
free_port() {
  local p
  for _ in $(seq 100); do
    p=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then
      echo "$p"
      return 0
    fi
  done
  echo "no free port found on 127.0.0.1" >&2
  return 1
}

# start_postgres PORT makes a fresh server and sets PG_HOME (its folder) and PG_URL.
start_postgres() {
  local port=$1
  find_postgres || { echo "PostgreSQL server not found: install the package postgresql" >&2; return 1; }
  # A short folder under /tmp: the socket's path must stay below 100 characters.
  PG_HOME=$(mktemp -d /tmp/bangfu-pg.XXXXXX)
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$PG_HOME"
  fi
  chmod 700 "$PG_HOME"
  as_postgres "$PG_BIN/initdb" -D "$PG_HOME/data" -U postgres -A trust -E UTF8 \
    --locale=C.UTF-8 --no-sync >"$PG_HOME.initdb.log" 2>&1 || {
    cat "$PG_HOME.initdb.log" >&2
    return 1
  }
  rm -f "$PG_HOME.initdb.log"
  as_postgres "$PG_BIN/pg_ctl" -D "$PG_HOME/data" -w -t 60 -l "$PG_HOME/log" \
    -o "-c listen_addresses=127.0.0.1 -p $port -k $PG_HOME -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c shared_buffers=128MB -c max_connections=200 -c max_wal_size=512MB" \
    start </dev/null >/dev/null || {
    as_postgres cat "$PG_HOME/log" >&2
    return 1
  }
  PG_URL="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
}

# stop_postgres PG_HOME stops the server and removes its folder.
stop_postgres() {
  local home=$1
  [ -n "$home" ] && [ -d "$home" ] || return 0
  find_postgres || return 0
  as_postgres "$PG_BIN/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
