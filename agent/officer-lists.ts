import { readFileSync, statSync } from "node:fs";
import { sha256Hex } from "../services/domain/canonical.ts";
import { addDays, shanghaiDay } from "../services/domain/civil-date.ts";
import { consoleApp } from "../services/domain/console-app.ts";
import type { ChainEntry } from "../services/domain/hash-chain.ts";
import { Refusal, refuseArgument } from "../services/domain/refusal.ts";
import type { Logger } from "../services/host/log.ts";
import type { Journal } from "../services/journal/journal.ts";
import { MAX_LIST_BYTES, type OfficerList, readOfficerList } from "../services/trust/officers/officer-list.ts";
import type { IndexFile } from "./index-file.ts";
import type { OfficerSource, Policy } from "./policy.ts";
import { SOON_DAYS } from "./seal-terms.ts";

/** The departments' lists of officers, as this host has taken them. */
export interface OfficerLists {
  /** The list of the department whose console an app is; `undefined` where none is in force. */
  of(app: string): OfficerList | undefined;
  /** All that are in force. */
  all(): OfficerList[];
  /** Looks whether a file is another one now, and takes it where it may. Resolves to whether what is in force has changed. */
  look(): Promise<boolean>;
  /** Sentences about lists that are missing, refused, or end within 30 days. */
  notices(): string[];
}

/** What the lists are held over. */
export interface OfficerListParts {
  officers: Policy["officers"];
  node: string;
  index: Pick<IndexFile, "document" | "putDocument">;
  journal: Pick<Journal, "append">;
  now: () => Date;
  log: Pick<Logger, "info" | "warn">;
}

/** The newest version of a department's list that this host has taken, and its digest. */
interface Mark {
  version: number;
  sha256: string;
}

interface Held {
  /** What the file looked like when it was read last. */
  seen?: string;
  list?: OfficerList;
  fault?: string;
}

const ABSENT = "absent";
const markName = (department: string) => `officers:${department}`;

/**
 * Holds the lists. One is taken where the department has signed it, for this node, with a higher version than any that was taken before, or
 * where it is that very list; that it is taken stands in the journal before it counts. One that is refused changes nothing, and is told; a
 * file that is taken away takes its officers away.
 */
export function createOfficerLists(parts: OfficerListParts): OfficerLists {
  const { officers, node, index, journal, now, log } = parts;
  const held = new Map<string, Held>([...officers.keys()].map((department) => [department, {}]));

  async function lookAt(department: string, source: OfficerSource): Promise<boolean> {
    const one = held.get(department) as Held;
    const looks = lookOf(source.listFile);
    if (looks === one.seen) return false;
    one.seen = looks;
    const before = one.list;
    try {
      if (looks === ABSENT) {
        delete one.list;
        throw new Refusal("INVALID_FIELD", "there is no such file");
      }
      one.list = await take(department, source);
      delete one.fault;
      const { version, until, officers: listed } = one.list;
      log.info({ department, version, until, officers: listed.length }, "the list of officers was taken");
    } catch (error) {
      // Read again with the next look: nothing is wrong with the file.
      if (error instanceof Refusal && error.reason === "STORE_FULL") delete one.seen;
      one.fault = (error as Error).message;
      const inForce = one.list && { inForce: one.list.version };
      log.warn({ department, file: source.listFile, ...inForce }, `the list of officers is refused: ${one.fault}`);
    }
    return one.list !== before;
  }

  async function take(department: string, { listFile, key }: OfficerSource): Promise<OfficerList> {
    if (statSync(listFile).size > MAX_LIST_BYTES) throw fault("the file", `is larger than ${MAX_LIST_BYTES} bytes`);
    const text = readFileSync(listFile, "utf8");
    const list = readOfficerList(text, key);
    if (list.department !== department) throw fault("department", `is ${list.department}, not ${department}`);
    if (list.node !== node) throw fault("node", `is ${list.node}, not ${node}`);
    const { version } = list;
    const sha256 = sha256Hex(text);
    const mark = markOf(index, department);
    if (mark && version < mark.version)
      throw fault("version", `is ${version}, and ${mark.version} was taken before: no list takes its place back`);
    if (mark?.version === version && mark.sha256 !== sha256)
      throw fault("version", `is ${version} again, with other content: give it a higher one`);
    if (mark?.version === version) return list;
    await journal.append("officers", {
      department,
      version,
      sha256,
      until: list.until,
      officers: list.officers.length,
    });
    index.putDocument(markName(department), Buffer.from(JSON.stringify({ version, sha256 })));
    return list;
  }

  const all = () => [...held.values()].flatMap(({ list }) => list ?? []);

  return {
    of: (app) => all().find((list) => consoleApp(node, list.department) === app),
    all,
    async look() {
      let changed = false;
      for (const [department, source] of officers) changed = (await lookAt(department, source)) || changed;
      return changed;
    },
    notices() {
      const soon = addDays(shanghaiDay(now()), SOON_DAYS);
      return [...held].flatMap(([department, { list, fault: why }]) => [
        ...(why === undefined ? [] : [`the list of officers of ${department} is refused: ${why}`]),
        ...(list && list.until < soon ? [`the list of officers of ${department} holds until ${list.until}`] : []),
      ]);
    },
  };
}

/** Takes over from an entry of the journal which list of officers was taken. */
export function noteOfficers(
  index: Pick<IndexFile, "document" | "putDocument">,
  { kind, body }: Pick<ChainEntry, "kind" | "body">,
): void {
  const { department, version, sha256 } = body;
  if (kind !== "officers" || typeof department !== "string" || typeof version !== "number") return;
  if ((markOf(index, department)?.version ?? 0) >= version) return;
  index.putDocument(markName(department), Buffer.from(JSON.stringify({ version, sha256 })));
}

function markOf(index: Pick<IndexFile, "document">, department: string): Mark | undefined {
  const content = index.document(markName(department));
  return content && (JSON.parse(Buffer.from(content).toString()) as Mark);
}

/** By what a file is known as another one, without reading it. */
function lookOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : ABSENT;
}

function fault(field: string, description: string): Refusal {
  return refuseArgument("INVALID_FIELD", field, description, "have the department sign the right list");
}
