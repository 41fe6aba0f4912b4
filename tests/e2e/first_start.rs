//! The first start, before there is any connection profile.

use anyhow::Result;
use system_tests::window::{AppWindow, Start};

#[test]
fn smoke() -> Result<()> {
    let desktop = system_tests::desktop::Desktop::start(&Default::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut s = Start::new(&desktop.home().join("app"));
        let window = AppWindow::open(&desktop, &s).await?;
        for i in 0..6 {
            let start = std::time::Instant::now();
            window.photograph(&desktop, format!("/tmp/s-{i}.png").as_ref()).await?;
            eprintln!("{i} {:?}", start.elapsed());
            if i % 2 == 1 {
                window.press("language").await?;
            }
        }
        let start = std::time::Instant::now();
        window.fill("profile-text", "{\"a\":").await?;
        eprintln!("fill {:?}", start.elapsed());
        let start = std::time::Instant::now();
        window.paste("profile-text", &"x".repeat(3000)).await?;
        eprintln!("paste {:?}", start.elapsed());
        window.close().await
    })
}
