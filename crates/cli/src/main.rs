//! The program `warifu-cli`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    warifu_cli::run().await
}
