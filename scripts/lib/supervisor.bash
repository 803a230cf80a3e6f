# Starts, watches, restarts and stops the services of scripts/run. Sourced by it.
#
# A service NAME is a function start_NAME that calls `launch NAME LOG COMMAND…`. Each runs in a session of its
# own, so that Ctrl-C reaches the script alone and the order of stopping is ours, and gets SIGTERM
# from the kernel when the script dies in whatever way.
# shellcheck shell=bash

readonly FIRST_DELAY_MS=50 LONGEST_DELAY_MS=10000 HEALTHY_AFTER_MS=30000

declare -A pid_of=() started_ms=() delay_ms=() restart_ms=() log_of=()
stopping=0 last_answer=''

# The terminal, whatever stderr is at the moment; of a container, where its other lines go.
if [[ ${KOSHELF_CONSOLE-} == json ]]; then exec {terminal}>&1; else exec {terminal}>&2; fi
say() {
    if [[ ${KOSHELF_CONSOLE-} == json ]]; then
        console_event supervisor.message message "$*"
    else
        printf 'koshelf-sync: %s\n' "$*" >&"$terminal"
    fi
}

fail() {
    say "$*"
    exit 1
}

now_ms() {
    local micros=${EPOCHREALTIME/[.,]/}
    printf '%s' "${micros%???}"
}

# Sleeps without a process of its own, which a killed script would leave behind.
exec {never}<> <(:)
pause() {
    read -rt "$1" -u "$never" || true
}

# launch NAME LOG COMMAND…: what setpriv takes may come first (--reuid=…).
launch() {
    local name=$1 log=$2
    shift 2
    log_of[$name]=$log
    spawn "$name" "$@" >>"$log" 2>&1
}

# As launch, with the output where it goes just now.
spawn() {
    local name=$1
    shift
    # script_lock belongs to the script alone; children_lock stays open in every child (see take_locks).
    # shellcheck disable=SC2154 # it is opened by take_locks of scripts/run
    setsid setpriv --pdeathsig TERM "$@" </dev/null {script_lock}>&- {never}>&- {terminal}>&- &
    pid_of[$name]=$!
    started_ms[$name]=$(now_ms)
}

alive() {
    [[ -n ${pid_of[$1]-} ]] && kill -0 "${pid_of[$1]}" 2>/dev/null
}

# Zombies do not count: inside a container the first process may be slow to collect them, or never do.
group_lives() {
    local stat state group
    for stat in /proc/[0-9]*/stat; do
        read -r stat 2>/dev/null <"$stat" || continue
        # After the program's name, which may itself have spaces and parentheses: state, parent, group.
        read -r state _ group _ <<<"${stat##*) }"
        [[ $group != "$1" || $state == Z ]] || return 0
    done
    return 1
}

# Ends what a service that is gone has left in its session: nginx's workers outlive a killed master.
sweep() {
    local group=${pid_of[$1]} i
    kill -TERM -- "-$group" 2>/dev/null || return 0
    for ((i = 0; i < 40; i++)); do
        group_lives "$group" || return 0
        pause 0.05
    done
    kill -KILL -- "-$group" 2>/dev/null || true
}

show_log() {
    local line
    [[ -s ${log_of[$1]-} ]] || return 0
    while IFS= read -r line; do say "$1: $line"; done < <(tail -n 5 -- "${log_of[$1]}")
}

# Puts a dead service on the list of restarts, later each time that it did not live long.
schedule_restart() {
    local name=$1 now delay status=0
    now=$(now_ms)
    delay=${delay_ms[$name]:-$FIRST_DELAY_MS}
    ((now - started_ms[$name] < HEALTHY_AFTER_MS)) || delay=$FIRST_DELAY_MS
    wait "${pid_of[$name]}" 2>/dev/null || status=$?
    sweep "$name"
    unset "pid_of[$name]"
    say "$name ended (status $status), starts again in $delay ms; see ${log_of[$name]:-above}"
    restart_ms[$name]=$((now + delay))
    delay=$((delay * 2))
    delay_ms[$name]=$((delay < LONGEST_DELAY_MS ? delay : LONGEST_DELAY_MS))
}

# One round over the services given: notes the dead, starts those whose time has come.
watch_services() {
    local name
    for name in "$@"; do
        if [[ -n ${pid_of[$name]-} ]]; then
            alive "$name" || schedule_restart "$name"
        elif (($(now_ms) >= ${restart_ms[$name]:-0})); then
            "start_$name"
        fi
    done
}

# ask_service NAME SIGNAL
ask_service() {
    [[ -z ${pid_of[$1]-} ]] || kill "-$2" "${pid_of[$1]}" 2>/dev/null || true
}

# await_service NAME SECONDS: waits for one that was asked to stop, and in the end insists.
await_service() {
    local name=$1 end
    [[ -n ${pid_of[$name]-} ]] || return 0
    end=$(($(now_ms) + $2 * 1000))
    while alive "$name"; do
        if (($(now_ms) > end)); then
            say "$name did not stop within $2 s: killed"
            kill -KILL "${pid_of[$name]}" 2>/dev/null || true
            break
        fi
        pause 0.05
    done
    wait "${pid_of[$name]}" 2>/dev/null || true
    sweep "$name"
    unset "pid_of[$name]"
}

# wait_for NAME WHAT SECONDS TEST…: until TEST succeeds; fails when NAME dies first, or the time is over. A TEST
# may leave in last_answer what it saw instead.
wait_for() {
    local name=$1 what=$2 end
    end=$(($(now_ms) + $3 * 1000))
    shift 3
    until "$@"; do
        ((!stopping)) || exit 0
        if ! alive "$name"; then
            show_log "$name"
            fail "$name did not start; its log is ${log_of[$name]}"
        fi
        if (($(now_ms) > end)); then
            show_log "$name"
            fail "gave up waiting for $what${last_answer:+; the last answer was: $last_answer}"
        fi
        pause 0.2
    done
}

# Everything here is opened for appending, so a file can be copied away and cut while it is written.
rotate_logs() {
    local file
    for file in "$1"/*.log; do
        if [[ -f $file ]] && (($(stat -c %s -- "$file") > $2)); then
            cp -- "$file" "$file.1" && : >"$file"
        fi
    done
}
