import { type DescMessage, fromJson } from "@bufbuild/protobuf";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import {
  AppSchema,
  DepartmentSchema,
  IssuingOpeningSchema,
  MatterSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { NodeKeysDocument, OwnerDocument, RightsDocument } from "./province-records.ts";
import { type ItemDocument, type RecordKind, type RegistryDocument, recordId, type SecretTerms } from "./records.ts";

/*
 * What readers of the catalog's documents rely on. A stored document that does not hold it is set aside and stops nobody else:
 * these checks never quote what they found.
 */

const SCHEMAS: Record<RecordKind, DescMessage> = {
  department: DepartmentSchema,
  app: AppSchema,
  seal: SealSchema,
  opening: IssuingOpeningSchema,
  matter: MatterSchema,
};

/** A record of the registry. */
export function checkRegistryDocument({ _id, kind, node, key, changes, value, past, ...rest }: RegistryDocument): void {
  texts({ node, key });
  require("kind", Object.hasOwn(SCHEMAS, kind));
  require("key", _id === recordId(kind, node, key));
  require("changes", Number.isSafeInteger(changes));
  optionalTexts(rest, "secretHash", "tokensNotBefore", "refusedBefore", "changedAt");
  if (rest.secretTerms !== undefined) checkTerms(rest.secretTerms);
  optionalTexts(rest.secretUse ?? {}, "newest", "former");
  fromJson(SCHEMAS[kind], value);
  list("past.superiors", past?.superiors ?? [], ({ code, until }) => isText(code) && isTime(until));
}

function checkTerms({ made, ends, former }: SecretTerms): void {
  require("secretTerms", isTime(made) && isTime(ends));
  if (former === undefined) return;
  texts({ "secretTerms.former.hash": former.hash });
  require("secretTerms.former", isTime(former.ends) && (former.made === undefined || isTime(former.made)));
}

/** A version of a catalog item. */
export function checkItemDocument({ _id, code, version, digest, content, registeredAt, ...rest }: ItemDocument): void {
  texts({ code, digest, registeredAt });
  require("version", Number.isSafeInteger(version) && _id === `${code}/${version}`);
  require("publishedVersion", rest.publishedVersion === undefined || rest.publishedVersion === version);
  optionalTexts(rest, "publishedAt", "publisher", "signature");
  fromJson(CatalogItemContentSchema, content);
}

/** Whose a key is. */
export function checkOwnerDocument({ kind, key, node, claimants = [], changedAt, body }: OwnerDocument): void {
  texts({ kind, key, node, changedAt });
  list("claimants", claimants, isText);
  if (body === undefined) return;
  texts({ code: body.code, confirmedAt: body.confirmedAt });
  list("body.owners", body.owners, (owner) => isText(owner.node) && ends(owner));
  list("body.set", body.set, (one) => isOptionalText(one.superior) && ends(one));
}

/** Where a department issues an item. */
export function checkRightsDocument({ key, departmentCode, itemCode, typeCode, periods }: RightsDocument): void {
  texts({ key, departmentCode, itemCode, typeCode });
  list("periods", periods, ({ node, since, until }) => isText(node) && isText(since) && isOptionalText(until));
}

/** Keys of a node. */
export function checkNodeKeysDocument({ key: node, keys }: NodeKeysDocument): void {
  texts({ key: node });
  const isKey = (key: unknown) => isText(key) && Buffer.from(key, "base64url").length === 32;
  list("keys", keys, (one) => isKey(one.key) && isTime(one.since) && (one.until === undefined || isTime(one.until)));
}

function list<T>(member: string, value: readonly T[], isSound: (element: T) => boolean): void {
  require(member, Array.isArray(value) && value.every((one) => one !== null && one !== undefined && isSound(one)));
}

function texts(members: Record<string, unknown>): void {
  for (const [member, value] of Object.entries(members)) require(member, isText(value));
}

function optionalTexts<T extends object>(document: T, ...members: (keyof T & string)[]): void {
  for (const member of members) require(member, isOptionalText(document[member]));
}

function ends({ until }: { until?: string }): boolean {
  return until === undefined || isTime(until);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isTime(value: unknown): boolean {
  return isText(value) && !Number.isNaN(instantOf(value));
}

function require(member: string, sound: boolean): void {
  if (!sound) throw new Refusal("RECORD_UNREADABLE", `${member} is missing or wrong`);
}
