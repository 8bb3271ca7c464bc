import { Descriptions, Drawer } from "antd";
import type { Act } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { secondText } from "../format/dates.ts";
import { DepartmentName, MatterName } from "../names/names.tsx";
import { useTexts } from "../text/texts.ts";
import { actWords, detailWord } from "./act-words.ts";
import { AUDIT } from "./audit-texts.ts";
import { WhoDid } from "./who-did.tsx";

/** All that a line of evidence says, beside the list from which it was opened. */
export function ActDetails({ act, close }: { act: Act | undefined; close: () => void }) {
  return (
    <Drawer open={act !== undefined} onClose={close} size={480} title={act && actWords(act)}>
      {act && <Said act={act} />}
    </Drawer>
  );
}

function Said({ act }: { act: Act }) {
  const texts = useTexts(AUDIT);
  const { time, account, accountProof, appKey, caller, departmentCode, matterCode, identifier, callId } = act;
  const proofs: Readonly<Record<string, string>> = {
    account: texts.proofAccount,
    token: texts.proofToken,
    none: texts.proofNone,
  };
  const code = (text: string) => <span className="code wrap">{text}</span>;
  const some = (label: string, value: string, children = code(value)) => (value === "" ? [] : [{ label, children }]);
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        { label: texts.time, children: code(secondText(time)) },
        { label: texts.who, children: <WhoDid act={act} /> },
        ...some(texts.account, account),
        ...some(texts.proof, account, <span>{proofs[accountProof] ?? texts.proofSession}</span>),
        ...some(texts.app, appKey),
        ...some(texts.caller, caller === `staff/${account}` ? "" : caller),
        ...some(texts.department, departmentCode, <DepartmentName code={departmentCode} />),
        ...some(texts.matter, matterCode, <MatterName code={matterCode} />),
        ...some(texts.identifier, identifier),
        ...act.details.map(({ name, value }) => ({ label: detailWord(name), children: code(value) })),
        ...some(texts.callId, callId),
        { label: texts.line, children: code(texts.lineOf(act.stream, String(act.line))) },
      ]}
    />
  );
}
