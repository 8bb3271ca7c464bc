import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Schema, schemaFaults } from "../../services/base/schema-faults.ts";
import { type FieldViolation, Refusal, refuseArgument, terminalFault } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { ROLES } from "../../services/host/roles.ts";
import { CALLED_ACROSS, type ServiceName } from "../../services/host/services.ts";

/** What a node tells the node that it is to be linked with: nothing in it is secret. */
export interface NodeCard {
  schema: "ecert.node-card.v1";
  /** Division code. */
  node: string;
  name: string;
  role: NodeConfig["node"]["role"];
  /** The key by which its events and receipts are verified, PEM. */
  publicKeyPem: string;
  /** Addresses of the services that other nodes call, by mutual TLS. */
  services: Partial<Record<ServiceName, { addresses: string[] }>>;
  /** Of the province: where its NATS hub takes leaves, `host:port`. */
  leaf?: string;
}

const address: Schema = { type: "string", pattern: "^(\\[[0-9A-Fa-f:]+\\]|[^\\s:/\\[\\]]+):[0-9]{1,5}$" };
const place: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["addresses"],
  properties: { addresses: { type: "array", items: address, minItems: 1, maxItems: 64 } },
};
const CARD_SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["schema", "node", "name", "role", "publicKeyPem", "services"],
  properties: {
    schema: { const: "ecert.node-card.v1" },
    node: { type: "string", pattern: "^[0-9]{6,12}$" },
    name: { type: "string", minLength: 1, maxLength: 200 },
    role: { enum: ROLES },
    publicKeyPem: { type: "string", maxLength: 2_000 },
    services: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(CALLED_ACROSS.map((name) => [name, place])),
      required: CALLED_ACROSS,
    },
    leaf: address,
  },
};

/** The card of a node, which is reached from outside at the given addresses of its mesh listeners. */
export function cardOf(node: NodeConfig["node"], publicKeyFile: string, addresses: string[], leaf?: string): NodeCard {
  const key = createPublicKey(readFileSync(publicKeyFile, "utf8"));
  const card: NodeCard = {
    schema: "ecert.node-card.v1",
    node: node.code,
    name: node.name,
    role: node.role,
    publicKeyPem: key.export({ type: "spki", format: "pem" }) as string,
    services: Object.fromEntries(CALLED_ACROSS.map((name) => [name, { addresses }])),
    ...(leaf !== undefined && { leaf }),
  };
  return checked(card, "--mesh, --leaf");
}

/** Reads a card. Throws `INVALID_FIELD` with every fault: it comes from others. */
export function readCard(text: string, file: string): NodeCard {
  let card: unknown;
  try {
    card = JSON.parse(text);
  } catch {
    throw refuseArgument(
      "INVALID_FIELD",
      "--card",
      `${file} 不是 JSON · is no JSON`,
      "take what ecert node card wrote",
    );
  }
  return checked(card, file);
}

function checked(card: unknown, where: string): NodeCard {
  const faults = schemaFaults(CARD_SCHEMA, card);
  if (faults.length > 0) {
    const fields = faults.map(({ path, message, params }): FieldViolation => {
      const at = `${path}/${params.missingProperty ?? params.additionalProperty ?? ""}`;
      return terminalFault(at.replace(/(.)\/$/, "$1"), `不符合要求 · ${message}`, "take what ecert node card wrote");
    });
    const told = fields.map(({ field, description }) => `${field}: ${description}`).join("; ");
    throw new Refusal("INVALID_FIELD", `${where}: ${told}`, { fields });
  }
  fingerprintOf(card as NodeCard);
  return card as NodeCard;
}

/** SHA-256 of the public key (SubjectPublicKeyInfo), hex: what two operators compare over a way of their own. Throws `INVALID_FIELD`. */
export function fingerprintOf({ publicKeyPem }: Pick<NodeCard, "publicKeyPem">): string {
  try {
    const key = createPublicKey(publicKeyPem);
    if (key.asymmetricKeyType === "ed25519" && !publicKeyPem.includes("PRIVATE")) {
      return createHash("sha256")
        .update(key.export({ type: "spki", format: "der" }))
        .digest("hex");
    }
  } catch {
    // Said below, as of any other key that is none of a node's.
  }
  const description = "不是 Ed25519 公钥 · is no public key of Ed25519 in PEM";
  throw refuseArgument("INVALID_FIELD", "/publicKeyPem", description, "take what ecert node card wrote");
}
