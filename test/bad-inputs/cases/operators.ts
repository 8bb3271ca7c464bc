import { readFileSync } from "node:fs";
import { toJson } from "@bufbuild/protobuf";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { BadInput, BadInputs } from "../bad-input.ts";
import { altered } from "../requests.ts";
import type { Scene } from "../scene.ts";

type Reason = BadInput["reason"];

let puts = 0;

const SCJG = "11440106MB9DEM11X6";
const put =
  (rpc: string, member: string, good: (scene: Scene) => object) =>
  (is: string, change: object, reason: Reason, field?: string): BadInput => ({
    is,
    rpc: `${rpc === "PutApp" ? "AppService" : "RegistryService"}/${rpc}`,
    send: (scene) =>
      JSON.parse(
        JSON.stringify(
          { requestId: `bad-put-${++puts}`, [member]: { ...good(scene), ...change } },
          (_, value) => value,
        ),
      ),
    reason,
    ...(field !== undefined && { field: field === "" ? member : `${member}.${field}` }),
  });
const plain = (good: object) => () => good;

const department = put(
  "PutDepartment",
  "department",
  plain({ code: "11440106MB9DEM1286", name: "试验局", division: "440106" }),
);
const app = put(
  "PutApp",
  "app",
  plain({ key: "440100-new", name: "新系统", departmentCode: SCJG, scopes: ["issue.read"] }),
);
const opening = put(
  "PutIssuingOpening",
  "opening",
  plain({
    itemCode: "GD-SCJG-0001",
    departmentCode: SCJG,
    appKey: "440100-scjg",
    sealCode: "DZYZ-LH-SCJG",
    opensOn: "2026-01-01",
  }),
);
const matter = put(
  "PutMatter",
  "matter",
  plain({
    code: "M-NEW",
    name: "新事项",
    departmentCode: SCJG,
    appKeys: ["440100-scjg"],
    items: [{ itemCode: "GD-SCJG-0001", fields: ["name"] }],
    enabledOn: "2026-01-01",
  }),
);
const PUBLIC_KEY =
  "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
const certificate = ({ trial }: Scene, at: number) => ({
  signingCertificatePem: readFileSync([...trial.agents.values()][at]?.files.certificateFile ?? "", "utf8"),
});
const picture = (change: object) => (scene: Scene) => ({
  pictureJson: JSON.stringify({ ...JSON.parse(scene.sealPicture), ...change }),
});
const seal = (
  is: string,
  change: (scene: Scene) => object,
  field: string,
  reason: Reason = "INVALID_FIELD",
): BadInput => ({
  is,
  rpc: "RegistryService/PutSeal",
  send: (scene) => {
    const good = { code: "DZYZ-NEW", name: "新印章", departmentCode: SCJG, pictureJson: scene.sealPicture };
    return { seal: { ...good, ...certificate(scene, 0), ...change(scene) } } as never;
  },
  reason,
  field: `seal.${field}`,
});
const withoutId = (input: BadInput): BadInput => ({
  ...input,
  send: (scene) => altered(input.send?.(scene) as never, "requestId", undefined),
});

