import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { membersOf } from "../../agent/config/strict.ts";
import { createFaceCheck } from "../../agent/face-check.ts";
import { openMemory } from "../../agent/memory.ts";
import { dataMessage } from "../../agent/read-message.ts";
import { createJobSigner, type JobOutcome } from "../../agent/sign-job.ts";
import { FaceAssetsSchema, SignJobSchema } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { openJournal } from "../../services/journal/journal.ts";
import { createFakeDevice, type FakeDevice } from "../fixtures/fake-device.ts";
import { type AgentHouse, buildHouse } from "./agent-house.ts";
import {
  ALTERATIONS,
  confirmed,
  copied,
  type Draft,
  fitted,
  genuine,
  genuineWith,
  sent,
  UNDRAWABLE,
} from "./forgeries.ts";
import { startSigner, type TestSigner } from "./signer.ts";

/** The table of agent/README.md: member, class, reason and word of the refusal. */
const TABLE = new Map(
  readFileSync(new URL("../../agent/README.md", import.meta.url), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, member, by, reason, word] =
        /^\| `((?:message|job|assets)\.[^`]+)` \| ([abcd])[ ,:|].*\| `([A-Z_]+)` `([^`]+)` \|$/.exec(line) ?? [];
      return member ? [[member, { by, reason, word }] as const] : [];
    }),
);

/** Leaves of a message of the contract. */
function leavesOf(descriptor: DescMessage, path: string): string[] {
  return descriptor.fields.flatMap((field) => {
    const at = `${path}.${field.name}`;
    return field.message ? leavesOf(field.message, at) : [at];
  });
}

const WALKED = [
  ...membersOf(dataMessage, "message"),
  // The message is in the job as bytes; its members are those above.
  ...leavesOf(SignJobSchema, "job").filter((member) => member !== "job.message"),
  ...leavesOf(FaceAssetsSchema, "assets"),
];

let house: AgentHouse;
let device: FakeDevice;
let running: TestSigner;
let directory: string;

beforeAll(async () => {
  device = createFakeDevice([{ label: "p256", algorithm: "ecdsa-p256-sha256" }]);
  const [key] = await device.keys();
  const sign = (bytes: Uint8Array) => device.sign("p256", bytes);
  house = await buildHouse([{ label: "p256", publicKey: key?.publicKey ?? new Uint8Array(), sign }]);
  directory = mkdtempSync(join(tmpdir(), "ecert-members-"));
  running = await startSigner(house, { device, directory });
});
afterAll(async () => {
  await running.close();
  rmSync(directory, { recursive: true });
  house.dispose();
});

/** Has a fresh agent, which holds nothing but what comes with the draft, sign it. */
async function signAlone(draft: Draft): Promise<JobOutcome> {
  const alone = mkdtempSync(join(tmpdir(), "ecert-member-"));
  const journal = await openJournal({ directory: alone, name: "agent", now: () => new Date() });
  const faces = createFaceCheck(createRenderPool({ threads: 0 }));
  // What counts of the node's keys is the list, where that is what is altered.
  const { province, nodeKeyFile } = house.keys;
  const keys = draft.assets.nodeKeys.length > 0 ? { province } : { province, nodeKeyFile };
  const log = { error: () => undefined, warn: () => undefined };
  const memory = await openMemory({ ...keys, journalDirectory: alone, journal, faces, log });
  try {
    memory.hold(draft.assets);
    const { catalog, nodeKeys, serials } = memory;
    const sign = createJobSigner({ ...running.parts, journal, faces, catalog, nodeKeys, serials });
    return await sign(sent(draft), "hostile");
  } finally {
    await journal.close();
    memory.close();
    rmSync(alone, { recursive: true });
  }
}

describe("5.3, 5.8.4: each member of what a core sends is held to something that is not the core's", () => {
  test("the table in agent/README.md has every member, and none that there is not", () => {
    expect([...TABLE.keys()].sort()).toEqual([...WALKED].sort());
    expect(Object.keys(ALTERATIONS).sort()).toEqual([...WALKED].sort());
  });

  test("with all of them as they are, the job is signed", async () => {
    expect(await signAlone(genuine(house, "whole"))).toMatchObject({ signed: true });
    expect(await signAlone(confirmed(house, "whole-on-screen"))).toMatchObject({ signed: true });
  });

  test.each(WALKED)("%s, altered, is refused in the words of the table", async (member) => {
    const { reason, word = "" } = TABLE.get(member) ?? {};
    const before = device.signed.get("p256");
    const draft = copied(genuineWith(member, house, "altered"));
    ALTERATIONS[member]?.(draft, house);
    const outcome = await signAlone(draft);
    if (outcome.signed) throw new Error(`${member}: it was signed`);
    const { message, metadata } = outcome.refusal;
    expect({ reason: outcome.refusal.reason, told: JSON.stringify([message, metadata]) }).toEqual({
      reason,
      told: expect.stringContaining(word),
    });
    expect(device.signed.get("p256")).toBe(before);
  });

  /** What is not in this list a core that fits all the rest to it makes into another member that is not its own, and the rest undoes. */
  const REFITTED = new Set([
    "message.metadata.identifier",
    "message.metadata.qr",
    "message.faces[].format",
    "message.faces[].sha256",
  ]);
  test.each(WALKED.filter((member) => !REFITTED.has(member)))(
    "%s, altered by a core that computes, draws and signs all the rest anew, is refused too",
    async (member) => {
      const draft = copied(genuineWith(member, house, "fitted"));
      ALTERATIONS[member]?.(draft, house);
      const { draft: made, fits } = fitted(house, draft);
      expect(fits).toBe(!UNDRAWABLE.has(member));
      expect(await signAlone(made)).toMatchObject({ signed: false });
    },
  );
});
