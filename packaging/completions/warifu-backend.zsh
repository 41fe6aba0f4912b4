#compdef warifu-backend

autoload -U is-at-least

_warifu-backend() {
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
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_warifu-backend_commands" \
"*::: :->warifu-backend" \
&& ret=0
    case $state in
    (warifu-backend)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-command-$line[1]:"
        case $line[1] in
            (init)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--service-name=[The service'\''s name, as customers know it]:SERVICE_NAME:_default' \
'*--server-name=[A name or address of this server; give it several times for several. The first is the one that customers'\'' apps connect to]:SERVER_NAMES:_default' \
'--enrolment-listen=[Where the enrolment listener listens]:ENROLMENT_LISTEN:_default' \
'--service-listen=[Where the service listener listens]:SERVICE_LISTEN:_default' \
'--passphrase-file=[A file with the passphrase of the authority'\''s key; else WARIFU_AUTHORITY_PASSPHRASE]:PASSPHRASE_FILE:_files' \
'--pkcs11-module=[Have the authority'\''s key in a PKCS#11 token\: the module'\''s whole path. The key is made there and cannot leave it]:FILE:_files' \
'--pkcs11-token=[The token'\''s label]:LABEL:_default' \
'--pkcs11-key=[The key'\''s label]:LABEL:_default' \
'--pkcs11-key-id=[The key'\''s CKA_ID, in hexadecimal digits]:HEX:_default' \
'--pin-file=[A file with the PIN of the token'\''s user]:FILE:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--take-key[Take the key that the token has instead of making one]' \
'--json[Print JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(serve)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(profile)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(openapi)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(customer)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__customer_commands" \
"*::: :->customer" \
&& ret=0

    case $state in
    (customer)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-customer-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--name=[The customer'\''s name]:NAME:_default' \
'--number=[The customer'\''s number, eight digits; the next free one if not given]:NUMBER:_default' \
'--user-id=[The primary administrator'\''s user ID]:USER_ID:_default' \
'--user-name=[The primary administrator'\''s name (氏名)]:USER_NAME:_default' \
'--department=[The primary administrator'\''s department (部署)]:DEPARTMENT:_default' \
'--email=[The primary administrator'\''s e-mail address]:EMAIL:_default' \
'--html=[Write the notice as a page to print on A4 to this file, which must not exist yet]:HTML:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON instead of the notice]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help]' \
'--help[Print help]' \
':number -- The customer'\''s number:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__customer__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-customer-help-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
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
(user)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__user_commands" \
"*::: :->user" \
&& ret=0

    case $state in
    (user)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-user-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(unlock)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--html=[Write the notice as a page to print on A4 to this file, which must not exist yet]:HTML:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON instead of the notice]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(reissue)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--html=[Write the notice as a page to print on A4 to this file, which must not exist yet]:HTML:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON instead of the notice]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(suspend)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(name)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--name=[The user'\''s name (氏名)]:NAME:_default' \
'--department=[The user'\''s department (部署)]:DEPARTMENT:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__user__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-user-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(unlock)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(reissue)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(suspend)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(name)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resume)
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
(certificate)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__certificate_commands" \
"*::: :->certificate" \
&& ret=0

    case $state in
    (certificate)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-certificate-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':thumbprint -- The thumbprint (SHA-256), with or without colons:_default' \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--reason=[Why; told in the revocation list (RFC 5280 §5.3.1)]:REASON:(unspecified key-compromise affiliation-changed superseded cessation-of-operation)' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__certificate__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-certificate-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(revoke)
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
(audit)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__audit_commands" \
"*::: :->audit" \
&& ret=0

    case $state in
    (audit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-audit-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(verify)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--checkpoint=[A checkpoint that was kept elsewhere]:FILE:_files' \
'--key=[The public half of the key that signed it; else \`record.pub\` of the folder]:FILE:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(checkpoint)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--output=[The file, which must not exist yet; else standard output]:OUTPUT:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(key)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--output=[The file; it must not exist yet]:OUTPUT:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__audit__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-audit-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(verify)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(checkpoint)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(key)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
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
(authority)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__authority_commands" \
"*::: :->authority" \
&& ret=0

    case $state in
    (authority)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-authority-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(passphrase)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--new-passphrase-file=[A file with the new passphrase; else \`WARIFU_NEW_AUTHORITY_PASSPHRASE\`]:NEW_PASSPHRASE_FILE:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__authority__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-authority-help-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(passphrase)
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
(crl)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--output=[The file]:OUTPUT:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--pem[Write PEM instead of DER]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':folder -- A folder that is empty or not there yet:_files' \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':folder -- The backup'\''s folder:_files' \
&& ret=0
;;
(database)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__database_commands" \
"*::: :->database" \
&& ret=0

    case $state in
    (database)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-database-command-$line[1]:"
        case $line[1] in
            (copy)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(restored)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__database__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-database-help-command-$line[1]:"
        case $line[1] in
            (copy)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restored)
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
(mail)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__mail_commands" \
"*::: :->mail" \
&& ret=0

    case $state in
    (mail)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-mail-command-$line[1]:"
        case $line[1] in
            (test)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--to=[Whom to send it to]:TO:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(retry)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__mail__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-mail-help-command-$line[1]:"
        case $line[1] in
            (test)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(retry)
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
(web)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__web_commands" \
"*::: :->web" \
&& ret=0

    case $state in
    (web)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(keys)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__web__subcmd__keys_commands" \
"*::: :->keys" \
&& ret=0

    case $state in
    (keys)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-keys-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(rotate)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--now[At once, and have nobody believe the present one any more\: it is in others'\'' hands]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__web__subcmd__keys__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-keys-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rotate)
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
(client)
_arguments "${_arguments_options[@]}" : \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help]' \
'--help[Print help]' \
":: :_warifu-backend__subcmd__web__subcmd__client_commands" \
"*::: :->client" \
&& ret=0

    case $state in
    (client)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-client-command-$line[1]:"
        case $line[1] in
            (secret)
_arguments "${_arguments_options[@]}" : \
'--dir=[As of the other commands; nothing in it is looked at]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':client -- The client'\''s id:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__web__subcmd__client__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-client-help-command-$line[1]:"
        case $line[1] in
            (secret)
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
(sessions)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--customer=[The customer'\''s number]:CUSTOMER:_default' \
'--user=[The user'\''s ID]:USER:_default' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--end[End them; the services are told]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(logouts)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--state=[Those of that state alone; else those that are not delivered]:STATE:(queued delivered refused undelivered)' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(configure)
_arguments "${_arguments_options[@]}" : \
'--dir=[The backend'\''s folder, made by \`init\`]:DIR:_files' \
'--operator=[Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows]:NAME:_default' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':engine -- What the service uses:((mod_auth_openidc\:"Apache'\''s module"
oauth2-proxy\:"The proxy that stands before a service, behind nginx for example"
keycloak\:"Keycloak, as a broker"
spring\:"Spring Security"
openid-client\:"Node.js"))' \
':client -- The client'\''s id:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__web__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-help-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(keys)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__web__subcmd__help__subcmd__keys_commands" \
"*::: :->keys" \
&& ret=0

    case $state in
    (keys)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-help-keys-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rotate)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(client)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__web__subcmd__help__subcmd__client_commands" \
"*::: :->client" \
&& ret=0

    case $state in
    (client)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-web-help-client-command-$line[1]:"
        case $line[1] in
            (secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(sessions)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logouts)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configure)
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
":: :_warifu-backend__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-command-$line[1]:"
        case $line[1] in
            (init)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(serve)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(profile)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(openapi)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(customer)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__customer_commands" \
"*::: :->customer" \
&& ret=0

    case $state in
    (customer)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-customer-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(user)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__user_commands" \
"*::: :->user" \
&& ret=0

    case $state in
    (user)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-user-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(unlock)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(reissue)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(suspend)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(name)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(certificate)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__certificate_commands" \
"*::: :->certificate" \
&& ret=0

    case $state in
    (certificate)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-certificate-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(audit)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__audit_commands" \
"*::: :->audit" \
&& ret=0

    case $state in
    (audit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-audit-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(verify)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(checkpoint)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(key)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(authority)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__authority_commands" \
"*::: :->authority" \
&& ret=0

    case $state in
    (authority)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-authority-command-$line[1]:"
        case $line[1] in
            (status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(passphrase)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(crl)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(database)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__database_commands" \
"*::: :->database" \
&& ret=0

    case $state in
    (database)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-database-command-$line[1]:"
        case $line[1] in
            (copy)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restored)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(mail)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__mail_commands" \
"*::: :->mail" \
&& ret=0

    case $state in
    (mail)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-mail-command-$line[1]:"
        case $line[1] in
            (test)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(retry)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(web)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__web_commands" \
"*::: :->web" \
&& ret=0

    case $state in
    (web)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-web-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(keys)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__web__subcmd__keys_commands" \
"*::: :->keys" \
&& ret=0

    case $state in
    (keys)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-web-keys-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rotate)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(client)
_arguments "${_arguments_options[@]}" : \
":: :_warifu-backend__subcmd__help__subcmd__web__subcmd__client_commands" \
"*::: :->client" \
&& ret=0

    case $state in
    (client)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:warifu-backend-help-web-client-command-$line[1]:"
        case $line[1] in
            (secret)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(sessions)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logouts)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(configure)
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

(( $+functions[_warifu-backend_commands] )) ||
_warifu-backend_commands() {
    local commands; commands=(
'init:Make the configuration, the authority and the database in a new folder' \
'serve:Run the listeners until SIGTERM; print their addresses as one line of JSON' \
'profile:Print the connection profile for the app' \
'check:Look at everything that the backend needs, and say what is wrong' \
'openapi:Print the OpenAPI document' \
'customer:Customers' \
'user:Users' \
'certificate:Certificates' \
'audit:The audit record' \
'authority:The authority'\''s key' \
'crl:Write the certificate revocation list to a file' \
'backup:Copy everything into a new folder, also while the backend is serving' \
'restore:Make a backend'\''s folder from a backup, after examining it' \
'database:The database on a PostgreSQL server' \
'mail:E-mail warnings before certificates expire' \
'web:The login that opens the provider'\''s services' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit_commands] )) ||
_warifu-backend__subcmd__audit_commands() {
    local commands; commands=(
'list:Print the record' \
'verify:Follow the chains of hashes, of every customer and of the provider; names the first broken row, and exits with 3' \
'checkpoint:Make a signed checkpoint\: how far all chains are now' \
'key:Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint goes to standard error' \
'export:Write the record to a file, one JSON object on each line; that is recorded too' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend audit commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__checkpoint_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__checkpoint_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit checkpoint commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__export_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit export commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help_commands() {
    local commands; commands=(
'list:Print the record' \
'verify:Follow the chains of hashes, of every customer and of the provider; names the first broken row, and exits with 3' \
'checkpoint:Make a signed checkpoint\: how far all chains are now' \
'key:Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint goes to standard error' \
'export:Write the record to a file, one JSON object on each line; that is recorded too' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend audit help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help__subcmd__checkpoint_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help__subcmd__checkpoint_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit help checkpoint commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help__subcmd__export_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit help export commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help__subcmd__key_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help__subcmd__key_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit help key commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help__subcmd__list_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit help list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__help__subcmd__verify_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__help__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit help verify commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__key_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__key_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit key commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__list_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__audit__subcmd__verify_commands] )) ||
_warifu-backend__subcmd__audit__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend audit verify commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority_commands] )) ||
_warifu-backend__subcmd__authority_commands() {
    local commands; commands=(
'status:Say until when the authority'\''s certificate is valid, and where its key is' \
'passphrase:Put the authority'\''s key under another passphrase, and with it the key that signs checkpoints of the record' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend authority commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority__subcmd__help_commands] )) ||
_warifu-backend__subcmd__authority__subcmd__help_commands() {
    local commands; commands=(
'status:Say until when the authority'\''s certificate is valid, and where its key is' \
'passphrase:Put the authority'\''s key under another passphrase, and with it the key that signs checkpoints of the record' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend authority help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__authority__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend authority help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority__subcmd__help__subcmd__passphrase_commands] )) ||
_warifu-backend__subcmd__authority__subcmd__help__subcmd__passphrase_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend authority help passphrase commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority__subcmd__help__subcmd__status_commands] )) ||
_warifu-backend__subcmd__authority__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend authority help status commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority__subcmd__passphrase_commands] )) ||
_warifu-backend__subcmd__authority__subcmd__passphrase_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend authority passphrase commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__authority__subcmd__status_commands] )) ||
_warifu-backend__subcmd__authority__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend authority status commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__backup_commands] )) ||
_warifu-backend__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend backup commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate_commands] )) ||
_warifu-backend__subcmd__certificate_commands() {
    local commands; commands=(
'list:List a user'\''s certificates, newest first' \
'show:Show a certificate, and whose it is, by the thumbprint that the app shows' \
'revoke:Revoke a user'\''s certificate at once; only a reissue gives another' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend certificate commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__help_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__help_commands() {
    local commands; commands=(
'list:List a user'\''s certificates, newest first' \
'show:Show a certificate, and whose it is, by the thumbprint that the app shows' \
'revoke:Revoke a user'\''s certificate at once; only a reissue gives another' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend certificate help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__help__subcmd__list_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate help list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__help__subcmd__revoke_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__help__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate help revoke commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__help__subcmd__show_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate help show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__list_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__revoke_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate revoke commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__certificate__subcmd__show_commands] )) ||
_warifu-backend__subcmd__certificate__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend certificate show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__check_commands] )) ||
_warifu-backend__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend check commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__crl_commands] )) ||
_warifu-backend__subcmd__crl_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend crl commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer_commands] )) ||
_warifu-backend__subcmd__customer_commands() {
    local commands; commands=(
'add:Register a customer and its primary administrator, and print the notice' \
'list:List the customers' \
'show:Show a customer with its users and certificates' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend customer commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__add_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer add commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__help_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__help_commands() {
    local commands; commands=(
'add:Register a customer and its primary administrator, and print the notice' \
'list:List the customers' \
'show:Show a customer with its users and certificates' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend customer help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__help__subcmd__add_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__help__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer help add commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__help__subcmd__list_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer help list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__help__subcmd__show_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer help show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__list_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__customer__subcmd__show_commands] )) ||
_warifu-backend__subcmd__customer__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend customer show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database_commands] )) ||
_warifu-backend__subcmd__database_commands() {
    local commands; commands=(
'copy:Copy everything from the folder'\''s own database into an empty one of the server in \[database\]' \
'restored:End what must not live again, after the server'\''s database was set back to an earlier state' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend database commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database__subcmd__copy_commands] )) ||
_warifu-backend__subcmd__database__subcmd__copy_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend database copy commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database__subcmd__help_commands] )) ||
_warifu-backend__subcmd__database__subcmd__help_commands() {
    local commands; commands=(
'copy:Copy everything from the folder'\''s own database into an empty one of the server in \[database\]' \
'restored:End what must not live again, after the server'\''s database was set back to an earlier state' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend database help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database__subcmd__help__subcmd__copy_commands] )) ||
_warifu-backend__subcmd__database__subcmd__help__subcmd__copy_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend database help copy commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__database__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend database help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database__subcmd__help__subcmd__restored_commands] )) ||
_warifu-backend__subcmd__database__subcmd__help__subcmd__restored_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend database help restored commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__database__subcmd__restored_commands] )) ||
_warifu-backend__subcmd__database__subcmd__restored_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend database restored commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help_commands] )) ||
_warifu-backend__subcmd__help_commands() {
    local commands; commands=(
'init:Make the configuration, the authority and the database in a new folder' \
'serve:Run the listeners until SIGTERM; print their addresses as one line of JSON' \
'profile:Print the connection profile for the app' \
'check:Look at everything that the backend needs, and say what is wrong' \
'openapi:Print the OpenAPI document' \
'customer:Customers' \
'user:Users' \
'certificate:Certificates' \
'audit:The audit record' \
'authority:The authority'\''s key' \
'crl:Write the certificate revocation list to a file' \
'backup:Copy everything into a new folder, also while the backend is serving' \
'restore:Make a backend'\''s folder from a backup, after examining it' \
'database:The database on a PostgreSQL server' \
'mail:E-mail warnings before certificates expire' \
'web:The login that opens the provider'\''s services' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__audit_commands] )) ||
_warifu-backend__subcmd__help__subcmd__audit_commands() {
    local commands; commands=(
'list:Print the record' \
'verify:Follow the chains of hashes, of every customer and of the provider; names the first broken row, and exits with 3' \
'checkpoint:Make a signed checkpoint\: how far all chains are now' \
'key:Print the public half of the key that signs checkpoints, in PEM, for those who verify; its fingerprint goes to standard error' \
'export:Write the record to a file, one JSON object on each line; that is recorded too' \
    )
    _describe -t commands 'warifu-backend help audit commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__audit__subcmd__checkpoint_commands] )) ||
_warifu-backend__subcmd__help__subcmd__audit__subcmd__checkpoint_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help audit checkpoint commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__audit__subcmd__export_commands] )) ||
_warifu-backend__subcmd__help__subcmd__audit__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help audit export commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__audit__subcmd__key_commands] )) ||
_warifu-backend__subcmd__help__subcmd__audit__subcmd__key_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help audit key commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__audit__subcmd__list_commands] )) ||
_warifu-backend__subcmd__help__subcmd__audit__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help audit list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__audit__subcmd__verify_commands] )) ||
_warifu-backend__subcmd__help__subcmd__audit__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help audit verify commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__authority_commands] )) ||
_warifu-backend__subcmd__help__subcmd__authority_commands() {
    local commands; commands=(
'status:Say until when the authority'\''s certificate is valid, and where its key is' \
'passphrase:Put the authority'\''s key under another passphrase, and with it the key that signs checkpoints of the record' \
    )
    _describe -t commands 'warifu-backend help authority commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__authority__subcmd__passphrase_commands] )) ||
_warifu-backend__subcmd__help__subcmd__authority__subcmd__passphrase_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help authority passphrase commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__authority__subcmd__status_commands] )) ||
_warifu-backend__subcmd__help__subcmd__authority__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help authority status commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__backup_commands] )) ||
_warifu-backend__subcmd__help__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help backup commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__certificate_commands] )) ||
_warifu-backend__subcmd__help__subcmd__certificate_commands() {
    local commands; commands=(
'list:List a user'\''s certificates, newest first' \
'show:Show a certificate, and whose it is, by the thumbprint that the app shows' \
'revoke:Revoke a user'\''s certificate at once; only a reissue gives another' \
    )
    _describe -t commands 'warifu-backend help certificate commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__certificate__subcmd__list_commands] )) ||
_warifu-backend__subcmd__help__subcmd__certificate__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help certificate list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__certificate__subcmd__revoke_commands] )) ||
_warifu-backend__subcmd__help__subcmd__certificate__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help certificate revoke commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__certificate__subcmd__show_commands] )) ||
_warifu-backend__subcmd__help__subcmd__certificate__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help certificate show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__check_commands] )) ||
_warifu-backend__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help check commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__crl_commands] )) ||
_warifu-backend__subcmd__help__subcmd__crl_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help crl commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__customer_commands] )) ||
_warifu-backend__subcmd__help__subcmd__customer_commands() {
    local commands; commands=(
'add:Register a customer and its primary administrator, and print the notice' \
'list:List the customers' \
'show:Show a customer with its users and certificates' \
    )
    _describe -t commands 'warifu-backend help customer commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__customer__subcmd__add_commands] )) ||
_warifu-backend__subcmd__help__subcmd__customer__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help customer add commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__customer__subcmd__list_commands] )) ||
_warifu-backend__subcmd__help__subcmd__customer__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help customer list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__customer__subcmd__show_commands] )) ||
_warifu-backend__subcmd__help__subcmd__customer__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help customer show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__database_commands] )) ||
_warifu-backend__subcmd__help__subcmd__database_commands() {
    local commands; commands=(
'copy:Copy everything from the folder'\''s own database into an empty one of the server in \[database\]' \
'restored:End what must not live again, after the server'\''s database was set back to an earlier state' \
    )
    _describe -t commands 'warifu-backend help database commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__database__subcmd__copy_commands] )) ||
_warifu-backend__subcmd__help__subcmd__database__subcmd__copy_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help database copy commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__database__subcmd__restored_commands] )) ||
_warifu-backend__subcmd__help__subcmd__database__subcmd__restored_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help database restored commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__init_commands] )) ||
_warifu-backend__subcmd__help__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help init commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__mail_commands] )) ||
_warifu-backend__subcmd__help__subcmd__mail_commands() {
    local commands; commands=(
'test:Send a letter through the configured mail server, to try it' \
'status:Say how many letters wait, are sent or have failed, and why' \
'retry:Let the running backend try the waiting and the failed letters again within a minute' \
    )
    _describe -t commands 'warifu-backend help mail commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__mail__subcmd__retry_commands] )) ||
_warifu-backend__subcmd__help__subcmd__mail__subcmd__retry_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help mail retry commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__mail__subcmd__status_commands] )) ||
_warifu-backend__subcmd__help__subcmd__mail__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help mail status commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__mail__subcmd__test_commands] )) ||
_warifu-backend__subcmd__help__subcmd__mail__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help mail test commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__openapi_commands] )) ||
_warifu-backend__subcmd__help__subcmd__openapi_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help openapi commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__profile_commands] )) ||
_warifu-backend__subcmd__help__subcmd__profile_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help profile commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__restore_commands] )) ||
_warifu-backend__subcmd__help__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help restore commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__serve_commands] )) ||
_warifu-backend__subcmd__help__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help serve commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user_commands() {
    local commands; commands=(
'list:List a customer'\''s users' \
'show:Show a user' \
'unlock:Unlock a user who asked by paper\: a new initial password, and a notice' \
'reissue:Let a user who asked by paper obtain a new certificate\: a new initial password, and a notice' \
'suspend:Suspend a user; open sessions end at their next request' \
'name:Enter what a user is called; what is not given stays, and an empty text is taken away' \
'resume:Let a suspended user in again' \
    )
    _describe -t commands 'warifu-backend help user commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__list_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__name_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__name_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user name commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__reissue_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__reissue_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user reissue commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__resume_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user resume commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__show_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__suspend_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__suspend_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user suspend commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__user__subcmd__unlock_commands] )) ||
_warifu-backend__subcmd__help__subcmd__user__subcmd__unlock_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help user unlock commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web_commands() {
    local commands; commands=(
'check:Try all of it\: the certificate, the address, and each client as far as that can be seen from here' \
'keys:The keys that sign for services' \
'client:The services' \
'sessions:List the browsers that are logged in' \
'logouts:List the notices to services that a login has ended, the latest first' \
'configure:Print what to write at the service'\''s side, ready to paste' \
    )
    _describe -t commands 'warifu-backend help web commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__check_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web check commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__client_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__client_commands() {
    local commands; commands=(
'secret:Make a secret for a client, and print it once, with the line for \`warifu.toml\`' \
    )
    _describe -t commands 'warifu-backend help web client commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__client__subcmd__secret_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__client__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web client secret commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__configure_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__configure_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web configure commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__keys_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__keys_commands() {
    local commands; commands=(
'list:List them' \
'rotate:Have a new key sign from tomorrow on, when services have read it' \
    )
    _describe -t commands 'warifu-backend help web keys commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__keys__subcmd__list_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__keys__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web keys list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__keys__subcmd__rotate_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__keys__subcmd__rotate_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web keys rotate commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__logouts_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__logouts_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web logouts commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__help__subcmd__web__subcmd__sessions_commands] )) ||
_warifu-backend__subcmd__help__subcmd__web__subcmd__sessions_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend help web sessions commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__init_commands] )) ||
_warifu-backend__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend init commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail_commands] )) ||
_warifu-backend__subcmd__mail_commands() {
    local commands; commands=(
'test:Send a letter through the configured mail server, to try it' \
'status:Say how many letters wait, are sent or have failed, and why' \
'retry:Let the running backend try the waiting and the failed letters again within a minute' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend mail commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__help_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__help_commands() {
    local commands; commands=(
'test:Send a letter through the configured mail server, to try it' \
'status:Say how many letters wait, are sent or have failed, and why' \
'retry:Let the running backend try the waiting and the failed letters again within a minute' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend mail help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__help__subcmd__retry_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__help__subcmd__retry_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail help retry commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__help__subcmd__status_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail help status commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__help__subcmd__test_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__help__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail help test commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__retry_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__retry_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail retry commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__status_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail status commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__mail__subcmd__test_commands] )) ||
_warifu-backend__subcmd__mail__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend mail test commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__openapi_commands] )) ||
_warifu-backend__subcmd__openapi_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend openapi commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__profile_commands] )) ||
_warifu-backend__subcmd__profile_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend profile commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__restore_commands] )) ||
_warifu-backend__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend restore commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__serve_commands] )) ||
_warifu-backend__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend serve commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user_commands] )) ||
_warifu-backend__subcmd__user_commands() {
    local commands; commands=(
'list:List a customer'\''s users' \
'show:Show a user' \
'unlock:Unlock a user who asked by paper\: a new initial password, and a notice' \
'reissue:Let a user who asked by paper obtain a new certificate\: a new initial password, and a notice' \
'suspend:Suspend a user; open sessions end at their next request' \
'name:Enter what a user is called; what is not given stays, and an empty text is taken away' \
'resume:Let a suspended user in again' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend user commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help_commands() {
    local commands; commands=(
'list:List a customer'\''s users' \
'show:Show a user' \
'unlock:Unlock a user who asked by paper\: a new initial password, and a notice' \
'reissue:Let a user who asked by paper obtain a new certificate\: a new initial password, and a notice' \
'suspend:Suspend a user; open sessions end at their next request' \
'name:Enter what a user is called; what is not given stays, and an empty text is taken away' \
'resume:Let a suspended user in again' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend user help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__list_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__name_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__name_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help name commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__reissue_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__reissue_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help reissue commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__resume_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help resume commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__show_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__suspend_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__suspend_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help suspend commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__help__subcmd__unlock_commands] )) ||
_warifu-backend__subcmd__user__subcmd__help__subcmd__unlock_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user help unlock commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__list_commands] )) ||
_warifu-backend__subcmd__user__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__name_commands] )) ||
_warifu-backend__subcmd__user__subcmd__name_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user name commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__reissue_commands] )) ||
_warifu-backend__subcmd__user__subcmd__reissue_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user reissue commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__resume_commands] )) ||
_warifu-backend__subcmd__user__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user resume commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__show_commands] )) ||
_warifu-backend__subcmd__user__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user show commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__suspend_commands] )) ||
_warifu-backend__subcmd__user__subcmd__suspend_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user suspend commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__user__subcmd__unlock_commands] )) ||
_warifu-backend__subcmd__user__subcmd__unlock_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend user unlock commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web_commands] )) ||
_warifu-backend__subcmd__web_commands() {
    local commands; commands=(
'check:Try all of it\: the certificate, the address, and each client as far as that can be seen from here' \
'keys:The keys that sign for services' \
'client:The services' \
'sessions:List the browsers that are logged in' \
'logouts:List the notices to services that a login has ended, the latest first' \
'configure:Print what to write at the service'\''s side, ready to paste' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend web commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__check_commands] )) ||
_warifu-backend__subcmd__web__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web check commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__client_commands] )) ||
_warifu-backend__subcmd__web__subcmd__client_commands() {
    local commands; commands=(
'secret:Make a secret for a client, and print it once, with the line for \`warifu.toml\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend web client commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__client__subcmd__help_commands] )) ||
_warifu-backend__subcmd__web__subcmd__client__subcmd__help_commands() {
    local commands; commands=(
'secret:Make a secret for a client, and print it once, with the line for \`warifu.toml\`' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend web client help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__client__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__web__subcmd__client__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web client help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__client__subcmd__help__subcmd__secret_commands] )) ||
_warifu-backend__subcmd__web__subcmd__client__subcmd__help__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web client help secret commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__client__subcmd__secret_commands] )) ||
_warifu-backend__subcmd__web__subcmd__client__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web client secret commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__configure_commands] )) ||
_warifu-backend__subcmd__web__subcmd__configure_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web configure commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help_commands() {
    local commands; commands=(
'check:Try all of it\: the certificate, the address, and each client as far as that can be seen from here' \
'keys:The keys that sign for services' \
'client:The services' \
'sessions:List the browsers that are logged in' \
'logouts:List the notices to services that a login has ended, the latest first' \
'configure:Print what to write at the service'\''s side, ready to paste' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend web help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__check_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help check commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__client_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__client_commands() {
    local commands; commands=(
'secret:Make a secret for a client, and print it once, with the line for \`warifu.toml\`' \
    )
    _describe -t commands 'warifu-backend web help client commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__client__subcmd__secret_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__client__subcmd__secret_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help client secret commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__configure_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__configure_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help configure commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__keys_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__keys_commands() {
    local commands; commands=(
'list:List them' \
'rotate:Have a new key sign from tomorrow on, when services have read it' \
    )
    _describe -t commands 'warifu-backend web help keys commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__keys__subcmd__list_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__keys__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help keys list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__keys__subcmd__rotate_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__keys__subcmd__rotate_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help keys rotate commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__logouts_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__logouts_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help logouts commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__help__subcmd__sessions_commands] )) ||
_warifu-backend__subcmd__web__subcmd__help__subcmd__sessions_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web help sessions commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys_commands() {
    local commands; commands=(
'list:List them' \
'rotate:Have a new key sign from tomorrow on, when services have read it' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend web keys commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys__subcmd__help_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys__subcmd__help_commands() {
    local commands; commands=(
'list:List them' \
'rotate:Have a new key sign from tomorrow on, when services have read it' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'warifu-backend web keys help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys__subcmd__help__subcmd__help_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web keys help help commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys__subcmd__help__subcmd__list_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web keys help list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys__subcmd__help__subcmd__rotate_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys__subcmd__help__subcmd__rotate_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web keys help rotate commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys__subcmd__list_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web keys list commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__keys__subcmd__rotate_commands] )) ||
_warifu-backend__subcmd__web__subcmd__keys__subcmd__rotate_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web keys rotate commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__logouts_commands] )) ||
_warifu-backend__subcmd__web__subcmd__logouts_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web logouts commands' commands "$@"
}
(( $+functions[_warifu-backend__subcmd__web__subcmd__sessions_commands] )) ||
_warifu-backend__subcmd__web__subcmd__sessions_commands() {
    local commands; commands=()
    _describe -t commands 'warifu-backend web sessions commands' commands "$@"
}

if [ "$funcstack[1]" = "_warifu-backend" ]; then
    _warifu-backend "$@"
else
    compdef _warifu-backend warifu-backend
fi
