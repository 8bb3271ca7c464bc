import { instantOf } from "../../domain/instant.ts";
import type { IssuingPeriod } from "../../domain/issuing-period.ts";
import { Refusal } from "../../domain/refusal.ts";
import { inTurns } from "../../judgement/register-source.ts";
import { readHeldRegister, registerHolds } from "../../trust/issuer-register.ts";
import type { RegisterContent, RegisteredBody, RightPeriod } from "../../trust/register-content.ts";
import type { CatalogContext } from "../context.ts";
import type { OwnerDocument, RightsDocument } from "../stored/province-records.ts";

/** What the province once said of the rights of one department to one item. */
export interface SaidRights {
  key: string;
  departmentCode: string;
  itemCode: string;
  typeCode: string;
  periods: IssuingPeriod[];
}

/** What a register that this province signed says beyond what its catalog knows. */
export interface SaidBefore {
  /** Bodies that are not confirmed here, or as another node's. */
  bodies: { code: string; body: RegisteredBody }[];
  rights: SaidRights[];
  /** Rights from a register of before it told whose word each is: they may be those of bodies above. */
  uncertain: SaidRights[];
  /** Sentences about what is neither known to be lost nor known to be later. */
  notices: string[];
}

const AT_ONCE = 500;

/** Reads a register that a node keeps; `undefined` where this province has not signed it. Throws `INVALID_FIELD` where it is none. */
export async function ownRegister(
  { runtime }: CatalogContext,
  bytes: Uint8Array,
): Promise<RegisterContent | undefined> {
  const own = runtime.config.node.code;
  if (bytes.length === 0 || !registerHolds(bytes, own, runtime.verifyNode)) return undefined;
  const content = await inTurns(readHeldRegister(bytes));
  return content.publisher === own ? content : undefined;
}

/** Before this time, RFC 3339, a document was surely changed before the register was begun: the clocks of two processes may differ. */
export function surelyBefore({ runtime }: CatalogContext, { builtAt }: RegisterContent): string {
  return new Date(instantOf(builtAt) - runtime.config.clockSkewMs).toISOString();
}

/**
 * Compares what a register says with what the catalog of the province knows. What is missing here was lost, since nothing that the
 * province has said is ever removed; what differs was lost where it was last changed before the register was made.
 */
export async function saidBefore(context: CatalogContext, content: RegisterContent): Promise<SaidBefore> {
  const found: SaidBefore = { bodies: [], rights: [], uncertain: [], notices: [] };
  const { builtAt } = content;
  const before = surelyBefore(context, content);

  function isLost(what: string, changedAt: string): boolean {
    if (changedAt < before) return true;
    if (changedAt < builtAt)
      found.notices.push(`${what} was changed while the register of ${builtAt} was made: look whether it is right`);
    return false;
  }
  function body(code: string, said: RegisteredBody, own: OwnerDocument | undefined): void {
    if (own?.body && (own.node === said.node || !isLost(`the owner of department ${code}`, own.changedAt))) return;
    found.bodies.push({ code, body: said });
  }
  function right(said: SaidRights, exact: boolean, own: RightsDocument | undefined): void {
    if (!exact) {
      if (!own) found.uncertain.push(said);
    } else if (!own || (!sameAs(own.periods, said.periods) && isLost(`the right ${said.key}`, own.changedAt))) {
      found.rights.push(said);
    }
  }

  const bodies = Object.entries(content.bodies);
  for (let from = 0; from < bodies.length; from += AT_ONCE) {
    const page = bodies.slice(from, from + AT_ONCE);
    const owners = await documents(
      context.owners,
      page.map(([code]) => `department/${code}`),
    );
    for (const [code, said] of page) {
      const own = owners.get(`department/${code}`);
      if (own !== "unreadable") body(code, said, own);
    }
    const said = page.flatMap(([code, one]) =>
      rightsOf(code, one).map((rights) => ({ rights, exact: one.exact === true })),
    );
    const rights = await documents(
      context.rights,
      said.map(({ rights: { key } }) => key),
    );
    for (const one of said) {
      const own = rights.get(one.rights.key);
      if (own !== "unreadable") right(one.rights, one.exact, own);
    }
  }
  return found;
}

/** What the province itself said of the rights of a body, as it is stored; nothing of what bodies above give it. */
function rightsOf(departmentCode: string, { rights }: RegisteredBody): SaidRights[] {
  return Object.entries(rights).flatMap(([itemCode, all]) => {
    const own = all.filter(({ above }) => above === undefined);
    const [first] = own;
    if (!first) return [];
    const key = `${departmentCode}/${itemCode}`;
    return { key, departmentCode, itemCode, typeCode: first.type, periods: own.map(periodOf) };
  });
}

function periodOf({ node, from: since, until, units }: RightPeriod): IssuingPeriod {
  return { node, since, ...(until !== undefined && { until }), forUnits: units === true };
}

function sameAs(a: readonly IssuingPeriod[], b: readonly IssuingPeriod[]): boolean {
  const text = (periods: readonly IssuingPeriod[]) =>
    periods.map(({ node, since, until = "", forUnits }) => `${node} ${since} ${until} ${forUnits}`).join();
  return text(a) === text(b);
}

/** Documents by key. What is there and cannot be read is not missing. */
async function documents<T extends OwnerDocument | RightsDocument>(
  collection: { getMany(ids: readonly string[]): Promise<(T | undefined)[]>; get(id: string): Promise<T | undefined> },
  ids: readonly string[],
): Promise<Map<string, T | "unreadable" | undefined>> {
  const found = new Map<string, T | "unreadable" | undefined>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const read = await collection.getMany(some);
    for (const [index, id] of some.entries()) found.set(id, read[index] ?? (await readAlone(collection, id)));
  }
  return found;
}

async function readAlone<T>(collection: { get(id: string): Promise<T | undefined> }, id: string) {
  try {
    return await collection.get(id);
  } catch (error) {
    if (error instanceof Refusal && error.reason === "RECORD_UNREADABLE") return "unreadable" as const;
    throw error;
  }
}
