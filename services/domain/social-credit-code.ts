/** The 31 characters of GB 32100 in the order of their values: no I, O, S, V, Z. */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const SHAPE = /^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$/;
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

const ORGANISATION_SHAPE = /^[0-9A-Z]{8}[0-9X]$/;
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

/** The check character (18th) for the first 17 characters of a social credit code (GB 32100, modulus 31). */
export function socialCreditCheckCharacter(body: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * ALPHABET.indexOf(body.charAt(index)), 0);
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/**
 * Tells in one sentence why a text is no unified social credit code (统一社会信用代码, GB 32100-2015), or `undefined` where
 * it is one: 18 characters of the code's own alphabet, digits for the division, and the right check character.
 */
export function socialCreditCodeFault(text: string): string | undefined {
  if (text.length !== 18) return `a social credit code has 18 characters, not ${text.length}`;
  if (!SHAPE.test(text)) return "a social credit code holds digits and capitals without I, O, S, V, Z";
  if (socialCreditCheckCharacter(text) !== text.charAt(17))
    return "the check character of the social credit code is wrong";
  return undefined;
}

/** The organisation code (GB 11714, 9 characters) inside a social credit code; catalog codes are made with it. */
export function organisationCodeOf(socialCreditCode: string): string {
  return socialCreditCode.slice(8, 17);
}

/**
 * Tells why a text is no organisation code (组织机构代码, GB 11714), or `undefined` where it is one. Kept apart from
 * {@link socialCreditCodeFault}: GB 32100 guards the whole code by its own check character, and codes given to small
 * traders do not always carry a right inner one.
 */
export function organisationCodeFault(text: string): string | undefined {
  if (!ORGANISATION_SHAPE.test(text)) return "an organisation code has 8 digits or capitals and a check character";
  const sum = ORGANISATION_WEIGHTS.reduce(
    (total, weight, index) => total + weight * Number.parseInt(text.charAt(index), 36),
    0,
  );
  const check = 11 - (sum % 11);
  const expected = check === 10 ? "X" : check === 11 ? "0" : String(check);
  return expected === text.charAt(8) ? undefined : "the check character of the organisation code is wrong";
}
