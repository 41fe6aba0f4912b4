-- Added to warifu.sql when redist/ holds MicrosoftEdgeWebview2Setup.exe, which the MSI then carries.
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('InstallWebView2', 3138, 'WebView2Setup', '/silent /install')
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('InstallWebView2', 'WEBVIEW2_MISSING', 5900)
