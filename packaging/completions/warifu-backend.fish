# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_warifu_backend_global_optspecs
    string join \n operator= h/help V/version
end

function __fish_warifu_backend_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_warifu_backend_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_warifu_backend_using_subcommand
    set -l cmd (__fish_warifu_backend_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -s V -l version -d 'Print version'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "init" -d 'Make the configuration, the authority and the database in a new folder'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "serve" -d 'Run the listeners until SIGTERM; print their addresses as one line of JSON'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "profile" -d 'Print the connection profile for the app'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "check" -d 'Look at everything that the backend needs, and say what is wrong'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "openapi" -d 'Print the OpenAPI document'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "customer" -d 'Customers'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "user" -d 'Users'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "certificate" -d 'Certificates'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "audit" -d 'The audit record'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "authority" -d 'The authority\'s key'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "crl" -d 'Write the certificate revocation list to a file'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "backup" -d 'Copy everything into a new folder, also while the backend is serving'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "restore" -d 'Make a backend\'s folder from a backup, after examining it'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "database" -d 'The database on a PostgreSQL server'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "mail" -d 'E-mail warnings before certificates expire'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "web" -d 'The login that opens the provider\'s services'
complete -c warifu-backend -n "__fish_warifu_backend_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l service-name -d 'The service\'s name, as customers know it' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l server-name -d 'A name or address of this server; give it several times for several. The first is the one that customers\' apps connect to' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l enrolment-listen -d 'Where the enrolment listener listens' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l service-listen -d 'Where the service listener listens' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l passphrase-file -d 'A file with the passphrase of the authority\'s key; else WARIFU_AUTHORITY_PASSPHRASE' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l pkcs11-module -d 'Have the authority\'s key in a PKCS#11 token: the module\'s whole path. The key is made there and cannot leave it' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l pkcs11-token -d 'The token\'s label' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l pkcs11-key -d 'The key\'s label' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l pkcs11-key-id -d 'The key\'s CKA_ID, in hexadecimal digits' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l pin-file -d 'A file with the PIN of the token\'s user' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l take-key -d 'Take the key that the token has instead of making one'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand init" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand serve" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand serve" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand serve" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand profile" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand profile" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand profile" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand check" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand check" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand check" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand openapi" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand openapi" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and not __fish_seen_subcommand_from add list show help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and not __fish_seen_subcommand_from add list show help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and not __fish_seen_subcommand_from add list show help" -f -a "add" -d 'Register a customer and its primary administrator, and print the notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and not __fish_seen_subcommand_from add list show help" -f -a "list" -d 'List the customers'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and not __fish_seen_subcommand_from add list show help" -f -a "show" -d 'Show a customer with its users and certificates'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and not __fish_seen_subcommand_from add list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l name -d 'The customer\'s name' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l number -d 'The customer\'s number, eight digits; the next free one if not given' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l user-id -d 'The primary administrator\'s user ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l user-name -d 'The primary administrator\'s name (氏名)' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l department -d 'The primary administrator\'s department (部署)' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l email -d 'The primary administrator\'s e-mail address' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l html -d 'Write the notice as a page to print on A4 to this file, which must not exist yet' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -l json -d 'Print JSON instead of the notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from list" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from list" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from show" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from show" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from help" -f -a "add" -d 'Register a customer and its primary administrator, and print the notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the customers'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a customer with its users and certificates'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand customer; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "list" -d 'List a customer\'s users'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "show" -d 'Show a user'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "unlock" -d 'Unlock a user who asked by paper: a new initial password, and a notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "reissue" -d 'Let a user who asked by paper obtain a new certificate: a new initial password, and a notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "suspend" -d 'Suspend a user; open sessions end at their next request'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "name" -d 'Enter what a user is called; what is not given stays, and an empty text is taken away'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "resume" -d 'Let a suspended user in again'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and not __fish_seen_subcommand_from list show unlock reissue suspend name resume help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from list" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from list" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from list" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from show" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from show" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from show" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from show" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -l html -d 'Write the notice as a page to print on A4 to this file, which must not exist yet' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -l json -d 'Print JSON instead of the notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -l html -d 'Write the notice as a page to print on A4 to this file, which must not exist yet' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -l json -d 'Print JSON instead of the notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from reissue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from suspend" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from suspend" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from suspend" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from suspend" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from suspend" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from suspend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l name -d 'The user\'s name (氏名)' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l department -d 'The user\'s department (部署)' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from name" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from resume" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from resume" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from resume" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from resume" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from resume" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'List a customer\'s users'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a user'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "unlock" -d 'Unlock a user who asked by paper: a new initial password, and a notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "reissue" -d 'Let a user who asked by paper obtain a new certificate: a new initial password, and a notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "suspend" -d 'Suspend a user; open sessions end at their next request'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "name" -d 'Enter what a user is called; what is not given stays, and an empty text is taken away'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Let a suspended user in again'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and not __fish_seen_subcommand_from list show revoke help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and not __fish_seen_subcommand_from list show revoke help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and not __fish_seen_subcommand_from list show revoke help" -f -a "list" -d 'List a user\'s certificates, newest first'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and not __fish_seen_subcommand_from list show revoke help" -f -a "show" -d 'Show a certificate, and whose it is, by the thumbprint that the app shows'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and not __fish_seen_subcommand_from list show revoke help" -f -a "revoke" -d 'Revoke a user\'s certificate at once; only a reissue gives another'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and not __fish_seen_subcommand_from list show revoke help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from list" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from list" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from list" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from list" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from show" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from show" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -l reason -d 'Why; told in the revocation list (RFC 5280 §5.3.1)' -r -f -a "unspecified\t''
key-compromise\t''
affiliation-changed\t''
superseded\t''
cessation-of-operation\t''"
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "list" -d 'List a user\'s certificates, newest first'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a certificate, and whose it is, by the thumbprint that the app shows'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'Revoke a user\'s certificate at once; only a reissue gives another'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand certificate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -f -a "list" -d 'Print the record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -f -a "verify" -d 'Follow the chains of hashes, of every customer and of the provider; names the first broken row, and exits with 3'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -f -a "checkpoint" -d 'Make a signed checkpoint: how far all chains are now'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -f -a "key" -d 'Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint goes to standard error'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -f -a "export" -d 'Write the record to a file, one JSON object on each line; that is recorded too'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and not __fish_seen_subcommand_from list verify checkpoint key export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from list" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from list" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from verify" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from verify" -l checkpoint -d 'A checkpoint that was kept elsewhere' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from verify" -l key -d 'The public half of the key that signed it; else `record.pub` of the folder' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from verify" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l output -d 'The file, which must not exist yet; else standard output' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from key" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from key" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from key" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from export" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from export" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from export" -l output -d 'The file; it must not exist yet' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from export" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from export" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "list" -d 'Print the record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Follow the chains of hashes, of every customer and of the provider; names the first broken row, and exits with 3'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "checkpoint" -d 'Make a signed checkpoint: how far all chains are now'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "key" -d 'Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint goes to standard error'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write the record to a file, one JSON object on each line; that is recorded too'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand audit; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and not __fish_seen_subcommand_from status passphrase help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and not __fish_seen_subcommand_from status passphrase help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and not __fish_seen_subcommand_from status passphrase help" -f -a "status" -d 'Say until when the authority\'s certificate is valid, and where its key is'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and not __fish_seen_subcommand_from status passphrase help" -f -a "passphrase" -d 'Put the authority\'s key under another passphrase, and with it the key that signs checkpoints of the record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and not __fish_seen_subcommand_from status passphrase help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from status" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from status" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from status" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from passphrase" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from passphrase" -l new-passphrase-file -d 'A file with the new passphrase; else `WARIFU_NEW_AUTHORITY_PASSPHRASE`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from passphrase" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from passphrase" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from passphrase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from help" -f -a "status" -d 'Say until when the authority\'s certificate is valid, and where its key is'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from help" -f -a "passphrase" -d 'Put the authority\'s key under another passphrase, and with it the key that signs checkpoints of the record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand authority; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand crl" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand crl" -l output -d 'The file' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand crl" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand crl" -l pem -d 'Write PEM instead of DER'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand crl" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand crl" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand backup" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand backup" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand backup" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand restore" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand restore" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand restore" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and not __fish_seen_subcommand_from copy restored help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and not __fish_seen_subcommand_from copy restored help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and not __fish_seen_subcommand_from copy restored help" -f -a "copy" -d 'Copy everything from the folder\'s own database into an empty one of the server in [database]'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and not __fish_seen_subcommand_from copy restored help" -f -a "restored" -d 'End what must not live again, after the server\'s database was set back to an earlier state'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and not __fish_seen_subcommand_from copy restored help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from copy" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from copy" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from copy" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from restored" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from restored" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from restored" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from restored" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from help" -f -a "copy" -d 'Copy everything from the folder\'s own database into an empty one of the server in [database]'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from help" -f -a "restored" -d 'End what must not live again, after the server\'s database was set back to an earlier state'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand database; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and not __fish_seen_subcommand_from test status retry help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and not __fish_seen_subcommand_from test status retry help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and not __fish_seen_subcommand_from test status retry help" -f -a "test" -d 'Send a letter through the configured mail server, to try it'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and not __fish_seen_subcommand_from test status retry help" -f -a "status" -d 'Say how many letters wait, are sent or have failed, and why'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and not __fish_seen_subcommand_from test status retry help" -f -a "retry" -d 'Let the running backend try the waiting and the failed letters again within a minute'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and not __fish_seen_subcommand_from test status retry help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from test" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from test" -l to -d 'Whom to send it to' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from test" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from test" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from status" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from status" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from status" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from retry" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from retry" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from retry" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from help" -f -a "test" -d 'Send a letter through the configured mail server, to try it'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from help" -f -a "status" -d 'Say how many letters wait, are sent or have failed, and why'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from help" -f -a "retry" -d 'Let the running backend try the waiting and the failed letters again within a minute'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand mail; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "check" -d 'Try all of it: the certificate, the address, and each client as far as that can be seen from here'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "keys" -d 'The keys that sign for services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "client" -d 'The services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "sessions" -d 'List the browsers that are logged in'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "logouts" -d 'List the notices to services that a login has ended, the latest first'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "configure" -d 'Print what to write at the service\'s side, ready to paste'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and not __fish_seen_subcommand_from check keys client sessions logouts configure help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from check" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from check" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from check" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from keys" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from keys" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from keys" -f -a "list" -d 'List them'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from keys" -f -a "rotate" -d 'Have a new key sign from tomorrow on, when services have read it'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from keys" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from client" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from client" -s h -l help -d 'Print help'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from client" -f -a "secret" -d 'Make a secret for a client, and print it once, with the line for `warifu.toml`'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from client" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -l customer -d 'The customer\'s number' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -l user -d 'The user\'s ID' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -l end -d 'End them; the services are told'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from sessions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from logouts" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from logouts" -l state -d 'Those of that state alone; else those that are not delivered' -r -f -a "queued\t''
delivered\t''
refused\t''
undelivered\t''"
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from logouts" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from logouts" -l json -d 'Print JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from logouts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from configure" -l dir -d 'The backend\'s folder, made by `init`' -r -F
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from configure" -l operator -d 'Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows' -r
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from configure" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "check" -d 'Try all of it: the certificate, the address, and each client as far as that can be seen from here'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "keys" -d 'The keys that sign for services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "client" -d 'The services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "sessions" -d 'List the browsers that are logged in'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "logouts" -d 'List the notices to services that a login has ended, the latest first'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "configure" -d 'Print what to write at the service\'s side, ready to paste'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand web; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "init" -d 'Make the configuration, the authority and the database in a new folder'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "serve" -d 'Run the listeners until SIGTERM; print their addresses as one line of JSON'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "profile" -d 'Print the connection profile for the app'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "check" -d 'Look at everything that the backend needs, and say what is wrong'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "openapi" -d 'Print the OpenAPI document'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "customer" -d 'Customers'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "user" -d 'Users'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "certificate" -d 'Certificates'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "audit" -d 'The audit record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "authority" -d 'The authority\'s key'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "crl" -d 'Write the certificate revocation list to a file'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "backup" -d 'Copy everything into a new folder, also while the backend is serving'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "restore" -d 'Make a backend\'s folder from a backup, after examining it'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "database" -d 'The database on a PostgreSQL server'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "mail" -d 'E-mail warnings before certificates expire'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "web" -d 'The login that opens the provider\'s services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and not __fish_seen_subcommand_from init serve profile check openapi customer user certificate audit authority crl backup restore database mail web help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from customer" -f -a "add" -d 'Register a customer and its primary administrator, and print the notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from customer" -f -a "list" -d 'List the customers'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from customer" -f -a "show" -d 'Show a customer with its users and certificates'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'List a customer\'s users'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "show" -d 'Show a user'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "unlock" -d 'Unlock a user who asked by paper: a new initial password, and a notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "reissue" -d 'Let a user who asked by paper obtain a new certificate: a new initial password, and a notice'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "suspend" -d 'Suspend a user; open sessions end at their next request'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "name" -d 'Enter what a user is called; what is not given stays, and an empty text is taken away'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "resume" -d 'Let a suspended user in again'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from certificate" -f -a "list" -d 'List a user\'s certificates, newest first'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from certificate" -f -a "show" -d 'Show a certificate, and whose it is, by the thumbprint that the app shows'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from certificate" -f -a "revoke" -d 'Revoke a user\'s certificate at once; only a reissue gives another'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "list" -d 'Print the record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "verify" -d 'Follow the chains of hashes, of every customer and of the provider; names the first broken row, and exits with 3'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "checkpoint" -d 'Make a signed checkpoint: how far all chains are now'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "key" -d 'Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint goes to standard error'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from audit" -f -a "export" -d 'Write the record to a file, one JSON object on each line; that is recorded too'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from authority" -f -a "status" -d 'Say until when the authority\'s certificate is valid, and where its key is'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from authority" -f -a "passphrase" -d 'Put the authority\'s key under another passphrase, and with it the key that signs checkpoints of the record'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from database" -f -a "copy" -d 'Copy everything from the folder\'s own database into an empty one of the server in [database]'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from database" -f -a "restored" -d 'End what must not live again, after the server\'s database was set back to an earlier state'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from mail" -f -a "test" -d 'Send a letter through the configured mail server, to try it'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from mail" -f -a "status" -d 'Say how many letters wait, are sent or have failed, and why'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from mail" -f -a "retry" -d 'Let the running backend try the waiting and the failed letters again within a minute'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from web" -f -a "check" -d 'Try all of it: the certificate, the address, and each client as far as that can be seen from here'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from web" -f -a "keys" -d 'The keys that sign for services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from web" -f -a "client" -d 'The services'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from web" -f -a "sessions" -d 'List the browsers that are logged in'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from web" -f -a "logouts" -d 'List the notices to services that a login has ended, the latest first'
complete -c warifu-backend -n "__fish_warifu_backend_using_subcommand help; and __fish_seen_subcommand_from web" -f -a "configure" -d 'Print what to write at the service\'s side, ready to paste'
