#compdef warifu-cli

autoload -U is-at-least

_warifu-cli() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_warifu-cli_commands" \
"*::: :->warifu-cli" \
&& ret=0
    case $state in
    (warifu-cli)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(profile)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-cli__subcmd__profile_commands" \
"*::: :->profile" \
&& ret=0

    case $state in
    (profile)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-profile-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- The connection profile, as you received it (*.warifu.json):_files' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':id -- Its number, as `profile list` shows it:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__profile__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-profile-help-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(proxy)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-cli__subcmd__proxy_commands" \
"*::: :->proxy" \
&& ret=0

    case $state in
    (proxy)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-proxy-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
'--user=[The user name]:NAME:_default' \
'--at=[The proxy, if there are several\: host and port, as \`proxy list\` shows them]:HOST:PORT:_default' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--password-stdin[Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that]' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__proxy__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-proxy-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(issue)
_arguments "${_arguments_options[@]}" : \
'--customer=[The customer number]:NUMBER:_default' \
'--user=[The user ID]:ID:_default' \
'--profile=[The connection profile, if there are several\: its number, as \`profile list\` shows it]:ID:_default' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--transfer-code-stdin[Read the code that the old PC shows from the first line of standard input; this PC takes the place of that one]' \
'--password-stdin[Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that]' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
'--certificate=[The certificate, if there are several\: its number or thumbprint, as \`status\` shows them]:ID|THUMBPRINT:_default' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--password-stdin[Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that]' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(renew)
_arguments "${_arguments_options[@]}" : \
'--certificate=[The certificate, if there are several\: its number or thumbprint, as \`status\` shows them]:ID|THUMBPRINT:_default' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--password-stdin[Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that]' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(transfer)
_arguments "${_arguments_options[@]}" : \
'--certificate=[The certificate, if there are several\: its number or thumbprint, as \`status\` shows them]:ID|THUMBPRINT:_default' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--password-stdin[Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that]' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--bundle=[Also write a file for support, without secrets; it must not exist yet]:FILE.zip:_files' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(audit)
_arguments "${_arguments_options[@]}" : \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-cli__subcmd__audit_commands" \
"*::: :->audit" \
&& ret=0

    case $state in
    (audit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-audit-command-$line[1]:"
        case $line[1] in
            (verify)
_arguments "${_arguments_options[@]}" : \
'--key=[The public half of the key that the provider signs with, as a file (PEM)]:FILE:_files' \
'--language=[The language of the texts; that of the system if it is not given]:ja|en:(ja en)' \
'--json[Print one JSON document on standard output, also after a failure]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- The record, as you received it:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__audit__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-audit-help-command-$line[1]:"
        case $line[1] in
            (verify)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-help-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(profile)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__help__subcmd__profile_commands" \
"*::: :->profile" \
&& ret=0

    case $state in
    (profile)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-help-profile-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(proxy)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__help__subcmd__proxy_commands" \
"*::: :->proxy" \
&& ret=0

    case $state in
    (proxy)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-help-proxy-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(forget)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(issue)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(renew)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(transfer)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(audit)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-cli__subcmd__help__subcmd__audit_commands" \
"*::: :->audit" \
&& ret=0

    case $state in
    (audit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-cli-help-audit-command-$line[1]:"
        case $line[1] in
            (verify)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_warifu-cli_commands] )) ||
