import { timeText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { NodeAlarms, useWantedAlarms } from "./node-alarms.tsx";
import { NodeCertificates } from "./node-certificates.tsx";
import { ServiceTable } from "./service-table.tsx";
import { Storage } from "./storage.tsx";
import { useEvery, useNode } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

/** What needs care first, then what there is. */
export function Overview() {
  const texts = useTexts(WATCH);
  const { filters, place, asked } = useWantedAlarms();
  const { data, error, refetch } = useNode(asked);
  const every = useEvery();
  if (!data && !error) return <Waiting />;
  return (
    <>
      <div className="head">
        <h1>{texts.title}</h1>
        {data && (
          <span className="quiet">
            {every ? texts.refreshed(timeText(data.time)) : texts.paused(timeText(data.time))}
          </span>
        )}
      </div>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {data && (
        <>
          <section className="panel">
            <h2>{texts.alarms}</h2>
            <NodeAlarms filters={filters} place={place} told={data} />
          </section>
          <ServiceTable processes={data.processes} away={data.away} />
          <Storage processes={data.processes} />
          <NodeCertificates processes={data.processes} time={data.time} />
        </>
      )}
    </>
  );
}
