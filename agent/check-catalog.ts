import { shanghaiDay } from "../services/domain/civil-date.ts";
import { requireBound } from "../services/domain/data-binding.ts";
import { instantOf } from "../services/domain/instant.ts";
import type { DataMessage } from "../services/domain/message.ts";
import { parseValidityRule, validityUnder } from "../services/domain/validity-rule.ts";
import type { CatalogStatement } from "../services/trust/catalog-version.ts";
import { refuseMember } from "./refuse-member.ts";

/** A version of an item that is known to be published behind another. */
export interface NewerVersion {
  version: number;
  /** RFC 3339. */
  publishedAt: string;
}

/** What the province said of the item. */
export interface CatalogWord {
  statement: CatalogStatement;
  /** The first version behind it that this host has seen. */
  newer: NewerVersion | undefined;
}

/** How long an order may still be signed under a version behind which another was published: callers hold versions for a while. */
const OLD_VERSION_MS = 3_600_000;

/**
 * Holds a message against the version of the catalog item that the province signed: code, version, name, type, number of holders,
 * validity, and the data items that must say what the metadata say. A version counts while it is the newest that this host knows of, and for an order that was signed before the newer one was
 * an hour old. Throws `POLICY_REFUSED` with the `member`, `DATA_MISMATCH`, or the refusal of {@link validityUnder}.
 */
export function checkCatalog(
  message: DataMessage,
  { statement, newer }: CatalogWord,
  { orderedAt, now }: { orderedAt: Date; now: Date },
): void {
  const { metadata } = message;
  const says = `version ${statement.version} of ${statement.code}, which the province signed, says`;
  const fixed = [
    ["metadata.itemCode", metadata.itemCode, statement.code],
    ["metadata.itemVersion", String(metadata.itemVersion), String(statement.version)],
    ["metadata.name", metadata.name, statement.name],
    ["metadata.typeCode", metadata.typeCode, statement.typeCode],
  ] as const;
  for (const [member, found, signed] of fixed) {
    if (found !== signed) throw refuseMember(member, found, `${says} ${signed}`);
  }
  if (newer && orderedAt.getTime() > instantOf(newer.publishedAt) + OLD_VERSION_MS) {
    const why = `version ${newer.version} was published at ${newer.publishedAt}, before the order was signed`;
    const remedy = "discard the certificate and make it anew, under a new business serial";
    throw refuseMember("metadata.itemVersion", String(metadata.itemVersion), why, remedy);
  }
  const { length } = metadata.holders;
  if (length < statement.holdersMin || length > statement.holdersMax) {
    throw refuseMember(
      "metadata.holders",
      String(length),
      `${says} ${statement.holdersMin} to ${statement.holdersMax}`,
    );
  }
  const { issueDate, validFrom, validTo } = metadata;
  const stated = {
    issueDate,
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
  };
  const validity = validityUnder(parseValidityRule(statement.validityRule), stated, shanghaiDay(now));
  if (validity.validTo !== validTo) {
    throw refuseMember("metadata.validTo", validTo ?? "absent", `${says} ${validity.validTo ?? "no last day"}`);
  }
  requireBound(statement.bindings ?? [], message, (member) => `metadata.${member}`);
}
