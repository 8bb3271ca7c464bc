import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bothEngines } from "../../test/fixtures/engines.ts";
import type { Collection, Store } from "../store/port.ts";
import { KEPT_REGISTER, type KeptPart, type KeptRegister, openKeptRegister } from "./kept-register.ts";

const [FIRST, SECOND, THIRD] = ["2026-11-24T02:00:00.000Z", "2026-11-24T02:10:00.000Z", "2026-11-24T02:20:00.000Z"];
/** Larger than one document may be. */
const LARGE = new Uint8Array(20 << 20).map((_, index) => index % 251);

describe.each(await bothEngines())("$name: the register that is kept over restarts", ({ open }) => {
  let store: Store;
  let remove: () => Promise<void>;
  let kept: KeptRegister;
  let parts: Collection<KeptPart>;
  beforeEach(async () => {
    ({ store, remove } = await open());
    kept = await openKeptRegister(store);
    parts = await store.collection<KeptPart>(KEPT_REGISTER);
  });
  afterEach(() => remove());

  test("comes back as it was, also where it is larger than a document of the store", async () => {
    expect(await kept.read()).toBeUndefined();
    await kept.keep(FIRST, LARGE);
    const found = await (await openKeptRegister(store)).read();
    expect(found?.builtAt).toBe(FIRST);
    expect(Buffer.compare(found?.bytes ?? new Uint8Array(), LARGE)).toBe(0);
  });

  test("gives way to a newer one, never to an older one, and leaves nothing behind", async () => {
    await kept.keep(FIRST, LARGE);
    await kept.keep(THIRD, Buffer.from("third"));
    await kept.keep(SECOND, Buffer.from("second"));
    await kept.keep(THIRD, Buffer.from("third"));
    expect(await kept.read()).toEqual({ builtAt: THIRD, bytes: Buffer.from("third") });
    expect(await parts.count("built")).toBe(2);
  });

  test("whoever ends between two writes leaves the one before whole, and what is left over goes with the next", async () => {
    await kept.keep(FIRST, Buffer.from("first"));
    await parts.insert({ _id: `${SECOND}/0`, revision: 1, builtAt: SECOND, content: "AA==" });
    expect(await kept.read()).toEqual({ builtAt: FIRST, bytes: Buffer.from("first") });
    await kept.keep(THIRD, Buffer.from("third"));
    expect(await parts.count("built")).toBe(2);
  });

  test("damaged, it is as if there were none, and the next one is kept in its place", async () => {
    await kept.keep(FIRST, Buffer.from("first"));
    const damages: Partial<KeptPart>[] = [
      { builtAt: "9999" },
      { pieces: 4 },
      { pieces: 1e9 },
      { pieces: "x" as unknown as number },
      { builtAt: 7 as unknown as string },
    ];
    for (const damage of damages) {
      const head = (await parts.get("head")) as KeptPart;
      await parts.replace({ ...head, ...damage });
      expect(await kept.read()).toBeUndefined();
      await kept.keep(SECOND, Buffer.from("second"));
      expect(await kept.read()).toEqual({ builtAt: SECOND, bytes: Buffer.from("second") });
    }
  });
});