export const REGISTRY: BadInputs = {
  title: "Operators: departments, apps, seals, openings, matters",
  rpc: "RegistryService/PutDepartment",
  at: "linghai",
  as: "operator",
  inputs: [
    { is: "no department", send: () => ({}), reason: "INVALID_FIELD", field: "department" },
    ...[
      department("a department's code of 17 characters", { code: "11440106MB9DEM128" }, "INVALID_FIELD", "code"),
      department(
        "a department's code with a wrong check character",
        { code: "11440106MB9DEM1287" },
        "CODE_INVALID",
        "code",
      ),
      department("a division of five digits", { division: "44010" }, "INVALID_FIELD", "division"),
      department(
        "a superior with a wrong check character",
        { superiorCode: "11440106MB9DEM11X7" },
        "CODE_INVALID",
        "superiorCode",
      ),
      department("a department above itself", { superiorCode: "11440106MB9DEM1286" }, "INVALID_FIELD", "superiorCode"),
    ].map(withoutId),
    app("another node's AppKey", { key: "440300-new" }, "INVALID_FIELD", "key"),
    app("an AppKey in capitals", { key: "440100-NEW" }, "INVALID_FIELD", "key"),
    app(
      "an app of a department that there is not",
      { departmentCode: "11440106MB9DEM1286" },
      "DEPARTMENT_UNKNOWN",
      "departmentCode",
    ),
    app("no scope", { scopes: [] }, "INVALID_FIELD", "scopes"),
    app("a scope that no call needs", { scopes: ["issue.fly"] }, "INVALID_FIELD", "scopes[0]"),
    app("a scope in capitals", { scopes: ["ISSUE.MAKE"] }, "INVALID_FIELD", "scopes[0]"),
    app("a quota of -1", { quota: { usageCodesPerDay: -1 } }, "INVALID_FIELD", "quota.usageCodesPerDay"),
    {
      is: "tokens of an app that there is not",
      rpc: "AppService/RevokeTokens",
      send: () => ({ appKey: "440100-nobody", cause: "试验" }),
      reason: "APP_UNKNOWN",
      field: "appKey",
    },
    seal("a seal's code with spaces", () => ({ code: "DZYZ 1" }), "code"),
    seal("a seal's picture that is no JSON", () => ({ pictureJson: "{seal}" }), "pictureJson"),
    seal("a seal's picture without its parts", () => ({ pictureJson: "{}" }), "pictureJson/kind"),
    seal("a radical in a seal's picture", picture({ name: "⼴州市某局" }), "pictureJson/name"),
    seal("a key for a certificate", () => ({ signingCertificatePem: PUBLIC_KEY }), "signingCertificatePem"),
    seal("a file's name for PEM", () => ({ signingCertificatePem: "certificate.pem" }), "signingCertificatePem"),
    seal("another department's certificate", (scene) => certificate(scene, 1), "signingCertificatePem", "CODE_INVALID"),
    seal("an electronic seal that is none", () => ({ electronicSeal: "AAAA" }), "electronicSeal"),
    {
      is: "a seal that there is not",
      rpc: "RegistryService/UnbindSeal",
      send: () => ({ code: "DZYZ-NONE", cause: "试验" }),
      reason: "SEAL_UNKNOWN",
      field: "code",
    },
    ...[
      opening("an opening of an item that there is not", { itemCode: "NOWHERE" }, "ITEM_UNKNOWN", "itemCode"),
      opening("an opening for an app that there is not", { appKey: "440100-nobody" }, "APP_UNKNOWN", "appKey"),
      opening("an opening with a seal that there is not", { sealCode: "DZYZ-NONE" }, "SEAL_UNKNOWN", "sealCode"),
      opening("an opening on 31 November", { opensOn: "2026-11-31" }, "INVALID_FIELD", "opensOn"),
      opening("an opening on a day with slashes", { opensOn: "2026/11/30" }, "INVALID_FIELD", "opensOn"),
      matter(
        "a matter of a department that there is not",
        { departmentCode: "11440106MB9DEM1286" },
        "DEPARTMENT_UNKNOWN",
        "departmentCode",
      ),
      matter("a matter from 31 November on", { enabledOn: "2026-11-31" }, "INVALID_FIELD", "enabledOn"),
      matter(
        "a form of file that there is not",
        { items: [{ itemCode: "GD-SCJG-0001", files: [9] }] },
        "INVALID_FIELD",
        "items[0].files[0]",
      ),
    ].map(withoutId),
    {
      is: "a page token that no list gave",
      rpc: "RegistryService/ListDepartments",
      send: () => ({ pageToken: "第二页" }),
      reason: "INVALID_FIELD",
      field: "pageToken",
    },
  ],
};

const content = (
  is: string,
  change: (good: Record<string, never>) => object,
  field: string,
  reason: Reason = "DATA_INVALID",
): BadInput => ({
  is,
  send: (scene) => {
    const good = toJson(CatalogItemContentSchema, scene.item("营业执照").content) as never;
    return { code: "NEW", content: { ...(good as object), ...change(good) } } as never;
  },
  reason,
  field: `content.${field}`,
});
const template =
  (change: (template: { elements: object[] }) => object) =>
  ({ faceTemplateJson }: { faceTemplateJson: string }) => ({
    faceTemplateJson: JSON.stringify(change(JSON.parse(faceTemplateJson))),
  });

