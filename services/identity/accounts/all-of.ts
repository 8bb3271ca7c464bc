import { cannotServe } from "../../domain/reason.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";

type Outcomes<T extends readonly (() => Promise<unknown>)[]> = { [K in keyof T]: Awaited<ReturnType<T[K]>> };

/** Makes all checks, whatever the others say, so that a caller hears of every fault at once: the first gives the reason. */
export async function allOf<T extends readonly (() => Promise<unknown>)[]>(...checks: T): Promise<Outcomes<T>> {
  const outcomes: unknown[] = [];
  const refusals: Refusal[] = [];
  for (const check of checks) {
    try {
      outcomes.push(await check());
    } catch (error) {
      refusals.push(faultOf(error));
    }
  }
  const [first, ...others] = refusals;
  if (!first) return outcomes as Outcomes<T>;
  if (others.length === 0) throw first;
  const { reason, message, metadata } = first;
  throw new Refusal(reason, message, { metadata, fields: refusals.flatMap((one) => violationsOf(one, "")) });
}

/** What was thrown, where it is a fault of the request. Throws anything else on: that somebody is away is no fault. */
export function faultOf(error: unknown): Refusal {
  if (error instanceof Refusal && !cannotServe(error.reason)) return error;
  throw error;
}

/** The faults of a refusal behind a place of the request: `rows[3].`, or nothing. */
export function violationsOf({ fields, message, localized }: Refusal, place: string): FieldViolation[] {
  if (fields.length === 0) return [{ field: place.replace(/\.$/, ""), description: message, remedy: "", localized }];
  return fields.map((one) => ({ ...one, field: `${place}${one.field}` }));
}
