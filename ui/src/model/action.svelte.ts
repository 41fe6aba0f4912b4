import { asFailure, type Failure } from "../backend";
import { useShell, type Shell } from "./shell.svelte";

export type Options = {
  /** Takes a failure that means more than this action; as a rule, one that ends the login. */
  takes?: (failure: Failure) => boolean;
  /** What else a failure means for the screen, which shows it already. */
  refused?: (failure: Failure) => void | Promise<void>;
  /** In any case, after everything else. */
  ended?: () => void | Promise<void>;
  /** Whether a click in the tray leaves the screen alone while it runs. */
  engages?: boolean;
};

/** One thing that a screen asks the app to do: whether it runs, and why it failed the last time. */
export class Action<Arguments extends unknown[]> {
  running = $state(false);
  failure: Failure | null = $state.raw(null);

  constructor(
    readonly shell: Shell,
    readonly work: (...given: Arguments) => Promise<void>,
    readonly options: Options,
  ) {}

  /** Does it, unless it runs already. A failure that ends the login leads back to the start. */
  run = async (...given: Arguments): Promise<void> => {
    if (this.running) return;
    const { refused, ended, engages } = this.options;
    const takes = this.options.takes ?? ((failure: Failure) => this.shell.session.endedBy(failure));
    const disengage = engages ? this.shell.router.engage() : undefined;
    let found: Failure | null = null;
    this.running = true;
    this.failure = null;
    try {
      await this.work(...given);
    } catch (thrown) {
      found = asFailure(thrown);
    } finally {
      this.running = false;
      disengage?.();
    }
    if (found && !takes(found)) {
      this.failure = found;
      await refused?.(found);
    }
    await ended?.();
  };
}

/** An {@link Action} of the component that is being made. */
export function action<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<void>,
  options: Options = {},
): Action<Arguments> {
  return new Action(useShell(), work, options);
}
