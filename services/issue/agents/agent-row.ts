import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { parseCertificate } from "../../trust/certificate.ts";
import type { AgentStream } from "./agent-stream.ts";
import type { ToldDevice } from "./told-device.ts";

/** Why an agent has gone. */
export type Leave = "drained" | "ended" | "silent";

/** The connection of an agent to one replica. Times are RFC 3339. */
export interface AgentRowLink {
  replica: string;
  /** Names the stream: an agent that dials again has another one. */
  stream: string;
  since: string;
  seenAt: string;
  /** Empty: none. */
  fault: string;
  faultSince: string;
}

/** A seal that it can sign for. `notAfter`: RFC 3339, empty where the certificate cannot be read. */
export interface AgentRowSeal {
  seal: string;
  subject: string;
  algorithm: string;
  notAfter: string;
  /** Label of its key in the device. Absent: kept before agents told it. */
  keyLabel?: string;
}

/** What is known of an agent; `_id` is its name. */
export interface AgentRow extends Stored {
  name: string;
  version: string;
  links: AgentRowLink[];
  seals: AgentRowSeal[];
  /** Its device, as it told last. */
  device?: ToldDevice;
  seenAt: string;
  /** When its last connection to any replica ended, and why. */
  leftAt?: string;
  leave?: Leave;
}

export const AGENTS: CollectionSpec = { name: "issue_agents", indexes: [{ name: "name", fields: ["name"] }] };

/** How an agent stands now. */
export interface AgentStanding {
  state: "ready" | "faulty" | "away";
  since: string;
  /** Empty: none. */
  reason: string;
  leave?: Leave;
}

/** A link of which nothing was stored for so long is dead, and so may be its replica: the silence after which a stream is closed, and one sign of life. */
const DEAD_MS = 60_000;
/** Seals that are kept of one agent. */
const MOST_SEALS = 1_000;

/** What is to be stored of an agent when it has come to a replica or was heard there. */
export function rowOf(old: AgentRow | undefined, stream: AgentStream, here: { replica: string; at: string }): AgentRow {
  const { replica, at } = here;
  const before = old && linkOf(old, replica);
  const same = before?.stream === stream.id ? before : undefined;
  const fault = stream.fault ?? "";
  const link = {
    ...{ replica, stream: stream.id, since: same?.since ?? at, seenAt: at, fault },
    faultSince: fault === "" ? "" : same?.fault === fault ? same.faultSince : at,
  };
  const others = old?.links.filter((one) => one.replica !== replica) ?? [];
  const device = stream.device ?? old?.device;
  const { _id, revision } = old ?? { _id: stream.agent, revision: 1 };
  return {
    ...{ _id, revision, name: stream.agent, version: stream.version, seals: sealsOf(stream), seenAt: at },
    links: [...others, link],
    ...(device && { device }),
    ...(old?.leftAt !== undefined && { leftAt: old.leftAt }),
    ...(old?.leave !== undefined && { leave: old.leave }),
  };
}

/** The link with a replica. */
export function linkOf({ links }: AgentRow, replica: string): AgentRowLink | undefined {
  return links.find((link) => link.replica === replica);
}

/** How an agent stands: ready where one replica at least can have it sign. */
export function standingOf(row: AgentRow, at: Date): AgentStanding {
  const living = row.links.filter(({ seenAt }) => at.getTime() - instantOf(seenAt) < DEAD_MS);
  const first = (times: string[]) => times.toSorted()[0] ?? row.seenAt;
  const good = living.filter(({ fault }) => fault === "");
  if (good.length > 0) return { state: "ready", since: first(good.map(({ since }) => since)), reason: "" };
  const [faulty] = living;
  if (faulty) return { state: "faulty", since: first(living.map((one) => one.faultSince)), reason: faulty.fault };
  // What is left of links is of a replica that died without a word.
  if (row.links.length > 0 || row.leftAt === undefined)
    return { state: "away", since: row.seenAt, reason: "", leave: "silent" };
  return { state: "away", since: row.leftAt, reason: "", leave: row.leave ?? "silent" };
}

/** Throws where a row is not whole. */
export function checkRow({ name, version, links, seals, seenAt, device }: AgentRow): void {
  const whole =
    [name, version, seenAt].every((one) => typeof one === "string") &&
    [links, seals].every(Array.isArray) &&
    links.every(({ replica, seenAt: at, fault }) => [replica, at, fault].every((one) => typeof one === "string")) &&
    (device === undefined || Object.values(device).every((one) => typeof one === "string")) &&
    seals.every(({ seal, subject, notAfter }) => [seal, subject, notAfter].every((one) => typeof one === "string"));
  if (!whole) throw new Refusal("RECORD_UNREADABLE", "what is kept of an agent is not whole");
}

function sealsOf({ offers, algorithms, keyLabels }: AgentStream): AgentRowSeal[] {
  return [...offers].slice(0, MOST_SEALS).map(([seal, der]) => {
    const algorithm = algorithms.get(seal) ?? "";
    const keyLabel = keyLabels.get(seal) ?? "";
    try {
      const { subject, notAfter } = parseCertificate(der);
      return {
        seal,
        subject: subject.commonName ?? subject.organization ?? "",
        algorithm,
        notAfter: notAfter.toISOString(),
        keyLabel,
      };
    } catch {
      return { seal, subject: "", algorithm, notAfter: "", keyLabel };
    }
  });
}
