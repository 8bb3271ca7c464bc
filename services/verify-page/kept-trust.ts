import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { call } from "../public-page/call.ts";
import type { Kept, Province } from "../statement/judge-kept.ts";

/** What is kept, with the days of it. */
export interface KeptTrust extends Kept {
  /** When the province made each, RFC 3339. */
  readonly listedAt: string;
  /** Absent where there is no bundle. */
  readonly builtAt?: string;
}

/** Where it is kept: beside the page's files, and over their versions. */
const CACHE = "ecert-verify-trust";
const PLACES = { nodeKeys: "/verify/kept/node-keys", bundle: "/verify/kept/status-bundle" } as const;
/** A bundle is made anew every ten minutes at most, and so is what is asked for. */
const FRESH_MS = 600_000;
/** A line that gives nothing for so long is judged as none. */
const PATIENCE_MS = 8_000;

/** In a browser that keeps nothing it lasts as long as the page. */
const inMemory = new Map<string, Uint8Array>();
let askedAt = Number.NEGATIVE_INFINITY;

/** What is kept of the province's word, checked by its signature; `undefined` where nothing is. */
export async function keptTrust(province: Province): Promise<KeptTrust | undefined> {
  const { keptBundle, keptNodeKeys } = await import("../statement/judge-kept.ts");
  const [nodeKeys, bundle] = await Promise.all([read(PLACES.nodeKeys), read(PLACES.bundle)]);
  const listedAt = nodeKeys && said(() => keptNodeKeys(nodeKeys, province).builtAt);
  if (!nodeKeys || listedAt === undefined) return undefined;
  const builtAt = bundle && said(() => keptBundle(bundle, province).head.builtAt);
  return { nodeKeys, listedAt, ...(bundle && builtAt !== undefined && { bundle, builtAt }) };
}

/**
 * Fetches what the province says now, where it was not asked just before, and keeps what is newer than what is there; nothing that the province
 * has not signed. Resolves to what is kept then, and to whether the node answered; without a network that is what was kept before.
 */
export async function freshTrust(
  province: Province,
  { evenIfFresh = false } = {},
): Promise<{ trust?: KeptTrust; asked: boolean }> {
  const before = await keptTrust(province);
  if (before?.bundle && !evenIfFresh && performance.now() - askedAt < FRESH_MS) return { trust: before, asked: true };
  const { keptBundle, keptNodeKeys } = await import("../statement/judge-kept.ts");
  const options = { timeoutMs: PATIENCE_MS };
  const [keys, states] = await Promise.allSettled([
    call(StatusService.method.getNodeKeys, {}, options),
    call(StatusService.method.getStatusBundle, {}, options),
  ]);
  if (keys.status === "fulfilled") {
    const listedAt = said(() => keptNodeKeys(keys.value.keys, province).builtAt);
    if (listedAt !== undefined && listedAt > (before?.listedAt ?? "")) await keep(PLACES.nodeKeys, keys.value.keys);
  }
  if (states.status === "fulfilled") {
    const builtAt = said(() => keptBundle(states.value.bundle, province).head.builtAt);
    if (builtAt !== undefined && builtAt > (before?.builtAt ?? "")) await keep(PLACES.bundle, states.value.bundle);
  }
  const asked = keys.status === "fulfilled" && states.status === "fulfilled";
  if (asked) askedAt = performance.now();
  const trust = await keptTrust(province);
  return { asked, ...(trust && { trust }) };
}

/** What is not the province's says nothing. */
function said(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function read(place: string): Promise<Uint8Array | undefined> {
  try {
    const kept = await (await caches.open(CACHE)).match(place);
    if (kept) return new Uint8Array(await kept.arrayBuffer());
  } catch {
    // A browser that lets nothing be kept.
  }
  return inMemory.get(place);
}

async function keep(place: string, bytes: Uint8Array): Promise<void> {
  inMemory.set(place, bytes);
  try {
    await (await caches.open(CACHE)).put(place, new Response(bytes as Uint8Array<ArrayBuffer>));
  } catch {
    // It is there until the page is closed.
  }
}
