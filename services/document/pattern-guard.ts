const MAX_LENGTH = 200;
/** What an unlimited quantifier may swallow: texts with a pattern have at most 1,000 characters (`schema-guard.ts`). */
const OPEN = 1000;
/** Ways in which a pattern may be tried on one text: about a hundredth of a second. */
const MAX_WAYS = 1_000_000;

/**
 * Tells why a regular expression may take unreasonable time, or `undefined`. Stricter than needed rather than clever: it
 * must be anchored at its start, must not repeat what itself varies in length, and the lengths that its quantifiers leave
 * open must not multiply beyond reason.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > MAX_LENGTH) return `has a pattern of more than ${MAX_LENGTH} characters`;
  if (!pattern.startsWith("^")) return "has a pattern that is not anchored at its start";
  if (/\\[1-9k]|\(\?[=!<]/.test(pattern)) return "has a pattern with a back reference or look-around";
  // Escapes and classes stand for one character, whatever they hold.
  const plain = pattern.replaceAll(/\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\./g, "x").replaceAll(/\[[^\]]*\]/g, "x");
  if (plain.includes("[")) return "has a pattern with an open class";
  return repeatFault(plain.replaceAll("(?:", "("));
}

function repeatFault(plain: string): string | undefined {
  // One entry per open group, the whole pattern first: whether its length varies.
  const varies = [false];
  const mark = (): void => {
    varies[varies.length - 1] = true;
  };
  let ways = 1;
  for (const token of plain.match(/\(|[^(](?:[*+?]|\{\d+(?:,\d*)?\})?/g) ?? []) {
    const atom = token.charAt(0);
    const { least, most } = quantifierOf(token.slice(1));
    if (atom === "(") varies.push(false);
    if (atom === "|") {
      ways *= 2;
      mark();
    }
    if (atom === ")" && varies.length > 1 && varies.pop()) {
      if (most > 1) return "has a pattern that repeats a group which itself varies";
      mark();
    }
    if (least === most) continue;
    mark();
    ways *= Math.max(2, Math.min(most, OPEN) - least);
  }
  return ways > MAX_WAYS ? "has a pattern with too many open quantifiers" : undefined;
}

function quantifierOf(text: string): { least: number; most: number } {
  if (text === "") return { least: 1, most: 1 };
  if (text === "?") return { least: 0, most: 1 };
  if (text === "*" || text === "+") return { least: text === "*" ? 0 : 1, most: Number.POSITIVE_INFINITY };
  const [least, most] = text.slice(1, -1).split(",");
  if (most === undefined) return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most === "" ? Number.POSITIVE_INFINITY : Number(most) };
}
