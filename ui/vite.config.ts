import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  // Where the app looks for the screens while they are worked on: `devUrl` in tauri.conf.json.
  // The tray's icons, which the manual shows, lie beside `ui`.
  server: { host: "127.0.0.1", port: 5173, strictPort: true, fs: { allow: [".."] } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome110", "safari16.4"],
    // The content security policy allows neither inline scripts nor data: beyond images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Goes into the packages' list of licences.
    license: true,
  },
  test: {
    environment: "jsdom",
    include: ["src/test/**/*.test.ts"],
    setupFiles: ["src/test/setup.ts"],
    // The screens show dates in the user's zone.
    env: { TZ: "Asia/Tokyo" },
  },
});
