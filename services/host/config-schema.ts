import type { Schema } from "../base/schema-faults.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { ROLES } from "./roles.ts";
import { SERVICE_NAMES } from "./services.ts";

/** JSON Schema of a process's configuration file. Defaults are filled in; unknown keys are refused. */

const text: Schema = { type: "string", minLength: 1, maxLength: 1000 };
const file: Schema = { ...text, description: "path of a file, relative to the configuration file" };
const address: Schema = { type: "string", pattern: "^(\\[[0-9A-Fa-f:]+\\]|[^\\s:/\\[\\]]+):[0-9]{1,5}$" };
const addresses: Schema = { type: "array", items: address, minItems: 1, maxItems: 64 };
const node: Schema = { type: "string", pattern: "^[0-9A-Za-z-]{1,40}$" };
const role: Schema = { enum: ROLES };
/** `https://host` or `https://host:port`, as browsers spell an origin. */
const origin: Schema = { type: "string", pattern: "^https://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?$" };
const count: Schema = { type: "integer", minimum: 1 };

function object(properties: Record<string, Schema>, required: readonly string[] = Object.keys(properties)): Schema {
  return { type: "object", additionalProperties: false, properties, required };
}

const tlsFiles = { certificateFile: file, privateKeyFile: file };
const tls = object({ ...tlsFiles, caFile: file });
const listener = object({ address });
const tlsListener = object({ address, tls: object(tlsFiles) }, ["address"]);
const place = object({ addresses });
const server: Schema = { ...text, pattern: "^https://[^\\s/?#@]+$" };
const authorities = {
  anchorFiles: { type: "array", items: file, minItems: 1 },
  intermediateFiles: { type: "array", items: file },
  revocationListFiles: { type: "array", items: file },
} satisfies Record<string, Schema>;
const claim: Schema = { type: "string", pattern: "^[A-Za-z0-9_:/-]+(\\.[A-Za-z0-9_:/-]+)*$", maxLength: 200 };
const codeType: Schema = { type: "string", pattern: "^[0-9]{3}$" };
const namedBy = {
  name: claim,
  code: claim,
  codeType: {
    oneOf: [
      object({ fixed: codeType }),
      object({
        claim,
        values: { type: "object", minProperties: 1, maxProperties: 50, additionalProperties: codeType },
      }),
    ],
  },
} satisfies Record<string, Schema>;
const provider = object(
  {
    issuer: { ...text, pattern: "^https://[^\\s@]+$" },
    audience: text,
    jwksUrl: { ...text, pattern: "^https://[^\\s@]+$" },
    caFile: file,
    algorithms: {
      type: "array",
      items: { enum: ["ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"] },
      minItems: 1,
      uniqueItems: true,
    },
    tokenType: { ...text, default: "at+jwt" },
    lifetimeSeconds: { type: "integer", minimum: 30, maximum: 86_400, default: 3_600 },
    assurance: object({ claim, values: { type: "array", items: text, minItems: 1, maxItems: 20 } }),
    person: object(namedBy),
    organisation: object({ ...namedBy, acting: object(namedBy) }),
  },
  ["issuer", "audience", "jwksUrl", "algorithms"],
);
const places = { ...object(Object.fromEntries(SERVICE_NAMES.map((name) => [name, place])), []), default: {} };

