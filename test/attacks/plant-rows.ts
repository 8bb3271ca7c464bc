import { expect } from "vitest";
import type { Runtime } from "../../services/node/runtime.ts";
import type { CollectionSpec, Stored } from "../../services/store/port.ts";

/** Stores documents as they are, whatever they hold. */
export async function plant(runtime: Runtime, spec: CollectionSpec, ...documents: object[]): Promise<void> {
  const collection = await runtime.store.collection<Stored>(spec);
  for (const document of documents) await collection.insert({ revision: 1, ...document } as Stored);
}

/** Gives a stored document other members. */
export async function mend(runtime: Runtime, spec: CollectionSpec, id: string, members: object): Promise<void> {
  const collection = await runtime.store.collection<Stored>(spec);
  await collection.replace({ ...((await collection.get(id)) as Stored), ...members });
}

/** One row of a source was set aside, and the service says so. */
export async function expectAside({ setAside }: Runtime, source: string, key: string): Promise<void> {
  const { items } = await setAside.list(10, "");
  expect(items).toMatchObject([{ place: "store", source, key, reason: "RECORD_UNREADABLE" }]);
  expect(setAside.notices()).toEqual(["set aside: store 1"]);
}

/** What was set aside is read when it is tried again. */
export async function expectRetried({ setAside }: Runtime): Promise<void> {
  for (const { _id } of (await setAside.list(10, "")).items) expect(await setAside.retry(_id)).toBeUndefined();
  expect(setAside.notices()).toEqual([]);
}
