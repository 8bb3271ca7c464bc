import { generateKeyPairSync, sign } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  CatalogItemContentSchema,
  CatalogItemSchema,
  HolderKind,
} from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { IssuingControlsSchema } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type {
  GetChangeTermsRequest,
  GetIssuingTermsRequest,
  GetIssuingTermsResponseSchema,
} from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { socialCreditCheckCharacter } from "../../services/domain/social-credit-code.ts";
import { itemRules } from "../../services/issue/terms/item-rules.ts";
import { catalogSignedBytes } from "../../services/trust/catalog-version.ts";
import { seedItems } from "../document/seed.ts";
import { DEPARTMENT } from "../trust/department.ts";

/** A social credit code with the right check character. */
export function creditCode(body: string): string {
  return body + socialCreditCheckCharacter(body);
}

export const APP = "scjg-licence";
export const OTHER_APP = "other-system";
export const ISSUER = DEPARTMENT.organizationCode;
export const HOLDER_ORGANISATION = creditCode("91440101MA59K2K3X");
export const SEAL = "DZYZ-440100-0001";

/** Items that the tests issue: one whose last day is stated, one of five years, one for any number of people, one attested. */
export const LICENCE = "YYZZ";
export const PERMIT = "SPJYXKZ";
export const ATTESTED = "YYZZ-ATTESTED";
/** The seed's residence permit (居住证), which shows the holder's photo, with a place for a signature more. */
export const RESIDENCE = "JZZ";

const template = {
  schema: "ecert.face.v1",
  page: { width: 297, height: 210 },
  elements: [
    { type: "text", text: "营业执照", box: [20, 20, 257, 20], size: 36, align: "center", font: "bold" },
    { type: "field", source: "metadata.number", box: [20, 45, 257, 8], size: 12 },
    { type: "field", source: "holders[0].name", box: [20, 60, 257, 10], size: 14 },
    { type: "field", source: "data.address", box: [20, 75, 257, 10], size: 14, minSize: 8 },
    { type: "field", source: "metadata.preparedAt", box: [20, 90, 257, 10], size: 10 },
    { type: "qr", source: "metadata.identifier", box: [20, 150, 30, 30] },
    { type: "seal", box: [220, 140, 45, 45] },
  ],
};

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  additionalProperties: false,
  required: ["address", "capital"],
  properties: {
    address: { type: "string", title: "住所", minLength: 2, maxLength: 100 },
    capital: { type: "integer", title: "注册资本", minimum: 1 },
    legalPerson: { type: "string", title: "法定代表人证件号", format: "citizen-id" },
  },
};

const content: MessageInitShape<typeof CatalogItemContentSchema> = {
  name: "营业执照",
  typeCode: `${creditCode("11100000MB0330281")}001`,
  definingAuthority: "国家市场监督管理总局",
  holderKind: HolderKind.ORGANISATION,
  holdersMin: 1,
  holdersMax: 1,
  validityRuleJson: JSON.stringify({ kind: "stated", maxYears: 30, openEnded: true }),
  dataSchemaJson: JSON.stringify(schema),
  faceTemplateJson: JSON.stringify(template),
  exampleJson: JSON.stringify({ address: "广州市天河区", capital: 100 }),
};

const ITEMS: Record<string, MessageInitShape<typeof CatalogItemContentSchema>> = {
  [LICENCE]: content,
  [ATTESTED]: content,
  [PERMIT]: {
    ...content,
    name: "食品经营许可证",
    typeCode: `${creditCode("11100000MB0330281")}002`,
    holderKind: HolderKind.ANY,
    holdersMax: 3,
    validityRuleJson: JSON.stringify({ kind: "fixed", years: 5 }),
  },
};

const residence = seedItems().get("residence-permit");
if (residence) {
  const signature = { type: "image", box: [120, 165, 40, 20], attachment: "签名" };
  const elements = [...residence.template.elements, signature];
  ITEMS[RESIDENCE] = {
    ...content,
    name: residence.name,
    typeCode: residence.typeCode,
    holderKind: HolderKind.PERSON,
    dataSchemaJson: JSON.stringify(residence.dataSchema),
    faceTemplateJson: JSON.stringify({ ...residence.template, elements }),
    exampleJson: JSON.stringify(residence.example.data),
    bindings: residence.bindings,
  };
}

