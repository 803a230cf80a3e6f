# The private Redis of an instance: its configuration, and the file it begins with. Sourced.
# shellcheck shell=bash

# A dump is taken for newer than an append-only file only if it is so by more than a snapshot takes to write.
readonly SNAPSHOT_S=600

read_redis_settings() {
    : "${KOSHELF_FSYNC:=everysec}" "${KOSHELF_REDIS_MAXMEMORY:=1gb}"
    [[ $KOSHELF_FSYNC =~ ^(everysec|always)$ ]] || fail "KOSHELF_FSYNC must be everysec or always, not '$KOSHELF_FSYNC'"
    [[ $KOSHELF_REDIS_MAXMEMORY =~ ^[0-9]+([kmg]b?)?$ ]] || fail "KOSHELF_REDIS_MAXMEMORY must look like 512mb"
}

has_append_only() {
    [[ -f $1/appendonlydir/appendonly.aof.manifest ]]
}

# Whether Redis begins with an append-only file: ours; or the single file that a Redis before 7 wrote, which may be a
# leftover from before somebody switched it off there.
begins_append_only() {
    local directory=$1
    if has_append_only "$directory" || [[ ! -f $directory/dump.rdb ]]; then return 0; fi
    [[ -s $directory/appendonly.aof ]] || return 1
    (($(stat -c %Y -- "$directory/appendonly.aof") > $(stat -c %Y -- "$directory/dump.rdb") - SNAPSHOT_S))
}

# render_redis_conf DATA-DIRECTORY RUN-DIRECTORY: RUN-DIRECTORY/redis.conf.
#
# With appendonly on, Redis ignores a dump.rdb that has no append-only file beside it and starts empty. So a dump that
# was put there is read first, and append_only_begun makes the file from it.
render_redis_conf() {
    local appendonly=no
    begins_append_only "$1" && appendonly=yes
    # shellcheck disable=SC2016,SC2154 # names for envsubst; here is set by who sources this
    KOSHELF_REDIS_DIR=$1 KOSHELF_RUN_DIR=$2 KOSHELF_APPENDONLY=$appendonly \
        KOSHELF_FSYNC=$KOSHELF_FSYNC KOSHELF_REDIS_MAXMEMORY=$KOSHELF_REDIS_MAXMEMORY \
        envsubst '$KOSHELF_RUN_DIR $KOSHELF_REDIS_DIR $KOSHELF_APPENDONLY $KOSHELF_FSYNC $KOSHELF_REDIS_MAXMEMORY' \
        <"$here/scripts/redis.conf.in" >"$2/redis.conf"
}

# redis_command RUN-DIRECTORY COMMAND…
redis_command() {
    local run=$1
    shift
    timeout 5 redis-cli -s "$run/redis.sock" "$@" 2>/dev/null
}

redis_answers() {
    [[ $(redis_command "$1" ping) == PONG ]]
}

# A last snapshot says nothing that the append-only file does not, and of a large Redis it takes longer than Docker waits. A
# small one has it made: another Redis, as the reference server's, then begins with its dump.rdb. Fails where a TERM is to
# save: it is small, or the file may not have everything.
stop_without_snapshot() {
    local info used
    info=$(redis_command "$2" info persistence | tr -d '\r')
    used=$(redis_command "$2" info memory | tr -d '\r' | sed -n 's/^used_memory://p')
    ((${used:-0} > 128 * 1024 * 1024)) || return 1
    [[ $info == *aof_enabled:1* && $info == *aof_last_write_status:ok* && $info == *aof_last_bgrewrite_status:ok* &&
        $info == *aof_rewrite_in_progress:0* && $info == *aof_rewrite_scheduled:0* ]] && has_append_only "$1" || return 1
    # It brings the file to the disk before it ends, and says something only if it does not.
    info=$(redis_command "$2" shutdown nosave) && [[ -z $info ]]
}

# Whether every write goes into the append-only file by now; sees to it.
append_only_begun() {
    local info
    info=$(redis_command "$2" info persistence | tr -d '\r')
    if [[ $info == *aof_enabled:0* ]]; then
        redis_command "$2" config set appendonly yes >/dev/null || true
        return 1
    fi
    [[ $info == *aof_enabled:1* && $info == *aof_rewrite_in_progress:0* && $info == *aof_rewrite_scheduled:0* &&
        $info == *aof_last_bgrewrite_status:ok* ]] && has_append_only "$1"
}
