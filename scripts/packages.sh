# Functions to have the Debian packages the checks need. Sourced by scripts/test, scripts/nightly and scripts/release.

# missing_packages prints the Debian packages this machine lacks for every check.
missing_packages() {
  find_postgres || echo postgresql
  command -v chromium >/dev/null || [ -n "${BANGFU_CHROMIUM:-}" ] || echo chromium
  command -v glewlwyd >/dev/null && [ -e /usr/share/dbconfig-common/data/glewlwyd/install/sqlite3 ] || echo glewlwyd
  command -v pdftotext >/dev/null || echo poppler-utils
  [ -n "$(find /usr/share/fonts -iname 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || echo fonts-noto-cjk
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}

# missing_failover prints those the failover drill lacks.
missing_failover() {
  command -v patroni >/dev/null || echo patroni
  command -v etcd >/dev/null || echo etcd-server
  [ -x /usr/sbin/haproxy ] || echo haproxy
  [ -e /usr/lib/python3/dist-packages/etcd ] || echo python3-etcd
}

# install_missing PACKAGE… installs them, as root or by sudo.
install_missing() {
  local root=
  if [ $# = 0 ]; then
    return 0
  fi
  echo "missing Debian packages: $*"
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "run as root, or first: apt-get install --no-install-recommends $*" >&2
      return 1
    fi
    root=sudo
  fi
  $root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  $root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$@"
}
