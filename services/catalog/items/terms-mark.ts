import { shanghaiDay } from "../../domain/civil-date.ts";
import type { RegisterSource } from "../../judgement/register-source.ts";
import type { ChangeMark, MarkState } from "../../node/marks/change-mark.ts";
import type { FollowedMark } from "../../node/marks/follow-mark.ts";
import type { CollectionSpec } from "../../store/port.ts";
import type { CarriedOver } from "../openings/carried-over.ts";

/** Where the mark is kept of all that terms rest on and that lies in the catalog's store. */
export const TERMS_MARK: CollectionSpec = { name: "catalog_terms_mark", indexes: [] };

/** What the mark of terms is made of. */
export interface TermsMarkParts {
  /** Of items, records, owners, delegations and lists. */
  own: ChangeMark;
  /** Of apps, as the identity service tells it. */
  apps: FollowedMark;
  register: Pick<RegisterSource, "known">;
  carriedOver: Pick<CarriedOver, "done">;
  now(): Date;
}

/**
 * The mark of all that terms rest on: the catalog's own records, apps, the register of issuers, whether openings of before are carried over, and the
 * day of this process, since a right may end with it. While apps are not told it does not count as settled: terms are kept for a moment alone then.
 */
export async function termsMark({ own, apps, register, carriedOver, now }: TermsMarkParts): Promise<MarkState> {
  const mine = await own.told();
  if (mine.mark === "") return mine;
  const theirs = apps.current();
  const parts = [mine.mark, theirs?.mark ?? "-", shanghaiDay(now()), carriedOver.done() ? "" : "before"];
  return {
    mark: [...parts, register.known()?.asOf ?? ""].join(" "),
    settled: mine.settled && theirs?.settled === true,
  };
}
