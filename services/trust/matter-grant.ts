import { canonicalBytes } from "../domain/canonical.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import type { GrantedItem } from "../domain/usage-grant.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";

/** Name of the form, and context of the signature over it. */
export const MATTER_GRANT_SCHEMA = "ecert.matter-grant.v1";
/** How long a grant lasts: one question and its answer, with room for clocks that differ. */
export const GRANT_LIFETIME_MS = 5 * 60_000;

/** For what question a grant was made. */
export interface GrantedQuestion {
  /** Node that asks: where the certificate is used. */
  node: string;
  /** Node that is asked: where it was issued. */
  issuer: string;
  app: string;
  matter: string;
  /** SHA-256 (hex) of the usage code. */
  usageCodeDigest: string;
  /** Person served. */
  holder: { codeType: string; code: string };
}

/** What the province found a matter of another node to be opened for (6.4.6.1). */
export interface MatterGrantStatement extends GrantedQuestion {
  schema: typeof MATTER_GRANT_SCHEMA;
  province: string;
  items: GrantedItem[];
  /** RFC 3339. At this instant the grant no longer counts. */
  endsAt: string;
}

/** Signs as the province's node. */
export type SignGrant = (signed: Uint8Array) => Uint8Array;

/** Makes a grant: canonical bytes of the statement, and the province's signature over them. */
export function makeMatterGrant(
  question: GrantedQuestion,
  items: readonly GrantedItem[],
  { province, now, sign }: { province: string; now: Date; sign: SignGrant },
): { statement: Uint8Array; signature: Uint8Array } {
  const endsAt = new Date(now.getTime() + GRANT_LIFETIME_MS).toISOString();
  const statement = canonicalBytes({ schema: MATTER_GRANT_SCHEMA, province, ...question, items, endsAt });
  return { statement, signature: sign(nodeSignedBytes(MATTER_GRANT_SCHEMA, statement)) };
}

/** Reads a grant that was handed in with a question. Throws `SIGNATURE_INVALID` where the province has not signed these bytes. */
export function readMatterGrant(
  { statement, signature }: { statement: Uint8Array; signature: Uint8Array },
  province: string,
  verifies: (signed: Uint8Array, signature: Uint8Array) => boolean,
): MatterGrantStatement {
  if (signature.length !== 64 || !verifies(nodeSignedBytes(MATTER_GRANT_SCHEMA, statement), signature)) {
    throw new Refusal("SIGNATURE_INVALID", `ground.grant: the province ${province} has not signed it`, {
      fields: [
        {
          field: "ground.grant",
          description: "not signed by the province",
          remedy: "ask through the province",
          localized: "没有省级的签名，请经省级节点查询",
        },
      ],
    });
  }
  // The province signed these bytes, and signs no others in this context.
  return JSON.parse(new TextDecoder().decode(statement)) as MatterGrantStatement;
}

/**
 * The items that a grant opens for a question. Throws `PERMISSION_DENIED` where it has ended or was made for another node, app, matter, code
 * or person.
 */
export function itemsGranted(
  granted: MatterGrantStatement,
  asked: GrantedQuestion & { province: string },
  now: Date,
): readonly GrantedItem[] {
  const { holder } = granted;
  const same =
    granted.schema === MATTER_GRANT_SCHEMA &&
    holder.codeType === asked.holder.codeType &&
    holder.code === asked.holder.code &&
    (["province", "node", "issuer", "app", "matter", "usageCodeDigest"] as const).every(
      (member) => granted[member] === asked[member],
    );
  if (!same) throw denied("it was made for another question");
  if (!(now.getTime() < instantOf(granted.endsAt))) throw denied(`it ended at ${granted.endsAt}`);
  return granted.items;
}

function denied(description: string): Refusal {
  return refuseField(
    "PERMISSION_DENIED",
    "ground.grant",
    description,
    "ask through the province",
    "用证许可无效，请经省级节点查询",
  );
}
