import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { merkleRoot } from "../../domain/merkle.ts";
import { type Archive, openArchive } from "./archive.ts";

const NODE = "440100";
const HOLDER = { name: "陈岭", code: "440101199001010018", codeType: "111" };
const NOW = new Date("2026-11-24T02:00:00Z");

const record = (identifier: string, more: MessageInitShape<typeof CertificateRecordSchema> = {}) =>
  create(CertificateRecordSchema, {
    identifier,
    node: NODE,
    revision: 1n,
    state: CertificateState.ISSUED,
    issuedAt: "2026-11-20T02:00:00Z",
    itemCode: "item-1",
    holders: [HOLDER],
    message: Buffer.from(identifier),
    ...more,
  });

describe("4.6: the archive of other nodes' certificates", () => {
  let house: TestRuntime;
  let archive: Archive;
  beforeEach(async () => {
    house = await openTestRuntime({ service: "sync" });
    archive = await openArchive(house.runtime);
  });
  afterEach(() => house.close());

  const keep = (one: ReturnType<typeof record>) => archive.keep(one, NOW, async () => stands);
  /** Whether what is kept holds by the judgement of records. */
  let stands = true;
  const revoked = { revision: 2n, state: CertificateState.REVOKED };

  test("keeps by revision: the same twice is once, an older one changes nothing", async () => {
    expect(await keep(record("a"))).toBe("new");
    expect(await keep(record("a"))).toBe("same");
    expect(await keep(record("a", revoked))).toBe("newer");
    expect(await keep(record("a"))).toBe("older");
    expect((await archive.get("a"))?.state).toBe(CertificateState.REVOKED);
  });

  test("a revision that comes first is not undone by the one before it", async () => {
    expect(await keep(record("a", revoked))).toBe("new");
    expect(await keep(record("a"))).toBe("older");
  });

  test.each([
    ["another node", { ...revoked, node: "440300" }],
    ["another content under the same revision", { stateCause: "other" }],
  ])("refuses %s for a certificate that it knows", async (_what, more) => {
    await keep(record("a"));
    expect(await keep(record("a", more))).toHaveProperty("conflict");
    expect(await archive.get("a")).toMatchObject({ revision: 1n, node: NODE });
  });

  test.each([
    ["another message", { message: Buffer.from("other") }],
    ["another signature", { messageCms: Buffer.from("other") }],
    ["another time of issue", { issuedAt: "2026-11-20T03:00:00Z" }],
    ["other files", { files: [{ sha256: "ab" }] }],
  ])(
    "with %s it is another certificate, at whatever revision, and an older one is no exception",
    async (_what, more) => {
      await keep(record("a", revoked));
      for (const revision of [1n, 2n, 3n]) {
        expect(await keep(record("a", { ...more, revision }))).toMatchObject({ forked: "certificate" });
        expect(await archive.get("a")).toMatchObject({ revision: 2n, state: CertificateState.REVOKED });
      }
      stands = false;
      expect(await keep(record("a", more))).toMatchObject({ displaced: { recordRevision: 2 } });
      stands = true;
    },
  );

  const state = { revoked: CertificateState.REVOKED, issued: CertificateState.ISSUED };
  const { SUSPENDED: suspended, SUPERSEDED: superseded } = CertificateState;

  test.each([
    ["revoked never becomes issued", [state.revoked], state.issued, false],
    ["revoked never becomes suspended, however many revisions were skipped", [state.revoked], suspended, false],
    ["revoked twice is revoked, whichever way led there", [state.revoked], state.revoked, true],
    ["superseded never becomes revoked", [superseded], state.revoked, false],
    ["issued does not follow issued at once", [state.issued], state.issued, false],
    ["suspended becomes issued again", [suspended], state.issued, true],
    ["suspended becomes superseded over issued, which was not seen", [suspended, undefined], superseded, true],
    ["suspended does not become superseded in one step", [suspended], superseded, false],
    ["issued becomes issued again over suspended, which was not seen", [state.issued, undefined], state.issued, true],
  ])("5.9.4: %s", async (_what, [before, ...skipped], after, kept) => {
    await keep(record("a", { revision: 2n, state: before as CertificateState }));
    const revision = BigInt(3 + skipped.length);
    const outcome = await keep(record("a", { revision, state: after }));
    if (kept) expect(outcome).toBe("newer");
    else if (before === after) expect(outcome).toMatchObject({ conflict: expect.stringContaining("cannot be") });
    else expect(outcome).toMatchObject({ forked: "history", why: expect.stringContaining("cannot be") });
    expect((await archive.get("a"))?.state).toBe(kept ? after : before);
  });

  test("an older revision from which the kept one cannot have come is another history of it", async () => {
    await keep(record("a", { revision: 3n }));
    expect(await keep(record("a", { revision: 2n, state: suspended }))).toBe("older");
    expect(await keep(record("a", revoked))).toMatchObject({ forked: "history" });
    expect((await archive.get("a"))?.state).toBe(state.issued);
  });

  test("that a second record is known is shown, listed, and goes on with the next revision; it is no part of what is compared", async () => {
    await keep(record("a"));
    await keep(record("b"));
    const before = await archive.digests.buckets(NODE);
    await archive.mark("a", NOW.toISOString());
    expect((await archive.get("a"))?.forkedSince).toBe(NOW.toISOString());
    expect((await archive.get("b"))?.forkedSince).toBe("");
    expect(await archive.digests.buckets(NODE)).toEqual(before);
    expect(await keep(record("a", { forkedSince: "of another" }))).toBe("same");
    expect((await archive.forked({ limit: 10 })).identifiers).toEqual(["a"]);
    expect(await keep(record("a", revoked))).toBe("newer");
    expect((await archive.get("a"))?.forkedSince).toBe(NOW.toISOString());
    // It is listed as revoked.
    expect((await archive.forked({ limit: 10 })).identifiers).toEqual([]);
    await archive.mark("a", undefined);
    expect((await archive.get("a"))?.forkedSince).toBe("");
  });

  test("an identifier belongs to whoever might issue it, not to whoever came first: what does not hold gives way", async () => {
    const { buckets: none } = await archive.digests.buckets("440300");
    expect(none).toEqual([]);
    await keep(record("a", { node: "440300", revision: 9n, message: Buffer.from("squatted") }));
    expect(await keep(record("a"))).toHaveProperty("conflict");
    stands = false;
    expect(await keep(record("a"))).toMatchObject({ displaced: { node: "440300", recordRevision: 9 } });
    stands = true;
    expect(await archive.get("a")).toMatchObject({ node: NODE, revision: 1n });
    expect((await archive.digests.buckets("440300")).buckets).toEqual([]);
    expect((await archive.digests.buckets(NODE)).buckets).toHaveLength(1);
    expect(await keep(record("a", { node: "440300", revision: 9n }))).toHaveProperty("conflict");
  });

  test("finds a holder's certificates of the items asked for, newest first", async () => {
    await keep(record("a", { issuedAt: "2026-11-01T02:00:00Z" }));
    await keep(record("b", { issuedAt: "2026-11-03T02:00:00Z", itemCode: "item-2" }));
    await keep(record("c", { issuedAt: "2026-11-02T02:00:00Z" }));
    await keep(record("d", { holders: [{ ...HOLDER, code: "440101199202020029" }] }));
    const found = async (itemCodes: string[]) => {
      const { records } = await archive.ofHolder({ ...HOLDER, itemCodes }, { limit: 10 });
      return records.map(({ identifier }) => identifier);
    };
    expect(await found([])).toEqual(["b", "c", "a"]);
    expect(await found(["item-1"])).toEqual(["c", "a"]);
    expect(await found(["item-9"])).toEqual([]);
  });

  test("however many a holder has, all pages together are all of them, newest first; a foreign cursor is refused", async () => {
    const times = Array.from({ length: 250 }, (_, index) => new Date(Date.UTC(2026, 0, 1 + (index % 90), index)));
    for (const [index, time] of times.entries()) await keep(record(`h-${index}`, { issuedAt: time.toISOString() }));
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = { limit: 60, ...(after !== undefined && { after }) };
      const { records, next } = await archive.ofHolder({ ...HOLDER, itemCodes: [] }, page);
      found.push(...records.map(({ issuedAt }) => issuedAt));
      after = next;
      if (after === undefined) break;
    }
    expect(found).toEqual(
      times
        .map((time) => time.toISOString())
        .sort()
        .reverse(),
    );
    await expect(archive.ofHolder({ ...HOLDER, itemCodes: [] }, { limit: 1, after: "7" })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
    });
  });

  test("4.6.2: digests by day of issue follow every change, and know no other node", async () => {
    await keep(record("a", { issuedAt: "2026-11-20T15:59:59Z" }));
    await keep(record("b", { issuedAt: "2026-11-20T16:00:00Z" }));
    await keep(record("x", { node: "440300" }));
    const before = await archive.digests.buckets(NODE);
    expect(before.buckets.map(({ bucket, count }) => [bucket, count])).toEqual([
      ["2026-11-20", 1],
      ["2026-11-21", 1],
    ]);
    await keep(record("b", { ...revoked, issuedAt: "2026-11-20T16:00:00Z" }));
    const after = await archive.digests.buckets(NODE);
    expect(after.buckets[0]).toEqual(before.buckets[0]);
    expect(after.buckets[1]?.digest).not.toBe(before.buckets[1]?.digest);
    expect(after.root).not.toBe(before.root);
    const records = await archive.digests.records(NODE, "2026-11-21");
    expect(records).toMatchObject([{ identifier: "b", revision: 2 }]);
    expect(merkleRoot(records.map(({ identifier, digest }) => ({ name: identifier, digest })))).toBe(
      after.buckets[1]?.digest,
    );
  });
});
