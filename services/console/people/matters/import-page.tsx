import { useMutation, useQuery } from "@connectrpc/connect-query";
import { Alert, Button, Progress } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { type MatterImport, MatterImportState } from "../../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { AskFirst } from "../../shell/ask-first.tsx";
import { Waiting } from "../../shell/placeholders.tsx";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { said, useTexts } from "../../text/texts.ts";
import { ImportRows } from "./import-rows.tsx";
import { IMPORTED, MATTERS } from "./matter-texts.ts";

const { getMatterImport, previewMatterImport, stopMatterImport, applyMatterImport } = MatterService.method;
/** States that end by themselves, and milliseconds after which one asks again. */
const WORKING: readonly MatterImportState[] = [MatterImportState.COMPARING, MatterImportState.APPLYING];
const AGAIN_MS = 1_000;
const COMPARED: readonly MatterImportState[] = [
  MatterImportState.PREVIEWED,
  MatterImportState.APPLYING,
  MatterImportState.DONE,
];

/** An import of matters: how far it is, what it comes to, what is wrong with which row, and whether it is stored. It may be left and come back to. */
export function ImportPage() {
  const { id = "" } = useParams();
  const texts = { ...useTexts(MATTERS), ...useTexts(IMPORTED) };
  const { data, error, refetch } = useQuery(
    getMatterImport,
    { importId: id },
    {
      staleTime: 0,
      refetchInterval: ({ state }) => (WORKING.includes(state.data?.import?.state ?? 0) ? AGAIN_MS : false),
    },
  );
  const came = data?.import;
  return (
    <>
      <p>
        <Link to="/people/matters">{texts.back}</Link>
      </p>
      <h1>{texts.title}</h1>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!error && !came && <Waiting />}
      {came && <Standing import={came} changed={() => refetch()} />}
      {came && COMPARED.includes(came.state) && <ImportRows id={came.id} previewed={came.previewSha256} />}
    </>
  );
}

function Standing({ import: came, changed }: { import: MatterImport; changed: () => unknown }) {
  const texts = useTexts(IMPORTED);
  const { id, state, counts, fault, doneRows, totalRows, secondsLeft, endingWithheld, endedOn, stoppedRows } = came;
  const comparing = useMutation(previewMatterImport, { onSuccess: changed });
  // Where it was done meanwhile, the page says so when it looks again.
  const stopping = useMutation(stopMatterImport, { onSettled: changed });
  const compare = () => comparing.mutate({ importId: id });
  const compareAgain = (
    <Button loading={comparing.isPending} onClick={compare}>
      {texts.compareAgain}
    </Button>
  );
  return (
    <section className="panel">
      {state === MatterImportState.RECEIVING && (
        <>
          <p>{texts.receiving}</p>
          <Link className="primary" to="/people/matters/import">
            {texts.toUpload}
          </Link>
        </>
      )}
      {stoppedRows > 0n && state !== MatterImportState.APPLYING && (
        <p role="status">{texts.stoppedBehind(stoppedRows)}</p>
      )}
      {state === MatterImportState.RECEIVED && (
        <Button type="primary" loading={comparing.isPending} onClick={compare}>
          {texts.compare}
        </Button>
      )}
      {WORKING.includes(state) && (
        <div role="status">
          <p>{state === MatterImportState.COMPARING ? texts.comparing : texts.applying}</p>
          <Progress
            aria-label={texts.comparing}
            percent={totalRows === 0n ? 0 : Math.floor((Number(doneRows) / Number(totalRows)) * 100)}
          />
          <p>{texts.working(doneRows, totalRows, secondsLeft)}</p>
        </div>
      )}
      {WORKING.includes(state) && (
        <Button loading={stopping.isPending} onClick={() => stopping.mutate({ importId: id })}>
          {state === MatterImportState.COMPARING ? texts.stopComparing : texts.stopStoring}
        </Button>
      )}
      {stopping.error && <RefusalNotice error={stopping.error} />}
      {state === MatterImportState.UNREADABLE && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={texts.unreadable}
          description={fault && said([fault.localized, `${fault.description}: ${fault.remedy}`])}
        />
      )}
      {state === MatterImportState.DONE && <Alert type="success" showIcon role="status" title={texts.done} />}
      {state === MatterImportState.PREVIEWED && <Alert type="info" showIcon role="status" title={texts.previewed} />}
      {counts && <p>{texts.counts(counts.added, counts.changed, counts.ended, counts.unchanged, counts.faulty)}</p>}
      {endingWithheld && <p>{texts.withheld}</p>}
      {counts !== undefined && counts.ended > 0n && <p>{texts.endsFrom(endedOn)}</p>}
      {comparing.error && <RefusalNotice error={comparing.error} />}
      {state === MatterImportState.PREVIEWED && (
        <div className="actions">
          <Apply import={came} changed={changed} />
          {compareAgain}
        </div>
      )}
    </section>
  );
}

/** Has a previewed file stored, exactly as it was previewed. */
function Apply({ import: came, changed }: { import: MatterImport; changed: () => unknown }) {
  const texts = useTexts(IMPORTED);
  const [asking, setAsking] = useState(false);
  const { id, counts, previewSha256 } = came;
  const { mutate, error, isPending } = useMutation(applyMatterImport, {
    onSuccess() {
      setAsking(false);
      changed();
    },
  });
  const partial = (counts?.faulty ?? 0n) > 0n;
  const act = partial ? texts.applyPartial : texts.apply;
  const told = counts ? texts.counts(counts.added, counts.changed, counts.ended, counts.unchanged, counts.faulty) : "";
  return (
    <>
      <Button type={partial ? "default" : "primary"} onClick={() => setAsking(true)}>
        {act}
      </Button>
      {asking && (
        <AskFirst
          act={act}
          of={told}
          how={
            <>
              <p>{texts.applyHow}</p>
              {partial && <p>{texts.applyPartialHow}</p>}
            </>
          }
          doIt={() => mutate({ importId: id, previewSha256, partial })}
          doing={isPending}
          fault={error && <RefusalNotice error={error} />}
          cancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
