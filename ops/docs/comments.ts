/** A comment of a source file, or a paragraph of a text. */
export interface Comment {
  /** Line at which it begins. */
  line: number;
  text: string;
}

/**
 * Reads the comments of a TypeScript, C or proto file: blocks, and lines that stand together. `//` within a string is taken for one only
 * where a space stands on both sides.
 */
export function commentsIn(source: string): Comment[] {
  const found: Comment[] = [];
  for (const match of source.matchAll(/\/\*[\s\S]*?\*\/|(?:(?:^|(?<=\s))\/\/(?:[ \t].*)?$\n?[ \t]*)+/gm))
    found.push({ line: lineAt(source, match.index), text: match[0] });
  return found;
}

/** Reads the paragraphs of a text, code blocks left out. */
export function paragraphsIn(text: string): Comment[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ""));
  return [...prose.matchAll(/(?:^.*\S.*$\n?)+/gm)].map((match) => ({
    line: lineAt(prose, match.index),
    text: match[0],
  }));
}

/** Reads the names of files that a text gives: words that end as source files and texts of this repository do. */
export function fileNamesIn(text: string): string[] {
  return [
    ...text.matchAll(/(?<![\w./:@*<-])(?:\.{1,2}\/)*[\w-]+(?:[./][\w-]+)*\.(?:ts|mts|mjs|md|proto|c)\b(?![\w*/])/g),
  ].map(([name]) => name);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
