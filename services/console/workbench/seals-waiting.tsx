import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

const SHOWN = 10;
/** One more than is shown: the node looks for them among all seals. */
const ASKED = { awaitingConfirmation: true, orderBy: "code", pageSize: SHOWN + 1 };

/** Seals that wait for their department's confirmation (6.4.1.4). */
export function SealsWaiting() {
  const texts = useTexts(WORKBENCH);
  const { data, error, refetch } = useQuery(RegistryService.method.listSeals, ASKED, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.seals}</h2>
      {data.seals.length === 0 && <p className="quiet">{texts.noSealWaits}</p>}
      <ul className="waits">
        {data.seals.slice(0, SHOWN).map(({ code, name, departmentCode }) => (
          <li key={code}>
            <Link to={`/people/departments/${departmentCode}/seals/${code}`}>{texts.confirmSeal(name)}</Link>{" "}
            <span className="code">{code}</span>
          </li>
        ))}
      </ul>
      {data.seals.length > SHOWN && <p className="quiet">{texts.moreSeals}</p>}
    </section>
  );
}
