//! Where this PC says which proxy to take: variables first, then what the operating system keeps.
//!
//! Reading is apart from understanding: what is read is a value, and what it means is decided by
//! functions that need no system, so that Windows' notations are tried on every one.

use std::ffi::OsString;

use url::Url;
use warifu_protocol::{Details, ErrorCode};

use super::exceptions::Exceptions;
use crate::{
    Failure,
    model::{
        proxy::{Proxy, without_secrets},
        settings::ProxyChoice,
    },
};

/// The name of the app's own setting, the user's or the IT department's.
const MANUAL: &str = "proxy_address";

/// The way to an address, as it is set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// Without a proxy.
    Direct,
    /// Without a proxy, past an auto-configuration script, which is not evaluated: that would run a
    /// program from the network. It may well have said the same.
    #[cfg_attr(
        not(any(windows, target_os = "macos", test)),
        expect(dead_code, reason = "only Windows and macOS keep it where every program may look")
    )]
    Script(String),
    /// Through a proxy.
    Proxy(Proxy, Provenance),
    /// Through a proxy that nobody can tell from what is set.
    NotUnderstood(NotUnderstood),
}

/// Where a proxy was found, for those who have to change it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Provenance {
    /// A variable or a setting.
    pub(crate) source: &'static str,
    /// What stands in the list of exceptions beside it and is not understood.
    pub(crate) odd_exceptions: Vec<String>,
}

/// A proxy that is set and cannot be understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NotUnderstood {
    /// A variable or a setting.
    pub(crate) source: &'static str,
    /// What is set, without what could be a name or a password.
    pub(crate) shown: String,
}

impl NotUnderstood {
    /// Where it is set, and what.
    pub(crate) fn place(&self) -> String {
        format!("{}={}", self.source, self.shown)
    }

    /// What the user is told.
    pub(crate) fn failure(&self) -> Failure {
        let place = Some(self.place());
        Failure::new(ErrorCode::ProxySettingInvalid).with(Details { place, ..Details::default() })
    }
}

/// A proxy that is set, whatever it may mean, and what needs none.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Setting {
    source: &'static str,
    /// None if it is not understood.
    proxy: Option<Proxy>,
    /// As it may be shown.
    shown: String,
    exceptions: Exceptions,
}

impl Setting {
    fn new(source: &'static str, text: &str, exceptions: Exceptions) -> Self {
        Self { source, proxy: Proxy::parse(text), shown: without_secrets(text), exceptions }
    }

    fn way(self, url: &Url) -> Way {
        let Self { source, proxy, shown, exceptions } = self;
        let Some((host, port)) = target(url) else { return Way::Direct };
        if exceptions.hold(&host, port) {
            return Way::Direct;
        }
        match proxy {
            Some(proxy) => {
                let odd_exceptions = exceptions.not_understood;
                Way::Proxy(proxy, Provenance { source, odd_exceptions })
            }
            None => Way::NotUnderstood(NotUnderstood { source, shown }),
        }
    }
}

/// The host, without the brackets of IPv6, and the port that an address leads to.
pub(crate) fn target(url: &Url) -> Option<(String, u16)> {
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    Some((host, url.port_or_known_default()?))
}

/// The way to `url` that a choice leads to.
pub(super) fn way(choice: &ProxyChoice, url: &Url) -> Way {
    match choice {
        ProxyChoice::None => Way::Direct,
        ProxyChoice::Manual { address } => {
            Setting::new(MANUAL, address, Exceptions::default()).way(url)
        }
        ProxyChoice::System => of_environment(warifu_platform::env::variable)
            .map_or_else(|| of_system(url), |setting| setting.way(url)),
    }
}

/// What the variables say, those of curl: each in small letters first. An empty one is as good as none.
fn of_environment(variable: impl Fn(&str) -> Option<OsString>) -> Option<Setting> {
    let read = |name: &'static str| {
        let text = variable(name)?.to_string_lossy().into_owned();
        (!text.trim().is_empty()).then_some((name, text))
    };
    let (source, text) =
        ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].into_iter().find_map(read)?;
    let exceptions = ["no_proxy", "NO_PROXY"].into_iter().find_map(read);
    let exceptions =
        exceptions.map(|(_, list)| Exceptions::of_environment(&list)).unwrap_or_default();
    Some(Setting::new(source, &text, exceptions))
}

#[cfg(windows)]
fn of_system(url: &Url) -> Way {
    windows::internet_settings().way(url)
}

#[cfg(target_os = "macos")]
fn of_system(url: &Url) -> Way {
    macos::network_settings().way(url)
}

#[cfg(not(any(windows, target_os = "macos")))]
fn of_system(_: &Url) -> Way {
    Way::Direct
}

