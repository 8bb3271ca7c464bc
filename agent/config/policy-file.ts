import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { fault, list, number, object, optional, path, type Reader, readStrictFile, text, word } from "./strict.ts";

/** When an agent draws a face again before it signs: each time, for a share of certificates, or not at all. */
export type RenderRule = "always" | "never" | { sampled: number };

/** The policy as it stands in its file; {@link readPolicyFile} makes paths absolute and puts defaults in. */
export interface PolicyFile {
  seals: {
    code: string;
    keyLabel: string;
    certificateFile: string;
    chainFiles: string[];
    electronicSealFile: string | undefined;
    items: string[];
    units: string[];
    ratePerMinute: number;
  }[];
  apps: { app: string; originKeys: { id: string; publicKeyFile: string }[]; items: string[] | undefined }[];
  items: { item: string; origin: "required" | "attested"; render: RenderRule; templates: string[] | undefined }[];
  originMaxAgeSeconds: number;
}

const code = text(/^[^\s\p{C}]{1,64}$/u, "1–64 characters without blanks");
const creditCode: Reader<string> = (value, place) => {
  const read = text()(value, place);
  const why = socialCreditCodeFault(read);
  if (why !== undefined) fault(place, `is no unified social credit code: ${why}`);
  return read;
};
const sha256 = text(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hex");

const render: Reader<RenderRule> = (value, place) => {
  if (value === "always" || value === "never") return value;
  if (typeof value === "object") return object({ sampled: number(0, 1, { whole: false }) })(value, place);
  return fault(place, 'must be "always", "never" or {"sampled": share from 0 to 1}') ?? "always";
};

const policyFile: Reader<PolicyFile> = object({
  seals: list(
    object({
      code,
      keyLabel: text(),
      certificateFile: path,
      chainFiles: optional(list(path), []),
      electronicSealFile: optional(path),
      items: list(code, 1),
      units: list(creditCode, 1),
      ratePerMinute: optional(number(1, 10_000_000), 6_000),
    }),
    1,
  ),
  apps: optional(
    list(
      object({
        app: code,
        originKeys: optional(list(object({ id: code, publicKeyFile: path })), []),
        items: optional(list(code)),
      }),
    ),
    [],
  ),
  items: optional(
    list(
      object({
        item: code,
        origin: optional(word("required", "attested"), "required"),
        render: optional(render, "always"),
        templates: optional(list(sha256)),
      }),
    ),
    [],
  ),
  // A day: a certificate may be made today and issued tomorrow, when the agent is back.
  originMaxAgeSeconds: optional(number(1, 31_536_000), 86_400),
});

/** Reads the form of a policy file, without the files that it names. Throws `INVALID_FIELD` with every fault. */
export function readPolicyFile(file: string): PolicyFile {
  return readStrictFile(file, policyFile);
}
