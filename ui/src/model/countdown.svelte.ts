/** From here on the time that is left is amber, and red; it is said aloud at both (WCAG 2.2.1). */
export const AMBER_SECONDS = 60;
export const RED_SECONDS = 30;

/** Whether it is said aloud now: each second would drown everything else. */
export function isAnnounced(left: number): boolean {
  return left === AMBER_SECONDS || left === RED_SECONDS;
}

/** Counts whole seconds down to zero against the PC's clock, so that a sleep does not stop it. */
export class Countdown {
  left: number = $state(0);
  readonly #deadline: number;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(seconds: number, heard: (left: number) => void = () => {}) {
    this.left = seconds;
    this.#deadline = Date.now() + seconds * 1000;
    this.#timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((this.#deadline - Date.now()) / 1000));
      if (left === this.left) return;
      this.left = left;
      if (left === 0) this.stop();
      heard(left);
    }, 250);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** 3:05 */
export function clockFace(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
