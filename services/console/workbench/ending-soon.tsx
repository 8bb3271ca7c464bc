import { Link } from "react-router";
import { SOON_DAYS } from "../../domain/alarm.ts";
import { DaysLeft } from "../people/days-left.tsx";
import { useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** How many are shown at once. */
const SHOWN = 10;
/** What is asked for of a list: what has ended or ends soon, and whether there is more than is shown. The node looks through all for it. */
export const ENDING_SOON = { endsWithinDays: SOON_DAYS, pageSize: SHOWN + 1 } as const;

/** Something with an end (RFC 3339), by its key and name, and the page at which it is renewed. */
export interface Ending {
  readonly key: string;
  readonly name: string;
  readonly ends: string;
  readonly to: string;
}

/** What has ended or ends soon, the first end first as the node gave it, with the days that are left. `all`: where all of them stand. */
export function EndingSoon(props: { title: string; none: string; how: string; of: readonly Ending[]; all: string }) {
  const { title, none, how, of: soon, all } = props;
  const texts = useTexts(WORKBENCH);
  const now = new Date();
  return (
    <section className="panel">
      <h2>{title}</h2>
      <p className="quiet">{soon.length === 0 ? none : how}</p>
      <ul className="waits">
        {soon.slice(0, SHOWN).map(({ key, name, ends, to }) => (
          <li key={key}>
            <Link to={to}>{name}</Link> <span className="code">{key}</span> <DaysLeft ends={ends} now={now} />
          </li>
        ))}
      </ul>
      {soon.length > SHOWN && <Link to={all}>{texts.all}</Link>}
    </section>
  );
}
