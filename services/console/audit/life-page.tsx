import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import {
  AuditService,
  type GetLifeResponse,
  LifeCopy,
  type LifeStep,
} from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { secondText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { DepartmentName, DivisionName, ItemName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { Acts } from "./act-list.tsx";
import { AUDIT } from "./audit-texts.ts";
import { lifeState } from "./life-state.ts";

/** A certificate's whole life on one page: made, checked, issued, copied, its versions and later states, and what was done with it. */
export function LifePage() {
  const texts = useTexts(AUDIT);
  const { identifier = "" } = useParams();
  const filters = useFilters();
  const { data, error, refetch } = useQuery(AuditService.method.getLife, { identifier });
  return (
    <>
      <p>
        <Link to="/audit">{texts.back}</Link>
      </p>
      {error ? <RefusalNotice error={error} retry={() => refetch()} /> : data ? <Life life={data} /> : <Waiting />}
      {data && (
        <section aria-labelledby="uses">
          <h2 id="uses">{texts.uses}</h2>
          <Acts request={ofOne(identifier)} filters={filters} empty={texts.noUses} ofOne />
        </section>
      )}
    </>
  );
}

function ofOne(identifier: string) {
  return { identifier, account: "", appKey: "", departmentCode: "", kind: "", from: "", to: "" };
}

function Life({ life }: { life: GetLifeResponse }) {
  const texts = useTexts(AUDIT);
  const { identifier, name, number, itemCode, issuerCode, node, state, steps, versions, fromArchive, copy } = life;
  return (
    <>
      <div className="head">
        <h1>
          {texts.lifeTitle} · {name}
        </h1>
        <StateMark {...lifeState(state)} />
      </div>
      {fromArchive && <p className="panel">{texts.fromArchive}</p>}
      <div className="beside">
        <section className="panel" aria-labelledby="steps">
          <h2 id="steps">{texts.steps}</h2>
          <ol className="life">
            {steps.map((step, place) => (
              <li key={`${step.at} ${step.state}`}>
                <Step step={step} before={steps[place - 1]} />
              </li>
            ))}
          </ol>
        </section>
        <Descriptions
          column={1}
          size="small"
          className="panel"
          items={[
            { label: texts.number, children: <span className="code">{number}</span> },
            { label: texts.identifier, children: <span className="code wrap">{identifier}</span> },
            { label: texts.item, children: <ItemName code={itemCode} /> },
            { label: texts.issuer, children: <DepartmentName code={issuerCode} /> },
            { label: texts.node, children: <DivisionName code={node} /> },
            ...(copy === LifeCopy.UNSPECIFIED
              ? []
              : [{ label: texts.copies, children: copy === LifeCopy.CONFIRMED ? texts.copied : texts.onItsWay }]),
            {
              label: texts.versions,
              children: (
                <ul className="files">
                  {versions.map((one) => (
                    <li key={one.identifier}>
                      {one.identifier === identifier ? (
                        <>
                          {texts.version(one.version)}（{texts.thisOne}）
                        </>
                      ) : (
                        <Link to={`/audit/life/${encodeURIComponent(one.identifier)}`}>
                          {texts.version(one.version)}
                        </Link>
                      )}{" "}
                      <StateMark {...lifeState(one.state)} />
                      {one.cause !== "" && <div className="quiet">{texts.cause(one.cause)}</div>}
                    </li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
      </div>
    </>
  );
}

function Step({
  step: { state, at, cause, appKey, account, person },
  before,
}: {
  step: LifeStep;
  before?: LifeStep | undefined;
}) {
  const texts = useTexts(AUDIT);
  // A certificate that was suspended is issued again when it is resumed.
  const word = state === "issued" && before?.state === "suspended" ? "resumed" : state;
  const done = word in AUDIT ? String(texts[word as "made"]) : state;
  return (
    <>
      <strong>{done}</strong> <span className="code quiet">{secondText(at)}</span>
      <br />
      {account !== "" ? texts.byPerson(person, account) : appKey !== "" && texts.bySystem(appKey)}
      {cause !== "" && <p className="quiet">{texts.cause(cause)}</p>}
    </>
  );
}
