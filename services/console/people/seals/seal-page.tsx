import { useQuery } from "@connectrpc/connect-query";
import { Alert, Button, Descriptions } from "antd";
import { useCallback, useState } from "react";
import { Link, useParams } from "react-router";
import type { GetSealResponse } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { inGroups } from "../../format/in-groups.ts";
import { DepartmentName } from "../../names/names.tsx";
import { Reading } from "../../shell/reading.tsx";
import { SHELL } from "../../shell/shell-texts.ts";
import { StateMark } from "../../shell/state-mark.tsx";
import { useTexts } from "../../text/texts.ts";
import { DaysLeft } from "../days-left.tsx";
import { shownSealState } from "../departments/department-state.ts";
import { SealActions } from "./seal-actions.tsx";
import { ElectronicSealFacts } from "./seal-electronic.tsx";
import { SealPicture } from "./seal-picture.tsx";
import { SEALS } from "./seal-texts.ts";
import "./seals.css";

/** One seal (6.4.1.4): how it looks, whose certificate signs with it until when, and what may be done with it. */
export function SealPage() {
  const { seal: code = "" } = useParams();
  const { data, error, refetch } = useQuery(RegistryService.method.getSeal, { code }, { staleTime: 0 });
  return (
    <Reading of={data?.seal && data} error={error} again={refetch}>
      {(read) => <Shown told={read} readAgain={() => refetch()} />}
    </Reading>
  );
}

function Shown({ told, readAgain }: { told: GetSealResponse; readAgain: () => unknown }) {
  const texts = { ...useTexts(SHELL), ...useTexts(SEALS) };
  const [seen, setSeen] = useState({ beside: "", drawn: "" });
  const { seal, digest, certificate, electronic } = told;
  const shown = useCallback((drawn: string) => setSeen({ beside: digest, drawn }), [digest]);
  if (!seal) return null;
  const { code, name, departmentCode, unitCodes } = seal;
  const isOther = seen.beside === digest && seen.drawn !== digest;
  return (
    <>
      <p>
        <Link to={`/people/departments/${departmentCode}`}>
          <DepartmentName code={departmentCode} />
        </Link>
      </p>
      <div className="head">
        <h1>{name}</h1>
        <StateMark {...shownSealState(seal)} />
      </div>
      {isOther && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={texts.otherNow}
          action={<Button onClick={readAgain}>{texts.readAgain}</Button>}
        />
      )}
      <SealActions told={told} wasShown={seen.drawn === digest} readAgain={readAgain} />
      <SealPicture key={digest} code={code} shown={shown} />
      <Descriptions
        column={1}
        size="small"
        className="panel"
        items={[
          { label: texts.code, children: <span className="code wrap">{code}</span> },
          {
            label: texts.department,
            children: (
              <span className="wrap">
                <DepartmentName code={departmentCode} /> <span className="code">{departmentCode}</span>
              </span>
            ),
          },
          { label: texts.subject, children: <span className="wrap">{certificate?.subject ?? texts.unread}</span> },
          ...(certificate
            ? [
                { label: texts.issuer, children: <span className="wrap">{certificate.issuer}</span> },
                { label: texts.serial, children: <span className="code wrap">{certificate.serial}</span> },
                { label: texts.ends, children: <DaysLeft ends={certificate.ends} now={new Date()} /> },
              ]
            : []),
          {
            label: texts.serves,
            children:
              unitCodes.length === 0
                ? texts.onlyDepartment
                : unitCodes.map((unit) => (
                    <div key={unit} className="wrap">
                      <DepartmentName code={unit} /> <span className="code">{unit}</span>
                    </div>
                  )),
          },
          { label: texts.electronic, children: <ElectronicSealFacts electronic={electronic} /> },
          { label: texts.digest, children: <code className="wrap">{inGroups(digest)}</code> },
        ]}
      />
    </>
  );
}
