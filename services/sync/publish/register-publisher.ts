import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { begunAfter } from "../../base/begun-after.ts";
import { instantOf } from "../../domain/instant.ts";
import { rightTime } from "../../host/right-time.ts";
import type { Runtime } from "../../node/runtime.ts";
import { signedRegister } from "../../trust/issuer-register.ts";
import type { SyncOptions } from "../options.ts";
import { inThread } from "./publish-thread.ts";
import type { RegisterBody, RegisterRight } from "./register-bodies.ts";

/** A published register of issuers. */
export interface PublishedRegister {
  bytes: Uint8Array;
  /** RFC 3339, UTC: when it was begun. */
  builtAt: string;
  /** RFC 3339, UTC: when the province had still said nothing else. */
  asOf: string;
}

/** Publishes which bodies the province has confirmed, what stands above them, and what they issue where (5.8.3). */
export interface RegisterPublisher {
  /**
   * The register as it was not long ago: of the province's changes within two seconds, elsewhere within ten minutes. Throws `PEER_AWAY` where
   * none can be had.
   */
  current(): Promise<PublishedRegister>;
  /** The register as it is now: the province was asked after this was called. Where it cannot be, the same as {@link current}. */
  anew(): Promise<PublishedRegister>;
}

/** The publisher of the province, which judges by what it publishes. */
export interface ProvinceRegister extends RegisterPublisher {
  /**
   * The register as it is now, for this node's own judgement, also while it may publish nothing: it MUST NOT be passed on. Throws
   * `CLOCK_WRONG`.
   */
  unpublished(): Promise<PublishedRegister>;
}

const PAGE = 500;
/** For those who ask for the register as it was not long ago, whether something has changed is looked up this often at most. */
const LOOK_EVERY_MS = 2_000;

/** A register, what it was made of, and when. */
interface Made extends PublishedRegister {
  mark: string;
  /** When it was made, and when it was last found to be what there is: milliseconds of the monotonic clock. */
  made: number;
  seen: number;
}

/**
 * Creates the publisher of the province: out of what it has confirmed, signed by it, made anew when the province changes something. While
 * it is an older copy of itself it publishes nothing: throws `NODE_BEHIND`.
 */
export function createRegisterPublisher(runtime: Runtime, options: SyncOptions): ProvinceRegister {
  const { config, log } = runtime;
  const catalog = runtime.client(TermsService, "catalog");
  let last: Made | undefined;

  async function make(): Promise<Made> {
    const now = rightTime(runtime);
    const made = runtime.monotonic();
    // A register is known by it: no two have the same.
    const begun = Math.max(now.getTime(), last === undefined ? 0 : instantOf(last.builtAt) + 1);
    const builtAt = new Date(begun).toISOString();
    // Before anything is read: a change that comes while it is being read makes it anew the next time.
    const { mark } = await catalog.listIssuingRights({ pageSize: 1 });
    const bodies = await pages(async (page) => {
      const { bodies: found, nextPageToken } = await catalog.listBodies(page);
      const items = found.map(({ code, superiorCode, node, formerSuperiors }): RegisterBody => {
        const former = formerSuperiors.map(({ superiorCode: before, until }) => ({ superiorCode: before, until }));
        return { code, superiorCode, node, ...(former.length > 0 && { former }) };
      });
      return { items, nextPageToken };
    });
    const rights = await pages(async (page) => {
      const { rights: found, nextPageToken } = await catalog.listIssuingRights(page);
      const items = found.map(({ $typeName: _, $unknown: __, ...right }): RegisterRight => right);
      return { items, nextPageToken };
    });
    const publisher = config.node.code;
    const answer = await inThread({ publisher, builtAt, bodies, rights });
    if (!("text" in answer)) throw new Error("the thread gave no register");
    const bytes = signedRegister(answer.text, (signed) => runtime.nodeKey.sign(signed));
    log.info({ bytes: bytes.length, bodies: answer.bodies }, "a register of issuers was made");
    return { bytes, builtAt, asOf: builtAt, mark, made, seen: made };
  }

  async function look(): Promise<Made> {
    const now = runtime.now();
    const seen = runtime.monotonic();
    if (last && seen - last.made < options.statusBundleMs) {
      const { mark } = await catalog.listIssuingRights({ pageSize: 1 });
      if (mark === last.mark) {
        last = { ...last, asOf: now.toISOString(), seen };
        return last;
      }
    }
    last = await make();
    return last;
  }
  const looked = begunAfter(look);
  return {
    async current() {
      await runtime.standing.require();
      if (last && runtime.monotonic() - last.seen < LOOK_EVERY_MS) return last;
      return looked();
    },
    async anew() {
      await runtime.standing.require();
      return looked();
    },
    unpublished: looked,
  };
}

/** Passes on what the province publishes; it is signed by the province and checked by whoever uses it. */
export function passOnRegister(runtime: Runtime, province: string, options: SyncOptions): RegisterPublisher {
  const statuses = runtime.client(StatusService, { peer: province, service: "sync" });
  let last: PublishedRegister | undefined;
  let askedAt = 0;

  async function ask(): Promise<PublishedRegister> {
    const now = runtime.monotonic();
    const answer = await statuses.getIssuerRegister({ knownBuiltAt: last?.builtAt ?? "" });
    const { register: bytes, builtAt, asOf } = answer;
    askedAt = now;
    last = last === undefined || bytes.length > 0 ? { bytes, builtAt, asOf } : { ...last, asOf };
    return last;
  }
  const asked = begunAfter(ask);

  return {
    async current() {
      const fresh = runtime.monotonic() - askedAt < options.statusBundleMs;
      return last !== undefined && fresh ? last : asked();
    },
    async anew() {
      try {
        return await asked();
      } catch (error) {
        if (last === undefined || runtime.monotonic() - askedAt >= options.statusBundleMs) throw error;
        return last;
      }
    },
  };
}

/** All pages of a list, each as JSON: texts reach a thread cheaply. */
async function pages<T>(
  read: (page: { pageSize: number; pageToken: string }) => Promise<{ items: T[]; nextPageToken: string }>,
): Promise<string[]> {
  const found: string[] = [];
  for (let pageToken = ""; ; ) {
    const { items, nextPageToken } = await read({ pageSize: PAGE, pageToken });
    found.push(JSON.stringify(items));
    if (nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
}
