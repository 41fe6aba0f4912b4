//! The desktop's session bus, asked without the code under test.

use anyhow::{Context as _, Result};
use zbus::{
    blocking::{Connection, Proxy, connection},
    zvariant::{ObjectPath, OwnedObjectPath},
};

use crate::wait;

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
        const WATCHER: &str = "org.kde.StatusNotifierWatcher";
        let watcher = self.proxy(WATCHER, "/StatusNotifierWatcher", WATCHER)?;
        let registered: Vec<String> = watcher.get_property("RegisteredStatusNotifierItems")?;
        registered.iter().map(|item| self.tray_item(item)).collect()
    }

    /// `item` is a bus name and, unless the usual one is meant, a path.
    fn tray_item(&self, item: &str) -> Result<TrayItem> {
        let (name, path) = match item.find('/') {
            Some(at) => item.split_at(at),
            None => (item, "/StatusNotifierItem"),
        };
        let proxy = self.proxy(name, path, "org.kde.StatusNotifierItem")?;
        let menu: OwnedObjectPath = proxy.get_property("Menu")?;
        let (_, menu): (u32, MenuNode) = self
            .proxy(name, menu.as_str(), "com.canonical.dbusmenu")?
            .call("GetLayout", &(0_i32, -1_i32, Vec::<&str>::new()))?;
        Ok(TrayItem { id: proxy.get_property("Id")?, menu: labels(menu) })
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

fn labels((_, properties, children): MenuNode) -> Vec<String> {
    let own = properties.get("label").and_then(|label| String::try_from(label.clone()).ok());
    let below =
        children.into_iter().filter_map(|child| MenuNode::try_from(child).ok()).flat_map(labels);
    own.into_iter().chain(below).collect()
}
