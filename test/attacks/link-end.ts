import { create, toBinary } from "@bufbuild/protobuf";
import { onTestFinished } from "vitest";
import {
  EventKind,
  type PendingEvent,
  PendingEventSchema,
  SignedEventSchema,
} from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { EventLink, LinkMessage } from "../../services/event/event-link.ts";
import { nodeSignedBytes } from "../../services/statement/node-signed.ts";
import type { Intake } from "../../services/sync/archive/intake.ts";
import { openPeerLink } from "../../services/sync/link/peer-link.ts";
import { DEFAULT_SYNC_OPTIONS } from "../../services/sync/options.ts";
import type { OutgoingRow } from "../../services/sync/send/outgoing-rows.ts";
import { createLinkGate } from "../../services/sync/wire/link-gate.ts";
import { FIRST_PREVIOUS, statementOf } from "../../services/sync/wire/signed-event.ts";
import { linkedPeers } from "../../services/sync/wire/topology.ts";
import type { Engine } from "../fixtures/engines.ts";
import { openTestRuntime } from "../fixtures/runtime.ts";

/** The province, at the upper end. */
export const PROVINCE = "440000";
/** The city, at the lower end. */
export const CITY = "440100";
/** Subjects of what the city sends. */
export const UP = `ecert.${CITY}.up`;
/** Subjects of what the province sends. */
export const DOWN = `ecert.${CITY}.down`;

/** Members of an event that a test sets. */
export type EventMembers = Partial<Omit<PendingEvent, "$typeName" | "$unknown">>;

/** An event of certificate `id`. */
export const event = (id: string, more: EventMembers = {}) =>
  create(PendingEventSchema, {
    key: `${id}:1`,
    kind: EventKind.CERTIFICATE_CHANGED,
    aggregateId: id,
    revision: 1n,
    payload: Buffer.from(id),
    occurredAt: "2026-11-24T00:00:00Z",
    ...more,
  });

/** One end of a link, in a store of the engine; the broker and the other end are the test's. */
export async function openEnd(engine: Engine, role: "province" | "city") {
  const { store, remove } = await engine.open();
  const [code, peerCode] = role === "province" ? [PROVINCE, CITY] : [CITY, PROVINCE];
  const blobs = new Map<string, Uint8Array>();
  const getBlob = async ({ sha256, recipe: asRecipe }: { sha256: string; recipe: boolean }) => {
    const recipe = asRecipe ? await store.blobs.recipe(sha256) : undefined;
    const content = recipe ?? blobs.get(sha256) ?? (await store.blobs.get(sha256));
    if (!content) throw new Refusal("CERTIFICATE_UNKNOWN", `no blob ${sha256}`);
    return { content, isRecipe: recipe !== undefined };
  };
  const role2 = role === "province" ? "city" : "province";
  const house = await openTestRuntime({
    service: "sync",
    role,
    code,
    store,
    peers: [{ node: peerCode, name: peerCode, role: role2, publicKeyFile: "", services: {} }],
    clients: { "ecert.event.v1.OutboxService": { getBlob } },
  });
  const { runtime } = house;
  const handlers = new Map<string, (message: LinkMessage) => Promise<void>>();
  const published = new Map<string, Uint8Array>();
  const consuming = Promise.withResolvers<void>();
  const events: EventLink = {
    async publish(subject, data) {
      if (data.length > 8 << 20) throw new Refusal("TOO_LARGE", "the message is too large for the stream");
      published.set(subject, data);
    },
    async consume(_stream, durable, handler, signal) {
      handlers.set(durable, handler);
      if (handlers.size === 2) consuming.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    ensureStream: async () => false,
    probeStream: async () => {},
    removeStream: async () => {},
    status: () => ({ connected: true, server: "", reconnects: 0, errors: 0 }),
    close: async () => {},
  };
  const taken: string[] = [];
  let refused: (id: string) => Refusal | undefined = () => undefined;
  const intake: Intake = {
    async take(_node, payload) {
      const id = Buffer.from(payload).toString();
      const refusal = refused(id);
      if (refusal) throw refusal;
      taken.push(id);
      return { kept: true, how: "new" };
    },
  };
  const [peer] = linkedPeers(runtime.config);
  if (!peer) throw new Error("no peer");
  const options = { ...DEFAULT_SYNC_OPTIONS, repeatMaxMs: 3_600_000 };
  const gate = createLinkGate();
  gate.open = true;
  gate.pass();
  const link = await openPeerLink(peer, { runtime, events, intake, options, gate });
  const confirmed: OutgoingRow[] = [];
  const ending = new AbortController();
  const running = link.run(ending.signal, (row) => void confirmed.push(row));
  await consuming.promise;
  onTestFinished(async () => {
    ending.abort();
    await running;
    await house.close();
    await remove();
  });
  let sequence = 0;
  const deliver = (durable: "data" | "receipt", subject: string, data: Uint8Array) =>
    (handlers.get(durable) as (message: LinkMessage) => Promise<void>)({
      subject,
      data,
      sequence: ++sequence,
      delivery: 1,
    });
  const rows = async () => (await runtime.setAside.list(100, "")).items;
  const retryAll = async () => {
    for (const { _id } of await rows()) await runtime.setAside.retry(_id);
  };
  const refuse = (rule: typeof refused) => {
    refused = rule;
  };
  return {
    runtime,
    setNow: house.setNow,
    evidence: house.evidence,
    link,
    blobs,
    published,
    taken,
    confirmed,
    deliver,
    rows,
    retryAll,
    refuse,
  };
}

/** An open end. */
export type End = Awaited<ReturnType<typeof openEnd>>;

/** An event as the peer sends it. In these tests every node has the same key. */
export function signedBytes(
  { runtime }: End,
  sent: PendingEvent,
  number: number,
  previous = FIRST_PREVIOUS,
): Uint8Array {
  const signed = create(SignedEventSchema, { node: CITY, number: BigInt(number), event: sent, previous });
  signed.signature = runtime.nodeKey.sign(nodeSignedBytes("ecert.event.v1", statementOf(signed, PROVINCE)));
  return toBinary(SignedEventSchema, signed);
}
