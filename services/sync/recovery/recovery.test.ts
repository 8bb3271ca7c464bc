import { toBinary } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { signedRecord } from "../../../test/fixtures/signed-record.ts";
import type { Department } from "../../../test/trust/department.ts";
import { several } from "../../base/several.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Store } from "../../store/port.ts";
import type { SyncContext } from "../context.ts";
import { openRecovery } from "./recovery.ts";
import { createProgress, MOST_NOTICES } from "./recovery-progress.ts";

const DAY = "2026-11-20";
const unsigned = { signDigest: () => new Uint8Array() } as unknown as Department;
const record = (name: string) => signedRecord(unsigned, name, { files: [{ sha256: `of ${name}` }] as never });

/** A link with a peer: where this node stands against it, and what comes of asking it. */
interface LinkOfTest {
  node: string;
  standing: "behind" | "level" | "uncompared";
  refusal?: Error;
}

/** A city whose province keeps what `kept` names; `refuses` says what the issue service has against one of them. */
async function openCity(
  kept: string[],
  refuses: (name: string) => Refusal | undefined | Promise<Refusal> = () => undefined,
  peers: LinkOfTest[] = [{ node: "440000", standing: "behind" }],
  lacking: string[] = [],
  { store, here = new Set<string>() }: { store?: Store; here?: Set<string> } = {},
) {
  const steps: string[] = [];
  const records = new Map(kept.map((name) => [record(name).identifier, name]));
  const identifiers = [...records.keys()].sort();
  const clients = {
    "ecert.sync.v1.ExchangeService": {
      listBucketsAcross: async () => ({
        buckets: [{ bucket: DAY, count: BigInt(kept.length), digest: "theirs" }],
        root: "",
        nextPageToken: "",
      }),
      listBucketRecordsAcross: async () => ({
        records: identifiers.map((identifier) => ({ identifier, revision: 1n, digest: "d" })),
        nextPageToken: "",
      }),
      getRecordAcross: async ({ identifier }: { identifier: string }) => ({
        record: record(records.get(identifier) ?? ""),
      }),
      fetchBlobAcross: async ({ sha256 }: { sha256: string }) => ({ content: Buffer.from(sha256) }),
    },
    "ecert.sync.v1.ArchiveService": {
      listBuckets: async () => ({ buckets: [{ bucket: DAY, count: 0n, digest: "ours" }], root: "", nextPageToken: "" }),
      listBucketRecords: async () => ({
        records: identifiers
          .filter((identifier) => here.has(records.get(identifier) ?? ""))
          .map((identifier) => ({ identifier, revision: 1n, digest: "d" })),
        nextPageToken: "",
      }),
    },
    "ecert.issue.v1.RecoveryService": {
      restoreCertificate: async ({ record: bytes, dryRun }: { record: Uint8Array; dryRun?: boolean }) => {
        const [name = ""] = kept.filter(
          (one) => Buffer.compare(toBinary(CertificateRecordSchema, record(one)), bytes) === 0,
        );
        const refusal = await refuses(name);
        if (refusal) throw refusal;
        if (!dryRun) steps.push(`certificate ${name}`);
        if (!dryRun) here.add(name);
        return { outcome: here.has(name) && dryRun ? "same" : "restored", missing: [`of ${name}`] };
      },
      restoreBlob: async ({ content }: { content: Uint8Array }) => void steps.push(`file ${Buffer.from(content)}`),
      listLostSignatures: async () => ({ signatures: [], nextPageToken: "" }),
    },
    "ecert.catalog.v1.RegistryRecoveryService": {
      recoverRegistry: async ({ dryRun }: { dryRun: boolean }) => {
        if (!dryRun) steps.push("registry");
        return { parts: [{ name: "registry", done: 4n, restored: 1n, failed: 0n }], notices: [], lacking };
      },
    },
  };
  const house = await openTestRuntime({
    service: "sync",
    clients,
    config: { services: ["issue", "catalog", "sync"], mesh: {} },
    ...(store && { store }),
  });
  onTestFinished(() => house.close());
  const links = peers.map(({ node }) => ({ peer: { node } }));
  const opened = peers.map(({ node, standing, refusal }) => ({
    link: { peer: { node } },
    own: { standing },
    async goOn() {
      if (refusal) throw refusal;
      steps.push(peers.length > 1 ? `numbers ${node}` : "numbers");
    },
  }));
  const standings = { links: opened };
  const context = { runtime: house.runtime, province: "440000", standings, links } as unknown as SyncContext;
  const recovery = await openRecovery(context);
  async function run(request: { dryRun?: boolean; acceptLosses?: boolean } = {}) {
    recovery.start({ dryRun: false, acceptLosses: false, ...request });
    await recovery.idle();
    return recovery.current();
  }
  return { recovery, run, steps, here, evidence: house.evidence, store: house.runtime.store };
}

