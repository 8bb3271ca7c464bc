import { setTimeout as pause } from "node:timers/promises";
import type { CatalogFile } from "../../ops/trial/catalog-files.ts";
import { orderFrom } from "../../ops/trial/connect.ts";
import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { Connector } from "../../services/client/index.ts";
import type { Order } from "../../services/client/order.ts";
import type { Faults } from "./faults.ts";

/** A certificate whose issue was acknowledged to the load, and the state that was acknowledged last. */
export interface Acknowledged {
  answer: Certificate;
  state: CertificateState;
  /** A change of state is on its way: both states are right. */
  changing: boolean;
}

/** A certificate on its way: everything that a repeated call needs. */
interface Task {
  serial: string;
  order: Order;
  replaces?: Acknowledged;
}

/** What issues in the load. */
export interface IssuerOptions {
  /** Serials begin with it. */
  name: string;
  connector: Connector;
  file: CatalogFile;
  /** Calls at the same time. */
  workers: number;
  /** Milliseconds between two certificates of one worker. */
  pauseMs: number;
  /** Decides which unanswered calls are left for the end. */
  next: () => number;
  faults: Faults;
}

/** An app that makes, issues and changes certificates, whatever happens. */
export interface Issuer {
  readonly connector: Connector;
  /** By business serial. */
  readonly acknowledged: ReadonlyMap<string, Acknowledged>;
  /** Serials for which a call is on its way now. */
  readonly open: ReadonlySet<string>;
  /** Times that an answer named another identifier or number than one before, in words. */
  readonly contradictions: readonly string[];
  /** Ends the load and repeats every call that was left unanswered until it is answered. Resolves to their serials. */
  finish(): Promise<string[]>;
}

/** Starts an app's load. */
export function startIssuer({ name, connector, file, workers, pauseMs, next, faults }: IssuerOptions): Issuer {
  const { issuing } = connector;
  const acknowledged = new Map<string, Acknowledged>();
  const known = new Map<string, { identifier: string; number: string }>();
  const open = new Set<string>();
  const unanswered: Task[] = [];
  const contradictions: string[] = [];
  let stopping = false;

  function compare(serial: string, { identifier, number }: Certificate): void {
    const before = known.get(serial) ?? { identifier, number };
    known.set(serial, before);
    if (before.identifier !== identifier || before.number !== number)
      contradictions.push(`${serial}: ${identifier} ${number} after ${before.identifier} ${before.number}`);
  }

  /** Makes and issues, again and again up to `attempts`; returns whether it was acknowledged. */
  async function complete({ serial, order, replaces }: Task, attempts: number): Promise<Acknowledged | undefined> {
    open.add(serial);
    if (replaces) replaces.changing = true;
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        compare(serial, await (replaces ? issuing.replace(replaces.answer.identifier, order) : issuing.make(order)));
        const answer = await issuing.issue(serial);
        compare(serial, answer);
        if (answer.state !== CertificateState.ISSUED) contradictions.push(`${serial}: issued in state ${answer.state}`);
        const issued: Acknowledged = { answer, state: CertificateState.ISSUED, changing: false };
        acknowledged.set(serial, issued);
        if (replaces) Object.assign(replaces, { state: CertificateState.SUPERSEDED, changing: false });
        open.delete(serial);
        return issued;
      } catch (error) {
        faults.note(`make and issue ${serial}`, error);
        await pause(100);
      }
    }
    return undefined;
  }

  /** Changes the state until that is acknowledged. A refusal behind an unanswered call may be that call's success. */
  async function change(target: Acknowledged, what: "suspend" | "resume" | "revoke", to: CertificateState) {
    const { identifier } = target.answer;
    target.changing = true;
    for (let failed = false; ; failed = true) {
      try {
        await issuing[what](identifier, "试验");
        break;
      } catch (error) {
        if (failed && (await stateOf(identifier)) === to) break;
        faults.note(`${what} ${identifier}`, error);
        await pause(100);
      }
    }
    Object.assign(target, { state: to, changing: false });
  }

  /** Asks until it is answered: whoever is away just now says nothing of the state. */
  async function stateOf(identifier: string): Promise<CertificateState> {
    for (;;) {
      try {
        return (await issuing.get({ identifier })).state;
      } catch (error) {
        faults.note(`read ${identifier}`, error);
        await pause(100);
      }
    }
  }

  async function work(worker: number): Promise<void> {
    let last: Acknowledged | undefined;
    for (let count = 0; !stopping; count++) {
      const serial = `${name}-${worker}-${count}`;
      const replaces = count % 4 === 3 ? last : undefined;
      const { number, ...unnumbered } = orderFrom(file, serial);
      // The next version of a certificate keeps its number, which the department signs again where it gave it.
      const order = number === undefined ? unnumbered : { ...unnumbered, number: replaces?.answer.number ?? number };
      const task: Task = { serial, order, ...(replaces && { replaces }) };
      last = await complete(task, next() < 0.2 ? 1 : Number.POSITIVE_INFINITY);
      if (!last) unanswered.push(task);
      else if (count % 8 === 4) await change(last, "suspend", CertificateState.SUSPENDED);
      if (last?.state === CertificateState.SUSPENDED) await change(last, "resume", CertificateState.ISSUED);
      if (last && count % 8 === 6) {
        await change(last, "revoke", CertificateState.REVOKED);
        last = undefined;
      }
      await pause(pauseMs);
    }
  }

  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  working.catch(() => {});
  return {
    connector,
    acknowledged,
    open,
    contradictions,
    async finish() {
      stopping = true;
      await working;
      for (const task of unanswered) await complete(task, Number.POSITIVE_INFINITY);
      return unanswered.map(({ serial }) => serial);
    },
  };
}
