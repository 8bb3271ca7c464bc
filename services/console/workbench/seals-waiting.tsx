import { createClient } from "@connectrpc/connect";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { transport } from "../call/transport.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Seals that are looked at: pages of 50. */
const [PAGE, PAGES] = [50, 10];
const SHOWN = 10;

const registry = createClient(RegistryService, transport);

/** Seals that wait for their department's confirmation (6.4.1.4). */
export function SealsWaiting() {
  const texts = useTexts(WORKBENCH);
  const { data, error, refetch } = useQuery({ queryKey: ["seals-waiting"], queryFn: readWaiting, staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.seals}</h2>
      {data.waiting.length === 0 && <p className="quiet">{texts.noSealWaits}</p>}
      <ul className="waits">
        {data.waiting.slice(0, SHOWN).map(({ code, name, departmentCode }) => (
          <li key={code}>
            <Link to={`/people/departments/${departmentCode}/seals/${code}`}>{texts.confirmSeal(name)}</Link>{" "}
            <span className="code">{code}</span>
          </li>
        ))}
      </ul>
      {data.waiting.length > SHOWN && <p className="quiet">{texts.moreSeals(data.waiting.length - SHOWN)}</p>}
      {!data.whole && <p className="quiet">{texts.firstSeals(PAGE * PAGES)}</p>}
    </section>
  );
}

async function readWaiting() {
  const waiting: Seal[] = [];
  let pageToken = "";
  for (let page = 0; page < PAGES; page++) {
    const answer = await registry.listSeals({ pageSize: PAGE, pageToken });
    waiting.push(...answer.seals.filter(({ awaitingConfirmation, unbound }) => awaitingConfirmation && !unbound));
    pageToken = answer.nextPageToken;
    if (pageToken === "") break;
  }
  return { waiting, whole: pageToken === "" };
}
