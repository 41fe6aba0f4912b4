import type { Language, LocalizedText, ProviderView, SupportContact } from "../backend";

/** How the chosen provider is seen, in the user's language. */
export class Face {
  /** The provider's name; empty if nobody has said it. */
  readonly name: string = $derived.by(() => this.#said((provider) => provider.name));
  /** The service's name; empty while there is no profile. */
  readonly serviceName: string = $derived.by(() => this.#said((provider) => provider.service_name));
  /** The logo, as an address of an image; null if there is none. */
  readonly logo: string | null = $derived.by(() => this.provider()?.logo ?? null);
  /** The help desk; null while there is no profile. */
  readonly contact: SupportContact | null = $derived.by(() => {
    const contact = this.provider()?.contact;
    if (!contact) return null;
    const { phone, email } = contact;
    return {
      name: this.#said((provider) => provider.contact.name),
      phone,
      email,
      hours: this.#said((provider) => provider.contact.hours),
    };
  });

  constructor(
    private readonly provider: () => ProviderView | null,
    private readonly language: () => Language,
  ) {}

  /** Gives the page the provider's colour, which was found readable before it came here. */
  paint(root: HTMLElement): void {
    const accent = this.provider()?.accent ?? null;
    if (accent === null) root.style.removeProperty("--provider");
    else root.style.setProperty("--provider", accent);
  }

  #said(text: (provider: ProviderView) => LocalizedText): string {
    const provider = this.provider();
    return provider ? text(provider)[this.language()] : "";
  }
}
