import type { ReactNode } from "react";
import { Link } from "react-router";
import { instantOf } from "../../domain/instant.ts";
import { agoText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Cases that are shown at once; all of them stand in the list. */
const SHOWN = 10;
/** What is asked for of the cases of one state: those that wait for the reader, and of them the longest, so that none behind a page has waited longer than what is shown. */
export const LONGEST_FIRST = { waitsForMe: true, pageSize: SHOWN + 1, orderBy: "last_step" } as const;

/** A case that waits for its reader. */
export interface WaitingCase {
  readonly key: string;
  readonly to: string;
  readonly text: ReactNode;
  /** Steps that it has taken: it waits since the last. */
  readonly steps: readonly { at: string }[];
}

/** Lists of cases as the node answered, one for each state. */
type Asked<C> = readonly {
  readonly data: { readonly cases: readonly C[]; readonly nextPageToken: string } | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}[];

/** Cases of a procedure that its reader may take further, those that wait longest first. `waits`: how one is shown, `undefined` where it does not wait for him. */
export function WaitingCases<C>(props: {
  title: string;
  none: string;
  /** Where all of them stand. */
  all: string;
  asked: Asked<C>;
  waits: (one: C) => WaitingCase | undefined;
}) {
  const { title, none, all, asked, waits } = props;
  const texts = useTexts(WORKBENCH);
  const failed = asked.find(({ error }) => error);
  if (failed) return <RefusalNotice error={failed.error} retry={failed.refetch} />;
  if (asked.some(({ data }) => !data)) return <Waiting />;
  const waiting = asked.flatMap(({ data }) => data?.cases.flatMap((one) => waits(one) ?? []) ?? []);
  const oldestFirst = waiting.toSorted((one, other) => instantOf(sinceOf(one)) - instantOf(sinceOf(other)));
  return (
    <section className="panel">
      <h2>{title}</h2>
      {waiting.length === 0 && <p className="quiet">{none}</p>}
      <ul className="waits">
        {oldestFirst.slice(0, SHOWN).map((one) => (
          <li key={one.key}>
            <Link to={one.to}>{one.text}</Link> <span className="quiet">{said(agoText(sinceOf(one), new Date()))}</span>
          </li>
        ))}
      </ul>
      {(waiting.length > SHOWN || asked.some(({ data }) => data?.nextPageToken !== "")) && (
        <Link to={all}>{texts.all}</Link>
      )}
    </section>
  );
}

function sinceOf({ steps }: WaitingCase): string {
  return steps.at(-1)?.at ?? "";
}
