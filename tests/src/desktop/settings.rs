//! The settings of the desktop's parts.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::Result;

/// Writes them below `config`, where the parts look.
pub(super) fn write(config: &Path) -> Result<()> {
    for (path, text) in [
        ("xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml", PANEL),
        ("dunst/dunstrc", NOTIFICATIONS),
        ("gtk-3.0/settings.ini", TOOLKIT),
    ] {
        let file = config.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text)?;
    }
    Ok(())
}

/// Makes a command what addresses of the web are opened with.
pub(super) fn write_browser(home: &Path, command: &[String]) -> Result<()> {
    const ENTRY: &str = "test-browser.desktop";
    let entries = home.join("data/applications");
    fs::create_dir_all(&entries)?;
    // Quoted as the specification of desktop entries wants it.
    let words: Vec<_> = command.iter().map(|word| format!("\"{word}\"")).collect();
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\nTerminal=false\n\
         MimeType=x-scheme-handler/http;x-scheme-handler/https;text/html;\n",
        words.join(" ")
    );
    fs::write(entries.join(ENTRY), entry)?;
    let choice = format!(
        "[Default Applications]\nx-scheme-handler/http={ENTRY}\nx-scheme-handler/https={ENTRY}\n\
         text/html={ENTRY}\n"
    );
    Ok(fs::write(home.join("config/mimeapps.list"), choice)?)
}

/// A session bus that starts what a session's bus starts, except a keyring.
pub(super) fn bus_without_keyring(home: &Path) -> Result<String> {
    let services = home.join("services");
    fs::create_dir(&services)?;
    for entry in fs::read_dir("/usr/share/dbus-1/services")?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.contains("secret") && !name.contains("keyring") {
            fs::copy(entry.path(), services.join(&*name))?;
        }
    }
    let mut text = String::new();
    write!(
        text,
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        services.display()
    )?;
    Ok(text)
}

/// One panel along the lower edge: open windows, and on the right the tray and a clock.
const PANEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=640;y=884"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="icon-size" type="int" value="22"/>
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock">
      <property name="mode" type="uint" value="2"/>
    </property>
  </property>
</channel>
"#;

const NOTIFICATIONS: &str = "\
[global]
    origin = top-right
    offset = 16x16
    width = 360
    font = Sans 11
    history_length = 100
";

/// A cursor that blinks makes pictures differ.
const TOOLKIT: &str = "\
[Settings]
gtk-cursor-blink = false
gtk-enable-animations = false
";
