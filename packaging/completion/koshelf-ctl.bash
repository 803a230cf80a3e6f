# Completion of koshelf-ctl for bash. shellcheck shell=bash

_koshelf_ctl() {
    local command=${COMP_WORDS[1]-} current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local words='' files=''
    if ((COMP_CWORD == 1)); then
        words='export import backup restore reindex doctor users purge config links link unlink outbox activity scan
            textmap align version help'
    else
        case $command:$before in
            export:--to) words='reference' ;;
            import:--from) words='reference sqlite tinydb kosync-dotnet' ;;
            export:--user | import:--user | import:--from-line | import:--database | import:--admin) ;;
            doctor:--url | purge:--inactive | activity:-n | link:--text) ;;
            export:*) words='--user --to -' files=yes ;;
            import:*)
                words='--user --newest-wins --skip-existing --overwrite --from-line --from --database --admin -' files=yes
                ;;
            backup:*) words='-' files=yes ;;
            restore:*) words='--force -' files=yes ;;
            reindex:*) words='--force' ;;
            doctor:*) words='--url --json' ;;
            users:users) words='list create set-password delete make-admin make-reader' ;;
            purge:*) words='--inactive --dry-run' ;;
            config:config) words='list get set unset' ;;
            config:get | config:set | config:unset)
                words='AUDIOBOOKSHELF_BASE_URL AUDIOBOOKSHELF_API_KEY AUDIOBOOKSHELF_USER_ID AUDIOBOOKSHELF_USER_TOKEN
                    AUDIOBOOKSHELF_DEVICE_NAME AUDIOBOOKSHELF_USER_MAP AUDIOBOOKSHELF_DOCUMENT_MAP
                    AUDIOBOOKSHELF_HTTP_TIMEOUT'
                ;;
            links:*) words='--suggest' ;;
            link:*) words='--text' ;;
            activity:*) words='-n' ;;
            textmap:* | align:*) files=yes ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [[ -n $files && $current != -* ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
    fi
}

complete -F _koshelf_ctl koshelf-ctl
