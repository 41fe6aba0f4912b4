//! 「接続診断」, the support bundle (SPEC L), and what else helps somebody who helps the user.

use tauri::{AppHandle, State, ipc::Channel};
use tauri_plugin_opener::OpenerExt as _;
use warifu_client::{Failure, folder::data_dir, view::DiagnosisResult};
use warifu_protocol::{Details, ErrorCode, SecretText};

use super::{Answer, logged, tell};
use crate::{clipboard, files, installed, state::AppState};

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

/// Copies a text; a secret does not stay in the clipboard.
#[tauri::command]
pub(crate) async fn copy(app: AppHandle, text: SecretText, secret: bool) -> Answer<()> {
    logged(clipboard::copy(&app, text, secret).await)
}

/// Opens the folder that has the log in it.
#[tauri::command]
pub(crate) async fn open_log_folder(app: AppHandle) -> Answer<()> {
    let place = logged(data_dir())?.display().to_string();
    let opened = app.opener().open_path(place.clone(), None::<&str>);
    logged(opened.map_err(|error| {
        Failure::new(ErrorCode::FileUnreadable)
            .with(Details { place: Some(place), ..Details::default() })
            .because(&error)
    }))
}

/// The licences of what is built in, as the package has them.
#[tauri::command]
pub(crate) async fn licences() -> Answer<String> {
    let read = tauri::async_runtime::spawn_blocking(installed::licences).await;
    logged(read.map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error)).flatten())
}
