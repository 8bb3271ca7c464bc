const MAX_LENGTH = 200;
/** Quantifiers that may each swallow a whole text; two of them cost at most its length squared. */
const MAX_OPEN = 2;
/** Repetitions up to this count do not count as open. */
const SMALL = 64;

/**
 * Tells why a regular expression may take unreasonable time, or `undefined`. Stricter than needed rather than clever: it
 * must be anchored at its start, must not repeat what itself repeats or branches, and may hold two open quantifiers.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > MAX_LENGTH) return `has a pattern of more than ${MAX_LENGTH} characters`;
  if (!pattern.startsWith("^")) return "has a pattern that is not anchored at its start";
  if (/\\[1-9k]|\(\?[=!<]/.test(pattern)) return "has a pattern with a back reference or look-around";
  // Escapes and classes stand for one character, whatever they hold.
  const plain = pattern.replaceAll(/\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\./g, "x").replaceAll(/\[[^\]]*\]/g, "x");
  if (plain.includes("[")) return "has a pattern with an open class";
  return repeatFault(plain);
}

function repeatFault(plain: string): string | undefined {
  const groups: { varies: boolean }[] = [];
  let open = 0;
  for (let at = 0; at < plain.length; at++) {
    const char = plain.charAt(at);
    const outer = groups.at(-1);
    if (char === "(") groups.push({ varies: false });
    else if (char === "|" && outer !== undefined) outer.varies = true;
    else if (char === ")") {
      const inner = groups.pop();
      const most = repeatsAt(plain, at + 1);
      if (most > 1 && inner?.varies) return "has a pattern that repeats a group which itself varies";
      if (inner?.varies && groups.length > 0) (groups.at(-1) as { varies: boolean }).varies = true;
    }
    const most = repeatsAt(plain, at + 1);
    if ("(|*+?{".includes(char) || most === 1) continue;
    if (groups.at(-1) !== undefined) (groups.at(-1) as { varies: boolean }).varies = true;
    if (most > SMALL && ++open > MAX_OPEN) return `has a pattern with more than ${MAX_OPEN} open quantifiers`;
  }
  return undefined;
}

/** How often the atom before `at` may repeat: 1 without a quantifier, and for `?` and fixed counts of 1. */
function repeatsAt(plain: string, at: number): number {
  const match = /^(?:[*+]|\{(\d+)(,?)(\d*)\})/.exec(plain.slice(at));
  if (match === null) return 1;
  const [, least, comma, most] = match;
  if (least === undefined || (comma === "," && most === "")) return Number.POSITIVE_INFINITY;
  return Number(most || least);
}
