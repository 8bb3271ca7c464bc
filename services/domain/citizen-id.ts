import { isCivilDate } from "./civil-date.ts";

const SHAPE = /^[1-9]\d{16}[0-9X]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = "10X98765432";

/** The check character (18th) for the first 17 digits of a citizen id (GB 11643, ISO 7064 MOD 11-2). */
export function citizenIdCheckCharacter(body: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(body.charAt(index)), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

/** The birth date `yyyy-MM-dd` that a citizen id states. */
export function birthDateOf(citizenId: string): string {
  return `${citizenId.slice(6, 10)}-${citizenId.slice(10, 12)}-${citizenId.slice(12, 14)}`;
}

/**
 * Tells in one sentence why a text is no citizen id (公民身份号码, GB 11643-1999), or `undefined` where it is one: 18
 * characters, a birth date that exists, and the right check character. The sentence never repeats the id.
 */
export function citizenIdFault(text: string): string | undefined {
  if (text.length !== 18) return `a citizen id has 18 characters, not ${text.length}`;
  if (!SHAPE.test(text)) return "a citizen id has 17 digits and a digit or capital X at its end";
  if (!isCivilDate(birthDateOf(text))) return "the birth date in the citizen id does not exist";
  if (citizenIdCheckCharacter(text) !== text.charAt(17)) return "the check character of the citizen id is wrong";
  return undefined;
}