_warifu-cli_commands() {
    local commands; commands=(
'status:Show the connection profiles and the certificates of this PC, with the days they have left' \
'profile:Connection profiles' \
'proxy:The proxies on the way to the service, and what they are told' \
'issue:Issue a certificate to this PC' \
'login:Check that a login works, and log out again' \
'renew:Renew a certificate and start the use of the new one, or finish a renewal that was interrupted' \
'transfer:Show the code that moves a user from this PC to a new one' \
'doctor:Check everything between this PC and a login; changes nothing' \
'audit:The record of what was done, as your provider exported it' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__audit_commands] )) ||
_warifu-cli__subcmd__audit_commands() {
    local commands; commands=(
'verify:Verify an exported record\: that nothing in it was changed, and nothing is missing up to its end' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli audit commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__audit__subcmd__help_commands] )) ||
_warifu-cli__subcmd__audit__subcmd__help_commands() {
    local commands; commands=(
'verify:Verify an exported record\: that nothing in it was changed, and nothing is missing up to its end' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli audit help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__audit__subcmd__help__subcmd__help_commands] )) ||
_warifu-cli__subcmd__audit__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli audit help help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__audit__subcmd__help__subcmd__verify_commands] )) ||
_warifu-cli__subcmd__audit__subcmd__help__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli audit help verify commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__audit__subcmd__verify_commands] )) ||
_warifu-cli__subcmd__audit__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli audit verify commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__doctor_commands] )) ||
_warifu-cli__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli doctor commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help_commands] )) ||
_warifu-cli__subcmd__help_commands() {
    local commands; commands=(
'status:Show the connection profiles and the certificates of this PC, with the days they have left' \
'profile:Connection profiles' \
'proxy:The proxies on the way to the service, and what they are told' \
'issue:Issue a certificate to this PC' \
'login:Check that a login works, and log out again' \
'renew:Renew a certificate and start the use of the new one, or finish a renewal that was interrupted' \
'transfer:Show the code that moves a user from this PC to a new one' \
'doctor:Check everything between this PC and a login; changes nothing' \
'audit:The record of what was done, as your provider exported it' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__audit_commands] )) ||
_warifu-cli__subcmd__help__subcmd__audit_commands() {
    local commands; commands=(
'verify:Verify an exported record\: that nothing in it was changed, and nothing is missing up to its end' \
    )
    _describe -t commands 'warifu-cli help audit commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__audit__subcmd__verify_commands] )) ||
_warifu-cli__subcmd__help__subcmd__audit__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help audit verify commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__doctor_commands] )) ||
_warifu-cli__subcmd__help__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help doctor commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__help_commands] )) ||
_warifu-cli__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__issue_commands] )) ||
_warifu-cli__subcmd__help__subcmd__issue_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help issue commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__login_commands] )) ||
_warifu-cli__subcmd__help__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help login commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__profile_commands] )) ||
_warifu-cli__subcmd__help__subcmd__profile_commands() {
    local commands; commands=(
'add:Keep the connection profile in a file' \
'list:List the connection profiles' \
'remove:Forget a connection profile that no certificate on this PC needs' \
    )
    _describe -t commands 'warifu-cli help profile commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__profile__subcmd__add_commands] )) ||
_warifu-cli__subcmd__help__subcmd__profile__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help profile add commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__profile__subcmd__list_commands] )) ||
_warifu-cli__subcmd__help__subcmd__profile__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help profile list commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__profile__subcmd__remove_commands] )) ||
_warifu-cli__subcmd__help__subcmd__profile__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help profile remove commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__proxy_commands] )) ||
_warifu-cli__subcmd__help__subcmd__proxy_commands() {
    local commands; commands=(
'list:List the proxies on the way to the service, and what is wrong with how they are set' \
'login:Keep, in the operating system'\''s keystore, the user name and password that a proxy wants' \
'forget:Forget what the proxies are told' \
    )
    _describe -t commands 'warifu-cli help proxy commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__proxy__subcmd__forget_commands] )) ||
_warifu-cli__subcmd__help__subcmd__proxy__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help proxy forget commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__proxy__subcmd__list_commands] )) ||
_warifu-cli__subcmd__help__subcmd__proxy__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help proxy list commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__proxy__subcmd__login_commands] )) ||
_warifu-cli__subcmd__help__subcmd__proxy__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help proxy login commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__renew_commands] )) ||
_warifu-cli__subcmd__help__subcmd__renew_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help renew commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__status_commands] )) ||
_warifu-cli__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help status commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__help__subcmd__transfer_commands] )) ||
_warifu-cli__subcmd__help__subcmd__transfer_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli help transfer commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__issue_commands] )) ||
_warifu-cli__subcmd__issue_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli issue commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__login_commands] )) ||
_warifu-cli__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli login commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile_commands] )) ||
_warifu-cli__subcmd__profile_commands() {
    local commands; commands=(
'add:Keep the connection profile in a file' \
'list:List the connection profiles' \
'remove:Forget a connection profile that no certificate on this PC needs' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli profile commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__add_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile add commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__help_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__help_commands() {
    local commands; commands=(
'add:Keep the connection profile in a file' \
'list:List the connection profiles' \
'remove:Forget a connection profile that no certificate on this PC needs' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli profile help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__help__subcmd__add_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__help__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile help add commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__help__subcmd__help_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile help help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__help__subcmd__list_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile help list commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__help__subcmd__remove_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__help__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile help remove commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__list_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile list commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__profile__subcmd__remove_commands] )) ||
_warifu-cli__subcmd__profile__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli profile remove commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy_commands] )) ||
_warifu-cli__subcmd__proxy_commands() {
    local commands; commands=(
'list:List the proxies on the way to the service, and what is wrong with how they are set' \
'login:Keep, in the operating system'\''s keystore, the user name and password that a proxy wants' \
'forget:Forget what the proxies are told' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli proxy commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__forget_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy forget commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__help_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__help_commands() {
    local commands; commands=(
'list:List the proxies on the way to the service, and what is wrong with how they are set' \
'login:Keep, in the operating system'\''s keystore, the user name and password that a proxy wants' \
'forget:Forget what the proxies are told' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-cli proxy help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__help__subcmd__forget_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__help__subcmd__forget_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy help forget commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__help__subcmd__help_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy help help commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__help__subcmd__list_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy help list commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__help__subcmd__login_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__help__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy help login commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__list_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy list commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__proxy__subcmd__login_commands] )) ||
_warifu-cli__subcmd__proxy__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli proxy login commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__renew_commands] )) ||
_warifu-cli__subcmd__renew_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli renew commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__status_commands] )) ||
_warifu-cli__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli status commands' commands "$@"
}
(( $+functions[_warifu-cli__subcmd__transfer_commands] )) ||
_warifu-cli__subcmd__transfer_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-cli transfer commands' commands "$@"
}

if [ "$funcstack[1]" = "_warifu-cli" ]; then
    _warifu-cli "$@"
else
    compdef _warifu-cli warifu-cli
fi