/** See the type `NodeConfig`, which says what each member means. */
export const CONFIG_SCHEMA = object(
  {
    $schema: text,
    node: object({ role, code: node, name: text }),
    replica: { type: "string", pattern: "^[0-9a-z-]{1,40}$", default: "a" },
    services: {
      type: "array",
      items: { enum: SERVICE_NAMES },
      minItems: 1,
      uniqueItems: true,
    },
    dataDirectory: text,
    store: {
      type: "object",
      required: ["engine"],
      discriminator: { propertyName: "engine" },
      oneOf: [
        object({ engine: { const: "sqlite" }, maximumBytes: count }, ["engine"]),
        object({
          engine: { const: "mongodb" },
          uriFile: file,
          database: { type: "string", pattern: "^[0-9A-Za-z_-]{1,40}$" },
        }),
      ],
    },
    listeners: object(
      {
        mesh: listener,
        public: tlsListener,
        connect: tlsListener,
        mutual: tlsListener,
        signIn: tlsListener,
        admin: listener,
      },
      [],
    ),
    tls,
    mesh: places,
    siblings: addresses,
    tokens: object(
      {
        publicKeyFile: file,
        privateKeyFile: file,
        otherPublicKeyFiles: { type: "array", items: file, maxItems: 4 },
        lifetimeSeconds: { type: "integer", minimum: 30, maximum: 900, default: 600 },
      },
      ["publicKeyFile"],
    ),
    oauth: object({ issuer: server, certificateUrl: server }, ["issuer"]),
    nodeKey: object({ publicKeyFile: file, privateKeyFile: file }),
    peers: {
      type: "array",
      default: [],
      items: object({ node, name: text, role, publicKeyFile: file, services: places }, [
        "node",
        "name",
        "role",
        "publicKeyFile",
      ]),
    },
    signers: object({ ...authorities, timeStamps: object(authorities, ["anchorFiles"]) }, ["anchorFiles"]),
    timeStamp: object(
      {
        url: { ...text, pattern: "^https?://[^\\s@]+$" },
        required: { type: "boolean", default: true },
        timeoutMs: { type: "integer", minimum: 100, maximum: 10_000, default: 5_000 },
        hash: { enum: ["sha256", "sm3"], default: "sha256" },
        policy: { type: "string", pattern: "^[0-2](\\.(0|[1-9][0-9]{0,9})){1,20}$" },
        caFile: file,
      },
      ["url"],
    ),
    nats: object({ servers: addresses, tls, domain: text }, ["servers", "tls"]),
    sync: object({ compareEveryMs: { type: "integer", minimum: 0, maximum: 86_400_000 } }),
    holders: object({ providers: { type: "array", items: provider, minItems: 1, maxItems: 8 } }),
    console: object({ originKeyFile: file }, ["originKeyFile"]),
    divisionsFile: file,
    staff: object(
      {
        origin,
        signInOrigin: origin,
        authorities: object(
          { ...authorities, revocationListFiles: { ...authorities.revocationListFiles, minItems: 1 } },
          ["anchorFiles", "revocationListFiles"],
        ),
        idleSeconds: { type: "integer", minimum: 60, maximum: 43_200, default: 1_800 },
        absoluteSeconds: { type: "integer", minimum: 60, maximum: 86_400, default: 43_200 },
        passwords: object({
          minimumLength: { type: "integer", minimum: 12, maximum: 64, default: 14 },
          rotationDays: { type: "integer", minimum: 1, maximum: 365, default: 90 },
        }),
      },
      ["origin", "signInOrigin", "authorities"],
    ),
    sandbox: object({ keptCalls: { type: "integer", minimum: 10, maximum: 10_000, default: 1_000 } }, []),
    governance: object({ openings: object({ sandboxReport: { enum: ["required", "optional"] } }, ["sandboxReport"]) }, [
      "openings",
    ]),
    sandboxes: { type: "array", items: object({ node, publicKeyFile: file }), maxItems: 100 },
    screens: object(
      {
        builtDirectory: file,
        holders: object(
          {
            authorizationEndpoint: { ...text, pattern: "^https://[^\\s@#]+$" },
            tokenEndpoint: { ...text, pattern: "^https://[^\\s@#]+$" },
            clientId: text,
            scope: { ...text, default: "openid" },
            resource: text,
            embeddedBy: { type: "array", items: origin, maxItems: 20, default: [] },
          },
          ["authorizationEndpoint", "tokenEndpoint", "clientId"],
        ),
      },
      ["builtDirectory"],
    ),
    limits: {
      ...object(
        {
          ...Object.fromEntries(
            Object.entries(DEFAULT_LIMITS).map(([name, value]) => [name, { ...count, default: value }]),
          ),
          messageBytes: { ...count, default: DEFAULT_LIMITS.messageBytes, maximum: 256 << 20 },
          bodyMs: { ...count, default: DEFAULT_LIMITS.bodyMs, maximum: 600_000 },
        },
        [],
      ),
      default: {},
    },
    fonts: {
      type: "array",
      maxItems: 4,
      items: object({ fontFile: file, sha256: { type: "string", pattern: "^[0-9a-f]{64}$" } }),
    },
    extensions: {
      type: "array",
      maxItems: 20,
      items: object(
        {
          extensionDirectory: file,
          receivers: {
            type: "object",
            maxProperties: 10,
            additionalProperties: object({ url: { ...text, pattern: "^https://[^\\s@#]+$" }, caFile: file }, ["url"]),
            default: {},
          },
        },
        ["extensionDirectory"],
      ),
    },
    clockSkewMs: { type: "integer", minimum: 0, maximum: 300_000, default: 5_000 },
    clockToleranceMs: { type: "integer", minimum: 1_000, maximum: 300_000, default: 30_000 },
    log: object({ level: { enum: ["debug", "info", "warn", "error", "silent"] } }),
  },
  ["node", "services", "dataDirectory", "store", "listeners", "tls", "tokens", "nodeKey"],
);
