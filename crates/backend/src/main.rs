//! The program `warifu-backend`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    warifu_backend::cli::run().await
}
