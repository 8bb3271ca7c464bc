import { Alert } from "antd";
import type { RedeemPresentationResponse } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { useTexts } from "../text/texts.ts";
import { useKinds } from "./kinds.ts";
import { Receipts } from "./receipts.tsx";
import { USE } from "./use-texts.ts";
import { titleOf, Value } from "./value.tsx";
import { VerdictNotice } from "./verdict-notice.tsx";

/** What a holder has shown (亮证): the verdict, the data that the holder chose, and the receipt. */
export function Presented({ answer, businessId }: { answer: RedeemPresentationResponse; businessId: string }) {
  const texts = useTexts(USE);
  const { certificate, data = {}, receipt, standBy } = answer;
  const kind = useKinds(certificate ? [certificate.itemCode] : []).get(certificate?.itemCode ?? "");
  if (!certificate) return <Alert type="error" title={texts.nothing} />;
  const { name, maskedNumber, issuerName, verdict, node, fields } = certificate;
  return (
    <article className="panel certificate" aria-label={`${name} ${maskedNumber}`}>
      <h2>{name}</h2>
      <p>
        <span className="code">{maskedNumber}</span> · {issuerName}
      </p>
      <VerdictNotice verdict={verdict} standBy={standBy} standByAsOf="" node={node} />
      <h3>{texts.shown}</h3>
      {fields.length === 0 && <p className="quiet">{texts.shownNone}</p>}
      <ul className="data">
        {fields.map((one) => (
          <li key={one}>
            <span className="item">{titleOf(kind, one)}</span>
            <Value value={data[one] ?? null} field={kind?.fields.find((field) => field.name === one)} />
          </li>
        ))}
      </ul>
      <Receipts receipts={receipt ? [{ receipt, name }] : []} businessId={businessId} />
    </article>
  );
}
