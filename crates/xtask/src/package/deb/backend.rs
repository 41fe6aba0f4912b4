//! The package `warifu-backend`: the backend as a service of a server.

use anyhow::Result;

use super::{super::programs, Package, Stage, sources};
use crate::run::workspace;

pub(super) const PACKAGE: Package = Package {
    name: "warifu-backend",
    programs: programs::backend,
    folder: "linux-backend",
    // What makes its user and its folder. In a container the small ones will do.
    depends: "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles",
    fields: "Section: net\n\
             Priority: optional\n\
             Description: certificate authority and login service of Warifu\n \
             The backend issues, renews and revokes the certificates of the app, lets\n \
             users log in with them over mutual TLS, opens the provider's services to\n \
             them by OpenID Connect, and keeps a record that shows tampering.\n \
             It runs as a service of its own user.\n",
    completed: "warifu-backend",
    scripts: &["backend/postinst", "backend/postrm", "backend/prerm"],
    conffiles: &["etc/warifu/backend.env"],
    stage,
};

fn stage(stage: &Stage<'_>) -> Result<()> {
    let sources = sources().join("backend");
    for (file, to) in [
        ("backend.env", "etc/warifu/backend.env"),
        ("warifu-backend.service", "lib/systemd/system/warifu-backend.service"),
        ("sysusers.conf", "usr/lib/sysusers.d/warifu-backend.conf"),
        ("tmpfiles.conf", "usr/lib/tmpfiles.d/warifu-backend.conf"),
    ] {
        stage.put(&sources.join(file), to)?;
    }
    for file in ["alerts.yml", "dashboard.json"] {
        let from = workspace().join("packaging/monitoring").join(file);
        stage.put(&from, &format!("usr/share/doc/warifu-backend/examples/{file}"))?;
    }
    Ok(())
}
