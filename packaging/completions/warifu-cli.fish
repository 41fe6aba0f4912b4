# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_warifu_cli_global_optspecs
    string join \n json language= h/help V/version
end

function __fish_warifu_cli_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_warifu_cli_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_warifu_cli_using_subcommand
    set -l cmd (__fish_warifu_cli_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -s V -l version -d 'Print version'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "status" -d 'Show the connection profiles and the certificates of this PC, with the days they have left'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "profile" -d 'Connection profiles'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "proxy" -d 'The proxies on the way to the service, and what they are told'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "issue" -d 'Issue a certificate to this PC'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "login" -d 'Check that a login works, and log out again'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "renew" -d 'Renew a certificate and start the use of the new one, or finish a renewal that was interrupted'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "transfer" -d 'Show the code that moves a user from this PC to a new one'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "doctor" -d 'Check everything between this PC and a login; changes nothing'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "audit" -d 'The record of what was done, as your provider exported it'
complete -c warifu-cli -n "__fish_warifu_cli_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand status" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand status" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -s h -l help -d 'Print help'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -f -a "add" -d 'Keep the connection profile in a file'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -f -a "list" -d 'List the connection profiles'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -f -a "remove" -d 'Forget a connection profile that no certificate on this PC needs'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and not __fish_seen_subcommand_from add list remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from add" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from add" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from list" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from remove" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from remove" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "add" -d 'Keep the connection profile in a file'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the connection profiles'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Forget a connection profile that no certificate on this PC needs'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -s h -l help -d 'Print help'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -f -a "list" -d 'List the proxies on the way to the service, and what is wrong with how they are set'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -f -a "login" -d 'Keep, in the operating system\'s keystore, the user name and password that a proxy wants'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -f -a "forget" -d 'Forget what the proxies are told'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and not __fish_seen_subcommand_from list login forget help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from list" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from login" -l user -d 'The user name' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from login" -l at -d 'The proxy, if there are several: host and port, as `proxy list` shows them' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from login" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from login" -l password-stdin -d 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from login" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from forget" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from forget" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the proxies on the way to the service, and what is wrong with how they are set'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from help" -f -a "login" -d 'Keep, in the operating system\'s keystore, the user name and password that a proxy wants'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from help" -f -a "forget" -d 'Forget what the proxies are told'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand proxy; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l customer -d 'The customer number' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l user -d 'The user ID' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l profile -d 'The connection profile, if there are several: its number, as `profile list` shows it' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l transfer-code-stdin -d 'Read the code that the old PC shows from the first line of standard input; this PC takes the place of that one'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l password-stdin -d 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand issue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand login" -l certificate -d 'The certificate, if there are several: its number or thumbprint, as `status` shows them' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand login" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand login" -l password-stdin -d 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand login" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand renew" -l certificate -d 'The certificate, if there are several: its number or thumbprint, as `status` shows them' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand renew" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand renew" -l password-stdin -d 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand renew" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand renew" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand transfer" -l certificate -d 'The certificate, if there are several: its number or thumbprint, as `status` shows them' -r
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand transfer" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand transfer" -l password-stdin -d 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand transfer" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand transfer" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand doctor" -l bundle -d 'Also write a file for support, without secrets; it must not exist yet' -r -F
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand doctor" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand doctor" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Verify an exported record: that nothing in it was changed, and nothing is missing up to its end'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and __fish_seen_subcommand_from verify" -l key -d 'The public half of the key that the provider signs with, as a file (PEM)' -r -F
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and __fish_seen_subcommand_from verify" -l language -d 'The language of the texts; that of the system if it is not given' -r -f -a "ja\t''
en\t''"
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document on standard output, also after a failure'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Verify an exported record: that nothing in it was changed, and nothing is missing up to its end'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "status" -d 'Show the connection profiles and the certificates of this PC, with the days they have left'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "profile" -d 'Connection profiles'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "proxy" -d 'The proxies on the way to the service, and what they are told'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "issue" -d 'Issue a certificate to this PC'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "login" -d 'Check that a login works, and log out again'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "renew" -d 'Renew a certificate and start the use of the new one, or finish a renewal that was interrupted'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "transfer" -d 'Show the code that moves a user from this PC to a new one'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "doctor" -d 'Check everything between this PC and a login; changes nothing'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "audit" -d 'The record of what was done, as your provider exported it'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and not __fish_seen_subcommand_from status profile proxy issue login renew transfer doctor audit help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "add" -d 'Keep the connection profile in a file'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "list" -d 'List the connection profiles'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "remove" -d 'Forget a connection profile that no certificate on this PC needs'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from proxy" -f -a "list" -d 'List the proxies on the way to the service, and what is wrong with how they are set'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from proxy" -f -a "login" -d 'Keep, in the operating system\'s keystore, the user name and password that a proxy wants'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from proxy" -f -a "forget" -d 'Forget what the proxies are told'
complete -c warifu-cli -n "__fish_warifu_cli_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Verify an exported record: that nothing in it was changed, and nothing is missing up to its end'
