import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { taken } from "../../registry/taken.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { Collection, Stored } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import type { OwnerDocument } from "../stored/province-records.ts";
import { recordId } from "../stored/records.ts";

/** Kinds of record whose keys are unique in the province, beside apps, whose document itself is. */
export type OwnedKind = OwnerDocument["kind"];

/** Attempts at a document that others keep writing before the caller is told. */
const ATTEMPTS = 8;

/** Whose a key is at the province; `undefined` where no node has registered it. */
export async function ownerOf(context: CatalogContext, kind: OwnedKind, key: string): Promise<string | undefined> {
  const document = await context.owners.get(`${kind}/${key}`);
  return document?.node ?? (await firstToRegister(context, kind, key));
}

/**
 * Holds at the province that a record of a node counts for a key: the key becomes the node's where it has no owner yet. A seal goes to
 * the node whose department it is, as the province has confirmed, where that is not so of the record that holds the code: neither
 * squatting nor the move of a department keeps it. Throws `ALREADY_EXISTS` where the key is another's; the node is
 * remembered then, so that the province can move the key to it.
 */
export async function claim(
  context: CatalogContext,
  kind: OwnedKind,
  key: string,
  node: string,
  department: string,
): Promise<void> {
  const document = await changed(context, context.owners, `${kind}/${key}`, async (old) => {
    if (!old) return fresh(context, kind, key, (await firstToRegister(context, kind, key)) ?? node);
    if (old.node === node) return old;
    if (kind === "seal" && (await overtakes(context, old, node, department))) {
      await context.runtime.evidence.append("seal-taken-over", { code: key, node, department, from: old.node });
      return { ...old, node, changedAt: context.runtime.now().toISOString() };
    }
    if (old.claimants?.includes(node)) return old;
    // At most as many as the node has peers: the sender of an event is proven.
    return { ...old, claimants: [...(old.claimants ?? []), node] };
  });
  if (document.node !== node) throw taken(kind, key, document.node);
}

/** A key of this node's own: at the province it may be another node's. */
export async function claimAtProvince(
  context: CatalogContext,
  kind: OwnedKind,
  key: string,
  department: string,
): Promise<void> {
  const { node } = context.runtime.config;
  if (isProvince(node)) await claim(context, kind, key, node.code, department);
}

/** Whether a seal's claim is about a department that the province has confirmed as the claimant's, and the record that holds the code is not so. */
async function overtakes(
  context: CatalogContext,
  { key, node: holder }: OwnerDocument,
  claimant: string,
  department: string,
): Promise<boolean> {
  if (!(await isConfirmed(context, department, claimant))) return false;
  const held = await context.registry.of("seal").get(recordId("seal", holder, key));
  return !(await isConfirmed(context, String(held?.value.departmentCode ?? ""), holder));
}

/** Whether the province has said that a department is a node's. */
async function isConfirmed({ owners }: CatalogContext, department: string, node: string): Promise<boolean> {
  const owner = await owners.get(`department/${department}`);
  return owner?.body !== undefined && owner.node === node;
}

/** Whether a node has registered a department, taken or refused. */
export async function hasRegistered(context: CatalogContext, code: string, node: string): Promise<boolean> {
  const document = await context.owners.get(`department/${code}`);
  if (document?.node === node || document?.claimants?.includes(node)) return true;
  return (await context.registry.of("department").get(recordId("department", node, code))) !== undefined;
}

/**
 * Changes one document by compare-and-set. `next` gets what is stored and gives what shall be; the same object changes nothing. It is
 * asked again where others write in between. Throws `REVISION_CONFLICT` where that does not end.
 */
export function changed<T extends Stored>(
  { runtime }: CatalogContext,
  collection: Collection<T>,
  id: string,
  next: (old: T | undefined) => Promise<T>,
): Promise<T> {
  const spent = () => {
    runtime.log.warn({ id }, "a document is being changed by others all the time");
    throw new Refusal("REVISION_CONFLICT", `${id} is being changed by others; try again`, { retryAfterMs: 100 });
  };
  return changeStored(collection, id, next, { tries: ATTEMPTS, spent });
}

/** A document that nobody has written yet. */
export function fresh({ runtime }: CatalogContext, kind: OwnedKind, key: string, node: string): OwnerDocument {
  return { _id: `${kind}/${key}`, revision: 1, kind, key, node, changedAt: runtime.now().toISOString() };
}

/** Records from before keys had owners: of several nodes' ones the own node's counts, else that of the lowest code. */
async function firstToRegister(
  { registry, runtime }: CatalogContext,
  kind: OwnedKind,
  key: string,
): Promise<string | undefined> {
  const own = await registry.of(kind).get(recordId(kind, runtime.config.node.code, key));
  if (own) return own.node;
  return (await registry.of(kind).first({ index: "keys", equals: [key] }))?.node;
}
