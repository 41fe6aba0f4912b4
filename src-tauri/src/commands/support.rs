//! 「接続診断」 and the support bundle (SPEC L).

use tauri::{AppHandle, State, ipc::Channel};
use warifu_client::{Failure, view::DiagnosisResult};
use warifu_protocol::ErrorCode;

use super::{Answer, logged, tell};
use crate::{files, state::AppState};

/// What the bundle is called until the user says otherwise.
const BUNDLE: &str = "warifu-support.zip";

#[tauri::command]
pub(crate) async fn diagnose(
    state: State<'_, AppState>,
    on_result: Channel<DiagnosisResult>,
) -> Answer<Vec<DiagnosisResult>> {
    let client = state.client()?;
    // A diagnosis that is stopped half-way leaves what it has found so far.
    state.diagnosis(Vec::clear);
    let diagnose = client.diagnose(|result| {
        state.diagnosis(|results| results.push(result.clone()));
        tell(&on_result, result.clone());
    });
    logged(state.cancellable(async { Ok(diagnose.await) }).await)
}

#[tauri::command]
pub(crate) async fn save_support_bundle(
    app: AppHandle,
    state: State<'_, AppState>,
) -> Answer<Option<String>> {
    let content = async {
        let client = state.client()?;
        let log = state.log().clone();
        let log = tauri::async_runtime::spawn_blocking(move || log.bytes())
            .await
            .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))?;
        let results = state.diagnosis(|results| results.clone());
        client.support_bundle(&results, log).await
    };
    logged(state.cancellable(files::save(&app, files::ZIP, BUNDLE, content)).await)
}