/** Type of certificate of each item. */
export const TYPE_CODES = Object.fromEntries(
  Object.entries(ITEMS).map(([code, { typeCode = "" }]) => [code, typeCode]),
);

/** The province of these tests: its key signs every version of the catalog. */
export const PROVINCE = { node: "440000", key: generateKeyPairSync("ed25519") };

/** A version as the province publishes it. */
function published(code: string, version: number, publishedAt: string, init: (typeof ITEMS)[string]) {
  const content = create(CatalogItemContentSchema, init);
  const item = create(CatalogItemSchema, { code, version, publisher: PROVINCE.node, publishedAt, content });
  const { text } = itemRules(item, content).statement;
  return { ...item, signature: sign(null, catalogSignedBytes(Buffer.from(text)), PROVINCE.key.privateKey) };
}

/** What the seal of these tests shows. */
export function sealPicture(name: string): SealPicture {
  return { kind: "round", name, caption: "电子证照专用章", diameter: 42 };
}

/** A catalog that a test can change, in the place of the catalog service. */
export interface TestCatalog {
  /** What the catalog refuses for, by item: `SEAL_UNBOUND` and the like. */
  refusals: Map<string, Refusal>;
  /** Versions that were published behind the first: when, RFC 3339, by item. */
  republished: Map<string, string>;
  seal: { code: string; certificatePem: string; pictureName: string; electronic?: Uint8Array };
  /** What issuing under the openings is held to. */
  controls: MessageInitShape<typeof IssuingControlsSchema> | undefined;
  /** Apps of other departments, and whether they act for the issuer now. */
  others: Map<string, boolean>;
  /** Calls so far that brought the content along. */
  contentsSent: number;
  client: {
    getChangeTerms(request: GetChangeTermsRequest): Promise<object>;
    getIssuingTerms(request: GetIssuingTermsRequest): Promise<MessageInitShape<typeof GetIssuingTermsResponseSchema>>;
  };
}

/** Opens a catalog with the items above, all opened for the department and its seal. */
export function createTestCatalog(certificatePem: string): TestCatalog {
  const catalog: TestCatalog = {
    refusals: new Map(),
    republished: new Map(),
    seal: { code: SEAL, certificatePem, pictureName: DEPARTMENT.organization },
    controls: undefined,
    others: new Map(),
    contentsSent: 0,
    client: {
      async getChangeTerms({ appKey, issuedBy, issuerCode }) {
        if (appKey === issuedBy ? catalog.others.get(appKey) : catalog.others.has(issuedBy)) return {};
        throw new Refusal("PERMISSION_DENIED", `app ${appKey} does not act for ${issuerCode}`);
      },
      async getIssuingTerms({ itemCode, knownVersion, appKey }) {
        const refusal = catalog.refusals.get(itemCode);
        if (refusal) throw refusal;
        const found = ITEMS[itemCode];
        if (!found)
          throw new Refusal("ITEM_UNKNOWN", `no item ${itemCode}`, { metadata: { item_code: itemCode, appKey } });
        const later = catalog.republished.get(itemCode);
        const version = later === undefined ? 1 : 2;
        const { content, ...item } = published(itemCode, version, later ?? "2026-01-01T00:00:00Z", found);
        if (knownVersion !== version) catalog.contentsSent += 1;
        return {
          item: { ...item, ...(knownVersion !== version && content && { content }) },
          issuer: { code: ISSUER, name: DEPARTMENT.organization, division: "440100" },
          seal: {
            code: catalog.seal.code,
            signingCertificatePem: catalog.seal.certificatePem,
            electronicSeal: catalog.seal.electronic ?? new Uint8Array(),
            pictureJson: JSON.stringify(sealPicture(catalog.seal.pictureName)),
          },
          attested: itemCode === ATTESTED,
          opening: {
            itemCode,
            departmentCode: ISSUER,
            appKey,
            ...(catalog.controls && { controls: create(IssuingControlsSchema, catalog.controls) }),
          },
        };
      },
    },
  };
  return catalog;
}
