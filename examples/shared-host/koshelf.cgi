#!/bin/sh
# The web server starts this once for each request: docs/shared-hosting.md. Where the archive has been unpacked:
koshelf=${HOME:-${SCRIPT_FILENAME%%/public_html/*}}/koshelf

# Redis, if it is ours and was ended: by a restart of the machine, or by a host that tidies up.
if read -r pid 2>/dev/null <"$koshelf/run/redis.pid" && kill -0 "$pid" 2>/dev/null; then :; else
    "$koshelf/koshelf" redis </dev/null >/dev/null 2>&1
fi

export KOSHELF_BASE_PATH="${SCRIPT_NAME%/*}"
export REDIS_URL="unix://$koshelf/run/redis.sock?db=3" KOSHELF_SECRET_FILE="$koshelf/secrets/key"
[ ! -e "$koshelf/koshelf.env" ] || set -- --env-file "$koshelf/koshelf.env"
exec "$koshelf/bin/koshelf-fcgi" "$@" 2>>"$koshelf/logs/koshelf.log"
