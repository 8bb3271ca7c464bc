import { type DescMessage, fromJson } from "@bufbuild/protobuf";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import {
  DepartmentSchema,
  IssuingOpeningSchema,
  MatterSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  checkRecord,
  endsInTime as ends,
  isOptionalText,
  isText,
  isTime,
  requireList as list,
  requireOptionalTexts as optionalTexts,
  requireMember as require,
  requireTexts as texts,
} from "../../registry/document-members.ts";
import type { NodeKeysDocument, OwnerDocument, RightsDocument } from "./province-records.ts";
import { type ItemDocument, type RecordKind, type RegistryDocument, recordId } from "./records.ts";

const schemas: Record<RecordKind, DescMessage> = {
  department: DepartmentSchema,
  seal: SealSchema,
  opening: IssuingOpeningSchema,
  matter: MatterSchema,
};

/** A record of the registry, in the collection of its kind. */
export function checkRegistryDocument(kind: RecordKind): (document: RegistryDocument) => void {
  return (document) => {
    require("kind", document.kind === kind);
    checkRecord(document, { schemas, idOf: recordId });
    list("past.superiors", document.past?.superiors ?? [], ({ code, until }) => isText(code) && isTime(until));
  };
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
