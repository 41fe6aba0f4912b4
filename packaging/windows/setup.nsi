; setup.exe: Warifu for one user, without administrator rights. README.md lists its switches and exit
; codes. `cargo xtask package windows` compiles it and defines:
;
;   VERSION   X.Y.Z
;   FILES     the include with the macros InstallPrograms and DeletePrograms
;   ICON      the icon
;   PICTURE   the picture beside the first and the last page
;   OUTPUT    where setup.exe goes
;   WEBVIEW2  optional: MicrosoftEdgeWebview2Setup.exe
;   SIGN      optional: an osslsigncode command line that lacks its two files

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
; Both programs share much; the second one finds it only in a dictionary as large as both (MiB).
SetCompressorDictSize 64
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "MUI2.nsh"
!include "WordFunc.nsh"
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"
!include "${FILES}"

!define NAME "Warifu"
!define PUBLISHER "Warifu"
; tauri.conf.json's identifier: the app's data folders, its single-instance mutex, its notifications.
!define IDENTIFIER "app.warifu.desktop"
!define PROGRAM "warifu.exe"
!define PROFILE "profile.warifu.json"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Warifu"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
; As in src-tauri/src/installed.rs, which takes the answer over into the user's settings.
!define ANSWER_KEY "Software\Warifu"
; The links of pages in the browser. Nothing may stand behind the link: what a page puts into it must not
; become another argument (src-tauri/src/arguments.rs).
!define SCHEME_KEY "Software\Classes\warifu"
; A double click on a connection profile. Windows knows files by what stands behind the last dot, so these
; are offered for every file in JSON: as one of those that can open it, never in the place of another. The
; command in the menu of a file is there for connection profiles alone.
!define PROFILE_CLASS "Warifu.Profile"
!define PROFILE_KEY "Software\Classes\${PROFILE_CLASS}"
!define JSON_KEY "Software\Classes\.json\OpenWithProgids"
!define MENU_KEY "Software\Classes\SystemFileAssociations\.json\shell\${PROFILE_CLASS}"
!define WEBVIEW2_CLIENT "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW2_PAGE "https://developer.microsoft.com/microsoft-edge/webview2/"

; Exit codes. 1 (cancelled) and 2 (aborted) are NSIS's own.
!define EXIT_WEBVIEW2_MISSING 3
!define EXIT_NEWER_INSTALLED 4
!define EXIT_RUNNING 5
!define EXIT_NO_PROFILE 6

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Warifu"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIFileVersion "${VERSION}.0"
!macro VersionTexts language description
  VIAddVersionKey /LANG=${language} "ProductName" "${NAME}"
  VIAddVersionKey /LANG=${language} "CompanyName" "${PUBLISHER}"
  VIAddVersionKey /LANG=${language} "FileDescription" "${description}"
  VIAddVersionKey /LANG=${language} "FileVersion" "${VERSION}"
  VIAddVersionKey /LANG=${language} "ProductVersion" "${VERSION}"
  VIAddVersionKey /LANG=${language} "LegalCopyright" "Apache-2.0"
!macroend
!insertmacro VersionTexts 1033 "Warifu Setup"
!insertmacro VersionTexts 1041 "Warifuセットアップ"

!ifdef SIGN
  !uninstfinalize `${SIGN} -in '%1' -out '%1.signed' && mv '%1.signed' '%1'` = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

; The first is what a Windows in a third language gets.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Japanese"

!macro Text name english japanese
  LangString ${name} ${LANG_ENGLISH} "${english}"
  LangString ${name} ${LANG_JAPANESE} "${japanese}"
!macroend
!insertmacro Text SectionProgram "Warifu (required)" "Warifu本体（必須）"
!insertmacro Text SectionStart "Start Warifu at sign-in" "パソコンへのサインイン時にWarifuを自動的に起動する"
!insertmacro Text AboutProgram \
  "The app, and its entry in the Start menu." \
  "アプリ本体とスタートメニューのショートカットをインストールします。"
!insertmacro Text AboutStart \
  "Warifu waits in the notification area and warns before a certificate expires. Can be changed in the app." \
  "Warifuが通知領域に常駐し、電子証明書の有効期限が近づくとお知らせします。この設定は、後からアプリで変更できます。"
!insertmacro Text AboutRemoveProgram \
  "Removes the app. The certificates on this PC are kept." \
  "アプリを削除します。このパソコンの電子証明書は残ります。"
