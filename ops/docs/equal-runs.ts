/** Lines that stand at two places. */
export interface EqualRun {
  /** Both places as `path:line`, in the order of the files. */
  places: [string, string];
  /** Length in lines that say something. */
  lines: number;
}

interface Line {
  path: string;
  number: number;
  text: string;
}

/**
 * Finds runs of at least `least` lines that two places have alike. Comments, imports, empty lines and lines of brackets alone are
 * left out, indentation and breaks within brackets are not: a copy that was indented anew is found, one that was renamed is not.
 * A run that three places share counts as the pairs of them.
 */
export function equalRuns(files: readonly { path: string; text: string }[], least = 6): EqualRun[] {
  const lines = files.flatMap(({ path, text }) => spokenLines(path, text));
  const runOf = (at: number, other: number) => {
    let length = 0;
    while (
      same(lines, at, at + length) &&
      same(lines, other, other + length) &&
      alike(lines, at + length, other + length)
    )
      length++;
    return length;
  };
  const seen = new Map<string, number[]>();
  const found: EqualRun[] = [];
  for (let at = 0; at + least <= lines.length; at++) {
    const window = lines.slice(at, at + least);
    if (window.some(({ path }) => path !== lines[at]?.path)) continue;
    const key = window.map(({ text }) => text).join("\n");
    const before = seen.get(key) ?? [];
    for (const other of before) {
      // Where the lines before are alike too, the run was found there. One that repeats itself must not count on itself.
      const goesOn = same(lines, at, at - 1) && same(lines, other, other - 1) && alike(lines, at - 1, other - 1);
      if (!goesOn && at - other >= least)
        found.push({ places: [placeOf(lines, other), placeOf(lines, at)], lines: runOf(other, at) });
    }
    seen.set(key, [...before, at]);
  }
  return found;
}

const alike = (lines: readonly Line[], one: number, other: number) => lines[one]?.text === lines[other]?.text;
const same = (lines: readonly Line[], one: number, other: number) => lines[one]?.path === lines[other]?.path;
const placeOf = (lines: readonly Line[], at: number) => `${lines[at]?.path}:${lines[at]?.number}`;

function spokenLines(path: string, text: string): Line[] {
  // Taken out in place, so that numbers of lines stay.
  const blank = (part: string) => part.replace(/[^\n]/g, "");
  const spoken = text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, blank)
    .replace(/^(?:import|export)\s[^;]*?\sfrom\s*"[^"]+";|^import\s*"[^"]+";/gm, blank);
  return spoken
    .split("\n")
    .map((line, index) => ({ path, number: index + 1, text: line.trim() }))
    .filter(({ text: said }) => /\w/.test(said));
}
