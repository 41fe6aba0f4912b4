import type { Backend } from "../backend";

/** A button that copies: whether it worked the last time, until something else is shown. */
export class Copying {
  /** With a backend what is copied is a secret, which does not stay in the clipboard. */
  constructor(private readonly keeper: Pick<Backend, "copy"> | null = null) {}

  state: "" | "copied" | "failed" = $state("");

  /** Tells whether the text is in the clipboard now. */
  async copy(text: string): Promise<boolean> {
    try {
      if (this.keeper) await this.keeper.copy(text, true);
      else await navigator.clipboard.writeText(text);
      this.state = "copied";
    } catch {
      this.state = "failed";
    }
    return this.state === "copied";
  }

  forget(): void {
    this.state = "";
  }

  /** What to say of it, in the words of the screen. */
  said(texts: { copied: string; notCopied: string }): string {
    return this.state === "copied" ? texts.copied : this.state === "failed" ? texts.notCopied : "";
  }
}