const forked = new Refusal("IDENTIFIER_FORKED", "another stands here");
const part = (name: string, done: number, restored: number, failed = 0) =>
  expect.objectContaining({ name, done, restored, failed });

test("the registry comes back first, since certificates are judged by it, then certificates behind their files, and the numbers last", async () => {
  const { run, steps, evidence } = await openCity(["a", "b", "c"]);
  const outcome = await run();
  expect(outcome).toMatchObject({ dryRun: false, endedAt: expect.any(String), notices: [] });
  expect(outcome?.failure).toBeUndefined();
  expect(outcome?.parts).toEqual([
    part("registry", 4, 1),
    part("certificates", 3, 3),
    part("files", 3, 3),
    part("numbers", 1, 1),
  ]);
  expect([steps[0], steps.at(-1)]).toEqual(["registry", "numbers"]);
  for (const name of ["a", "b", "c"])
    expect(steps.indexOf(`file of ${name}`)).toBeLessThan(steps.indexOf(`certificate ${name}`));
  expect(evidence.map(({ kind }) => kind)).toEqual(["recovery-started", "recovery-ended"]);
  // What is here by now is looked at and left.
  expect((await run())?.parts[1]).toEqual(part("certificates", 3, 0));
});

test("a dry run counts and changes nothing", async () => {
  const { run, steps } = await openCity(["a", "b"]);
  expect((await run({ dryRun: true }))?.parts).toEqual([
    part("registry", 4, 1),
    part("certificates", 2, 2),
    part("files", 2, 2),
    part("numbers", 1, 1),
  ]);
  expect(steps).toEqual([]);
});

test("one certificate that cannot be taken back stops none of the others, but the node stays behind until the loss is accepted", async () => {
  const refusal = new Refusal("SIGNATURE_INVALID", "nobody signed it");
  const { run, steps } = await openCity(["a", "b"], (name) => (name === "a" ? refusal : undefined));
  const outcome = await run();
  expect(outcome?.parts[1]).toEqual(part("certificates", 2, 1, 1));
  expect(outcome?.notices).toEqual([expect.stringContaining("SIGNATURE_INVALID: nobody signed it")]);
  expect(outcome?.failure).toContain("NODE_BEHIND");
  expect(steps).not.toContain("numbers");
  expect((await run({ acceptLosses: true }))?.failure).toBeUndefined();
  expect(steps).toContain("numbers");
});

test("a fork is told and left to a person, who needs a node that works again", async () => {
  const { run, steps } = await openCity(["a", "b"], (name) => (name === "a" ? forked : undefined));
  const outcome = await run();
  expect(outcome).toMatchObject({ notices: [expect.stringContaining("IDENTIFIER_FORKED")] });
  expect(outcome?.failure).toBeUndefined();
  expect(steps).toContain("numbers");
});

test("a province that goes away in the middle ends it with its reason; the next one goes on", async () => {
  let away = true;
  const gone = new Refusal("PEER_AWAY", "the province is away");
  const { run, steps } = await openCity(["a", "b", "c"], (name) => (away && name === "c" ? gone : undefined));
  const outcome = await run();
  expect(outcome).toMatchObject({ failure: "PEER_AWAY: the province is away", endedAt: expect.any(String) });
  expect(steps).not.toContain("numbers");
  away = false;
  expect((await run())?.failure).toBeUndefined();
  expect(steps).toContain("numbers");
});

