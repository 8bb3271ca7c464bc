import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { type RunningNode, startNode } from "../../services/node/node.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import { eventually } from "./eventually.ts";
import { makeNodeFiles } from "./node-files.ts";
import { standingStill } from "./stand-still.ts";

const files = makeNodeFiles();
const children: ChildProcess[] = [];
let node: RunningNode | undefined;

afterAll(async () => {
  await node?.stop();
  for (const child of children) child.kill("SIGKILL");
  files.remove();
});

async function startReplica(replica: string): Promise<{ child: ChildProcess; address: string }> {
  const file = join(files.directory, `${replica}.json`);
  writeFileSync(file, JSON.stringify(files.config(["issue"], { replica })));
  const child = spawn(process.execPath, [join(import.meta.dirname, "replica.ts"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [address] = await once(createInterface(child.stdout), "line");
  return { child, address };
}

test("no repeatable call fails when one of two replicas stands still, or is killed under load", async () => {
  const [a, b] = await Promise.all([startReplica("a"), startReplica("b")]);
  let runtime: Runtime | undefined;
  const mesh = { issue: { addresses: [a.address, b.address] } };
  node = await startNode(files.config(["sync"], { mesh }), [
    {
      name: "sync",
      async start(given) {
        runtime = given;
        return { services: [], ready: async () => {}, stop: async () => {} };
      },
    },
  ]);
  const client = (runtime as unknown as Runtime).client(OutboxService, "issue");
  const replicaOf = async () => (await client.listPendingEvents({})).nextPageToken.slice(0, 1);
  const both = async () => expect(new Set(await Promise.all(Array.from({ length: 8 }, replicaOf))).size).toBe(2);
  await eventually(both);

  await standingStill([a.child.pid as number], async () => {
    expect(await Promise.all(Array.from({ length: 8 }, replicaOf))).toEqual(Array(8).fill("b"));
    // By now it is left out.
    expect(await Promise.all(Array.from({ length: 8 }, replicaOf))).toEqual(Array(8).fill("b"));
  });
  await eventually(both);

  let killed = false;
  let after = 0;
  const worker = async () => {
    while (after < 400) {
      await replicaOf();
      if (killed) after++;
    }
  };
  const load = Promise.all(Array.from({ length: 16 }, worker));
  for (let calls = 0; calls < 20; calls++) await replicaOf();
  a.child.kill("SIGKILL");
  await once(a.child, "exit");
  killed = true;
  await load;
  expect(await Promise.all(Array.from({ length: 8 }, replicaOf))).toEqual(Array(8).fill("b"));
}, 120_000);
