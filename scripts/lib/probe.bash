# Asks an instance as a device would. Sourced.
# shellcheck shell=bash

# answers_ready LISTEN PORT BASE-PATH: whether /readyz is 200, through TLS, nginx, the pool and Redis. What was
# answered instead is in last_answer.
answers_ready() {
    local host answer
    host=${1%%[, ]*}
    [[ $host == *:* && $host != \[* ]] && host="[$host]"
    answer=$(printf 'GET %s/readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' "$3" |
        timeout 6 openssl s_client -quiet -connect "${host:-127.0.0.1}:$2" 2>/dev/null) || true
    # shellcheck disable=SC2034 # for who asked
    last_answer=${answer##*$'\n'}
    [[ $answer == HTTP/1.?\ 200* ]]
}