test("a recovery that a person stops keeps what came back and leaves the numbers; the next one goes on with the rest, and nothing is brought back twice", async () => {
  const stopAt: { name: string; act: () => void } = { name: "c", act: () => {} };
  const city = await openCity(["a", "b", "c"], (name) => {
    if (name !== stopAt.name) return undefined;
    stopAt.act();
    return new Refusal("CANCELLED", "the call was given up");
  });
  const { recovery, run, steps, evidence } = city;
  // Where none runs, nothing is stopped.
  await recovery.stop();
  expect(await recovery.current()).toBeUndefined();
  const seen: unknown[] = [];
  stopAt.act = () => {
    void recovery.stop();
    seen.push(recovery.current());
  };
  const outcome = await run();
  expect(await seen[0]).toMatchObject({ stopped: true });
  expect(await seen[0]).not.toHaveProperty("endedAt");
  expect(outcome).toMatchObject({ stopped: true, endedAt: expect.any(String) });
  expect(outcome?.failure).toBeUndefined();
  expect(steps).not.toContain("numbers");
  expect(evidence.at(-1)).toMatchObject({ kind: "recovery-ended", body: { stopped: true } });
  await recovery.stop();
  stopAt.name = "";
  const next = await run();
  expect(next?.stopped).toBeUndefined();
  expect(next?.failure).toBeUndefined();
  expect(steps.at(-1)).toBe("numbers");
  const brought = steps.filter((one) => one.startsWith("certificate ")).sort();
  expect(brought).toEqual(["certificate a", "certificate b", "certificate c"]);
});

test("a recovery whose process ends in the middle goes on in the next one from where it was: nothing is brought back twice, all is counted once, and it ends", async () => {
  const held = Promise.withResolvers<Refusal>();
  const first = await openCity(["a", "b", "c"], (name) => (name === "c" ? held.promise : undefined));
  first.recovery.start({ dryRun: false, acceptLosses: true });
  await expect.poll(() => first.here.size).toBe(2);
  // What of the first one goes on is as good as killed: the next process of the node takes over.
  const { recovery, steps, evidence } = await openCity(["a", "b", "c"], undefined, undefined, [], first);
  expect(await recovery.current()).toMatchObject({ parts: [part("registry", 4, 1), { name: "certificates" }, {}] });
  recovery.goOn();
  await recovery.idle();
  const outcome = await recovery.current();
  expect(outcome).toMatchObject({ resumedAt: expect.any(String), endedAt: expect.any(String), notices: [] });
  expect(outcome?.failure).toBeUndefined();
  expect(outcome?.parts.filter(({ name }) => name !== "files")).toEqual([
    part("registry", 4, 1),
    part("certificates", 3, 3),
    part("numbers", 1, 1),
  ]);
  expect(steps).toEqual(["file of c", "certificate c", "numbers"]);
  // Who reads what is lacking now accepts it, not who did so before.
  expect(evidence[0]).toMatchObject({ kind: "recovery-started", body: { goesOn: true, acceptLosses: false } });
  held.resolve(new Refusal("CANCELLED", "the call was given up"));
  await first.recovery.idle();
  expect(await first.recovery.current()).toEqual(outcome);
  // One that has ended is not begun again.
  const third = await openCity([], undefined, undefined, [], first);
  third.recovery.goOn();
  await third.recovery.idle();
  expect([third.steps, await third.recovery.current()]).toEqual([[], outcome]);
});

test("one that goes on waits for a province that was started with this node and does not answer yet; stopped it is not gone on with any more", async () => {
  const held = Promise.withResolvers<Refusal>();
  const first = await openCity(["a", "b"], (name) => (name === "b" ? held.promise : undefined));
  first.recovery.start({ dryRun: false, acceptLosses: false });
  await expect.poll(() => first.here.size).toBe(1);
  let asked = 0;
  const gone = new Refusal("PEER_AWAY", "still starting");
  const second = await openCity(["a", "b"], () => (++asked === 1 ? gone : undefined), undefined, [], first);
  second.recovery.goOn();
  await second.recovery.idle();
  expect(await second.recovery.current()).toMatchObject({ parts: [{}, part("certificates", 2, 2), {}, {}] });
  expect(second.steps.at(-1)).toBe("numbers");
  held.resolve(new Refusal("CANCELLED", "the call was given up"));
  await first.recovery.idle();

  const third = await openCity(["c"], () => new Promise<Refusal>(() => {}), undefined, [], { store: first.store });
  third.recovery.start({ dryRun: false, acceptLosses: false });
  await expect.poll(async () => (await third.recovery.current())?.parts.length).toBe(3);
  const fourth = await openCity(["c"], undefined, undefined, [], { store: first.store });
  await fourth.recovery.stop();
  const fifth = await openCity(["c"], undefined, undefined, [], { store: first.store });
  fifth.recovery.goOn();
  await fifth.recovery.idle();
  expect(fifth.steps).toEqual([]);
  expect(await fifth.recovery.current()).toMatchObject({ stopped: true, endedAt: expect.any(String) });
});