/// What Windows keeps under `Internet Settings` in the registry.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg(any(windows, test))]
struct InternetSettings {
    /// `ProxyEnable`.
    enabled: bool,
    /// `ProxyServer`.
    server: String,
    /// `ProxyOverride`.
    exceptions: String,
    /// `AutoConfigURL`.
    script: String,
}

#[cfg(any(windows, test))]
impl InternetSettings {
    fn way(self, url: &Url) -> Way {
        let proxy = if self.enabled { self.setting() } else { None };
        let script = self.script.trim();
        match proxy {
            Some(setting) => setting.way(url),
            None if script.is_empty() => Way::Direct,
            None => Way::Script(script.to_owned()),
        }
    }

    /// The proxy for `https`; none if only other protocols have one.
    fn setting(&self) -> Option<Setting> {
        const SOURCE: &str = "ProxyServer";
        let exceptions = Exceptions::of_windows(&self.exceptions);
        Some(match for_https(&self.server) {
            ForHttps::Nothing => return None,
            ForHttps::Address(text) => Setting::new(SOURCE, &text, exceptions),
            ForHttps::NotUnderstood => {
                let shown = without_secrets(&self.server);
                Setting { source: SOURCE, proxy: None, shown, exceptions }
            }
        })
    }
}

/// What of `ProxyServer` is for `https`.
#[cfg(any(windows, test))]
#[derive(Clone, Debug, Eq, PartialEq)]
enum ForHttps {
    Nothing,
    Address(String),
    NotUnderstood,
}

/// Reads `ProxyServer`: an address for every protocol, or a list of `protocol=address`, in which
/// `socks` serves the protocols that are not named; separated by semicolons and blanks. Windows' own
/// programs take it so.
#[cfg(any(windows, test))]
fn for_https(list: &str) -> ForHttps {
    // Blanks around the sign are the writer's.
    let list = list.split('=').map(str::trim).collect::<Vec<_>>().join("=");
    if list.contains('@') {
        // Windows knows no login here. One for everything is clear all the same.
        return if list.contains('=') { ForHttps::NotUnderstood } else { ForHttps::Address(list) };
    }
    let separators = |c: char| c.is_whitespace() || matches!(c, ';' | ',');
    let (mut https, mut general, mut socks, mut odd) = (None, None, None, false);
    for part in list.split(separators).filter(|part| !part.is_empty()) {
        let Some((protocol, address)) = part.split_once('=') else {
            // Those that follow stand in for it.
            general = general.or(Some(part.to_owned()));
            continue;
        };
        let address = Some(address.to_owned()).filter(|address| !address.is_empty());
        match protocol.to_ascii_lowercase().as_str() {
            "https" => https = https.or(address),
            "socks" => socks = socks.or(address),
            "http" | "ftp" | "gopher" => {}
            _ => odd = true,
        }
    }
    let socks = socks.map(|one| if one.contains("://") { one } else { format!("socks://{one}") });
    match https.or(general).or(socks) {
        Some(address) => ForHttps::Address(address),
        None if odd => ForHttps::NotUnderstood,
        None => ForHttps::Nothing,
    }
}

#[cfg(windows)]
mod windows {
    use super::InternetSettings;

    pub(super) fn internet_settings() -> InternetSettings {
        let key = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
        let Ok(key) = windows_registry::CURRENT_USER.open(key) else {
            return InternetSettings::default();
        };
        let text = |name| key.get_string(name).unwrap_or_default();
        InternetSettings {
            enabled: key.get_u32("ProxyEnable").unwrap_or_default() != 0,
            server: text("ProxyServer"),
            exceptions: text("ProxyOverride"),
            script: text("AutoConfigURL"),
        }
    }
}

/// What macOS keeps for the network in use.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg(any(target_os = "macos", test))]
struct NetworkSettings {
    /// `HTTPSProxy` and `HTTPSPort`, if `HTTPSEnable` is set.
    https: Option<(String, Option<i32>)>,
    /// `SOCKSProxy` and `SOCKSPort`, if `SOCKSEnable` is set.
    socks: Option<(String, Option<i32>)>,
    /// `<local>` for `ExcludeSimpleHostnames`. `ExceptionsList` is not read: the bindings give it out
    /// through pointers alone.
    exceptions: Vec<String>,
    /// `ProxyAutoConfigURLString`, if `ProxyAutoConfigEnable` is set.
    script: Option<String>,
}

#[cfg(any(target_os = "macos", test))]
impl NetworkSettings {
    fn way(self, url: &Url) -> Way {
        // macOS does not see an IPv6 address in its own field as anything but a host.
        let address = |(host, port): (String, Option<i32>)| {
            let host = match host.parse::<std::net::Ipv6Addr>() {
                Ok(address) => format!("[{address}]"),
                Err(_) => host,
            };
            port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        };
        let exceptions = Exceptions::of_windows(&self.exceptions.join(" "));
        let proxy = match (self.https, self.socks) {
            (Some(https), _) => Some(("HTTPSProxy", address(https))),
            (None, Some(socks)) => Some(("SOCKSProxy", format!("socks://{}", address(socks)))),
            (None, None) => None,
        };
        match (proxy, self.script) {
            (Some((source, text)), _) => Setting::new(source, &text, exceptions).way(url),
            (None, Some(script)) => Way::Script(script),
            (None, None) => Way::Direct,
        }
    }
}

