import { isCivilDate } from "../../services/domain/civil-date.ts";
import { divisionFault } from "../../services/domain/division.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import {
  fault,
  flag,
  list,
  number,
  object,
  optional,
  path,
  type Reader,
  readStrictFile,
  text,
  withdrawn,
  word,
} from "./strict.ts";

/** A body for which a seal signs, as it is named on certificates. */
export interface SealUnit {
  /** Unified social credit code. */
  code: string;
  name: string;
  /** Division code, 6 digits. */
  division: string;
}

/** The policy as it stands in its file; {@link readPolicyFile} makes paths absolute and puts defaults in. */
export interface PolicyFile {
  sandbox: boolean;
  seals: {
    code: string;
    keyLabel: string;
    certificateFile: string;
    chainFiles: string[];
    pictureFile: string;
    electronicSealFile: string | undefined;
    items: string[];
    units: SealUnit[];
    ratePerMinute: number;
  }[];
  apps: { app: string; originKeys: { id: string; publicKeyFile: string }[]; items: string[] | undefined }[];
  /** Apps of other departments that ask on behalf of units of this host's seals, and for what. */
  delegates: {
    app: string;
    originKeys: { id: string; publicKeyFile: string }[];
    units: string[];
    items: string[];
    /** Last day, `yyyy-MM-dd`. */
    until: string;
  }[];
  items: { item: string; origin: "required" | "officer" | "officer-here" | "attested" }[];
  /** Lists of officers that departments sign. */
  officers: { department: string; listFile: string; signerKeyFile: string }[];
  originMaxAgeSeconds: number;
}

const code = text(/^[^\s\p{C}]{1,64}$/u, "1–64 characters without blanks");
const name = text(/^[^\p{Cc}]{1,200}$/u, "1–200 characters without control characters");
const creditCode: Reader<string> = (value, place) => {
  const read = text()(value, place);
  const why = socialCreditCodeFault(read);
  if (why !== undefined) fault(place, `is no unified social credit code: ${why}`);
  return read;
};
const division: Reader<string> = (value, place) => {
  const read = text()(value, place);
  const why = divisionFault(read);
  if (why !== undefined) fault(place, `is no division code: ${why}`);
  return read;
};

const day: Reader<string> = (value, place) => {
  const read = text()(value, place);
  if (!isCivilDate(read)) fault(place, "is no day as yyyy-MM-dd");
  return read;
};
const originKey = object({ id: code, publicKeyFile: path });

/** Reads the policy as a value. */
export const policyFile: Reader<PolicyFile> = object({
  sandbox: optional(flag, false),
  seals: list(
    object({
      code,
      keyLabel: text(),
      certificateFile: path,
      chainFiles: optional(list(path), []),
      pictureFile: path,
      electronicSealFile: optional(path),
      items: list(code, 1),
      units: list(object({ code: creditCode, name, division }), 1),
      ratePerMinute: optional(number(1, 10_000_000), 6_000),
    }),
    1,
  ),
  apps: optional(
    list(
      object({
        app: code,
        originKeys: optional(list(originKey), []),
        items: optional(list(code)),
      }),
    ),
    [],
  ),
  delegates: optional(
    list(
      object({
        app: code,
        originKeys: list(originKey, 1),
        units: list(creditCode, 1),
        items: list(code, 1),
        // A key of somebody else's is never good for ever.
        until: day,
      }),
    ),
    [],
  ),
  items: optional(
    list(
      object({
        item: code,
        origin: optional(word("required", "officer", "officer-here", "attested"), "required"),
        render: withdrawn("take it out: every face is drawn on this host before it is signed"),
        templates: withdrawn("take it out: the province signs which template a version of an item has"),
      }),
    ),
    [],
  ),
  officers: optional(list(object({ department: creditCode, listFile: path, signerKeyFile: path })), []),
  // An hour: who issues later signs the same order anew.
  originMaxAgeSeconds: optional(number(60, 86_400), 3_600),
});

/** Reads the form of a policy file, without the files that it names. Throws `INVALID_FIELD` with every fault. */
export function readPolicyFile(file: string): PolicyFile {
  return readStrictFile(file, policyFile);
}
