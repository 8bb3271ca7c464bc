import type { ActLine, TakeActsRequest } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { actFacts } from "../../domain/act.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { listOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import type { ActDocument, StreamDocument } from "./act-record.ts";
import { actScopes, divisionScopes } from "./act-scopes.ts";

/** Bytes of what else a line says that are kept as they are; of longer ones only the short members. */
const REST_BYTES = 8_192;
/** Lines that are kept in one turn of the loop: calls wait no longer for it. */
const AT_ONCE = 50;
/** Departments and divisions of lines that come together, at most. */
const KNOWN = 1_000;

/** Keeps what a process tells, and resolves to how far it has come; see `TakeActs`. Lines first, then the place: a crash between them keeps lines again, which changes nothing. */
export async function keepActs(
  context: SupervisionContext,
  { stream, lines, after, head, restarts }: TakeActsRequest,
): Promise<{ n: number; hash: string }> {
  const { acts, streams } = context.done;
  const [stored] = await streams.getMany([stream]);
  const place = { n: stored?.n ?? 0, hash: stored?.hash ?? "" };
  if (!head || !(restarts || BigInt(place.n) === after)) return place;
  if (lines.length > 0) {
    const scopes = knownScopes(context);
    const documents = await Promise.all(lines.map((line) => actOf(stream, line, scopes)));
    // A duplicate is the same line, which came before.
    for (let from = 0; from < documents.length; from += AT_ONCE)
      await acts.insertMany(documents.slice(from, from + AT_ONCE));
  }
  const next = { n: Number(head.n), hash: head.hash };
  await streams.make(
    stream,
    async (old): Promise<StreamDocument> => ({ ...(old ?? { _id: stream, revision: 1 }), ...next }),
  );
  return next;
}

async function actOf(stream: string, { n, time, kind, bodyJson }: ActLine, scopes: KnownScopes): Promise<ActDocument> {
  const { departments, division, rest, ...told } = actFacts(kind, JSON.parse(bodyJson) as JsonObject);
  const known = await Promise.all(departments.map(scopes.ofDepartment));
  const divisions = [...known.flat(), ...(division === undefined ? [] : scopes.ofDivision(division))];
  const at = new Date(instantOf(time)).toISOString();
  const within = actScopes(departments, divisions);
  return { _id: `${at}/${stream}/${n}`, revision: 1, kind, ...told, within, rest: bounded(rest, bodyJson) };
}

/** Scopes of departments and divisions, found once for all lines that come together. */
interface KnownScopes {
  /** Of the divisions that a department serves by what is counted; none where it is not known. */
  ofDepartment(department: string): Promise<string[]>;
  ofDivision(division: string): string[];
}

function knownScopes({ rates, runtime }: SupervisionContext): KnownScopes {
  const { code } = runtime.config.node;
  const asked = new BoundedMemory<string, Promise<string[]>>(KNOWN);
  const found = new BoundedMemory<string, string[]>(KNOWN);
  const ask = async (department: string) => {
    const owners = await listOf(rates, { index: "departments", equals: [department] });
    const served = owners.filter(({ name }) => name !== "").map(({ division }) => division);
    return divisionScopes(served, code);
  };
  return {
    ofDepartment: (department) => asked.recall(department, () => ask(department)),
    ofDivision: (division) => found.recall(division, () => divisionScopes([division], code)),
  };
}

function bounded(rest: JsonObject, line: string): JsonObject {
  // A part of a short line is short.
  if (line.length <= REST_BYTES || JSON.stringify(rest).length <= REST_BYTES) return rest;
  const short = Object.entries(rest).filter(([, value]) => JSON.stringify(value).length <= 200);
  return Object.fromEntries(short.slice(0, 30));
}
