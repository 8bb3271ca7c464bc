import type { JsonObject } from "./canonical.ts";

/** Kinds of evidence that announce what the next line tells, or that machines exchange: nobody did anything by them. */
const NO_ACTS: ReadonlySet<string> = new Set(["certificate-signing", "certificate-changing", "agent-journal"]);

/** Whether a line of evidence of a kind tells of something that was done. */
export function isAct(kind: string): boolean {
  return !NO_ACTS.has(kind);
}

/** Kinds whose `account` is who did it, not to whom it was done. */
const OF_ACCOUNT = /^(session-|sign-in-refused$|list-step$|bulletin-read$)/;

/** Who did what to what, as a line of evidence tells it. Absent: the line does not say. */
export interface ActFacts {
  /** Certificate identifier. */
  certificate?: string;
  /** Account of the member of staff who did it, or who handled the case in whose course it was done. */
  person?: string;
  /** What proves that person; see `operatorProof`. Absent: the session in which it was done. */
  proof?: string;
  /** App that did it, or to which it was done. */
  app?: string;
  /** Caller in one word, `service/440100/sync`. */
  by?: string;
  /** Department that did it. */
  department?: string;
  /** Division of that department, where the line tells it. */
  division?: string;
  /** All departments that it concerns, that one first. */
  departments: string[];
  matter?: string;
  /** Number of the call. */
  call?: string;
  /** What else the line says, but for how it names these. */
  rest: JsonObject;
}

/** Reads a line of evidence. Whatever its members are: what is no text is left out, or stays in the rest. */
export function actFacts(kind: string, body: JsonObject): ActFacts {
  const { call, ...line } = body;
  const told = objectOf(call);
  const { identifier, app, department, matter, by: named, operator: handler, operatorProof, ...rest } = line;
  const by = textOf(told.by) ?? textOf(named) ?? textOf(rest.actor) ?? textOf(rest.caller);
  const staff = by?.startsWith("staff/") ? by.slice("staff/".length) : undefined;
  const operator = textOf(handler);
  const person = staff ?? operator ?? (OF_ACCOUNT.test(kind) ? textOf(rest.account) : undefined);
  const given = textOf(app) ?? (by?.startsWith("app/") ? by.slice("app/".length) : undefined);
  const own = textOf(told.department) ?? textOf(department);
  const others = [own, department, rest.issuer, rest.appDepartment].map(textOf);
  return facts({
    certificate: textOf(identifier),
    person,
    proof: staff === undefined && operator !== undefined ? textOf(operatorProof) : undefined,
    app: given,
    by,
    department: own,
    division: textOf(told.division),
    departments: [...new Set(others.filter((one) => one !== undefined))],
    matter: textOf(matter) ?? textOf(objectOf(rest.ground).matterCode),
    call: textOf(told.id) ?? textOf(rest.requestId),
    rest,
  });
}

type Loose = { [K in keyof ActFacts]: ActFacts[K] | undefined } & Pick<ActFacts, "departments" | "rest">;

function facts(loose: Loose): ActFacts {
  return Object.fromEntries(Object.entries(loose).filter(([, value]) => value !== undefined)) as unknown as ActFacts;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function objectOf(value: unknown): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : {};
}