!insertmacro Text SectionRemoveData "Delete certificates, keys and settings (cannot be undone)" "電子証明書・秘密鍵・設定も削除する（元に戻せません）"
!insertmacro Text AboutRemoveData \
  "Deletes the certificates, keys and settings of this user. Logging in on this PC again then needs a reissue." \
  "この利用者の電子証明書、秘密鍵、設定を削除します。再びこのパソコンでログインするには、電子証明書の再発行が必要です。"
!insertmacro Text ProfileType "Warifu connection profile" "Warifu接続プロファイル"
!insertmacro Text ProfileMenu "Add to Warifu" "Warifuに登録"
!insertmacro Text Newer \
  "A newer version of Warifu ($R1) is installed. Setup ends without changing anything." \
  "より新しいバージョンのWarifu（$R1）がすでにインストールされています。変更を行わずにセットアップを終了します。"
!insertmacro Text Running \
  "Warifu is running.$\r$\n$\r$\nQuit it from the menu of its icon in the notification area, then choose Retry." \
  "Warifuが起動しています。$\r$\n$\r$\n通知領域にあるWarifuのアイコンのメニューから終了したうえで、［再試行］を押してください。"
!insertmacro Text NoProfile \
  "The connection profile cannot be read:$\r$\n$R1" \
  "接続プロファイルを読み込めません。$\r$\n$R1"
!insertmacro Text NoWebView2 \
  "Warifu was installed. To start it, the Microsoft Edge WebView2 runtime is needed, which is not on this PC yet.$\r$\n$\r$\nPlease install it from:$\r$\n${WEBVIEW2_PAGE}" \
  "Warifuをインストールしました。Warifuの起動にはMicrosoft Edge WebView2ランタイムが必要ですが、このパソコンにはインストールされていません。$\r$\n$\r$\n次のWebページから入手し、インストールしてください。$\r$\n${WEBVIEW2_PAGE}"

Var Log
Var ProfileFile

; Writes a line into %TEMP%\warifu-setup.log, for silent installations. Always English.
!macro Log text
  FileOpen $Log "$TEMP\warifu-setup.log" a
  ${If} $Log != ""
    FileSeek $Log 0 END
    FileWriteUTF16LE /BOM $Log "${NAME} ${VERSION}: ${text}$\r$\n"
    FileClose $Log
  ${EndIf}
!macroend
!define Log "!insertmacro Log"

; Pops the name of a switch, such as "/PROFILE=", and pushes its value; without it sets the error flag
; and pushes nothing but "". Takes the words as Windows does: `/PROFILE="C:\a b"` and
; `"/PROFILE=C:\a b"` are the same, and FileFunc's GetOptions does not know the second, which is how
; PowerShell and deployment tools write it.
!macro FindSwitch un
  Function ${un}FindSwitch
    Exch $0
    Push $1
    Push $2
    Push $3
    Push $4
    Push $5
    StrLen $1 $0
    System::Call 'kernel32::GetCommandLineW() p.r2'
    System::Call 'shell32::CommandLineToArgvW(p r2, *i.r3) p.r4'
    StrCpy $2 $4
    ${Do}
      IntOp $3 $3 - 1
      ${If} $3 <= 0
        SetErrors
        StrCpy $0 ""
        ${Break}
      ${EndIf}
      IntPtrOp $2 $2 + ${NSIS_PTR_SIZE}
      System::Call '*$2(w.r5)'
      Push $5
      StrCpy $5 $5 $1
      ${If} $5 == $0
        Pop $5
        StrCpy $0 $5 "" $1
        ${Break}
      ${EndIf}
      Pop $5
    ${Loop}
    System::Call 'kernel32::LocalFree(p r4)'
    Pop $5
    Pop $4
    Pop $3
    Pop $2
    Pop $1
    Exch $0
  FunctionEnd
!macroend
!insertmacro FindSwitch ""
!insertmacro FindSwitch "un."
!macro GetSwitch un name value
  ClearErrors
  Push "/${name}="
  Call ${un}FindSwitch
  Pop ${value}
!macroend
!define GetSwitch '!insertmacro GetSwitch ""'
!define un.GetSwitch '!insertmacro GetSwitch "un."'

!macro Refuse code text question
  ${Log} "${text}"
  ${IfNot} ${Silent}
    MessageBox MB_OK|MB_ICONEXCLAMATION "${question}"
  ${EndIf}
  SetErrorLevel ${code}
  Quit
!macroend

