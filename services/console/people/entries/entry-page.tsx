import { useQuery } from "@connectrpc/connect-query";
import { Alert, Descriptions } from "antd";
import { Link, useParams } from "react-router";
import { type DepartmentEntry, EntryState } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { ENTRY } from "../../../domain/entry-procedure.ts";
import { PaperList } from "../../cases/paper-list.tsx";
import { shownCaseState } from "../../cases/shown-states.ts";
import { StepList } from "../../cases/step-list.tsx";
import { writerOf } from "../../cases/writer-of.ts";
import { DepartmentName, DivisionName } from "../../names/names.tsx";
import { Reading } from "../../shell/reading.tsx";
import { StateMark } from "../../shell/state-mark.tsx";
import { useTexts } from "../../text/texts.ts";
import { EntrySteps } from "./entry-steps.tsx";
import { ENTRIES } from "./entry-texts.ts";

/** One entry (6.4.1.1): what the form says, with which papers, where it stands and who has to do what. */
export function EntryPage() {
  const { code = "" } = useParams();
  const { data, error, refetch } = useQuery(EntryService.method.getEntry, { code }, { staleTime: 0 });
  return (
    <Reading of={data?.entry} error={error} again={refetch}>
      {(entry) => <Shown entry={entry} changed={() => refetch()} />}
    </Reading>
  );
}

function Shown({ entry, changed }: { entry: DepartmentEntry; changed: () => unknown }) {
  const texts = useTexts(ENTRIES);
  const { code, name, division, superiorCode, administrator, internalBodies, units, seals } = entry;
  const list = (label: string, rows: readonly string[]) =>
    rows.length === 0
      ? []
      : [
          {
            label,
            children: (
              <ul className="waits">
                {rows.map((row) => (
                  <li key={row}>{row}</li>
                ))}
              </ul>
            ),
          },
        ];
  return (
    <>
      <p>
        <Link to="/people/entries">{texts.back}</Link>
      </p>
      <div className="head">
        <h1>{name}</h1>
        <StateMark {...shownCaseState(ENTRY, EntryState, entry.state)} />
      </div>
      {entry.fault !== "" && <Alert type="warning" showIcon title={texts.fault} description={entry.fault} />}
      <EntrySteps entry={entry} changed={changed} />
      <div className="beside">
        <Descriptions
          column={1}
          size="small"
          className="panel"
          items={[
            { label: texts.code, children: <span className="code">{code}</span> },
            { label: texts.division, children: <DivisionName code={division} /> },
            ...(superiorCode === ""
              ? []
              : [{ label: texts.superior, children: <DepartmentName code={superiorCode} /> }]),
            {
              label: texts.administrator,
              children: `${administrator?.name ?? ""} · ${administrator?.account ?? ""}`,
            },
            ...list(
              texts.bodies,
              internalBodies.map((body) => [body.name, body.duties].filter(Boolean).join("：")),
            ),
            ...list(
              texts.units,
              units.map((unit) => [unit.name, unit.code, unit.division].filter(Boolean).join(" · ")),
            ),
            ...list(
              texts.seals,
              seals.map((seal) => [seal.name, seal.purpose].filter(Boolean).join("：")),
            ),
          ]}
        />
        <PaperList papers={entry.papers} departmentCode={writerOf(entry.steps)} />
      </div>
      <StepList steps={entry.steps} procedure={ENTRY} />
    </>
  );
}
