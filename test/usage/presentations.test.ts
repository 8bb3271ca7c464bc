import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { presentationDigest, readPresentation } from "../../services/domain/presentation-code.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../../services/store/port.ts";
import { OPEN_PRESENTATIONS } from "../../services/usage/presentations/places.ts";
import { PRESENTATIONS, type PresentationDocument } from "../../services/usage/presentations/presentation-record.ts";
import { toldHolderDigest } from "../../services/usage/presentations/told-holder.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { identifierOf } from "../fixtures/signed-record.ts";
import { caller, context, DATA, HOLDER, openUsageScene, PROVIDER, type UsageScene } from "./scene.ts";
import { identifier, linesOf, me, other, reasonOf, redeem, show } from "./showing.ts";

/** A store whose replacements can fail, before and after they take place. */
function failing(store: Store, fault: () => void): Store {
  const collection = async <T extends Stored>(spec: CollectionSpec): Promise<Collection<T>> => {
    const opened = await store.collection<T>(spec);
    const replace = async (document: T) => {
      fault();
      const replaced = await opened.replace(document);
      fault();
      return replaced;
    };
    return spec.name === PRESENTATIONS.name ? { ...opened, replace } : opened;
  };
  return Object.create(store, { collection: { value: collection } });
}

const NOW = "2026-11-24T02:00:00.000Z";
/** A context that names nobody. */
const NOBODY: object = { holder: undefined };

