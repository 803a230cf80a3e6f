#!/usr/bin/env bash
# Installs what has been built, or removes what this would install. `make install` and `make uninstall` are this script.
#
#   install.sh install|uninstall     from the environment:
#     PREFIX (/usr/local)            DESTDIR (none): put in front of every path, for packages
#     SYSCONFDIR (/etc)              UNIT_DIR (PREFIX/lib/systemd/system)
#     WEB_GROUP (www-data)           the group whose web server may open the pools' sockets
#     NGINX, REDIS_SERVER            those programs (where they are here; with DESTDIR, where Debian has them)
#     KOSHELF_BIN_DIR                where the programs are (build/release/fcgi-app)
#
# Settings in SYSCONFDIR that exist are kept, by both; so is all data.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# find_program NAME OTHERWISE: a package is for other machines than this one.
find_program() {
    [[ -z ${DESTDIR-} ]] || { printf '%s' "$2"; return; }
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" || printf '%s' "$2"
}

: "${PREFIX:=/usr/local}" "${DESTDIR:=}" "${SYSCONFDIR:=/etc}" "${UNIT_DIR:=$PREFIX/lib/systemd/system}"
: "${WEB_GROUP:=www-data}" "${KOSHELF_BIN_DIR:=$here/build/release/fcgi-app}"
: "${NGINX:=$(find_program nginx /usr/sbin/nginx)}" "${REDIS_SERVER:=$(find_program redis-server /usr/bin/redis-server)}"
readonly BINDIR=$PREFIX/bin LIBDIR=$PREFIX/lib/koshelf-sync DATADIR=$PREFIX/share/koshelf-sync
readonly ENV_FILE=$SYSCONFDIR/koshelf-sync/koshelf-sync.env
action=''

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit 1
}

usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

# put MODE SOURCE TARGET: installs that file, or removes it.
put() {
    if [[ $action == install ]]; then
        install -D -m "$1" -- "$2" "$DESTDIR$3"
    else
        rm -f -- "$DESTDIR$3"
    fi
}

put_program() {
    [[ $action == uninstall || -x $2 ]] || fail "$2 is not built"
    put 755 "$2" "$3"
    [[ $action == uninstall ]] || strip --strip-unneeded "$DESTDIR$3"
}

# fill MODE SOURCE TARGET: the same, with the paths of this installation in the places marked @…@.
fill() {
    local work
    [[ $action == install ]] || { put "$@"; return; }
    work=$(mktemp)
    sed -e "/^@hardening@\$/{r $here/packaging/systemd/hardening.conf
            d}" -e "s|@bindir@|$BINDIR|g;s|@libdir@|$LIBDIR|g;s|@datadir@|$DATADIR|g" \
        -e "s|@env_file@|$ENV_FILE|g;s|@web_group@|$WEB_GROUP|g" \
        -e "s|@nginx@|$NGINX|g;s|@redis_server@|$REDIS_SERVER|g" "$2" >"$work"
    put "$1" "$work" "$3"
    rm -f -- "$work"
}

# put_tree SOURCE TARGET: the files of a directory of ours, which nobody else writes to.
put_tree() {
    local file mode
    while IFS= read -r file; do
        mode=644
        [[ ! -x $1/$file ]] || mode=755
        put "$mode" "$1/$file" "$2/$file"
    done < <(cd -- "$1" && find . -type f -printf '%P\n' | sort)
}

# A setting that somebody may have changed: installed once, removed only as it came.
put_settings() {
    if [[ $action == install ]]; then
        [[ -e $DESTDIR$2 ]] || install -D -m 640 -- "$1" "$DESTDIR$2"
    elif cmp -s -- "$1" "$DESTDIR$2"; then
        rm -f -- "$DESTDIR$2"
    fi
}

