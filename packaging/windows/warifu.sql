-- What the MSI has beyond warifu.wxs, because wixl has no words for it: one statement a line, run by
-- msibuild on the finished file. Types of custom actions: 34 runs a program from a folder, 2 one
-- from inside the MSI, 51 sets a property; +64 whatever comes of it, +1024 with the other changes,
-- +2048 with the installer's rights.

-- The same version again is an upgrade too, and a downgrade is refused in words.
DELETE FROM `Upgrade` WHERE `ActionProperty` = 'WIX_UPGRADE_DETECTED'
INSERT INTO `Upgrade` (`UpgradeCode`, `VersionMax`, `Attributes`, `ActionProperty`) VALUES ('{7B1E7F0C-8A53-4F0A-9C60-5A1B6D2E9F41}', '@VERSION@', 513, 'WIX_UPGRADE_DETECTED')
DELETE FROM `LaunchCondition`
INSERT INTO `LaunchCondition` (`Condition`, `Description`) VALUES ('NOT WIX_DOWNGRADE_DETECTED', 'より新しいバージョンのWarifuがすでにインストールされています。 / A newer version of Warifu is installed.')
UPDATE `Property` SET `Value` = 'WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;PROFILE;START_AT_LOGIN;CLOSE_APP;REMOVE_USER_DATA;STARTED_AT_LOGIN;WEBVIEW2_OF_PC;WEBVIEW2_OF_USER' WHERE `Property` = 'SecureCustomProperties'

-- START_AT_LOGIN: 1 yes, anything else no, not given as before.
UPDATE `Component` SET `Condition` = 'START_AT_LOGIN = "1" OR (NOT START_AT_LOGIN AND STARTED_AT_LOGIN)' WHERE `Component` = 'StartAtLogin'

-- What Explorer calls connection profiles, and what it offers to do with one.
UPDATE `Registry` SET `Value` = 'Warifu接続プロファイル' WHERE `Value` = 'Warifu connection profile'
UPDATE `Registry` SET `Value` = 'Warifuに登録' WHERE `Value` = 'Add to Warifu'

-- Windows shows an app's notifications only if a shortcut in the Start menu carries its identifier.
CREATE TABLE `MsiShortcutProperty` (`MsiShortcutProperty` CHAR(72) NOT NULL, `Shortcut_` CHAR(72) NOT NULL, `PropertyKey` CHAR(0) NOT NULL, `PropVariantValue` CHAR(0) NOT NULL PRIMARY KEY `MsiShortcutProperty`)
INSERT INTO `MsiShortcutProperty` (`MsiShortcutProperty`, `Shortcut_`, `PropertyKey`, `PropVariantValue`) VALUES ('identifier', 'warifu.lnk', 'System.AppUserModel.ID', 'app.warifu.desktop')

-- PROFILE: copied beside the program, for everybody: by the first installation and by an upgrade, which
-- need an administrator. A repair does not on every Windows, and takes nothing of whoever asks for it.
-- Taken away with the program, but not by an upgrade.
CREATE TABLE `MoveFile` (`FileKey` CHAR(72) NOT NULL, `Component_` CHAR(72) NOT NULL, `SourceName` CHAR(255) LOCALIZABLE, `DestName` CHAR(255) LOCALIZABLE, `SourceFolder` CHAR(72), `DestFolder` CHAR(72) NOT NULL, `Options` SHORT NOT NULL PRIMARY KEY `FileKey`)
INSERT INTO `MoveFile` (`FileKey`, `Component_`, `DestName`, `SourceFolder`, `DestFolder`, `Options`) VALUES ('profile', 'StartMenu', 'profile.warifu.json', 'PROFILE', 'INSTALLDIR', 0)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('MoveFiles', 'NOT Installed AND NOT REINSTALL AND Privileged', 3800)
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('RemoveProfile', 3170, 'INSTALLDIR', '"[System64Folder]cmd.exe" /d /c if exist profile.warifu.json del /q profile.warifu.json')
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('RemoveProfile', 'REMOVE = "ALL" AND NOT UPGRADINGPRODUCTCODE', 3450)

-- CLOSE_APP=1: ends the app in every session, which may be in the tray and would keep its file. Not for
-- a repair, for the same reason.
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('CloseApp', 98, 'TARGETDIR', '"[System64Folder]taskkill.exe" /f /im warifu.exe')
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('CloseApp', 'CLOSE_APP = "1" AND NOT REINSTALL', 1390)

-- REMOVE_USER_DATA=1: the certificates, keys and settings of the user who uninstalls.
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('RemoveLocalData', 98, 'TARGETDIR', '"[System64Folder]cmd.exe" /d /c rmdir /s /q "[LocalAppDataFolder]app.warifu.desktop"')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('RemoveRoamingData', 98, 'TARGETDIR', '"[System64Folder]cmd.exe" /d /c rmdir /s /q "[AppDataFolder]app.warifu.desktop"')
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('RemoveLocalData', 'REMOVE = "ALL" AND NOT UPGRADINGPRODUCTCODE AND REMOVE_USER_DATA = "1"', 6610)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('RemoveRoamingData', 'REMOVE = "ALL" AND NOT UPGRADINGPRODUCTCODE AND REMOVE_USER_DATA = "1"', 6611)

-- The log says what to do about a PC without WebView2.
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('TellOfWebView2', 51, 'WEBVIEW2_MISSING', 'Warifu needs the Microsoft Edge WebView2 runtime: https://developer.microsoft.com/microsoft-edge/webview2/')
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('TellOfWebView2', '(NOT WEBVIEW2_OF_PC OR WEBVIEW2_OF_PC = "0.0.0.0") AND NOT WEBVIEW2_OF_USER AND NOT REMOVE', 60)
