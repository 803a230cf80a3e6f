# What an instance shows of itself. With KOSHELF_CONSOLE=json, as in the image, every line is one JSON object: what the
# supervisor says, and a copy of what goes into koshelf.log and access.log. Sourced by scripts/run.
# shellcheck shell=bash

json_string() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\t'/\\t}
    text=${text//$'\n'/\\n}
    printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# console_event EVENT FIELD VALUE
console_event() {
    # shellcheck disable=SC2154 # opened by supervisor.bash
    printf '{"time":"%s","level":"info","event":"%s","%s":%s}\n' "$(TZ=UTC printf '%(%Y-%m-%dT%H:%M:%SZ)T')" "$1" "$2" \
        "$(json_string "$3")" >&"$terminal"
}

announce_ready() {
    if [[ ${KOSHELF_CONSOLE-} == json ]]; then
        console_event supervisor.ready url "$1"
    else
        printf 'koshelf-sync ready: %s\n' "$1"
    fi
}

# Files stay the record, so that a console nobody reads holds up nobody but this `tail`.
begin_console() {
    [[ ${KOSHELF_CONSOLE-} == json ]] || return 0
    # shellcheck disable=SC2154 # set by scripts/run
    touch -- "$log_dir/koshelf.log" "$log_dir/access.log"
    start_console
    services+=(console)
}

start_console() {
    spawn console tail -q -n 0 -F -- "$log_dir/koshelf.log" "$log_dir/access.log" 2>/dev/null
}

stop_console() {
    [[ -n ${pid_of[console]-} ]] || return 0
    pause 0.2 # the last lines
    ask_service console TERM
    await_service console 1
}