export const ITEMS: BadInputs = {
  title: "Operators: catalog items",
  rpc: "CatalogService/RegisterCatalogItem",
  at: "province",
  as: "operator",
  inputs: [
    { is: "no content", send: () => ({ code: "NEW" }), reason: "INVALID_FIELD", field: "content" },
    content("no name", () => ({ name: "" }), "name", "INVALID_FIELD"),
    content("a type code of 20 characters", () => ({ typeCode: "11990000MB0DEM017Y01" }), "typeCode", "INVALID_FIELD"),
    content("a type code with a wrong check character", () => ({ typeCode: "11990000MB0DEM0171001" }), "typeCode"),
    content("no kind of holder", () => ({ holderKind: "HOLDER_KIND_UNSPECIFIED" }), "holderKind", "INVALID_FIELD"),
    content("more holders at least than at most", () => ({ holdersMin: 2 }), "holdersMin"),
    content("eleven holders", () => ({ holdersMax: 11 }), "holdersMax", "INVALID_FIELD"),
    content(
      "a validity rule that is no JSON",
      () => ({ validityRuleJson: "五年" }),
      "validityRuleJson",
      "INVALID_FIELD",
    ),
    content(
      "a validity rule that there is not",
      () => ({ validityRuleJson: '{"kind":"forever"}' }),
      "validityRuleJson",
    ),
    content(
      "a schema that is no JSON",
      () => ({ dataSchemaJson: "{'type':'object'}" }),
      "dataSchemaJson",
      "INVALID_FIELD",
    ),
    content("a schema of an unknown type", () => ({ dataSchemaJson: '{"type":"record"}' }), "dataSchemaJson"),
    content("a template that is no JSON", () => ({ faceTemplateJson: "<face/>" }), "faceTemplateJson", "INVALID_FIELD"),
    content(
      "a template with an unknown element",
      template((face) => ({ ...face, elements: [...face.elements, { type: "hologram", box: [1, 1, 2, 2] }] })) as never,
      "faceTemplateJson/elements/45/type",
    ),
    content(
      "a template that shows what the schema does not have",
      template((face) => ({
        ...face,
        elements: [...face.elements, { type: "field", source: "data.colour", box: [20, 20, 100, 10], size: 12 }],
      })) as never,
      "faceTemplateJson/elements/45/source",
    ),
    content("an example that is no JSON", () => ({ exampleJson: "none" }), "exampleJson", "INVALID_FIELD"),
    content("an example that the schema refuses", () => ({ exampleJson: "{}" }), "exampleJson/name"),
    content(
      "a binding of a data item that there is not",
      () => ({ bindings: [{ dataItem: "/colour", metadata: "number" }] }),
      "bindings[0].dataItem",
    ),
    content(
      "a binding to a member that the metadata do not have",
      () => ({ bindings: [{ dataItem: "/name", metadata: "holder" }] }),
      "bindings[0].metadata",
      "INVALID_FIELD",
    ),
    {
      is: "another type for a registered item",
      send: (scene) => ({
        code: "GD-SCJG-0001",
        content: toJson(CatalogItemContentSchema, {
          ...scene.item("营业执照").content,
          typeCode: scene.item("居住证").typeCode,
        }),
      }),
      reason: "INVALID_FIELD",
      field: "content.typeCode",
    },
    {
      is: "an item that there is not to be published",
      rpc: "CatalogService/PublishCatalogItem",
      send: () => ({ code: "NOWHERE", version: 1 }),
      reason: "ITEM_UNKNOWN",
      field: "code",
    },
    {
      is: "a version that there is not to be published",
      rpc: "CatalogService/PublishCatalogItem",
      send: () => ({ code: "GD-SCJG-0001", version: 99 }),
      reason: "ITEM_UNKNOWN",
      field: "version",
    },
    {
      is: "a city that publishes",
      at: "linghai",
      rpc: "CatalogService/PublishCatalogItem",
      send: () => ({ code: "GD-SCJG-0001", version: 1 }),
      reason: "PERMISSION_DENIED",
    },
    {
      is: "an item that there is not to be read",
      as: "nobody",
      rpc: "CatalogService/GetCatalogItem",
      send: () => ({ code: "NOWHERE" }),
      reason: "ITEM_UNKNOWN",
      field: "code",
    },
    {
      is: "a page token that no list gave",
      as: "nobody",
      rpc: "CatalogService/ListCatalogItems",
      send: () => ({ pageToken: "第二页" }),
      reason: "INVALID_FIELD",
      field: "pageToken",
    },
  ],
};

