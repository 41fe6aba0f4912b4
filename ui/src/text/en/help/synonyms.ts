import type { Synonyms } from "../../help/vocabulary";

/** What stands for each other in a search; a line for each meaning. */
export const synonyms: Synonyms = {
  words: `
    pc computer laptop notebook machine workstation desktop
    password passphrase pin pw
    forgot forgotten forget remember
    lost lose missing misplaced
    stolen theft thief
    new replace replacement replaced move switch
    broken defective crashed dead
    certificate cert
    renew renewal extend
    expiry expire expiration validity
    log login signin logon
    locked lock lockout
    unlock unblock
    notification reminder alert popup toast
    tray taskbar
    calendar outlook ics
    contact phone telephone call support helpdesk help-desk
    e-mail mail email
    name surname
    user colleague employee person member
    create add register
    delete remove left resigned
    suspend leave pause
    permission right access
    import csv excel spreadsheet bulk
    history audit record who
    telework home remote
    second two another several
    smartphone phone mobile iphone android tablet
    mac macos
    update upgrade version
    uninstall remove
    install setup download
    text font letters size
    large larger bigger small
    colours colors dark theme
    language japanese
    print paper pdf
    manual guide handbook
    connect connection network offline
    browser edge chrome firefox
    approve approval
    stuck hangs frozen
    interrupted broken-off
  `,
};
