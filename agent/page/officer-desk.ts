import { Refusal } from "../../services/domain/refusal.ts";
import type { ClockWatch } from "../../services/host/clock-watch.ts";
import type { Logger } from "../../services/host/log.ts";
import { rightTime } from "../../services/host/right-time.ts";
import type { AgentConfig } from "../config/agent-config.ts";
import type { OfficerLists } from "../officer-lists.ts";
import type { Policy } from "../policy.ts";
import { createAddressRate } from "./address-rate.ts";
import { createOfficerSessions } from "./officer-sessions.ts";
import { createPageCalls } from "./page-calls.ts";
import { openPageServer, type PageServer } from "./page-server.ts";
import { createWaitingOrders, type WaitingOrders } from "./waiting-orders.ts";

/** Where officers give their word on this host. */
export interface OfficerDesk {
  /** Origin of the page. */
  readonly page: string;
  readonly waiting: WaitingOrders;
  /** Opens the page. Throws as `openPageServer` does, and where its address cannot be used. */
  open(): Promise<PageServer>;
}

/** What it is made over. */
export interface OfficerDeskParts {
  policy: Pick<Policy, "items" | "originMaxAgeSeconds">;
  officers: Pick<OfficerLists, "all">;
  clock: Pick<ClockWatch, "require">;
  now: () => Date;
  monotonic: () => number;
  log: Pick<Logger, "error" | "info">;
}

/** Makes the desk where the configuration has a page. Throws `INVALID_FIELD` where the policy needs one and there is none. */
export function createOfficerDesk(
  { node, officerPage, clockSkewSeconds }: Pick<AgentConfig, "node" | "officerPage" | "clockSkewSeconds">,
  { policy, officers, clock, now, monotonic, log }: OfficerDeskParts,
): OfficerDesk | undefined {
  const [item] = [...policy.items].find(([, { origin }]) => origin === "officer-here") ?? [];
  if (!officerPage) {
    if (item === undefined) return undefined;
    const text = `item ${item} is confirmed on the page of this host (origin: officer-here), and there is none`;
    throw new Refusal("INVALID_FIELD", `${text}: configure officerPage`);
  }
  const { origin: page } = officerPage;
  const waiting = createWaitingOrders(monotonic);
  const sessions = createOfficerSessions(node, monotonic);
  const calls = createPageCalls({
    ...{ node, page, officers, waiting, sessions, clockSkewSeconds, maxAgeSeconds: policy.originMaxAgeSeconds },
    now: () => rightTime({ clock, now }),
  });
  return {
    ...{ page, waiting },
    open: () => openPageServer({ config: officerPage, calls, sessions, rate: createAddressRate(monotonic), log }),
  };
}
