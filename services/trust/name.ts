import { socialCreditCodeFault } from "../domain/social-credit-code.ts";
import { childrenOf, type DerElement, malformed, TAG } from "./der.ts";
import { readOid, readText } from "./der-read.ts";
import { oid, printableString, sequence, setOf, utf8String } from "./der-write.ts";
import { OID } from "./oid.ts";

/** The parts of a distinguished name that matter here. All texts; absent where the name lacks them. */
export interface SubjectName {
  country?: string;
  state?: string;
  locality?: string;
  /** 机构名称 */
  organization?: string;
  organizationalUnit?: string;
  /** 统一社会信用代码, carried in organizationIdentifier (2.5.4.97) */
  organizationCode?: string;
  commonName?: string;
}

const ATTRIBUTES = [
  ["country", OID.country],
  ["state", OID.state],
  ["locality", OID.locality],
  ["organization", OID.organization],
  ["organizationalUnit", OID.organizationalUnit],
  ["organizationCode", OID.organizationIdentifier],
  ["commonName", OID.commonName],
] as const satisfies readonly (readonly [keyof SubjectName, string])[];

/** Most characters in one part: the upper bounds of X.520 are 64 and 128. */
const MAX_TEXT = 128;

/** DER of a Name, one attribute per RDN in the order country … common name. Refuses empty, over-long or control text. */
export function nameDer(subject: SubjectName): Uint8Array {
  const parts = ATTRIBUTES.flatMap(([member, type]) => {
    const text = subject[member];
    if (text === undefined) return [];
    if (text.length === 0 || text.length > MAX_TEXT || /\p{Cc}/u.test(text)) {
      throw malformed(`${member} must be 1 to ${MAX_TEXT} characters without control characters`);
    }
    if (member === "country" && !/^[A-Z]{2}$/.test(text)) throw malformed("country must be two capital letters");
    const value = member === "country" ? printableString(text) : utf8String(text);
    return [setOf([sequence(oid(type), value)])];
  });
  return sequence(...parts);
}

/**
 * Reads a Name. Where an attribute occurs twice the last one, the most specific, counts. The social credit code is taken
 * from organizationIdentifier (with or without a prefix such as `NTRCN-`), else from a serialNumber or UID that is a
 * valid one (GB 32100): issuers differ in where they put it, and a person's serialNumber may be a citizen id.
 */
export function readName(element: DerElement): SubjectName {
  const values = new Map<string, string>();
  for (const set of childrenOf(element, TAG.sequence)) {
    for (const attribute of childrenOf(set, TAG.set)) {
      const [type, value, surplus] = childrenOf(attribute, TAG.sequence);
      if (surplus !== undefined || value === undefined) throw malformed("a name attribute has two members");
      values.set(readOid(type), isText(value) ? readText(value) : "");
    }
  }
  const name: SubjectName = {};
  for (const [member, type] of ATTRIBUTES) {
    const text = values.get(type);
    if (text !== undefined) name[member] = text;
  }
  const elsewhere = [OID.serialNumber, OID.userId].map((type) => values.get(type));
  const code =
    name.organizationCode?.replace(/^[A-Z]{5}-/, "") ??
    elsewhere.find((text) => text !== undefined && socialCreditCodeFault(text) === undefined);
  if (code !== undefined) name.organizationCode = code;
  return name;
}

function isText({ tag }: DerElement): boolean {
  const texts: number[] = [TAG.utf8String, TAG.printableString, TAG.ia5String, TAG.teletexString, TAG.bmpString];
  return texts.includes(tag);
}

/** A name in one line, the person first, as people read it. */
export function subjectText({
  commonName,
  organizationalUnit,
  organization,
  organizationCode,
  country,
}: SubjectName): string {
  const parts = {
    CN: commonName,
    OU: organizationalUnit,
    O: organization,
    organizationIdentifier: organizationCode,
    C: country,
  };
  return Object.entries(parts)
    .flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]))
    .join(", ");
}
