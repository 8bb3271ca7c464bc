import type { Client } from "@connectrpc/connect";
import type { App, AppQuota } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { FollowedMark } from "../../node/marks/follow-mark.ts";
import { KEPT_MS } from "../../node/marks/kept-answers.ts";

/**
 * How long an app that was read is taken as it was, milliseconds, while the identity service does not tell whether apps have changed: what is disabled is refused by
 * every process within 5 seconds.
 */
export const FRESH_MS = 2_000;
/** How long it counts while the identity service cannot be asked: as long as the tokens that it has given. */
export const STALE_MS = 15 * 60_000;
/** Apps that are remembered; beyond it the oldest is forgotten. */
const APPS = 10_000;
const ANSWER_MS = 5_000;

/** What the catalog decides by of an app. */
export type KnownApp = Pick<App, "key" | "node" | "departmentCode" | "disabled" | "operatorProvider"> & {
  /** Defaults filled in. */
  quota: AppQuota | undefined;
};

/** Apps as the identity service knows them: of this node, at the province of any. */
export interface KnownApps {
  /** `undefined` for one that is not registered. Throws `PEER_AWAY` where the service cannot be asked about one that was not read lately. */
  find(appKey: string): Promise<KnownApp | undefined>;
  /** The same as it is now, however lately it was read: before somebody is refused who may have become somebody else a moment ago. */
  again(appKey: string): Promise<KnownApp | undefined>;
}

interface Remembered {
  app: KnownApp;
  /** Milliseconds of the process. */
  read: number;
  /** Epoch of the mark that was told before it was read. */
  epoch: number | undefined;
}

/** What apps are known by. */
export interface KnownAppsParts {
  identity: Pick<Client<typeof AppService>, "getAppTerms">;
  /** Of changes of apps. */
  mark: FollowedMark;
  monotonic(): number;
}

/** Remembers apps while the identity service tells that none has changed, else for a moment, so that the road of a certificate costs no call for each. */
export function createKnownApps({ identity, mark, monotonic }: KnownAppsParts): KnownApps {
  const remembered = new BoundedMemory<string, Remembered>(APPS);
  const asking = new Map<string, Promise<KnownApp | undefined>>();

  function isFresh({ read, epoch }: Remembered): boolean {
    const live = mark.current();
    if (live && live.epoch !== epoch) return false;
    return monotonic() - read < (live?.settled ? KEPT_MS : FRESH_MS);
  }

  async function ask(appKey: string): Promise<KnownApp | undefined> {
    try {
      const epoch = mark.current()?.epoch;
      const read = monotonic();
      const { app, quota } = await identity.getAppTerms({ appKey }, { timeoutMs: ANSWER_MS });
      if (!app) return undefined;
      const { key, node, departmentCode, disabled, operatorProvider } = app;
      const known = { key, node, departmentCode, disabled, operatorProvider, quota };
      remembered.renew(appKey, { app: known, read, epoch });
      return known;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.reason === "APP_UNKNOWN") {
        remembered.delete(appKey);
        return undefined;
      }
      const last = remembered.get(appKey);
      if (last && monotonic() - last.read < STALE_MS) return last.app;
      throw error;
    }
  }

  async function find(appKey: string): Promise<KnownApp | undefined> {
    const last = remembered.get(appKey);
    if (last && isFresh(last)) return last.app;
    const asked = asking.get(appKey) ?? ask(appKey).finally(() => asking.delete(appKey));
    asking.set(appKey, asked);
    return asked;
  }

  return { find, again: ask };
}

/** Refuses (`PERMISSION_DENIED`) what is asked as an app that was disabled: its tokens end by themselves, but staff who work as a console have none. */
export function requireInUse({ key, disabled }: Pick<KnownApp, "key" | "disabled">): void {
  if (!disabled) return;
  throw new Refusal("PERMISSION_DENIED", `app ${key} is disabled; ask the node's operator`, {
    metadata: { app_key: key },
    localizedDetail: `应用${key}已被停用，请联系节点运维`,
  });
}
