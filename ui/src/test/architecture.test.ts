import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";

const SRC = "src";
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.(ts|svelte|css)$/.test(file) && !file.startsWith("test/"));

function text(file: string): string {
  return readFileSync(join(SRC, file), "utf8");
}

/** Which rooms each room may use beside itself; `src` itself puts all together. */
const ROOMS: Record<string, readonly string[]> = {
  backend: [],
  text: ["backend"],
  model: ["backend", "text"],
  parts: ["backend", "text", "model"],
  screens: ["backend", "text", "model", "parts"],
  styles: [],
};

/** The files that a file imports, from within `src`. */
function imports(file: string): string[] {
  const paths = [...text(file).matchAll(/(?:from|import) "(\.[^"]*)"/g)].map(
    (match) => match[1] ?? "",
  );
  return paths.flatMap((path) => {
    const target = normalize(join(dirname(file), path)).replaceAll("\\", "/");
    const found = [target, `${target}.ts`, `${target}/index.ts`].filter((candidate) =>
      files.includes(candidate),
    );
    expect(found, `${file} imports ${path}`).toHaveLength(1);
    return found;
  });
}

const room = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : "");

it("each room uses only those below it", () => {
  for (const file of files.filter((file) => room(file) !== "")) {
    const allowed = ROOMS[room(file)];
    expect(allowed, `${file} stands in a room that is not drawn`).toBeDefined();
    const strange = imports(file).filter(
      (used) => room(used) !== room(file) && !allowed?.includes(room(used)),
    );
    expect(strange, file).toEqual([]);
  }
});

it("no screen looks into another", () => {
  const screen = (file: string): string | undefined =>
    room(file) === "screens" ? file.split("/")[1] : undefined;
  for (const file of files.filter((file) => screen(file))) {
    expect(
      imports(file).filter((used) => screen(used) && screen(used) !== screen(file)),
      file,
    ).toEqual([]);
  }
});

it("models know no components", () => {
  const models = files.filter((file) => file.endsWith(".ts") && room(file) !== "");
  expect(models.filter((file) => file.endsWith(".svelte.ts")).length).toBeGreaterThan(10);
  for (const file of models) {
    expect(
      imports(file).filter((used) => used.endsWith(".svelte")),
      file,
    ).toEqual([]);
  }
});

it("nothing needs itself by a detour", () => {
  const done = new Set<string>();
  const visit = (file: string, way: string[]): void => {
    expect(way, "a circle").not.toContain(file);
    if (done.has(file)) return;
    for (const used of imports(file)) visit(used, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

it("what can fail is asked through the model", () => {
  const screens = files.filter((file) => ["parts", "screens"].includes(room(file)));
  expect(screens.filter((file) => /\bcatch\b|asFailure/.test(text(file)))).toEqual([]);
});

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
  expect(found("../src-tauri/src/lib.rs", /^ +commands::(?:[a-z]+::)?([a-z_]+),$/gm)).toEqual(
    asked,
  );
  const allowed = found("../tauri.conf.json", /"allow-([a-z-]+)"/g);
  expect(allowed.map((name) => name.replaceAll("-", "_")).sort()).toEqual(asked);
});

it("no screen imports test code", () => {
  expect(files.filter((file) => /from "[^"]*(\/test\/|\/dev\/)/.test(text(file)))).toEqual([]);
});

it("nothing breaks the content security policy", () => {
  for (const file of files) {
    expect(text(file), file).not.toMatch(
      /\sstyle="|\{@html|javascript:|https?:\/\/(?!www\.w3\.org)/,
    );
  }
});

it("what a transparent border hides stays hidden in a contrast theme, which draws it", () => {
  for (const file of files) {
    const styles = text(file);
    // On one side it is a mark, like the line under a tab.
    if (/border-(top|bottom|left|right|block|inline)[a-z-]*:[^;]*transparent/.test(styles))
      expect(styles, file).toMatch(/forced-colors: active/);
  }
  const tabs =
    text("screens/administration/Administration.svelte").split("forced-colors: active")[1] ?? "";
  expect(tabs).toMatch(/\.tab \{\s*border-bottom-color: Canvas;/);
  expect(tabs).toMatch(/\.tab\[aria-current\] \{\s*border-bottom-color: Highlight;/);
});

it("components hold no text of their own", () => {
  for (const file of files.filter((file) => file.endsWith(".svelte"))) {
    const markup = text(file).replace(
      /<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g,
      "",
    );
    expect(markup, file).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  }
});

it("no file is a maze", () => {
  for (const file of files.filter((file) => file !== "backend/generated.ts")) {
    expect(text(file).split("\n").length, file).toBeLessThan(410);
  }
});
