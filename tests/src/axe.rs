//! axe-core in a page that a WebDriver holds: WCAG 2.2 AA as rendered.

use anyhow::{Context as _, Result};
use fantoccini::Client;

use crate::places;

/// What axe-core finds wrong with the page as it is shown, by the rules of WCAG 2.2, A and AA: a line each.
///
/// # Errors
///
/// When axe-core is not installed, or fails.
pub(crate) async fn violations(client: &Client) -> Result<Vec<String>> {
    const RUN: &str = "
        const done = arguments[arguments.length - 1];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
        // Colours on their way are nobody's choice.
        const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
        Promise.allSettled(moving.map((one) => one.finished)).then(() => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).then(
          ({ violations }) => done(violations.flatMap((violation) =>
            violation.nodes.map((node) =>
              violation.id + ': ' + node.html + ' ' + node.failureSummary))),
          (error) => done(['axe failed: ' + error]));";
    if client.execute("return typeof axe;", vec![]).await? == "undefined" {
        let path = places::workspace().join("ui/node_modules/axe-core/axe.min.js");
        let script = std::fs::read_to_string(&path)
            .with_context(|| format!("{}; `npm ci` in ui installs it", path.display()))?;
        client.execute(&format!("{script}; window.axe = axe;"), vec![]).await?;
    }
    let found = client.execute_async(RUN, vec![]).await?;
    Ok(serde_json::from_value(found)?)
}
