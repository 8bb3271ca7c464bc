import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import type { UsableCertificate } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { openUseIds } from "../../staff-model/use-ids.ts";
import { toldVerdict } from "../../staff-model/verdicts.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { AllowedData } from "./allowed-data.tsx";
import { AllowedFiles } from "./allowed-files.tsx";
import type { Kind } from "./kinds.ts";
import type { KeptReceipt } from "./receipts.tsx";
import { USE } from "./use-texts.ts";
import type { Using } from "./using.ts";
import { VerdictNotice } from "./verdict-notice.tsx";

/** A certificate that was found: checked first, then read as far as it is to be relied on. */
export function FoundCertificate(props: {
  usageCode: string;
  found: UsableCertificate;
  kind: Kind | undefined;
  isFirst: boolean;
  keep: (receipt: KeptReceipt) => void;
}) {
  const { usageCode, found, kind, isFirst, keep } = props;
  const { identifier, name, maskedNumber, issuerName } = found;
  const texts = useTexts(USE);
  const [ids] = useState(openUseIds);
  const checking = useMutation(UsageService.method.verifyCertificate, {
    onSuccess({ receipt }) {
      ids.answered(["verify"]);
      if (receipt) keep({ receipt, name });
    },
  });
  const { data: checked, error, isPending } = checking;
  const verify = () => checking.mutate({ usageCode, identifier, requestId: ids.of(["verify"]) });
  const told = toldVerdict(checked?.verdict ?? found.verdict);
  const using: Using = { usageCode, identifier, name, keep };
  return (
    <article className="panel certificate" aria-label={`${name} ${maskedNumber}`}>
      <div className="head">
        <h3>{name}</h3>
        {!checked && <StateMark text={told.state} shape={told.shape} tone={told.tone} />}
        {!checked && <span className="quiet">{texts.toCheck}</span>}
      </div>
      <p>
        <span className="code">{maskedNumber}</span> · {issuerName}
      </p>
      {error && <RefusalNotice error={error} retry={verify} />}
      {!checked && (
        <Button
          type={isFirst ? "primary" : "default"}
          loading={isPending}
          aria-label={texts.verifyOf(name, maskedNumber)}
          onClick={verify}
        >
          {texts.verify}
        </Button>
      )}
      {checked && (
        <VerdictNotice
          verdict={checked.verdict}
          since={checked.stateSince}
          signer={checked.signer}
          standBy={checked.standBy}
          standByAsOf={checked.standByAsOf}
          node={found.node}
        />
      )}
      {checked && told.tone === "good" && (
        <>
          <AllowedData using={using} names={found.fields} kind={kind} />
          <AllowedFiles using={using} formats={found.formats} />
        </>
      )}
    </article>
  );
}
