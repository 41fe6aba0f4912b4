import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SRC = "src";
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(ts|svelte|css)$/.test(file) && !file.startsWith("test/"));

function text(file: string): string {
  return readFileSync(join(SRC, file), "utf8");
}

it("only backend/tauri.ts knows the shell", () => {
  const importers = files.filter((file) => text(file).includes("@tauri-apps"));
  expect(importers).toEqual(["backend/tauri.ts"]);
});

it("every command is asked for, answered, declared and allowed", () => {
  const found = (file: string, pattern: RegExp): string[] =>
    [...readFileSync(file, "utf8").matchAll(pattern)].map((match) => match[1] ?? "").sort();
  const asked = found("src/backend/tauri.ts", /invoke\("([a-z_]+)"/g);
  expect(asked.length).toBeGreaterThan(30);
  expect(found("../src-tauri/build.rs", /^ +"([a-z_]+)",$/gm)).toEqual(asked);
  expect(found("../src-tauri/src/lib.rs", /^ +commands::(?:[a-z]+::)?([a-z_]+),$/gm)).toEqual(asked);
  const allowed = found("../tauri.conf.json", /"allow-([a-z-]+)"/g);
  expect(allowed.map((name) => name.replaceAll("-", "_")).sort()).toEqual(asked);
});

it("no screen imports test code", () => {
  expect(files.filter((file) => /from "[^"]*(\/test\/|\/dev\/)/.test(text(file)))).toEqual([]);
});

it("nothing breaks the content security policy", () => {
  for (const file of files) {
    expect(text(file), file).not.toMatch(/\sstyle="|\{@html|javascript:|https?:\/\/(?!www\.w3\.org)/);
  }
});

it("what a transparent border hides stays hidden in a contrast theme, which draws it", () => {
  for (const file of files) {
    const styles = text(file);
    // On one side it is a mark, like the line under a tab.
    if (/border-(top|bottom|left|right|block|inline)[a-z-]*:[^;]*transparent/.test(styles)) expect(styles, file).toMatch(/forced-colors: active/);
  }
  const tabs = text("screens/administration/Administration.svelte").split("forced-colors: active")[1] ?? "";
  expect(tabs).toMatch(/\.tab \{\s*border-bottom-color: Canvas;/);
  expect(tabs).toMatch(/\.tab\[aria-current\] \{\s*border-bottom-color: Highlight;/);
});

it("components hold no text of their own", () => {
  for (const file of files.filter((file) => file.endsWith(".svelte"))) {
    const markup = text(file).replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, "");
    expect(markup, file).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  }
});

it("no file is a maze", () => {
  for (const file of files.filter((file) => file !== "backend/generated.ts")) {
    expect(text(file).split("\n").length, file).toBeLessThan(410);
  }
});
