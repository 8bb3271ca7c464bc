import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { joinAddress, splitAddress } from "../../host/listener.ts";

/** One address of a service, after name resolution. */
export interface Endpoint {
  host: string;
  port: number;
}

/** How an endpoint is: it serves, says that it does not, gives no sign of life, or cannot be reached, so that nobody knows. */
export type Health = "serving" | "leaving" | "silent" | "unknown";

/** Watches one endpoint and tells how it is, as often as it likes. Returns the way to stop. */
export type HealthWatch = (endpoint: Endpoint, tell: (health: Health) => void) => () => void;

/** Where the replicas of one service are, and which of them want calls. */
export interface MeshDirectory {
  /**
   * Follows the endpoints: calls back soon, and at each change. Replicas that say they do not serve are left out unless that
   * leaves none, since their own refusals say more; silent ones while another is known to serve. One that is alone is not watched, since it is never left
   * out. Returns the way to stop; the last one to leave stops watching.
   */
  follow(tell: (endpoints: Endpoint[]) => void): () => void;
  /** Calls back when an endpoint has fallen silent and was left out, while another one serves. Returns the way to stop. */
  onSilent(tell: () => void): () => void;
  /** Looks host names up again, for example after a connection was lost. */
  refresh(): void;
}

const REFRESH_MS = 30_000;

interface Known {
  endpoint: Endpoint;
  health: Health;
  /** Absent: it is not watched. */
  stop?: () => void;
}

/** Keeps the directory of one service. Addresses are `host:port`; a host name stands for all that it resolves to. */
export function createMeshDirectory(addresses: readonly string[], watch: HealthWatch): MeshDirectory {
  const configured = addresses.map(splitAddress);
  const known = new Map<string, Known>();
  const alarmed = new Set<() => void>();
  const followers = new Set<(endpoints: Endpoint[]) => void>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  return {
    follow(tell) {
      followers.add(tell);
      timer ??= setInterval(refresh, REFRESH_MS).unref();
      if (known.size > 0) queueMicrotask(() => followers.has(tell) && tell(chosen()));
      else refresh();
      return () => {
        if (!followers.delete(tell) || followers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
        for (const { stop } of known.values()) stop?.();
        known.clear();
      };
    },
    onSilent(tell) {
      alarmed.add(tell);
      return () => void alarmed.delete(tell);
    },
    refresh,
  };

  function refresh(): void {
    if (looking) return;
    looking = true;
    look().finally(() => {
      looking = false;
    });
  }

  async function look(): Promise<void> {
    const found = (await Promise.all(configured.map(resolve))).flat();
    // What could not be looked up keeps its last answer.
    if (found.length === 0 || followers.size === 0) return tellAll();
    const now = new Map(found.map((endpoint) => [joinAddress(endpoint.host, endpoint.port), endpoint]));
    for (const [key, { stop }] of known) {
      if (now.has(key)) continue;
      stop?.();
      known.delete(key);
    }
    for (const [key, endpoint] of now) {
      // Until it has said otherwise an endpoint may serve.
      if (!known.has(key)) known.set(key, { endpoint, health: "unknown" });
    }
    for (const entry of known.values()) {
      if (known.size > 1) entry.stop ??= begin(entry);
      else leaveAlone(entry);
    }
    tellAll();
  }

  function leaveAlone(entry: Known): void {
    entry.stop?.();
    delete entry.stop;
    entry.health = "unknown";
  }

  function begin(entry: Known): () => void {
    return watch(entry.endpoint, (health) => {
      if (entry.health === health) return;
      entry.health = health;
      tellAll();
      if (health !== "silent" || ![...known.values()].some((other) => other.health === "serving")) return;
      for (const tell of [...alarmed]) tell();
    });
  }

  function chosen(): Endpoint[] {
    const all = [...known.values()];
    const willing = all.filter(({ health }) => health !== "leaving");
    const left = willing.length > 0 ? willing : all;
    const lively = left.some(({ health }) => health === "serving")
      ? left.filter(({ health }) => health !== "silent")
      : left;
    return lively.map(({ endpoint }) => endpoint);
  }

  function tellAll(): void {
    const endpoints = chosen();
    for (const tell of followers) tell(endpoints);
  }
}

/** What addresses (`host:port`) stand for now, each once; a host name that cannot be looked up stands for nothing. */
export async function endpointsOf(addresses: readonly string[]): Promise<string[]> {
  const found = (await Promise.all(addresses.map(splitAddress).map(resolve))).flat();
  return [...new Set(found.map(({ host, port }) => joinAddress(host, port)))];
}

async function resolve({ host, port }: Endpoint): Promise<Endpoint[]> {
  if (isIP(host)) return [{ host, port }];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => ({ host: address, port }));
  } catch {
    return [];
  }
}
