import { globSync } from "node:fs";
import { join } from "node:path";
import {
  type DescField,
  type DescMessage,
  type DescService,
  getOption,
  hasOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { field as ruleOption } from "../proto/gen/buf/validate/validate_pb.ts";
import { elementOf } from "../services/call/chain/routes.ts";
import { DEFAULT_REQUEST_BYTES, requestSize } from "../services/call/request/request-limits.ts";
import { MAX_ATTACHMENTS_BYTES } from "../services/domain/attachment-rule.ts";
import { DEFAULT_LIMITS } from "../services/host/limits.ts";

const GENERATED = join(import.meta.dirname, "../proto/gen/ecert");
const modules = await Promise.all(
  globSync("**/*_pb.ts", { cwd: GENERATED }).map((path) => import(join(GENERATED, path))),
);
const methods = modules
  .flatMap((module) => Object.values(module) as { kind?: string }[])
  .filter((one): one is DescService => one?.kind === "service")
  .flatMap(({ methods }) => methods);

/** Fields whose bytes another rule bounds: how many a whole request may have of them, and why. */
const ELSEWHERE: Record<string, number> = {
  // `domain/attachment-rule.ts`: 20 MiB in all.
  "ecert.type.v1.Attachment.content": MAX_ATTACHMENTS_BYTES,
  // An event has come in one message of the link, which holds 8 MiB with its signature and numbers (`ops/nats/config.ts`).
  "ecert.event.v1.PendingEvent.payload": (8 << 20) - 1024,
  // A hello: two certificates for each of 16 seals.
  "ecert.agent.v1.SealOffer.signing_certificate": 16 * 8_192,
  "ecert.agent.v1.SealOffer.chain": 16 * 8_192,
  // Lists of 16 departments (`agent/policy.ts`), each of at most 1 MiB as a file, come in a message without results, which are larger.
  "ecert.agent.v1.OfficerKey.credential_id": 0,
  // An agent sends 64 results in a message: a CMS has its chain, and that of an OFD an electronic seal of at most 500,000 bytes.
  "ecert.agent.v1.Signatures.message_cms": 64 * 8_192,
  "ecert.agent.v1.Signatures.pdf_cms": 64 * 8_192,
  "ecert.agent.v1.Signatures.ofd_cms": 64 * 500_000,
};

/** Most bytes that the `bytes` fields of a message may have by its rules. Throws where neither rules nor the table above say. */
function mostBytes(message: DescMessage, times = 1, above: readonly DescMessage[] = []): number {
  if (above.includes(message)) throw new Error(`${message.typeName} holds itself`);
  let sum = 0;
  for (const field of message.fields) {
    const name = `${message.typeName}.${field.name}`;
    const isBytes = field.fieldKind !== "message" && field.scalar === ScalarType.BYTES;
    if (name in ELSEWHERE) sum += ELSEWHERE[name] ?? 0;
    else if (isBytes) sum += times * itemsOf(field) * lengthOf(field, name);
    else if (field.message && hasBytes(field.message)) {
      const items = field.fieldKind === "list" ? itemsOf(field, 1) : 1;
      sum += mostBytes(field.message, times * items, [...above, message]);
    }
  }
  return sum;
}

function hasBytes(message: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(message)) return false;
  seen.add(message);
  return message.fields.some(
    ({ scalar, message: inner }) => scalar === ScalarType.BYTES || (inner && hasBytes(inner, seen)),
  );
}

const rulesOf = (field: DescField) => (hasOption(field, ruleOption) ? getOption(field, ruleOption).type : undefined);

function lengthOf(field: DescField, name: string): number {
  const own = rulesOf(field);
  const rules = own?.case === "repeated" ? own.value.items?.type : own;
  const most = rules?.case === "bytes" ? rules.value.len || rules.value.maxLen : 0n;
  if (!most) throw new Error(`${name} has no rule that bounds its bytes`);
  return Number(most);
}

function itemsOf(field: DescField, unbounded?: number): number {
  if (field.fieldKind !== "list") return 1;
  const rules = rulesOf(field);
  const most = rules?.case === "repeated" ? Number(rules.value.maxItems) : 0;
  if (most > 0) return most;
  // Messages whose bytes the table bounds as a whole.
  if (unbounded !== undefined) return unbounded;
  throw new Error(`${field.name} has no rule that bounds its items`);
}

/** Room for what is not bytes: names, codes, digests, tags. */
const ROOM = 30_000;

describe.each(methods.map((method) => [`${method.parent.typeName}/${method.name}`, method] as const))(
  "%s",
  (_name, method) => {
    test("declares a limit that its field rules cannot break by bytes alone", () => {
      const { binary } = requestSize(method, DEFAULT_LIMITS.messageBytes);
      // Elements of a batch are small on purpose, for several are held at once: larger ones go by the unary method.
      if (elementOf(method)) return expect(binary).toBe(DEFAULT_REQUEST_BYTES);
      expect(mostBytes(method.input) + ROOM).toBeLessThanOrEqual(binary);
    });
  },
);

test("a method that declares nothing takes 262,144 bytes, and the limit of the process comes before that of a method", () => {
  const plain = methods.find(({ name }) => name === "GetCertificate");
  const large = methods.find(({ name }) => name === "VerifyDocument");
  if (!plain || !large) throw new Error("the contracts have changed");
  expect(requestSize(plain, 32 << 20)).toEqual({ binary: DEFAULT_REQUEST_BYTES, json: 393_216 });
  expect(requestSize(large, 32 << 20)).toEqual({ binary: 22 << 20, json: 33 << 20 });
  expect(requestSize(large, 1 << 20)).toEqual({ binary: 1 << 20, json: 1_572_864 });
});
