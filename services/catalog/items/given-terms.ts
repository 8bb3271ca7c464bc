import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { Department, IssuingOpening, Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { GetUsageTermsResponseSchema } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { ChangeMark, MarkState } from "../../node/marks/change-mark.ts";
import { createDecidedTerms, type DecidedTerms } from "./decided-terms.ts";
import { type TermsMarkParts, termsMark } from "./terms-mark.ts";

/** On which terms an app may issue an item for a department. */
export interface IssuingTerms {
  item: CatalogItem;
  issuer: Department;
  seal: Seal;
  attested: boolean;
  samePersonMayIssue: boolean;
  opening: IssuingOpening;
}

/** On which terms an app may use certificates for a matter. */
export type UsageTerms = MessageInitShape<typeof GetUsageTermsResponseSchema>;

/** Terms that this process gave, and the mark under which they count. */
export interface GivenTerms {
  /** Raised by what this process changes. */
  mark: ChangeMark;
  /** The mark of all that terms rest on. Throws `STORE_AWAY`. */
  told(): Promise<MarkState>;
  issuing: DecidedTerms<IssuingTerms>;
  usage: DecidedTerms<UsageTerms>;
  /** Codes of items that a department has open on screen. */
  offers: DecidedTerms<{ codes: ReadonlySet<string> }>;
}

/** Bytes of issuing terms in memory, and of usage terms. */
const [ISSUING_BYTES, USAGE_BYTES] = [64 << 20, 32 << 20];
/** Codes of items in memory, of all departments together: some hundreds of departments with some hundreds each. */
const OFFERED_CODES = 200_000;
/** What a message takes beside its long members, roughly. */
const RECORD_BYTES = 2_000;

/** Opens them. */
export function openGivenTerms(parts: TermsMarkParts): GivenTerms {
  const told = () => termsMark(parts);
  return {
    mark: parts.own,
    told,
    issuing: createDecidedTerms({ told, most: ISSUING_BYTES, weightOf: issuingBytes }),
    usage: createDecidedTerms({ told, most: USAGE_BYTES, weightOf: usageBytes }),
    offers: createDecidedTerms({ told, most: OFFERED_CODES, weightOf: ({ codes }) => 1 + codes.size }),
  };
}

/** The item's content is shared by all that rest on its version. */
function issuingBytes({ seal }: IssuingTerms): number {
  const { pictureJson, signingCertificatePem, electronicSeal, unitCodes } = seal;
  return (
    3 * RECORD_BYTES + pictureJson.length + signingCertificatePem.length + electronicSeal.length + 40 * unitCodes.length
  );
}

function usageBytes({ matter }: UsageTerms): number {
  const fields = (matter?.items ?? []).reduce((sum, { fields = [] }) => sum + 1 + fields.length, 0);
  return RECORD_BYTES + 100 * (fields + (matter?.appKeys?.length ?? 0) + (matter?.materials?.length ?? 0));
}