#[cfg(target_os = "macos")]
mod macos {
    use system_configuration::{
        core_foundation::{number::CFNumber, string::CFString},
        dynamic_store::SCDynamicStoreBuilder,
    };

    use super::NetworkSettings;

    pub(super) fn network_settings() -> NetworkSettings {
        let store = SCDynamicStoreBuilder::new("warifu").build();
        let Some(settings) = store.and_then(|store| store.get_proxies()) else {
            return NetworkSettings::default();
        };
        let find = |name: &'static str| settings.find(CFString::from_static_string(name));
        let number = |name| find(name)?.downcast::<CFNumber>()?.to_i32();
        let text = |name| Some(find(name)?.downcast::<CFString>()?.to_string());
        let enabled = |name| number(name) == Some(1);
        let place = |host, port| text(host).map(|host| (host, number(port)));
        NetworkSettings {
            https: if enabled("HTTPSEnable") { place("HTTPSProxy", "HTTPSPort") } else { None },
            socks: if enabled("SOCKSEnable") { place("SOCKSProxy", "SOCKSPort") } else { None },
            exceptions: if enabled("ExcludeSimpleHostnames") {
                vec![String::from("<local>")]
            } else {
                Vec::new()
            },
            script: if enabled("ProxyAutoConfigEnable") {
                text("ProxyAutoConfigURLString")
            } else {
                None
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> Url {
        Url::parse("https://service.example.jp:28444").unwrap()
    }

    /// `direct`, `script …`, the proxy and where it was found, or what is not understood.
    fn told(way: Way) -> String {
        match way {
            Way::Direct => String::from("direct"),
            Way::Script(script) => format!("script {script}"),
            Way::Proxy(proxy, from) => {
                let way = if proxy.is_understood() { "through" } else { "unsupported" };
                format!("{way} {} by {}", proxy.place(), from.source)
            }
            Way::NotUnderstood(odd) => format!("? {}", odd.place()),
        }
    }

    fn with_variables(variables: &[(&str, &str)]) -> String {
        let found = of_environment(|name| {
            variables.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into())
        });
        told(found.map_or(Way::Direct, |setting| setting.way(&url())))
    }

    #[test]
    fn the_variables_are_those_of_curl() {
        for (variables, expected) in [
            (&[][..], "direct"),
            (&[("HTTP_PROXY", "http://h:1")], "direct"),
            (&[("HTTPS_PROXY", "http://h:1")], "through h:1 by HTTPS_PROXY"),
            (&[("https_proxy", "h:1"), ("HTTPS_PROXY", "i:2")], "through h:1 by https_proxy"),
            (&[("https_proxy", ""), ("HTTPS_PROXY", "i:2")], "through i:2 by HTTPS_PROXY"),
            (&[("https_proxy", " "), ("ALL_PROXY", "i:2")], "through i:2 by ALL_PROXY"),
            (&[("all_proxy", "socks5h://h:1")], "unsupported h:1 by all_proxy"),
            (&[("HTTPS_PROXY", "h:1"), ("NO_PROXY", "example.jp")], "direct"),
            (&[("HTTPS_PROXY", "h:1"), ("no_proxy", "*")], "direct"),
            (&[("HTTPS_PROXY", "\"h:1\""), ("no_proxy", "*")], "direct"),
            (&[("HTTPS_PROXY", "\"http://h:1\"")], "? HTTPS_PROXY=\"http://h:…"),
            (&[("HTTPS_PROXY", "http://u:canary@h:x")], "? HTTPS_PROXY=http://…@h:…"),
            // One that cannot be used is not passed over for the next.
            (&[("HTTPS_PROXY", "htp://h:1"), ("ALL_PROXY", "i:2")], "? HTTPS_PROXY=htp://h:1"),
        ] {
            assert_eq!(with_variables(variables), expected, "{variables:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_not_understood() {
        use std::os::unix::ffi::OsStringExt as _;
        let found = of_environment(|name| {
            (name == "https_proxy").then(|| OsString::from_vec(b"http://\xff\xfe:1".to_vec()))
        });
        let way = found.unwrap().way(&url());
        assert!(matches!(way, Way::NotUnderstood(_)), "{way:?}");
    }

    #[test]
    fn each_notation_of_windows_is_understood() {
        for (server, expected) in [
            ("127.0.0.1:3999", "through 127.0.0.1:3999"),
            ("proxy", "through proxy:80"),
            ("http://proxy:8080", "through proxy:8080"),
            ("http://proxy:8080/", "through proxy:8080"),
            ("http=h:1;https=i:2", "through i:2"),
            ("HTTP=h:1;HTTPS=i:2;FTP=j:3;SOCKS=k:4", "through i:2"),
            ("https=i:2", "through i:2"),
            ("https=http://i:2", "through i:2"),
            (" https = i:2 ; http = h:1 ", "through i:2"),
            ("http=h:1 https=i:2", "through i:2"),
            ("http=h:1,https=i:2", "through i:2"),
            ("http=h:1;https=[::1]:2", "through [::1]:2"),
            ("h:1;i:2", "through h:1"),
            ("http=h:1;j:3", "through j:3"),
            ("socks=k:4", "unsupported k:4"),
            ("socks=socks5://k:4", "unsupported k:4"),
            ("http=h:1;socks=k:4", "unsupported k:4"),
            ("https=https://i:2", "unsupported i:2"),
            ("http=h:1;ftp=j:3", "direct"),
            ("http=h:1;https=", "direct"),
            ("", "direct"),
            (" ; ", "direct"),
            ("foo=h:1;https=i:2", "through i:2"),
            ("foo=h:1", "? foo=h:1"),
            ("https=i:x", "? i:…"),
            ("https=i:99999", "? i:99999"),
            ("https==i:1", "? =i:1"),
            ("https=htp://i:1", "? htp://i:1"),
            ("\"h:1\"", "? \"h:…"),
            ("h:1:2", "? h:…"),
            ("https=u:canary@i:1", "? …@i:1"),
            ("u:pw@i:1", "through i:1"),
        ] {
            let settings = InternetSettings {
                enabled: true,
                server: server.to_owned(),
                ..InternetSettings::default()
            };
            let found = told(settings.way(&url()));
            let found = found.replace(" by ProxyServer", "").replace("ProxyServer=", "");
            assert_eq!(found, expected, "{server}");
        }
    }

    #[test]
    fn windows_says_where_no_proxy_is_needed_and_when_a_script_decides() {
        let settings = |enabled, server: &str, exceptions: &str, script: &str| {
            let [server, exceptions, script] = [server, exceptions, script].map(str::to_owned);
            told(InternetSettings { enabled, server, exceptions, script }.way(&url()))
        };
        let script = "http://wpad/proxy.pac";
        assert_eq!(settings(false, "h:1", "", ""), "direct");
        assert_eq!(settings(true, "h:1", "*.example.jp;<local>", ""), "direct");
        assert_eq!(settings(true, "\"", "*.example.jp;<local>", ""), "direct");
        assert_eq!(settings(true, "h:1", "<local>", script), "through h:1 by ProxyServer");
        assert_eq!(settings(false, "h:1", "", script), format!("script {script}"));
        assert_eq!(settings(true, "", "", script), format!("script {script}"));
        assert_eq!(settings(true, "http=h:1", "", script), format!("script {script}"));
    }

    #[test]
    fn what_stands_oddly_among_the_exceptions_is_kept_for_the_diagnosis() {
        let settings = InternetSettings {
            enabled: true,
            server: String::from("h:1"),
            exceptions: String::from("intra(net);<local>"),
            ..InternetSettings::default()
        };
        let Way::Proxy(_, from) = settings.way(&url()) else { panic!("no proxy") };
        assert_eq!(from.odd_exceptions, ["intra(net)"]);
    }

    #[test]
    fn each_setting_of_macos_is_understood() {
        let place = |host: &str, port| Some((host.to_owned(), port));
        for (https, socks, script, expected) in [
            (place("h", Some(1)), None, None, "through h:1 by HTTPSProxy"),
            (place("h", None), place("k", Some(4)), None, "through h:80 by HTTPSProxy"),
            (place("::1", Some(1)), None, None, "through [::1]:1 by HTTPSProxy"),
            (place("two words", Some(1)), None, None, "? HTTPSProxy=two words:1"),
            (place("h", Some(70_000)), None, None, "? HTTPSProxy=h:70000"),
            (None, place("k", Some(4)), Some("s"), "unsupported k:4 by SOCKSProxy"),
            (None, None, Some("s"), "script s"),
            (None, None, None, "direct"),
        ] {
            let script = script.map(str::to_owned);
            let settings = NetworkSettings { https, socks, script, ..NetworkSettings::default() };
            assert_eq!(told(settings.way(&url())), expected);
        }
        let exceptions = vec![String::from("*.example.jp")];
        let https = place("h", Some(1));
        let settings = NetworkSettings { https, exceptions, ..NetworkSettings::default() };
        assert_eq!(told(settings.way(&url())), "direct");
    }
}
