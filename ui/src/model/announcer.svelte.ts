/** What screen readers say politely. */
export class Announcer {
  message = $state("");

  say(message: string): void {
    this.message = message;
  }
}