describe.each(await bothEngines())("5.5.2, 5.9.6 what is kept of presentations (亮证), on $name", (engine) => {
  let scene: UsageScene;
  let stored: Collection<PresentationDocument>;
  let remove: () => Promise<void>;
  /** Called before and after each replacement in the store. */
  let fault: (() => void) | undefined;

  const ended = (_id: string, expiresAt: string): PresentationDocument => ({
    ...{
      _id,
      revision: 1,
      holder: "001:X",
      identifier,
      item: "YYZZ",
      fields: [],
      provider: PROVIDER,
      byAnother: false,
    },
    ...{ createdAt: expiresAt, expiresAt },
  });

  beforeEach(async () => {
    const opened = await engine.open();
    remove = opened.remove;
    stored = await opened.store.collection<PresentationDocument>(PRESENTATIONS);
    await stored.insert(ended("old", "2026-11-23T01:59:59.000Z"));
    await stored.insert(ended("late", "2026-11-23T02:00:00.000Z"));
    fault = undefined;
    scene = await openUsageScene({ store: failing(opened.store, () => fault?.()) });
    scene.records = [scene.record("own-1")];
  });
  afterEach(async () => {
    await scene.close();
    await remove();
  });

  test("by a code of 128 random bits that is good for 60 seconds, with the node in it, and is stored as a digest alone", async () => {
    const { text, expiresAt, qrSvg, presentationId } = await show(scene);
    const { node, code } = readPresentation(text);
    expect([node, Buffer.from(code, "base64url").length, expiresAt]).toEqual([
      "440300",
      16,
      "2026-11-24T02:01:00.000Z",
    ]);
    expect(qrSvg).toMatch(/^<svg .*<\/svg>$/);
    expect(presentationId).toBe(presentationDigest(code));
    const kept = JSON.stringify([await stored.get(presentationId), scene.environment.evidence]);
    expect(kept).not.toContain(code);
    expect(kept).toContain(presentationId);
  });

  test("and is removed 24 hours after its end, not sooner", async () => {
    await expect.poll(() => stored.get("old")).toBeUndefined();
    expect(await stored.get("late")).toBeDefined();
  });

  test("once: of two apps and many calls at the same time one alone redeems it", async () => {
    const { text } = await show(scene);
    const second = { ...caller, app: "440300-other" };
    const calls = Array.from({ length: 8 }, (_, n) => redeem(scene, text, { as: n % 2 ? caller : second }));
    const outcomes = await Promise.all(calls.map(reasonOf));
    expect(outcomes.filter((outcome) => outcome === "good")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "PRESENTATION_SPENT")).toHaveLength(7);
    expect(linesOf(scene, "presentation-redeemed")).toHaveLength(1);
    expect((await scene.holder(me).listUses({})).uses).toHaveLength(1);
  });

  test("5.5.2 with who holds it, where the holder agrees: whoever names nobody is told, the use is the holder's, and evidence names the holder to those who know", async () => {
    const { text } = await show(scene, ["name"], true);
    const requestId = randomUUID();
    const unnamed = { ...NOBODY, requestId };
    const answer = await redeem(scene, text, unnamed);
    expect(answer.holder).toMatchObject(HOLDER);
    expect((await redeem(scene, text, unnamed)).holder).toEqual(answer.holder);
    const [line] = linesOf(scene, "presentation-redeemed");
    expect(line?.body).toEqual(JSON.parse(answer.receipt?.statementJson ?? ""));
    expect(line?.body).toMatchObject({ consent: { tellsHolder: true }, holderSha256: toldHolderDigest(text, HOLDER) });
    expect(JSON.stringify(scene.environment.evidence)).not.toContain(HOLDER.code);
    expect((await scene.holder(me).listUses({})).uses).toMatchObject([{ action: "presented", identifier }]);
    // The person is served in this case from here on, as if typed.
    const { holder } = answer;
    const { usageCode } = await scene.usage().createUsageContext({
      requestId: randomUUID(),
      context: { ...context, ...(holder && { holder }) },
    });
    const { certificates } = await scene.usage().listCertificates({ usageCode });
    expect(certificates.map((one) => one.identifier)).toEqual([identifier]);
  });

  test("5.5.2 without who holds it, where the holder does not agree: nobody is told, and it is spent by none of what is refused", async () => {
    const { text } = await show(scene);
    const refused = { reason: "USAGE_NOT_ALLOWED", fields: [{ field: "context.holder" }] };
    await expect(redeem(scene, text, NOBODY)).rejects.toMatchObject(refused);
    const named = await redeem(scene, text);
    expect([named.holder, linesOf(scene, "presentation-redeemed")[0]?.body]).toEqual([
      undefined,
      expect.not.objectContaining({ holderSha256: expect.anything() }),
    ]);
    const telling = await show(scene, ["name"], true);
    const another: object = { holder: { name: other.name, code: other.code, codeType: other.codeType } };
    await expect(redeem(scene, telling.text, another)).rejects.toMatchObject(refused);
    const unneeded: object = { ...NOBODY, itemCodes: ["JHZ"] };
    await expect(redeem(scene, telling.text, unneeded)).rejects.toMatchObject({
      fields: [{ field: "context.item_codes" }],
    });
    const unopened: object = { ...NOBODY, matterCode: "M2" };
    await expect(redeem(scene, telling.text, unopened)).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
    expect((await redeem(scene, telling.text)).holder).toBeUndefined();
    // A usage code is for somebody: a presentation alone may leave it out.
    const unserved = scene.usage().createUsageContext({ requestId: randomUUID(), context: { ...context, ...NOBODY } });
    await expect(unserved).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "context.holder" }] });
  });

  test("the same request gets the same answer, also late, at once, and when the first one was killed before its evidence was kept", async () => {
    const { text } = await show(scene);
    const { runtime } = scene.environment;
    const { append } = runtime.evidence;
    const requestId = randomUUID();
    runtime.evidence.append = async (kind, body) => {
      if (kind === "presentation-redeemed") throw new Error("killed");
      return append(kind, body);
    };
    await expect(redeem(scene, text, { requestId })).rejects.toThrow("killed");
    runtime.evidence.append = append;
    expect(await reasonOf(redeem(scene, text))).toBe("PRESENTATION_SPENT");
    const answer = await redeem(scene, text, { requestId });
    scene.environment.setNow("2026-11-24T12:00:00Z");
    const again = await Promise.all([redeem(scene, text, { requestId }), redeem(scene, text, { requestId })]);
    expect(again).toEqual([answer, answer]);
    expect(JSON.parse(answer.receipt?.statementJson ?? "")).toMatchObject({ at: NOW });
    expect((await scene.holder(me).listUses({})).uses).toHaveLength(1);
    for (const change of [{ businessId: "YW-2" }, { purpose: "另一事由" }])
      expect(await reasonOf(redeem(scene, text, { requestId, ...change }))).toBe("REQUEST_ID_REUSED");
  });

  // Claim and answer are stored one after the other: 1 and 2 are before and after the first, 3 and 4 of the second.
  test.each([1, 2, 3, 4])(
    "whoever repeats a request is answered, and nobody else, where a process was killed at write %i",
    async (at) => {
      const { text } = await show(scene);
      let reached = 0;
      fault = () => {
        reached += 1;
        if (reached === at) throw new Error("killed");
      };
      const requestId = randomUUID();
      await expect(redeem(scene, text, { requestId })).rejects.toThrow("killed");
      fault = undefined;
      if (at > 1) expect(await reasonOf(redeem(scene, text))).toBe("PRESENTATION_SPENT");
      const { data } = await redeem(scene, text, { requestId });
      expect(data).toEqual({ name: DATA.name });
      expect(await reasonOf(redeem(scene, text))).toBe("PRESENTATION_SPENT");
      expect((await scene.holder(me).listUses({})).uses).toHaveLength(1);
    },
  );

  test("the same request, sent twice at once, gets one answer and is one use", async () => {
    const { text } = await show(scene);
    const requestId = randomUUID();
    const [first, second] = await Promise.all([redeem(scene, text, { requestId }), redeem(scene, text, { requestId })]);
    expect(second).toEqual(first);
    expect((await scene.holder(me).listUses({})).uses).toHaveLength(1);
  });

  test("a request id redeems one presentation: for another one it is refused", async () => {
    const [first, second] = [await show(scene), await show(scene)];
    const requestId = randomUUID();
    await redeem(scene, first.text, { requestId });
    expect(await reasonOf(redeem(scene, second.text, { requestId }))).toBe("REQUEST_ID_REUSED");
    expect(await reasonOf(redeem(scene, second.text))).toBe("good");
  });

  test(`a holder has at most ${OPEN_PRESENTATIONS} whose time is not over, also at once; others have theirs`, async () => {
    scene.records.push(scene.record("theirs", { holders: [{ ...other }] }));
    const outcomes = await Promise.all(Array.from({ length: OPEN_PRESENTATIONS + 3 }, () => reasonOf(show(scene))));
    expect(outcomes.filter((outcome) => outcome === "good")).toHaveLength(OPEN_PRESENTATIONS);
    const told = scene.environment.evidence.length;
    await expect(show(scene)).rejects.toMatchObject({ reason: "RATE_EXCEEDED", retryAfterMs: 60_000 });
    expect(scene.environment.evidence).toHaveLength(told);
    const theirs = scene.holder(other).createPresentation({ identifier: identifierOf("theirs") });
    expect(await reasonOf(theirs)).toBe("good");
    scene.environment.setNow("2026-11-24T02:01:00.000Z");
    expect(await reasonOf(show(scene))).toBe("good");
  });

  test("the holder withdraws only an own one, as often as told, and none that was redeemed", async () => {
    const [open, used] = [await show(scene), await show(scene)];
    await redeem(scene, used.text);
    const cancel = (presentationId: string, as = me) => scene.holder(as).cancelPresentation({ presentationId });
    expect(await reasonOf(cancel(open.presentationId, other))).toBe("PRESENTATION_UNKNOWN");
    const first = await cancel(open.presentationId);
    scene.environment.setNow("2026-11-24T02:00:30.000Z");
    expect(await cancel(open.presentationId)).toEqual(first);
    expect(linesOf(scene, "presentation-withdrawn")).toHaveLength(1);
    const spent = { reason: "PRESENTATION_SPENT", fields: [{ field: "presentation_id" }] };
    await expect(cancel(used.presentationId)).rejects.toMatchObject(spent);
  });
});
