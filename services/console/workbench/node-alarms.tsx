import { Link } from "react-router";
import { Reading } from "../shell/reading.tsx";
import { useTexts } from "../text/texts.ts";
import { AlarmList } from "../watch/alarm-list.tsx";
import { useNode } from "../watch/use-node.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Alarms that are shown at once; all of them stand on the page of operations. */
const SHOWN = 5;

/** What of the node needs care: failing links and agents, certificates and secrets that end soon, each with where it is mended. */
export function NodeAlarms() {
  const texts = useTexts(WORKBENCH);
  const { data, error, refetch } = useNode();
  return (
    <Reading of={data} error={error} again={refetch}>
      {({ alarms }) => (
        <section className="panel">
          <h2>{texts.alarms}</h2>
          {alarms.length === 0 && <p className="quiet">{texts.noAlarm}</p>}
          <AlarmList alarms={alarms.slice(0, SHOWN)} />
          {alarms.length > SHOWN && <Link to="/watch">{texts.all}</Link>}
        </section>
      )}
    </Reading>
  );
}
