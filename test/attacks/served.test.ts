import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { DocumentVerdict } from "../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { usageService } from "../../services/usage/main.ts";
import { COPIED_AT_ONCE } from "../../services/usage/verification/verifier.ts";
import { makeNodeFiles, type NodeFiles } from "../node/node-files.ts";
import { outboxModule } from "../node/outbox-module.ts";
import { signedPdf } from "../trust/small-pdf.ts";
import { hostileInputs } from "./hostile-inputs.ts";
import { type Issued, NOW, openScene, type Scene } from "./scene.ts";

/** What the contract takes. */
const LARGEST = 20 << 20;
/** A document that keeps the engine busy for as long as a hundred calls or more take, and the size of which it is made. */
const SLOW = "document time stamps of a stranger, as many as are read";
const SLOW_BYTES = 5 << 20;
/** Calls that are answered while the engine is busy with it. The thread that serves, were it the engine's, could answer one or two. */
const LEAST_CALLS = 10;
/** On a machine that has much else to do, the thread that serves may get little of one document's time. */
const MOST_DOCUMENTS = 20;
const other = outboxModule();

let scene: Scene;
let issued: Issued;
let files: NodeFiles;
let node: RunningNode;
let verifying: Client<typeof VerifyService>;
let others: Client<typeof OutboxService>;
let underWay = 0;

/** The usage service, seen from outside: which of its verifications are under way. */
const watched: ServiceModule = {
  name: "usage",
  async start(runtime) {
    const running = await usageService.start(runtime);
    for (const { descriptor, handlers } of running.services) {
      if (descriptor.typeName !== VerifyService.typeName) continue;
      const verify = handlers.verifyDocument as unknown as (...call: unknown[]) => Promise<unknown>;
      Object.assign(handlers, {
        verifyDocument: async (...call: unknown[]) => {
          underWay++;
          try {
            return await verify(...call);
          } finally {
            underWay--;
          }
        },
      });
    }
    return running;
  },
};

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
  files = makeNodeFiles();
  const { root, signing } = scene.authority.certificates;
  const lists = scene.authority.crl();
  writeFileSync(join(files.directory, "anchors.pem"), root + signing);
  writeFileSync(join(files.directory, "signing.crl"), lists.signing);
  const config = files.config(["usage", "issue"], {
    limits: { ...DEFAULT_LIMITS, streams: 100 },
    signers: {
      anchorFiles: [join(files.directory, "anchors.pem")],
      revocationListFiles: [join(files.directory, "signing.crl")],
    },
    mesh: Object.fromEntries((["catalog", "sync"] as const).map((name) => [name, { addresses: ["127.0.0.1:9"] }])),
  });
  node = await startNode(config, [watched, other.module], { now: () => NOW });
  const identity = files.identity(files.certify("service", ["sync"]));
  const transport = createConnectTransport({
    httpVersion: "2",
    useBinaryFormat: true,
    baseUrl: `https://${node.addresses.connect}`,
    nodeOptions: { ...identity },
  });
  const stranger = createConnectTransport({
    httpVersion: "2",
    useBinaryFormat: true,
    baseUrl: `https://${node.addresses.connect}`,
    nodeOptions: { ca: identity.ca },
  });
  verifying = createClient(VerifyService, stranger);
  others = createClient(OutboxService, transport);
});
afterAll(async () => {
  await node.stop();
  files.remove();
  scene.close();
});

/** The verdict of a document, or why there is none. */
function outcomeOf(document: Uint8Array, messageSignature: Uint8Array = new Uint8Array()): Promise<unknown> {
  return verifying.verifyDocument({ document, messageSignature }).then(
    ({ report }) => report?.verdict,
    (error) => refusalFromError(error).reason,
  );
}

/** Has a document verified, and calls another service over and over until it is: how many calls began and were answered meanwhile. */
async function verifyMeanwhile(document: Uint8Array) {
  let over = false;
  let meanwhile = 0;
  const outcome = outcomeOf(document).finally(() => {
    over = true;
  });
  while (!over) {
    const before = underWay;
    await others.listPendingEvents({});
    if (before > 0 && underWay > 0) meanwhile++;
  }
  return { outcome: await outcome, meanwhile };
}

test("hostile documents as large as may come are refused, and a genuine one behind them gets its verdict", async () => {
  // Some of them: what each does to the engine is tested beside.
  const inputs = hostileInputs(LARGEST, () => signedPdf(scene.department)).filter((_, index) => index % 3 === 1);
  const outcomes = new Set<unknown>();
  for (const [name, make] of inputs) {
    const document = make();
    const outcome = await outcomeOf(document, document.subarray(0, 262_144));
    // On a machine with much else to do, the two seconds may be over first.
    expect([DocumentVerdict.INVALID, DocumentVerdict.UNSUPPORTED, "DEADLINE_EXCEEDED", "TOO_LARGE"], name).toContain(
      outcome,
    );
    outcomes.add(outcome);
  }
  expect(outcomes).toContain(DocumentVerdict.INVALID);
  const { report } = await verifying.verifyDocument({ document: issued.pdf });
  // The archive is away.
  expect(report?.verdict).toBe(DocumentVerdict.UNDETERMINED);
  expect(report?.signature?.signer?.organizationCode).toBe(issued.message.metadata.issuer.code);
});

test("other calls are answered while a document is being verified", async () => {
  const slow = hostileInputs(SLOW_BYTES, () => signedPdf(scene.department)).find(([name]) => name === SLOW);
  const document = slow?.[1]() as Buffer;
  // A copy of more than one turn of the loop would let calls in between.
  expect(document.length).toBeLessThan(COPIED_AT_ONCE);
  let most = 0;
  for (let documents = 0; documents < MOST_DOCUMENTS && most < LEAST_CALLS; documents++) {
    const { outcome, meanwhile } = await verifyMeanwhile(document);
    expect([DocumentVerdict.INVALID, "DEADLINE_EXCEEDED"]).toContain(outcome);
    most = Math.max(most, meanwhile);
  }
  expect(most).toBeGreaterThanOrEqual(LEAST_CALLS);
});