const away = new Refusal("PEER_AWAY", "not now");

test("the numbers go on with every peer that answers, whatever one before it does; a peer to which nothing was lost is told only", async () => {
  const { run, steps } = await openCity([], undefined, [
    { node: "440100", standing: "uncompared", refusal: away },
    { node: "440300", standing: "level", refusal: new Refusal("UNIMPLEMENTED", "no such method") },
    { node: "440400", standing: "uncompared", refusal: new TypeError("marks that are no counts") },
    { node: "441900", standing: "behind" },
    { node: "445100", standing: "behind" },
  ]);
  const outcome = await run();
  expect(outcome?.failure).toBeUndefined();
  expect(steps.slice(-2)).toEqual(["numbers 441900", "numbers 445100"]);
  expect(outcome?.parts.at(-1)).toEqual(part("numbers", 5, 2));
  expect(outcome?.notices).toEqual([
    expect.stringMatching(/440100.*PEER_AWAY: not now$/),
    expect.stringMatching(/440300.*UNIMPLEMENTED/),
    expect.stringMatching(/440400.*TypeError/),
  ]);
});

test("a peer to which something was lost and that cannot be asked is told as failed, also where losses are accepted; all others go on", async () => {
  const { run, steps } = await openCity([], undefined, [
    { node: "440100", standing: "behind", refusal: away },
    { node: "440300", standing: "behind" },
  ]);
  const outcome = await run({ acceptLosses: true });
  expect(outcome?.failure).toMatch(/^NODE_BEHIND: the numbers of 1 link.*out of `peers`$/);
  expect(outcome?.parts.at(-1)).toEqual(part("numbers", 2, 1, 1));
  expect(outcome?.notices).toEqual([expect.stringMatching(/440100.*stay behind: PEER_AWAY: not now$/)]);
  expect(steps.at(-1)).toBe("numbers 440300");
});

test("a registry that was not compared is lacking: the node stays behind until the loss is accepted", async () => {
  const { run, steps } = await openCity([], undefined, undefined, ["the province's catalog has no address"]);
  const outcome = await run();
  expect(outcome?.failure).toMatch(/^NODE_BEHIND: 1 thing/);
  expect(outcome?.notices).toEqual(["the province's catalog has no address"]);
  expect(steps).not.toContain("numbers");
  expect((await run({ acceptLosses: true }))?.failure).toBeUndefined();
  expect(steps).toContain("numbers");
});

test("one recovery runs at a time: who starts another meanwhile is shown the first", async () => {
  const { recovery, steps } = await openCity(["a"]);
  const first = recovery.start({ dryRun: false, acceptLosses: false });
  expect(recovery.start({ dryRun: true, acceptLosses: false })).toEqual(first);
  await recovery.idle();
  expect(steps.filter((step) => step === "numbers")).toEqual(["numbers"]);
});

test("a report holds 1,000 sentences, and the last tells how many more there were", () => {
  const progress = createProgress();
  for (let count = 0; count < MOST_NOTICES + 5; count++) progress.notice(`notice ${count}`);
  expect(progress.notices).toHaveLength(MOST_NOTICES);
  expect(progress.notices.at(-1)).toContain("6 more are not listed");
});

test("several at the same time: in order, no more than so many, and nothing is begun behind an error", async () => {
  const begun: number[] = [];
  let open = 0;
  const work = async (item: number) => {
    begun.push(item);
    open += 1;
    expect(open).toBeLessThanOrEqual(2);
    await Promise.resolve();
    open -= 1;
    if (item === 3) throw new Error("three");
  };
  await expect(several([1, 2, 3, 4, 5, 6, 7], 2, work)).rejects.toThrow("three");
  expect(begun.slice(0, 3)).toEqual([1, 2, 3]);
  expect(begun.length).toBeLessThan(7);
});
