//! The equipment of the end-to-end tests and of the demonstration: a desktop without a screen, a
//! running backend, and the app's real window in a WebDriver's hands.

pub mod backend;
pub mod clock;
#[cfg(target_os = "linux")]
pub mod desktop;
#[cfg(target_os = "linux")]
pub mod journey;
#[cfg(target_os = "linux")]
pub mod life;
pub mod places;
pub mod process;
#[cfg(target_os = "linux")]
pub mod proxy;
pub mod wait;
#[cfg(target_os = "linux")]
pub mod window;
