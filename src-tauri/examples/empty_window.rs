//! A window of Tauri's with nothing in it: what `cargo xtask bench` measures the app's start beside.

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    let mut context = tauri::generate_context!();
    context.config_mut().app.windows.clear();
    let setup = |app: &mut tauri::App| {
        let blank = WebviewUrl::External("about:blank".parse()?);
        // As large as the app's.
        WebviewWindowBuilder::new(app, "empty", blank).inner_size(1024.0, 720.0).build()?;
        Ok(())
    };
    tauri::Builder::default().setup(setup).run(context)
}