; Sets $0 to 1 if the app runs: in this session it holds a mutex, and in whichever session Windows
; keeps the running program from being written.
!macro IsRunning
  StrCpy $0 0
  System::Call 'kernel32::OpenMutex(i 0x100000, i 0, t "${IDENTIFIER}-sim") p .r1'
  ${If} $1 P<> 0
    System::Call 'kernel32::CloseHandle(p r1)'
    StrCpy $0 1
  ${ElseIf} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $1 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $0 1
    ${Else}
      FileClose $1
    ${EndIf}
  ${EndIf}
!macroend

!macro WaitUntilClosed un
  Function ${un}WaitUntilClosed
    again:
    !insertmacro IsRunning
    ${If} $0 == 1
      ${Log} "Warifu is running"
      ${IfNot} ${Silent}
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" IDRETRY again
      ${EndIf}
      SetErrorLevel ${EXIT_RUNNING}
      Quit
    ${EndIf}
  FunctionEnd
!macroend
!insertmacro WaitUntilClosed ""
!insertmacro WaitUntilClosed "un."

; Sets $0 to the version of the WebView2 runtime, or to nothing. Microsoft's page on its
; distribution names these three places.
!macro FindWebView2
  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\${WEBVIEW2_CLIENT}" "pv"
  ${If} $0 == ""
    ReadRegStr $0 HKLM "SOFTWARE\${WEBVIEW2_CLIENT}" "pv"
  ${EndIf}
  ${If} $0 == ""
    ReadRegStr $0 HKCU "Software\${WEBVIEW2_CLIENT}" "pv"
  ${EndIf}
  ${If} $0 == "0.0.0.0"
    StrCpy $0 ""
  ${EndIf}
!macroend

