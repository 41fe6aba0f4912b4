import { getContext, setContext, untrack } from "svelte";
import type { Attachment } from "svelte/attachments";

/** A place beside a screen that does not scroll with it: above it, or an end of its action bar. */
export class Place {
  /** The topmost counts: a modal dialog makes what is below it inert. */
  #elements: HTMLElement[] = $state.raw([]);
  readonly #element = $derived(this.#elements.at(-1) ?? null);
  #taken = $state(0);

  get taken(): boolean {
    return this.#taken > 0;
  }

  /** Makes an element this place, above those that are it already. */
  readonly here: Attachment<HTMLElement> = (element) => {
    untrack(() => (this.#elements = [...this.#elements, element]));
    return () => void (this.#elements = this.#elements.filter((other) => other !== element));
  };

  /** Moves an element there for as long as it is shown, with the focus, should it have it. */
  readonly take: Attachment<HTMLElement> = (element) => {
    const place = this.#element;
    if (!place) return;
    const focused = document.activeElement;
    place.append(element);
    if (focused instanceof HTMLElement && element.contains(focused)) focused.focus();
    untrack(() => void (this.#taken += 1));
    return () => {
      element.remove();
      untrack(() => void (this.#taken -= 1));
    };
  };
}

/** A screen and the places beside it; what covers it has its own. */
export class Layer {
  readonly start = new Place();
  readonly end = new Place();
}

const KEY = Symbol("layer");

export function provideLayer(): Layer {
  return setContext(KEY, new Layer());
}

export function useLayer(): Layer {
  return getContext<Layer>(KEY);
}

/** Shows the top of the screen in which the element is, whichever part of the frame scrolls. */
export function toTop(within: Element): void {
  for (const scrolling of [within.closest(".work"), within.closest(".shell")]) {
    if (scrolling) scrolling.scrollTop = 0;
  }
}
