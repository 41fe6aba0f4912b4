import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import type { IdentityView } from "../backend";
import { find, get, openApp, openUser, reachUsers } from "./app";
import { identity, overview } from "./sample-data";

/** Certificates of colleagues on one PC; the one that was used last is at this place. */
function colleagues(count: number, lastUsed: number | null): IdentityView[] {
  return Array.from({ length: count }, (_, index) =>
    identity(index + 1, { kind: "usable", days_left: 200 }, { last_used: index === lastUsed }),
  );
}

function checkedIn(dialog: HTMLElement): HTMLElement[] {
  return within(dialog)
    .queryAllByRole<HTMLInputElement>("radio")
    .filter((radio) => radio.checked);
}

describe("the choice of a certificate", () => {
  it.each([
    [2, 1],
    [3, 0],
    [6, 4],
    [6, 5],
  ])("of %i has its focus on the preselected one, at %i, and in sight", async (count, lastUsed) => {
    const { user, backend } = await openApp(
      (prepared) => (prepared.current = overview(colleagues(count, lastUsed))),
    );
    const shown = vi.spyOn(Element.prototype, "scrollIntoView");
    await user.click(get("start-login"));
    const chosen = await find(`cert-option-${lastUsed + 1}`);
    await waitFor(() => expect(chosen).toHaveFocus());
    expect(shown.mock.contexts).toContain(chosen.closest("label"));
    // Space does not make it somebody else's.
    await user.keyboard(" ");
    expect(chosen).toBeChecked();
    await user.click(get("cert-confirm"));
    await find("login-password");
    expect(backend.called("proveIdentity")[0]?.args).toEqual([lastUsed + 1]);
    shown.mockRestore();
  });

  it("chooses nobody's by a key when none is preselected", async () => {
    const { user, backend } = await openApp(
      (prepared) => (prepared.current = overview(colleagues(3, null))),
    );
    await user.click(get("start-login"));
    const dialog = await find("cert-dialog");
    await waitFor(() => expect(dialog).toContainElement(document.activeElement as HTMLElement));
    await user.keyboard(" ");
    await user.keyboard("{Enter}");
    expect(checkedIn(dialog)).toEqual([]);
    expect(backend.called("proveIdentity")).toHaveLength(0);
  });

  it("passes over those that cannot be chosen", async () => {
    const { user } = await openApp((prepared) => {
      prepared.current = overview([
        identity(1, { kind: "revoked" }),
        identity(2, { kind: "usable", days_left: 9 }),
        identity(3, { kind: "usable", days_left: 9 }, { last_used: true }),
      ]);
    });
    await user.click(get("start-login"));
    await waitFor(() => expect(get("cert-option-3")).toHaveFocus());
  });
});

describe("other dialogs", () => {
  it("begin at their first field", async () => {
    const app = await openApp();
    await reachUsers(app);
    await openUser(app, "tanto02");
    await app.user.click(get("act-delete"));
    await waitFor(() => expect(within(get("act-dialog")).getByRole("textbox")).toHaveFocus());
    await app.user.click(within(get("act-dialog")).getByTestId("act-cancel"));
    await waitFor(() => expect(screen.queryByTestId("act-dialog")).toBeNull());
    await app.user.click(get("act-reissue"));
    await waitFor(() => expect(get("act-also-reset")).toHaveFocus());
  });
});
