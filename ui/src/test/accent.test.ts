import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// The style sheet's own words are read and reckoned here: jsdom knows no oklch(). The rules are
// CSS Color 4 (oklch, its way to sRGB) and WCAG 2.2, 1.4.3 and 1.4.11.

const sheet = readFileSync("src/styles/tokens.css", "utf8");

type Rgb = [number, number, number];
type Lch = [number, number, number];
const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const encoded = (c: number): number =>
  c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;

function toLch(rgb: Rgb): Lch {
  const [r, g, b] = rgb.map(linear) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    Math.hypot(a, bb),
    Math.atan2(bb, a),
  ];
}

/** Linear light, which may lie outside of sRGB. */
function unbounded([l, c, h]: Lch): Rgb {
  const [a, b] = [c * Math.cos(h), c * Math.sin(h)];
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
}

const clipped = (colour: Rgb): Rgb =>
  colour.map((c) => encoded(Math.min(1, Math.max(0, c)))) as Rgb;

/** Less chroma until it is a colour of sRGB: the other way that webviews take. */
function mapped([l, c, h]: Lch): Rgb {
  let [least, most] = [0, c];
  for (let step = 0; step < 16; step += 1) {
    const middle = (least + most) / 2;
    if (unbounded([l, middle, h]).every((x) => x >= 0 && x <= 1)) least = middle;
    else most = middle;
  }
  return clipped(unbounded([l, least, h]));
}

function contrast(one: Rgb, other: Rgb): number {
  const luminance = (colour: Rgb): number => {
    const [r, g, b] = colour.map(linear) as Rgb;
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function hex(text: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16) / 255) as Rgb;
}

/** The fixed pairs of the first block. */
const fixed = new Map<string, Record<Theme, Rgb>>();
for (const [, name = "", light = "", dark = ""] of sheet.matchAll(
  /(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g,
))
  fixed.set(name, { light: hex(light), dark: hex(dark) });

function pairOf(token: string): Record<Theme, Rgb> {
  const pair = fixed.get(token);
  if (!pair) throw new Error(`${token} is not among the pairs`);
  return pair;
}

type Derivation = (of: Lch) => Lch;
const number = (words: string, own: number): number => {
  const bounded = /^(min|max)\([lc], ([\d.]+)\)$/.exec(words);
  if (bounded) return Math[bounded[1] as "min" | "max"](own, Number(bounded[2]));
  expect(words).toMatch(/^[\d.]+$/);
  return Number(words);
};
const derived = new Map<string, Record<Theme, Derivation>>();
const FROM = String.raw`oklch\(from var\(--provider\) (\S+(?: [\d.]+\))?) (min\(c, [\d.]+\)) h\)`;
for (const [, name = "", ...parts] of sheet.matchAll(
  new RegExp(String.raw`(--[\w-]+): light-dark\(\s*${FROM},\s*${FROM}\s*\);`, "g"),
)) {
  const [l1, c1, l2, c2] = parts as [string, string, string, string];
  derived.set(name, {
    light: ([l, c, h]) => [number(l1, l), number(c1, c), h],
    dark: ([l, c, h]) => [number(l2, l), number(c2, c), h],
  });
}

/** The whole circle of hues, from grey to as much saturation as there is, from black to white. */
function* providers(): Generator<[string, Rgb]> {
  for (let hue = 0; hue < 360; hue += 6)
    for (let saturation = 0; saturation <= 1; saturation += 0.25)
      for (let light = 0; light <= 1; light += 0.1) {
        const channel = (n: number): number => {
          const k = (n + hue / 30) % 12;
          const spread = saturation * Math.min(light, 1 - light);
          return light - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1));
        };
        const colour: Rgb = [channel(0), channel(8), channel(4)];
        yield [`hsl(${hue} ${saturation} ${light.toFixed(1)})`, colour];
      }
}

const TEXT = 4.5;
const SHAPE = 3;
/** What stands on what, and how much of contrast that takes. */
const PAIRS: [string, string, number][] = [
  // Links, quiet buttons, tiles.
  ...["--surface", "--ground", "--surface-sunken", "--accent-soft"].map(
    (ground): [string, string, number] => ["--accent", ground, TEXT],
  ),
  // Primary buttons, also under the pointer, and what tells them from the page.
  ["--accent-ink", "--accent", TEXT],
  ["--accent-ink", "--accent-hover", TEXT],
  ["--accent-hover", "--surface", SHAPE],
  // Texts on the chosen row and in notices.
  ...["--ink", "--ink-quiet", "--good", "--warn", "--bad"].map((ink): [string, string, number] => [
    ink,
    "--accent-soft",
    TEXT,
  ]),
  ["--line-strong", "--accent-soft", SHAPE],
  // The ring of the focus lies beside a button, and on what it frames.
  ...["--surface", "--ground", "--surface-sunken", "--accent-soft"].map(
    (ground): [string, string, number] => ["--focus", ground, SHAPE],
  ),
];

describe("a provider's colour", () => {
  it("is derived by rules that this test has read", () => {
    expect([...derived.keys()]).toEqual([
      "--accent",
      "--accent-hover",
      "--accent-soft",
      "--accent-line",
    ]);
    expect(contrast([0, 0, 0], [1, 1, 1])).toBeCloseTo(21);
    const [l, c] = toLch(hex("#ff0000"));
    expect([l, c]).toEqual([expect.closeTo(0.628, 3), expect.closeTo(0.2577, 3)]);
  });

  describe.each(THEMES)("in the %s theme", (theme) => {
    it.each(PAIRS)("%s can be told from %s, %d to 1", (above, below, least) => {
      const bad: string[] = [];
      for (const [name, colour] of providers()) {
        const lch = toLch(colour);
        for (const way of [mapped, (x: Lch) => clipped(unbounded(x))]) {
          const of = (token: string): Rgb => {
            const rule = derived.get(token);
            return rule ? way(rule[theme](lch)) : pairOf(token)[theme];
          };
          const found = contrast(of(above), of(below));
          if (!(found >= least)) bad.push(`${name}: ${found.toFixed(2)}`);
        }
      }
      expect(bad).toEqual([]);
    });

    it("can be told in what is there without oklch()", () => {
      for (const [above, below, least] of PAIRS)
        expect(
          contrast(pairOf(above)[theme], pairOf(below)[theme]),
          `${above} on ${below}`,
        ).toBeGreaterThanOrEqual(least);
    });
  });
});
