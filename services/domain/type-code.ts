import { socialCreditCodeFault } from "./social-credit-code.ts";

const SEQUENCE = /^[0-9A-Z]{3}$/;

/**
 * Tells in one sentence why a text is no certificate type code (证照类型代码, GB/T 36904), or `undefined` where it is one:
 * 21 characters, the social credit code of the body that defines the type and a sequence of three.
 */
export function typeCodeFault(text: string): string | undefined {
  if (text.length !== 21) return `a certificate type code has 21 characters, not ${text.length}`;
  const definer = socialCreditCodeFault(definerOf(text));
  if (definer !== undefined) return `the defining body: ${definer}`;
  return SEQUENCE.test(text.slice(18)) ? undefined : "a certificate type code ends with three digits or capitals";
}

/** Social credit code of the body that defines a certificate type. */
export function definerOf(typeCode: string): string {
  return typeCode.slice(0, 18);
}