all_files() {
    local name unit
    for name in koshelf-fcgi koshelf-bridge; do put_program 755 "$KOSHELF_BIN_DIR/$name" "$BINDIR/$name"; done
    put_program 755 "$KOSHELF_BIN_DIR/koshelf-ctl" "$LIBDIR/koshelf-ctl"
    fill 755 "$here/packaging/koshelf-ctl.in" "$BINDIR/koshelf-ctl"
    for name in run make-cert render-nginx private-redis; do put 755 "$here/scripts/$name" "$DATADIR/scripts/$name"; done
    put 644 "$here/scripts/redis.conf.in" "$DATADIR/scripts/redis.conf.in"
    put_tree "$here/scripts/lib" "$DATADIR/scripts/lib"
    put_tree "$here/nginx" "$DATADIR/nginx"
    put_tree "$here/html" "$DATADIR/html"
    put_tree "$here/examples" "$DATADIR/examples"
    put_tree "$here/packaging/prometheus" "$DATADIR/prometheus"
    put_tree "$here/packaging/grafana" "$DATADIR/grafana"
    for unit in "$here"/packaging/systemd/koshelf-*; do fill 644 "$unit" "$UNIT_DIR/${unit##*/}"; done
    put 644 "$here/packaging/man/koshelf-ctl.1" "$PREFIX/share/man/man1/koshelf-ctl.1"
    for name in koshelf-fcgi koshelf-bridge; do put 644 "$here/packaging/man/$name.8" "$PREFIX/share/man/man8/$name.8"; done
    put 644 "$here/packaging/completion/koshelf-ctl.bash" "$PREFIX/share/bash-completion/completions/koshelf-ctl"
    put 644 "$here/packaging/completion/_koshelf-ctl" "$PREFIX/share/zsh/site-functions/_koshelf-ctl"
    put 644 "$here/packaging/completion/koshelf-ctl.fish" "$PREFIX/share/fish/vendor_completions.d/koshelf-ctl.fish"
    put 644 "$here/packaging/koshelf-sync.sysusers" "$PREFIX/lib/sysusers.d/koshelf-sync.conf"
    put 644 "$here/packaging/koshelf-sync.logrotate" "$SYSCONFDIR/logrotate.d/koshelf-sync"
    put_settings "$here/packaging/koshelf-sync.env" "$ENV_FILE"
}

remove_empty_directories() {
    local directory
    for directory in "$DATADIR" "$LIBDIR" "$SYSCONFDIR/koshelf-sync"; do
        [[ ! -d $DESTDIR$directory ]] || find "$DESTDIR$directory" -depth -type d -empty -delete
    done
}

# A socket whose group does not exist is not made, and the pools would not start. Not of a package: see DESTDIR.
check_web_group() {
    [[ -n $DESTDIR || $WEB_GROUP == koshelf-sync ]] || getent group "$WEB_GROUP" >/dev/null ||
        fail "there is no group '$WEB_GROUP' here: say which your web server has, as in: make install WEB_GROUP=nginx
(WEB_GROUP=koshelf-sync if no other web server than Koshelf's own nginx shall open the sockets)"
}

# On this machine, not into a package.
tell_systemd() {
    [[ -z $DESTDIR && $EUID -eq 0 && -d /run/systemd/system ]] || return 0
    if [[ $action == install ]]; then
        systemd-sysusers "$PREFIX/lib/sysusers.d/koshelf-sync.conf"
        chgrp -- koshelf-sync "$ENV_FILE"
    fi
    systemctl daemon-reload
    [[ $action == uninstall ]] || printf 'To start it: systemctl enable --now koshelf-sync.target\n'
}

main() {
    case ${1-} in
        install | uninstall) action=$1 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    [[ $PREFIX == /* && $SYSCONFDIR == /* ]] || fail 'PREFIX and SYSCONFDIR must be absolute paths'
    [[ $action == uninstall ]] || check_web_group
    [[ $PREFIX$SYSCONFDIR$UNIT_DIR$WEB_GROUP$NGINX$REDIS_SERVER =~ ^[A-Za-z0-9_./+-]+$ ]] || fail 'a path has a character that units cannot have'
    if [[ $action == uninstall && -z $DESTDIR && -d /run/systemd/system && $EUID -eq 0 ]]; then
        systemctl disable --now koshelf-sync.target || true
    fi
    all_files
    [[ $action == install ]] || remove_empty_directories
    tell_systemd
}

main "$@"
