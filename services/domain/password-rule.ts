import { COMMON_WORDS } from "./common-passwords.ts";
import type { TextFault } from "./text-rule.ts";

/** Characters of a password at most: beyond it nobody is any safer, and hashing has an end. */
export const MAX_PASSWORD_LENGTH = 128;

/** What a password is held to. */
export interface PasswordDemands {
  /** Characters that it counts for at least; see {@link passwordWeight}. */
  minimum: number;
  /** What everybody knows of its owner: the name, the account. */
  personal: readonly string[];
}

/** Shortest piece that is looked for in a password. */
const PIECE = 3;
const KEYBOARD = ["`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+"];
const ROWS = [...KEYBOARD, ...KEYBOARD.map((row) => [...row].reverse().join(""))];
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s", "!": "i" },
};

/** Why a password is too weak, and what to do about it (5.9.2); `undefined` where it is strong. */
export function passwordFault(password: string, { minimum, personal }: PasswordDemands): TextFault | undefined {
  const length = [...password].length;
  if (length > MAX_PASSWORD_LENGTH) {
    return {
      description: `has more than ${MAX_PASSWORD_LENGTH} characters`,
      remedy: "shorten it",
      localized: `超过${MAX_PASSWORD_LENGTH}个字符，请缩短`,
    };
  }
  const weight = passwordWeight(password, personal);
  if (weight >= minimum) return undefined;
  return {
    description: `counts for ${weight} characters of at least ${minimum}: a common word, a name of yours, a run, a year or a repetition counts for one`,
    remedy: "write a longer one, such as several words that have nothing to do with each other",
    localized: `折算为${weight}个字符，至少须${minimum}个（常用词、本人姓名或账户、连续或重复的字符、年份各算一个字符），请改用更长的密码`,
  };
}

/**
 * For how many characters a password counts. Length is what makes it strong, so that no kinds of characters are asked for; what everybody
 * tries first counts for one character, however long it is.
 */
export function passwordWeight(password: string, personal: readonly string[] = []): number {
  const plain = password.toLowerCase();
  const letters = plain.replace(/[013457@$!]/g, (character) => LOOKALIKES[character] ?? character);
  const words = [...personal.flatMap(partsOf), ...COMMON_WORDS];
  let weight = 0;
  for (let at = 0; at < plain.length; weight++) {
    at += Math.max(
      [...plain.slice(at)][0]?.length ?? 1,
      wordAt(plain, at, words),
      wordAt(letters, at, words),
      runAt(plain, at),
      repetitionAt(plain, at),
      /^(?:19|20)\d\d/.test(plain.slice(at)) ? 4 : 0,
    );
  }
  return weight;
}

/** A name, and its parts where it has some. Of Chinese two characters are a name already. */
function partsOf(name: string): string[] {
  const lower = name.toLowerCase();
  const parts = [lower, ...lower.split(/[^\p{L}\p{N}]+/u)];
  return parts.filter((part) => part.length >= PIECE || /^\p{Script=Han}{2}$/u.test(part));
}

/** Length of the longest word that stands there; 0: none. */
function wordAt(text: string, at: number, words: readonly string[]): number {
  return Math.max(0, ...words.filter((word) => text.startsWith(word, at)).map((word) => word.length));
}

/** Length of what goes on evenly from there: the same character, the next or the one before, or keys side by side. */
function runAt(text: string, at: number): number {
  const step = text.charCodeAt(at + 1) - text.charCodeAt(at);
  let even = at + 1;
  if (Math.abs(step) <= 1) while (text.charCodeAt(even) - text.charCodeAt(even - 1) === step) even++;
  const keys = Math.max(...ROWS.map((row) => keysAt(row, text, at)));
  const longest = Math.max(even - at, keys);
  return longest >= PIECE ? longest : 0;
}

function keysAt(row: string, text: string, at: number): number {
  const first = row.indexOf(text[at] as string);
  if (first < 0) return 0;
  let length = 1;
  while (first + length < row.length && row[first + length] === text[at + length]) length++;
  return length;
}

/** Length of what stood before already. */
function repetitionAt(text: string, at: number): number {
  let length = 0;
  while (at + length < text.length && text.slice(0, at).includes(text.slice(at, at + length + 1))) length++;
  return length >= PIECE ? length : 0;
}
