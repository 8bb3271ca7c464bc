import { Link } from "react-router";
import { SOON_DAYS } from "../../domain/alarm.ts";
import { instantOf } from "../../domain/instant.ts";
import { DaysLeft } from "../people/days-left.tsx";
import { useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

const SHOWN = 10;
const DAY_MS = 86_400_000;

/** Something with an end (RFC 3339), by its key and name, and the page at which it is renewed. */
export interface Ending {
  readonly key: string;
  readonly name: string;
  readonly ends: string;
  readonly to: string;
}

/** What has ended or ends soon, the first end first, with the days that are left. `all`: where all of them stand; `note`: what was not looked at. */
export function EndingSoon(props: {
  title: string;
  none: string;
  how: string;
  of: readonly Ending[];
  all: string;
  note?: string | undefined;
}) {
  const { title, none, how, of, all, note } = props;
  const texts = useTexts(WORKBENCH);
  const now = new Date();
  const until = now.getTime() + SOON_DAYS * DAY_MS;
  const soon = of
    .filter(({ ends }) => instantOf(ends) <= until)
    .toSorted((one, other) => instantOf(one.ends) - instantOf(other.ends));
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
      {note && <p className="quiet">{note}</p>}
    </section>
  );
}
