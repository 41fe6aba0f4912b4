
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'warifu-cli' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'warifu-cli'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'warifu-cli' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the connection profiles and the certificates of this PC, with the days they have left')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Connection profiles')
            [CompletionResult]::new('proxy', 'proxy', [CompletionResultType]::ParameterValue, 'The proxies on the way to the service, and what they are told')
            [CompletionResult]::new('issue', 'issue', [CompletionResultType]::ParameterValue, 'Issue a certificate to this PC')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Check that a login works, and log out again')
            [CompletionResult]::new('renew', 'renew', [CompletionResultType]::ParameterValue, 'Renew a certificate and start the use of the new one, or finish a renewal that was interrupted')
            [CompletionResult]::new('transfer', 'transfer', [CompletionResultType]::ParameterValue, 'Show the code that moves a user from this PC to a new one')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check everything between this PC and a login; changes nothing')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'The record of what was done, as your provider exported it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;status' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;profile' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Keep the connection profile in a file')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connection profiles')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Forget a connection profile that no certificate on this PC needs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;profile;add' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;profile;list' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;profile;remove' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;profile;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Keep the connection profile in a file')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connection profiles')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Forget a connection profile that no certificate on this PC needs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;profile;help;add' {
            break
        }
        'warifu-cli;profile;help;list' {
            break
        }
        'warifu-cli;profile;help;remove' {
            break
        }
        'warifu-cli;profile;help;help' {
            break
        }
        'warifu-cli;proxy' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the proxies on the way to the service, and what is wrong with how they are set')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Keep, in the operating system''s keystore, the user name and password that a proxy wants')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget what the proxies are told')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;proxy;list' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;proxy;login' {
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user name')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The proxy, if there are several: host and port, as `proxy list` shows them')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;proxy;forget' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;proxy;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the proxies on the way to the service, and what is wrong with how they are set')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Keep, in the operating system''s keystore, the user name and password that a proxy wants')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget what the proxies are told')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;proxy;help;list' {
            break
        }
        'warifu-cli;proxy;help;login' {
            break
        }
        'warifu-cli;proxy;help;forget' {
            break
        }
        'warifu-cli;proxy;help;help' {
            break
        }
        'warifu-cli;issue' {
            [CompletionResult]::new('--customer', '--customer', [CompletionResultType]::ParameterName, 'The customer number')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user ID')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The connection profile, if there are several: its number, as `profile list` shows it')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--transfer-code-stdin', '--transfer-code-stdin', [CompletionResultType]::ParameterName, 'Read the code that the old PC shows from the first line of standard input; this PC takes the place of that one')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;login' {
            [CompletionResult]::new('--certificate', '--certificate', [CompletionResultType]::ParameterName, 'The certificate, if there are several: its number or thumbprint, as `status` shows them')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;renew' {
            [CompletionResult]::new('--certificate', '--certificate', [CompletionResultType]::ParameterName, 'The certificate, if there are several: its number or thumbprint, as `status` shows them')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;transfer' {
            [CompletionResult]::new('--certificate', '--certificate', [CompletionResultType]::ParameterName, 'The certificate, if there are several: its number or thumbprint, as `status` shows them')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Read the password from the next line of standard input instead of asking for it, and a new one, if it has to be changed, from the line after that')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;doctor' {
            [CompletionResult]::new('--bundle', '--bundle', [CompletionResultType]::ParameterName, 'Also write a file for support, without secrets; it must not exist yet')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;audit' {
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify an exported record: that nothing in it was changed, and nothing is missing up to its end')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;audit;verify' {
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The public half of the key that the provider signs with, as a file (PEM)')
            [CompletionResult]::new('--language', '--language', [CompletionResultType]::ParameterName, 'The language of the texts; that of the system if it is not given')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document on standard output, also after a failure')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'warifu-cli;audit;help' {
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify an exported record: that nothing in it was changed, and nothing is missing up to its end')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;audit;help;verify' {
            break
        }
        'warifu-cli;audit;help;help' {
            break
        }
        'warifu-cli;help' {
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the connection profiles and the certificates of this PC, with the days they have left')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Connection profiles')
            [CompletionResult]::new('proxy', 'proxy', [CompletionResultType]::ParameterValue, 'The proxies on the way to the service, and what they are told')
            [CompletionResult]::new('issue', 'issue', [CompletionResultType]::ParameterValue, 'Issue a certificate to this PC')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Check that a login works, and log out again')
            [CompletionResult]::new('renew', 'renew', [CompletionResultType]::ParameterValue, 'Renew a certificate and start the use of the new one, or finish a renewal that was interrupted')
            [CompletionResult]::new('transfer', 'transfer', [CompletionResultType]::ParameterValue, 'Show the code that moves a user from this PC to a new one')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check everything between this PC and a login; changes nothing')
            [CompletionResult]::new('audit', 'audit', [CompletionResultType]::ParameterValue, 'The record of what was done, as your provider exported it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'warifu-cli;help;status' {
            break
        }
        'warifu-cli;help;profile' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Keep the connection profile in a file')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connection profiles')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Forget a connection profile that no certificate on this PC needs')
            break
        }
        'warifu-cli;help;profile;add' {
            break
        }
        'warifu-cli;help;profile;list' {
            break
        }
        'warifu-cli;help;profile;remove' {
            break
        }
        'warifu-cli;help;proxy' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the proxies on the way to the service, and what is wrong with how they are set')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Keep, in the operating system''s keystore, the user name and password that a proxy wants')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Forget what the proxies are told')
            break
        }
        'warifu-cli;help;proxy;list' {
            break
        }
        'warifu-cli;help;proxy;login' {
            break
        }
        'warifu-cli;help;proxy;forget' {
            break
        }
        'warifu-cli;help;issue' {
            break
        }
        'warifu-cli;help;login' {
            break
        }
        'warifu-cli;help;renew' {
            break
        }
        'warifu-cli;help;transfer' {
            break
        }
        'warifu-cli;help;doctor' {
            break
        }
        'warifu-cli;help;audit' {
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify an exported record: that nothing in it was changed, and nothing is missing up to its end')
            break
        }
        'warifu-cli;help;audit;verify' {
            break
        }
        'warifu-cli;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
