import { beforeEach, describe, expect, it } from "vitest";

import type { Language, ProviderView } from "../backend";
import { Face } from "../model/face.svelte";
import { PROFILE } from "./sample-data";

const provider: ProviderView = PROFILE.provider;

function faceOf(shown: ProviderView | null, language: Language): Face {
  return new Face(
    () => shown,
    () => language,
  );
}

describe("the provider's face", () => {
  beforeEach(() => document.documentElement.removeAttribute("style"));

  it("is in the user's language", () => {
    const ja = faceOf(provider, "ja");
    expect([ja.name, ja.serviceName]).toEqual(["サンプルファクター", "サンプル電子債権サービス"]);
    expect(ja.contact?.hours).toBe("平日 9:00～17:00");
    const en = faceOf(provider, "en");
    expect([en.name, en.serviceName]).toEqual(["Sample Factor", "Sample Recorded Claims"]);
    expect(en.contact?.name).toBe("Sample Factor Help Desk");
    expect(en.contact?.phone).toBe(ja.contact?.phone);
  });

  it("is nothing before there is a profile", () => {
    const face = faceOf(null, "ja");
    expect([face.name, face.serviceName, face.logo, face.contact]).toEqual(["", "", null, null]);
  });

  it("gives the page its colour, and takes it away with the provider", () => {
    const root = document.documentElement;
    faceOf(provider, "ja").paint(root);
    expect(root.style.getPropertyValue("--provider")).toBe("#1f5fa8");
    faceOf({ ...provider, accent: null }, "ja").paint(root);
    expect(root.style.getPropertyValue("--provider")).toBe("");
  });
});
