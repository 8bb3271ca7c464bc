import { AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { PENDING_INDEX } from "../../event/pending-events.ts";
import {
  checkRecord,
  isTime,
  requireMember,
  requireOptionalTexts,
  requireTexts,
} from "../../registry/document-members.ts";
import { BY_NODE, type RecordDocument } from "../../registry/record.ts";
import type { CollectionSpec } from "../../store/port.ts";

/** Until when secrets of an app are good. Times are RFC 3339, UTC, to the millisecond. */
export interface SecretTerms {
  /** When the newest was made, and from when it is refused. */
  made: string;
  ends: string;
  /** The one that it replaces. */
  former?: FormerSecret;
}

/** A secret that is being replaced. */
export interface FormerSecret {
  hash: string;
  /** Absent: it was made before that was kept. */
  made?: string;
  ends: string;
}

/** An app of this node, at the province of any. `_id` is `app/<key>`, since an AppKey is unique in the province. */
export interface AppDocument extends RecordDocument<"app"> {
  /** Salted hash of the newest secret: `scrypt$<salt>$<hash>`, base64url. */
  secretHash?: string;
  /** Absent: the secret was made before secrets had an end, and is the only one. Travels with the record. */
  secretTerms?: SecretTerms;
  /** Day (Asia/Shanghai) on which each last gave a token at this node. Never travels. */
  secretUse?: { newest?: string; former?: string };
  /** Tokens that were issued before this time are refused, RFC 3339. Travels with the record. */
  tokensNotBefore?: string;
  /**
   * The same as this node holds it, RFC 3339: never before the record came here, since this node may have given tokens until
   * then. What refused apps are found by; never travels.
   */
  refusedBefore?: string;
  /** As the catalog stored it when it was carried over from there, before this service kept apps; never travels. */
  carried?: { changes: number; changedAt?: string };
}

export const APPS: CollectionSpec = {
  name: "identity_apps",
  indexes: [
    BY_NODE,
    { name: "refusals", fields: ["refusedBefore"] },
    { name: "secretEnds", fields: ["node", "secretTerms.ends"] },
    PENDING_INDEX,
  ],
};

/** Where the mark of changes of apps is kept. */
export const APPS_MARK: CollectionSpec = { name: "identity_apps_mark", indexes: [] };

/** Key of the document of an app. */
export function appId(key: string): string {
  return `app/${key}`;
}

/** Throws for a stored document that cannot be read. */
export function checkAppDocument(document: AppDocument): void {
  checkRecord(document, { schemas: { app: AppSchema }, idOf: (_kind, _node, key) => appId(key) });
  requireOptionalTexts(document, "secretHash", "tokensNotBefore", "refusedBefore");
  requireOptionalTexts(document.secretUse ?? {}, "newest", "former");
  if (document.secretTerms !== undefined) checkTerms(document.secretTerms);
  requireMember("carried", document.carried === undefined || Number.isSafeInteger(document.carried.changes));
}

function checkTerms({ made, ends, former }: SecretTerms): void {
  requireMember("secretTerms", isTime(made) && isTime(ends));
  if (former === undefined) return;
  requireTexts({ "secretTerms.former.hash": former.hash });
  requireMember("secretTerms.former", isTime(former.ends) && (former.made === undefined || isTime(former.made)));
}
