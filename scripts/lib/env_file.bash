# Settings in a file of NAME=VALUE lines, as systemd and `--env-file` read them (tests/data/env_file.jsonl). Sourced.
# shellcheck shell=bash

# read_env_file FILE: exports what stands there.
read_env_file() {
    local line name value
    while IFS= read -r line || [[ -n $line ]]; do
        [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$ ]] || continue
        name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        value=${value%"${value##*[![:space:]]}"}
        case $value in
            \"*\" | \'*\') value=${value:1:${#value}-2} ;;
        esac
        export "$name=$value"
    done <"$1"
}