; Windows shows an app's notifications only if a shortcut in the Start menu carries its identifier.
!macro NameShortcut shortcut
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("${shortcut}", ${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call 'oleaut32::SysAllocString(w "${IDENTIFIER}") p.r3'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_BSTR},,p r3)p.r5'
        ${IPropertyStore::SetValue} $2 '($4,$5)'
        System::Call 'oleaut32::SysFreeString(p r3)'
        System::Free $4
        System::Free $5
        ${IPropertyStore::Commit} $2 ""
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("${shortcut}",1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
!macroend

Section "$(SectionProgram)" InstallProgram
  SectionIn RO
  SetOutPath "$INSTDIR"
  SetOverwrite on
  !insertmacro InstallPrograms
  ${If} $ProfileFile != ""
    CopyFiles /SILENT "$ProfileFile" "$INSTDIR\${PROFILE}"
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\Warifu.lnk" "$INSTDIR\${PROGRAM}"
  !insertmacro NameShortcut "$SMPROGRAMS\Warifu.lnk"

  WriteRegStr HKCU "${SCHEME_KEY}" "" "URL:${NAME}"
  WriteRegStr HKCU "${SCHEME_KEY}" "URL Protocol" ""
  WriteRegStr HKCU "${SCHEME_KEY}\DefaultIcon" "" '"$INSTDIR\${PROGRAM}",0'
  WriteRegStr HKCU "${SCHEME_KEY}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" --link "%1"'

  WriteRegStr HKCU "${PROFILE_KEY}" "" "$(ProfileType)"
  WriteRegStr HKCU "${PROFILE_KEY}\DefaultIcon" "" '"$INSTDIR\${PROGRAM}",0'
  WriteRegStr HKCU "${PROFILE_KEY}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" --open-profile "%1"'
  WriteRegStr HKCU "${JSON_KEY}" "${PROFILE_CLASS}" ""
  WriteRegStr HKCU "${MENU_KEY}" "" "$(ProfileMenu)"
  WriteRegStr HKCU "${MENU_KEY}" "AppliesTo" 'System.FileName:~>".warifu.json"'
  WriteRegStr HKCU "${MENU_KEY}" "Icon" '"$INSTDIR\${PROGRAM}",0'
  WriteRegStr HKCU "${MENU_KEY}\command" "" '"$INSTDIR\${PROGRAM}" --open-profile "%1"'
  ; SHCNE_ASSOCCHANGED: Explorer looks again.
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Section "$(SectionStart)" StartAtLogin
  WriteRegStr HKCU "${RUN_KEY}" "${NAME}" '"$INSTDIR\${PROGRAM}" --hidden'
SectionEnd

; The app's settings decide from its next start on, and take this answer over then. A silent upgrade
; that says nothing about the start at login leaves things as they are.
Section "-Answer"
  ${GetSwitch} "STARTATLOGIN" $1
  ${If} ${Silent}
  ${AndIf} ${Errors}
    Return
  ${EndIf}
  ${If} ${SectionIsSelected} ${StartAtLogin}
    WriteRegDWORD HKCU "${ANSWER_KEY}" "StartAtLogin" 1
  ${Else}
    DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
    WriteRegDWORD HKCU "${ANSWER_KEY}" "StartAtLogin" 0
  ${EndIf}
SectionEnd

Section "-WebView2"
  !insertmacro FindWebView2
  !ifdef WEBVIEW2
    ${If} $0 == ""
      InitPluginsDir
      File "/oname=$PLUGINSDIR\webview2.exe" "${WEBVIEW2}"
      ExecWait '"$PLUGINSDIR\webview2.exe" /silent /install' $1
      ${Log} "MicrosoftEdgeWebview2Setup.exe ended with $1"
      !insertmacro FindWebView2
    ${EndIf}
  !endif
  ${If} $0 == ""
    ${Log} "installed; the WebView2 runtime is missing, see ${WEBVIEW2_PAGE}"
    SetErrorLevel ${EXIT_WEBVIEW2_MISSING}
    ${IfNot} ${Silent}
      MessageBox MB_OK|MB_ICONINFORMATION "$(NoWebView2)"
    ${EndIf}
  ${Else}
    ${Log} "installed"
    SetErrorLevel 0
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${InstallProgram} "$(AboutProgram)"
  !insertmacro MUI_DESCRIPTION_TEXT ${StartAtLogin} "$(AboutStart)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  ReadRegStr $R1 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${VERSION}" $0
    ${If} $0 == 1
      !insertmacro Refuse ${EXIT_NEWER_INSTALLED} "version $R1 is installed, which is newer" "$(Newer)"
    ${EndIf}
  ${EndIf}

  ${GetSwitch} "PROFILE" $R1
  ${IfNot} ${Errors}
    GetFullPathName $ProfileFile "$R1"
    ${If} $ProfileFile == ""
    ${OrIfNot} ${FileExists} "$ProfileFile"
    ${OrIf} ${FileExists} "$ProfileFile\*.*"
      !insertmacro Refuse ${EXIT_NO_PROFILE} "the connection profile cannot be read: $R1" "$(NoProfile)"
    ${EndIf}
  ${EndIf}

  ; What an upgrade proposes is what there is.
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ReadRegStr $1 HKCU "${RUN_KEY}" "${NAME}"
  ${If} $1 == ""
    ${If} ${Silent}
    ${OrIf} $0 != ""
      !insertmacro UnselectSection ${StartAtLogin}
    ${EndIf}
  ${EndIf}
  ${GetSwitch} "STARTATLOGIN" $R1
  ${IfNot} ${Errors}
    ${If} $R1 == "1"
      !insertmacro SelectSection ${StartAtLogin}
    ${Else}
      !insertmacro UnselectSection ${StartAtLogin}
    ${EndIf}
  ${EndIf}

  Call WaitUntilClosed
FunctionEnd

Section "un.$(SectionProgram)" RemoveProgram
  SectionIn RO
  !insertmacro DeletePrograms
  Delete "$INSTDIR\${PROFILE}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Warifu.lnk"
  DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "${NAME}"
  DeleteRegKey HKCU "${ANSWER_KEY}"
  DeleteRegKey HKCU "${SCHEME_KEY}"
  DeleteRegKey HKCU "${PROFILE_KEY}"
  DeleteRegKey HKCU "${MENU_KEY}"
  DeleteRegValue HKCU "${JSON_KEY}" "${PROFILE_CLASS}"
  DeleteRegKey /ifempty HKCU "${JSON_KEY}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.json"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd

Section /o "un.$(SectionRemoveData)" RemoveData
  RMDir /r "$LOCALAPPDATA\${IDENTIFIER}"
  RMDir /r "$APPDATA\${IDENTIFIER}"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${RemoveProgram} "$(AboutRemoveProgram)"
  !insertmacro MUI_DESCRIPTION_TEXT ${RemoveData} "$(AboutRemoveData)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  ${un.GetSwitch} "REMOVEUSERDATA" $R1
  ${IfNot} ${Errors}
  ${AndIf} $R1 == "1"
    !insertmacro SelectSection ${RemoveData}
  ${EndIf}
  Call un.WaitUntilClosed
FunctionEnd