const right = (is: string, change: object, reason: Reason, field: string): BadInput => ({
  is,
  rpc: "IssuerService/PutIssuingRight",
  send: () => ({
    right: { node: "440100", departmentCode: SCJG, itemCode: "GD-SCJG-0001", since: "2099-01-01", ...change },
  }),
  reason,
  field: `right.${field}`,
});
const key = (is: string, change: object, reason: Reason, field: string): BadInput => ({
  is,
  rpc: "IssuerService/PutNodeKey",
  send: () => ({
    key: {
      node: "440100",
      publicKey: "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
      since: "2026-01-01T00:00:00+08:00",
      ...change,
    },
  }),
  reason,
  field: `key.${field}`,
});

export const PROVINCE: BadInputs = {
  title: "Operators of the province",
  rpc: "IssuerService/ConfirmDepartment",
  at: "province",
  as: "operator",
  inputs: [
    {
      is: "a node of five digits",
      send: () => ({ code: SCJG, node: "44010" }),
      reason: "INVALID_FIELD",
      field: "node",
    },
    {
      is: "a code with a wrong check character",
      send: () => ({ code: "11440106MB9DEM11X7", node: "440100" }),
      reason: "CODE_INVALID",
      field: "code",
    },
    {
      is: "a department that the node has not registered",
      send: () => ({ code: SCJG, node: "440300" }),
      reason: "DEPARTMENT_UNKNOWN",
      field: "code",
    },
    {
      is: "a department above itself",
      send: () => ({ code: SCJG, node: "440100", superiorCode: SCJG }),
      reason: "INVALID_FIELD",
      field: "superiorCode",
    },
    {
      is: "a superior that is not confirmed",
      send: () => ({ code: SCJG, node: "440100", superiorCode: "11440106MB9DEM1286" }),
      reason: "DEPARTMENT_UNKNOWN",
      field: "superiorCode",
    },
    right("a right at a node that there is not", { node: "999999" }, "INVALID_FIELD", "node"),
    right(
      "a right of a department that is not confirmed",
      { departmentCode: "11440106MB9DEM1286" },
      "DEPARTMENT_UNKNOWN",
      "departmentCode",
    ),
    right("a right to an item that there is not", { itemCode: "NOWHERE" }, "ITEM_UNKNOWN", "itemCode"),
    right("a right from 31 November on", { since: "2099-11-31" }, "INVALID_FIELD", "since"),
    right("a right that ends before it begins", { until: "2098-12-31" }, "DATE_RANGE_INVALID", "until"),
    right("a right from a day that is over", { since: "2026-02-01", node: "440300" }, "INVALID_FIELD", "since"),
    key("a node's key of three octets", { publicKey: "AAAA" }, "INVALID_FIELD", "publicKey"),
    key(
      "a node's key that is no point of Ed25519",
      { publicKey: Buffer.alloc(32, 2).toString("base64") },
      "INVALID_FIELD",
      "publicKey",
    ),
    key("a node's key since a time without its zone", { since: "2026-01-01T00:00:00.0" }, "INVALID_FIELD", "since"),
    key(
      "a node's key that ends before it begins",
      { until: "2025-01-01T00:00:00+08:00" },
      "DATE_RANGE_INVALID",
      "until",
    ),
  ],
};
