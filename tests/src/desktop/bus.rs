//! The desktop's session bus, asked without the code under test.

use anyhow::{Context as _, Result, bail};
use zbus::{
    blocking::{Connection, Proxy, connection},
    zvariant::{ObjectPath, OwnedObjectPath, Value},
};

use crate::wait;

/// Where icons register themselves for the tray.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// A connection to the session bus.
#[derive(Clone, Debug)]
pub struct Bus(Connection);

impl Bus {
    pub(super) fn connect(address: &str) -> Result<Self> {
        let built = connection::Builder::address(address).and_then(connection::Builder::build);
        Ok(Self(built.context("the session bus cannot be reached")?))
    }

    /// Waits until someone on the bus has `name`; `check` says whether that can still happen.
    pub(super) fn wait_for(&self, name: &str, mut check: impl FnMut() -> Result<()>) -> Result<()> {
        wait::until(&format!("{name} is on the session bus"), || {
            check()?;
            Ok(self.has(name)?.then_some(()))
        })
    }

    /// Whether someone on the bus has `name`.
    ///
    /// # Errors
    ///
    /// When the bus cannot be asked.
    pub fn has(&self, name: &str) -> Result<bool> {
        let bus = self.proxy("org.freedesktop.DBus", "/", "org.freedesktop.DBus")?;
        Ok(bus.call("NameHasOwner", &(name,))?)
    }

    /// The titles of the icons in the tray (StatusNotifierItem).
    ///
    /// # Errors
    ///
    /// When the tray cannot be asked.
    pub fn tray(&self) -> Result<Vec<TrayItem>> {
        let watcher = self.proxy(WATCHER, "/StatusNotifierWatcher", WATCHER)?;
        let registered: Vec<String> = watcher.get_property("RegisteredStatusNotifierItems")?;
        registered.iter().map(|item| self.tray_item(item)).collect()
    }

    /// Chooses a line of the menu of the one icon in the tray.
    ///
    /// # Errors
    ///
    /// When there is no such icon or line, or the tray cannot be asked.
    pub fn choose_in_tray(&self, label: &str) -> Result<()> {
        let watcher = self.proxy(WATCHER, "/StatusNotifierWatcher", WATCHER)?;
        let registered: Vec<String> = watcher.get_property("RegisteredStatusNotifierItems")?;
        let [item] = &registered[..] else { bail!("not one icon: {registered:?}") };
        let (_, menu) = self.icon_and_menu(item)?;
        let (_, root): (u32, MenuNode) =
            menu.call("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new()))?;
        let lines = lines(root);
        let line = lines.iter().find(|(_, own)| own == label);
        let (id, _) = line.with_context(|| format!("no {label} among {lines:?}"))?;
        Ok(menu.call("Event", &(id, "clicked", Value::from(0_i32), 0_u32))?)
    }

    fn tray_item(&self, item: &str) -> Result<TrayItem> {
        let (icon, menu) = self.icon_and_menu(item)?;
        let (_, root): (u32, MenuNode) =
            menu.call("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new()))?;
        let menu = lines(root).into_iter().map(|(_, label)| label).collect();
        Ok(TrayItem { id: icon.get_property("Id")?, menu })
    }

    /// `item` is a bus name and, unless the usual one is meant, a path.
    fn icon_and_menu(&self, item: &str) -> Result<(Proxy<'static>, Proxy<'static>)> {
        let (name, path) = match item.find('/') {
            Some(at) => item.split_at(at),
            None => (item, "/StatusNotifierItem"),
        };
        let icon = self.proxy(name, path, "org.kde.StatusNotifierItem")?;
        let menu: OwnedObjectPath = icon.get_property("Menu")?;
        let menu = self.proxy(name, menu.as_str(), "com.canonical.dbusmenu")?;
        Ok((icon, menu))
    }

    /// Locks the keyring, as its owner can.
    pub(super) fn lock_keyring(&self) -> Result<()> {
        const SERVICE: &str = "org.freedesktop.secrets";
        const INTERFACE: &str = "org.freedesktop.Secret.Service";
        let service = self.proxy(SERVICE, "/org/freedesktop/secrets", INTERFACE)?;
        let collection: OwnedObjectPath = service.call("ReadAlias", &("default",))?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            service.call("Lock", &(vec![ObjectPath::from(collection)],))?;
        anyhow::ensure!(prompt.as_str() == "/", "locking the keyring asks somebody");
        Ok(())
    }

    fn proxy(&self, name: &str, path: &str, interface: &str) -> Result<Proxy<'static>> {
        let (name, path, interface) = (name.to_owned(), path.to_owned(), interface.to_owned());
        Ok(Proxy::new(&self.0, name, path, interface)?)
    }
}

/// An icon in the tray.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrayItem {
    /// What its program calls it.
    pub id: String,
    /// The lines of its menu.
    pub menu: Vec<String>,
}

/// A menu in the shape of com.canonical.dbusmenu: number, properties, children.
type MenuNode = (
    i32,
    std::collections::HashMap<String, zbus::zvariant::OwnedValue>,
    Vec<zbus::zvariant::OwnedValue>,
);

/// The lines of a menu that say something, with their numbers.
fn lines((id, properties, children): MenuNode) -> Vec<(i32, String)> {
    let own = properties.get("label").and_then(|label| String::try_from(label.clone()).ok());
    let below =
        children.into_iter().filter_map(|child| MenuNode::try_from(child).ok()).flat_map(lines);
    own.map(|label| (id, label)).into_iter().chain(below).collect()
}
