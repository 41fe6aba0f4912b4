//! The equipment of the end-to-end tests and of the demonstration: a desktop without a screen, a
//! running backend, the app's real window and a real browser in a WebDriver's hands, and a service
//! behind Apache that the login opens.

#[cfg(target_os = "linux")]
mod axe;
pub mod backend;
#[cfg(target_os = "linux")]
pub mod balancer;
#[cfg(target_os = "linux")]
pub mod browser;
pub mod clock;
#[cfg(target_os = "linux")]
pub mod desktop;
#[cfg(target_os = "linux")]
pub mod firefox;
#[cfg(target_os = "linux")]
pub mod journey;
#[cfg(target_os = "linux")]
pub mod life;
pub mod places;
pub mod postgresql;
pub mod process;
#[cfg(target_os = "linux")]
pub mod proxy;
#[cfg(target_os = "linux")]
pub mod relying_party;
#[cfg(target_os = "linux")]
pub mod site;
pub mod wait;
#[cfg(target_os = "linux")]
pub mod window;
