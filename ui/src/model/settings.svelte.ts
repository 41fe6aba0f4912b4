import type { Backend, Failure, Settings } from "../backend";
import { answerTo } from "./answer";

/** The settings of the app, as they hold now. */
export class SettingsModel {
  current: Settings = $state({
    language: "ja",
    theme: "system",
    text_percent: 100,
    start_at_login: true,
    proxy: { kind: "system" },
  });

  constructor(readonly backend: Backend) {}

  /** Takes what is stored; without an answer everything stays as it is. */
  async load(): Promise<void> {
    const answer = await answerTo(this.backend.settings());
    if ("value" in answer) this.current = answer.value;
  }

  /** Shows the change at once and saves it; a failure to save leaves it for this run. */
  async change(settings: Partial<Settings>): Promise<Failure | null> {
    this.current = { ...this.current, ...settings };
    const answer = await answerTo(this.backend.saveSettings($state.snapshot(this.current)));
    if ("failure" in answer) return answer.failure;
    this.current = answer.value;
    return null;
  }
}
