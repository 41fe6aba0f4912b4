//! The demonstration behind `cargo xtask demo`: a sample backend, and the app on it.
//!
//! With a display it opens the app and stays until the app is quit. With `--headless` it does the
//! main job by itself in the app's real window, on a screen of its own, and succeeds only if the
//! backend has recorded the login. With `--dev` the screens come from Vite, and change while one edits
//! them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to a person")]

use std::{
    fs,
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use system_tests::{
    backend::{Backend, CUSTOMER_NAME, Customer, Provider},
    places,
    process::{self, Output, Process},
    wait::{PATIENCE, until_async},
};
use tokio::net::TcpStream;
use warifu_platform::port;

use self::service::Service;

#[cfg_attr(target_os = "linux", path = "demo/service.rs")]
#[cfg_attr(not(target_os = "linux"), path = "demo/no_service.rs")]
mod service;

#[derive(Parser)]
struct Arguments {
    /// Do the main job on a screen of its own
    #[arg(long)]
    headless: bool,
    /// Have Vite serve the screens to an app that was built without them
    #[arg(long, conflicts_with = "headless")]
    dev: bool,
}

/// Where Vite serves, as in tauri.conf.json and ui/vite.config.ts.
const VITE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 5173);

/// The sample provider, with its backend running.
struct Demo {
    dir: PathBuf,
    group: String,
    provider: Provider,
    customer: Customer,
    backend: Backend,
    /// The service that the main menu opens, where it can be had.
    service: Option<Service>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What was started ends here, however it went.
async fn run(arguments: &Arguments) -> Result<()> {
    let dir = places::target()?.join(if arguments.dev { "dev" } else { "demo" });
    let group = dir.display().to_string();
    let done = tokio::select! {
        done = demonstrate(&dir, &group, arguments) => done,
        // How a person ends it; the job of the headless one is cut short.
        signal = stopped() => signal.and_then(|()| {
            ensure!(!arguments.headless, "stopped");
            Ok(())
        }),
    };
    process::sweep(&group);
    done
}

async fn demonstrate(dir: &Path, group: &str, arguments: &Arguments) -> Result<()> {
    let mut demo = Demo::set_up(dir, group)?;
    demo.introduce();
    if arguments.headless {
        return demo.tour().await;
    }
    let mut vite = if arguments.dev { Some(demo.serve_screens().await?) } else { None };
    demo.open(vite.as_mut()).await
}

impl Demo {
    /// Starts from nothing: whatever an earlier run left, running or on disk, goes first.
    fn set_up(dir: &Path, group: &str) -> Result<Self> {
        process::sweep(group);
        if let Err(error) = fs::remove_dir_all(dir)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error).with_context(|| format!("cannot remove {}", dir.display()));
        }
        let provider = Provider::set_up(&dir.join("backend"), group, ports([18443, 18444])?)?;
        let customer = provider.add_customer()?;
        fs::write(profile_file(dir), provider.profile()?)?;
        let service = Service::set_up(dir, group, &provider, ports([18445, 18446])?)?;
        let backend = provider.serve()?;
        let (dir, group) = (dir.to_owned(), group.to_owned());
        Ok(Self { dir, group, provider, customer, backend, service })
    }

    fn introduce(&self) {
        println!();
        println!("A sample backend is running: {}", self.backend.announced());
        println!();
        println!("  お客さま名          {CUSTOMER_NAME}");
        println!("  お客さま番号        {}    (customer number)", self.customer.number);
        println!("  ユーザID            {}     (user ID)", self.customer.user_id);
        println!("  初期パスワード      {}    (initial password)", self.customer.initial_password);
        println!("  接続プロファイル    {}", profile_file(&self.dir).display());
        println!();
        match &self.service {
            Some(service) => {
                println!("The main menu opens the provider's sample service, logged in:");
                println!();
                println!("  債権照会            {}", service.address());
                println!("  ログイン            {}    (OpenID Connect)", service.login());
            }
            None => {
                println!("There is no sample service to be opened: it is Debian's Apache with");
                println!("mod_auth_openidc, in Chromium. The main menu's entries lead nowhere.");
            }
        }
        println!();
    }

    /// Starts Vite on the screens' sources.
    async fn serve_screens(&self) -> Result<Process> {
        // Whoever is there already would be taken for Vite.
        TcpListener::bind(VITE)
            .with_context(|| format!("port {} is in use; end what listens there", VITE.1))?;
        let ui = places::workspace().join("ui");
        let mut command = Command::new("node");
        command
            .arg(ui.join("node_modules/vite/bin/vite.js"))
            .current_dir(&ui)
            .stdin(Stdio::null())
            .env(process::GROUP, &self.group);
        let mut vite = Process::spawn("vite", &mut command, &self.dir, Output::Logged)?;
        until_async("Vite answers", PATIENCE, async || {
            vite.check()?;
            Ok(TcpStream::connect(VITE).await.ok())
        })
        .await?;
        println!("The screens come from ui/src, and change in the window as they are saved.");
        println!("Changes in Rust want a new start. Vite and the app write their logs in");
        println!("{}.", self.dir.display());
        println!();
        Ok(vite)
    }

    /// Opens the app for a person, and stays until it is quit.
    async fn open(&mut self, mut vite: Option<&mut Process>) -> Result<()> {
        let mut command = Command::new(places::built("warifu")?);
        command
            .arg("--add-profile")
            .arg(profile_file(&self.dir))
            .env("WARIFU_DATA_DIR", self.dir.join("app"))
            .env(process::GROUP, &self.group);
        let _browser = match &self.service {
            Some(service) => Some(service.show(&self.dir, &self.group, &mut command)?),
            None => None,
        };
        let mut app = Process::spawn("app", &mut command, &self.dir, Output::Logged)?;
        println!(
            "The app is open. Closing its window leaves it in the tray; quitting it there, or"
        );
        println!("Ctrl-C here, ends the demonstration.");
        if self.service.is_some() {
            println!();
            println!(
                "In the app: issue a certificate with the data above, log in, and press 債権照会."
            );
            println!(
                "Chromium shows the service's page with your name. Then, in another terminal:"
            );
            println!();
            let program = places::built("warifu-backend")?;
            println!(
                "  {} user suspend --dir {} --customer {} --user {}",
                program.display(),
                self.provider.dir().display(),
                self.customer.number,
                self.customer.user_id
            );
            println!();
            println!("and ask for the page again: it is gone.");
        }
        loop {
            self.backend.check()?;
            if let Some(vite) = &mut vite {
                vite.check()?;
            }
            if let Some(status) = app.ended()? {
                if status.success() {
                    return Ok(());
                }
                bail!("the app ended ({status}):\n{}", app.log_tail());
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }

    #[cfg(not(target_os = "linux"))]
    async fn tour(&mut self) -> Result<()> {
        bail!("a screen of its own can only be had on Linux")
    }

    /// Does the main job, and makes sure that it was real.
    #[cfg(target_os = "linux")]
    async fn tour(&mut self) -> Result<()> {
        use std::time::Instant;
        use system_tests::{
            browser,
            desktop::{Desktop, Wanted},
            journey,
            window::{AppWindow, Start},
        };

        let began = Instant::now();
        let say = |text: &str| println!("{:7.2} s  {text}", began.elapsed().as_secs_f32());
        let wanted = Wanted { group: Some(self.group.clone()), ..Wanted::default() };
        let desktop = Desktop::start(&wanted)?;
        say("a screen, a session bus, an unlocked keyring, a panel");
        let service = self.service.as_ref().context("the sample service is not installed")?;
        let chromium = service.browser(&desktop).await?;
        let mut start = Start::new(&self.dir.join("app"));
        start.environment = browser::environment();
        let window = AppWindow::open(&desktop, &start).await?;
        say("the app's window and a browser are open");

        let mut observer = async |window: &AppWindow, screen: journey::Screen| {
            say(&format!("{}  {}", screen.name, screen.done));
            let picture = self.dir.join(format!("{}.png", screen.name));
            window.photograph(&desktop, &picture).await
        };
        let profile = self.provider.profile()?;
        journey::main_job(&window, &profile, &self.customer, &mut observer).await.inspect_err(
            |_| {
                // The error itself says more than a missing picture would.
                let _ = desktop.photograph(&self.dir.join("failure.png"));
            },
        )?;

        self.backend.check()?;
        match &*self.provider.logins(&self.customer)? {
            [certificate] => say(&format!(
                "verified: the backend has recorded the login with certificate {certificate}"
            )),
            other => bail!("the backend has recorded {} logins instead of one", other.len()),
        }
        service.open(&desktop, &window, &chromium, &self.dir, &say).await?;
        self.life(&desktop, window, &chromium, &say).await?;
        println!("\nThe login was real. The screens are in {}", self.dir.display());
        Ok(())
    }

    /// What follows the main job: a colleague on the same PC, a warning, a renewal, a new PC.
    #[cfg(target_os = "linux")]
    async fn life(
        &mut self,
        desktop: &system_tests::desktop::Desktop,
        window: system_tests::window::AppWindow,
        chromium: &system_tests::browser::Browser,
        say: &impl Fn(&str),
    ) -> Result<()> {
        use system_tests::{
            clock::time_travel,
            journey,
            life::{self, NEXT_PASSWORD},
            window::{AppWindow, PATIENCE, Start},
        };
        /// When certificate and password are about to expire.
        const LATE: &str = "+340d";
        let dir = self.dir.clone();
        let picture = |name: &str| dir.join(format!("{name}.png"));

        let colleague =
            life::create_user(&window, &self.customer, "tanaka", &["claims.view"]).await?;
        window.photograph(desktop, &picture("12-user-created")).await?;
        say("12-user-created  a user administrator has registered a colleague");
        life::leave_administration(&window).await?;
        life::log_out(&window).await?;
        journey::issue(&window, &colleague).await?;
        journey::log_in(&window).await?;
        window.photograph(desktop, &picture("13-colleague")).await?;
        say("13-colleague  the colleague's certificate, on the same PC, opens their main menu");
        if let Some(service) = &self.service {
            service.close(&self.provider, &colleague, &window, chromium, &self.dir, say).await?;
        }
        window.close().await?;

        // A year later but for a few weeks, for the backend and for the app.
        self.restart(&time_travel(LATE)?)?;
        let mut start = Start::new(&self.dir.join("app"));
        start.environment = time_travel(LATE)?;
        let window = AppWindow::open(desktop, &start).await?;
        until_async("a warning", PATIENCE, async || {
            desktop.close_notifications()?;
            let told = desktop.notifications()?;
            Ok(told.iter().any(|(_, body)| body.contains("kanri01")).then_some(()))
        })
        .await?;
        let tray = desktop.bus().tray()?;
        let lines = tray.first().map(|item| item.menu.clone()).unwrap_or_default();
        say(&format!("16-warning  notified, and the tray says: {}", lines.join(" | ")));
        window.photograph(desktop, &picture("16-warning")).await?;

        window.press("start-login").await?;
        // The main job's certificate was the first on this PC.
        window.press("cert-option-1").await?;
        window.press("cert-confirm").await?;
        journey::enter_password(&window, journey::NEW_PASSWORD).await?;
        journey::enter_new_password(&window, NEXT_PASSWORD).await?;
        window.press("change-submit").await?;
        life::renew(&window).await?;
        window.photograph(desktop, &picture("17-renewed")).await?;
        say("17-renewed  an expired password changed, the certificate renewed and in use");
        let code = life::transfer_code(&window).await?;
        window.close().await?;

        let wanted = system_tests::desktop::Wanted {
            group: Some(self.group.clone()),
            ..system_tests::desktop::Wanted::default()
        };
        let elsewhere = system_tests::desktop::Desktop::start(&wanted)?;
        let mut start = Start::new(&self.dir.join("new-pc"));
        start.environment = time_travel(LATE)?;
        let window = AppWindow::open(&elsewhere, &start).await?;
        journey::add_profile(&window, &self.provider.profile()?).await?;
        life::take_over(&window, &self.customer, NEXT_PASSWORD, &code).await?;
        window.press("to-login").await?;
        window.press("cert-confirm").await?;
        journey::enter_password(&window, NEXT_PASSWORD).await?;
        window.see("main-menu").await?;
        window.photograph(&elsewhere, &picture("18-new-pc")).await?;
        say("18-new-pc  a second PC, with a keyring of its own, has taken the first one's place");
        window.close().await?;

        self.backend.check()?;
        let logins = self.provider.logins(&self.customer)?;
        ensure!(logins.len() == 3, "the backend has recorded {} logins, not 3", logins.len());
        say("verified: the backend has recorded each of these logins");
        Ok(())
    }

    /// Starts the backend again with more in its environment.
    #[cfg(target_os = "linux")]
    fn restart(&mut self, environment: &[(String, String)]) -> Result<()> {
        self.backend.stop();
        self.backend = self.provider.serve_with(environment)?;
        Ok(())
    }
}

fn profile_file(dir: &Path) -> PathBuf {
    dir.join("sample.warifu.json")
}

/// Ports that are easy to remember, unless they are in use.
fn ports(usual: [u16; 2]) -> Result<[u16; 2]> {
    let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    Ok(if usual.into_iter().all(free) { usual } else { port::reserve()? })
}

/// Waits for Ctrl-C, or for being asked to end.
async fn stopped() -> Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
