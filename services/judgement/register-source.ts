import { setImmediate as nextTurn } from "node:timers/promises";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { atMost, pause } from "../base/pause.ts";
import { createFlight } from "../base/single-flight.ts";
import { instantOf } from "../domain/instant.ts";
import { provinceOf } from "../host/place.ts";
import type { Runtime } from "../node/runtime.ts";
import { readHeldRegister, registerHolds, registerOf } from "../trust/issuer-register.ts";
import type { RegisterContent } from "../trust/register-content.ts";
import type { IssuerRegister } from "../trust/verification/sources.ts";
import { openKeptRegister } from "./kept-register.ts";

/** A register that the province signed: as it is asked, and as octets that threads share. */
export interface HeldRegister {
  /** When it was made, RFC 3339. */
  builtAt: string;
  /** When the province had still said nothing else, RFC 3339. */
  asOf: string;
  bytes: Uint8Array<SharedArrayBuffer>;
  register: IssuerRegister;
}

/** The register of issuers, as far as it can be had. */
export interface RegisterSource {
  /** The node belongs to a province, or is one: there must be a register. */
  readonly expected: boolean;
  /**
   * The register, no older than ten minutes where the province can be asked; else the last one that came, or that was kept before a
   * restart. `undefined` where none could be had yet.
   */
  current(): Promise<HeldRegister | undefined>;
  /** The same without waiting for anything: `undefined` until one has come. */
  known(): HeldRegister | undefined;
  /** The last one that came, or that was kept before a restart: the province is not asked. */
  kept(): Promise<HeldRegister | undefined>;
  /** The same after the province was asked whether there is a newer one, for who finds something missing; at most every 2 seconds. */
  anew(): Promise<HeldRegister | undefined>;
}

/** The register is asked for again after so long; after a failure sooner, and where there is none yet after {@link ANEW_MS}. */
const FRESH_MS = 600_000;
const RETRY_MS = 30_000;
/** Longest time that an answer may take: a register may be megabytes. */
const ASK_MS = 15_000;
/** Longest time for which a call waits for a newer one where there is one. */
const WAIT_MS = 2_000;
/** Something is missing: it is asked for again at most this often, and whoever asks before waits. */
const ANEW_MS = 2_000;
/** Longest time for which reading a register keeps other calls waiting. */
const TURN_MS = 5;

/** Asks for the register where another than `knownBuiltAt` is published; none in the answer: that is still the newest. */
export type AskRegister = (knownBuiltAt: string) => Promise<{ register: Uint8Array; asOf: string }>;

/**
 * Opens the register that the province publishes, by way of the own core's sync service, or as `asks` says. One that the province's key did not sign, that is
 * no register, or that is older than the last is not used, and told in the log: the last good one stays, over restarts too.
 */
export async function openRegisterSource(runtime: Runtime, asks?: AskRegister): Promise<RegisterSource> {
  const { config, log, store } = runtime;
  const publisher = provinceOf(config);
  if (publisher === undefined) {
    const none = async () => undefined;
    return { expected: false, current: none, known: () => undefined, kept: none, anew: none };
  }
  const askFor = asks ?? askSync(runtime);
  const kept = await openKeptRegister(store);
  let last: Awaited<ReturnType<typeof take>> | undefined;
  let askAgainAt = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  const asking = createFlight(ask);
  let loading: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  async function take(bytes: Uint8Array, asOf?: string): Promise<HeldRegister & { content: RegisterContent }> {
    if (!registerHolds(bytes, publisher as string, runtime.verifyNode)) {
      throw new Error(`node ${publisher} did not sign it`);
    }
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const content = await inTurns(readHeldRegister(bytes));
    if (content.publisher !== publisher) throw new Error(`it is of node ${content.publisher}`);
    return { ...held(content, asOf ?? content.builtAt), bytes: shared, content };
  }

  async function load(): Promise<void> {
    try {
      const found = await kept.read();
      if (found) last = await take(found.bytes);
    } catch (error) {
      log.warn({ cause: String(error) }, "the register of issuers that was kept cannot be used");
    }
  }

  async function ask(): Promise<void> {
    askedAt = runtime.monotonic();
    try {
      const { register, asOf } = await askFor(last?.builtAt ?? "");
      if (register.length > 0) await use(register, asOf);
      else if (last) last = { ...last, ...held(last.content, asOf) };
      askAgainAt = runtime.monotonic() + FRESH_MS;
    } catch (error) {
      askAgainAt = runtime.monotonic() + (last ? RETRY_MS : ANEW_MS);
      log.warn({ cause: String(error) }, "the register of issuers cannot be had now; the last one stays in use");
    }
  }

  async function use(bytes: Uint8Array, asOf: string): Promise<void> {
    const fresh = await take(bytes, asOf);
    // Whoever passes it on must not bring rights back that the province has taken.
    if (last !== undefined && fresh.builtAt < last.builtAt) throw new Error(`it is older than that of ${last.builtAt}`);
    last = fresh;
    await kept.keep(fresh.builtAt, bytes).catch((error: unknown) => {
      log.warn({ cause: String(error) }, "the register of issuers cannot be kept for a restart");
    });
  }

  /** Asks once more, begun after whoever calls has come. */
  async function askAgain(): Promise<void> {
    await asking.running;
    const wait = Math.min(askedAt + ANEW_MS - runtime.monotonic(), ANEW_MS);
    if (wait > 0) await pause(wait);
    // Whoever comes now asks once more behind this.
    again = undefined;
    await asking.run();
  }

  async function current(): Promise<HeldRegister | undefined> {
    loading ??= load();
    await loading;
    if (runtime.monotonic() >= askAgainAt) await (last ? atMost(asking.run(), WAIT_MS) : asking.run());
    else if (last === undefined) await asking.running;
    return last;
  }

  return {
    expected: true,
    current,
    known() {
      void current();
      return last;
    },
    async kept() {
      loading ??= load();
      await loading;
      return last;
    },
    async anew() {
      loading ??= load();
      await loading;
      again ??= askAgain();
      await again;
      return last;
    },
  };
}

function askSync(runtime: Runtime): AskRegister {
  const statuses = runtime.client(StatusService, "sync");
  return (knownBuiltAt) => statuses.getIssuerRegister({ knownBuiltAt }, { timeoutMs: ASK_MS });
}

function held(content: RegisterContent, asOf: string): Pick<HeldRegister, "builtAt" | "asOf" | "register"> {
  const { builtAt } = content;
  const time = Number.isNaN(instantOf(asOf)) ? builtAt : asOf;
  return { builtAt, asOf: time, register: registerOf(content, new Date(instantOf(time))) };
}

/** Does the steps of a long work, with room for other calls between them. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  let begun = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - begun < TURN_MS) continue;
    await nextTurn();
    begun = performance.now();
  }
}
