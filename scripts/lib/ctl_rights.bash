# With which rights koshelf-ctl runs when root types it. Sourced.
# shellcheck shell=bash

# exec_ctl PROGRAM COMMAND ARGUMENT…: as the services' user, for which run_as has the command (setpriv …); with an empty
# one, as whoever calls.
exec_ctl() {
    local -a read_all=(--inh-caps=+dac_read_search --ambient-caps=+dac_read_search)
    # shellcheck disable=SC2154 # set by who sources this
    ((${#run_as[@]})) || exec "$@"
    case ${2-} in
        # They write where root says, and nothing that is the services'.
        backup | export) exec "$@" ;;
        # They read what root names, and give up that right before they look into it (platform/privilege.h). What they
        # write shall belong to the services, so it is not done as root.
        import | restore | align | textmap)
            # Root's own may be closed to others, as libpam-tmpdir has it.
            "${run_as[@]}" test -w "${TMPDIR-/tmp}" || unset -v TMPDIR
            local argument
            for argument; do
                # It is asked over the network.
                if [[ $argument == @(kosync-dotnet|--from=kosync-dotnet) ]]; then exec "${run_as[@]}" "$@"; fi
            done
            if "${run_as[@]}" "${read_all[@]}" true 2>/dev/null; then run_as+=("${read_all[@]}"); fi
            ;;
    esac
    exec "${run_as[@]}" "$@"
}
