import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Holder } from "../../../proto/gen/ecert/type/v1/holder_pb.ts";
import { masked } from "../../domain/masked-code.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

/** A holder's code of a certificate, masked until it is asked for: the node records that before it answers, and the page says so before (5.9.5). */
export function HolderCode({ identifier, holder }: { identifier: string; holder: Holder }) {
  const texts = useTexts(CERTIFICATES);
  const service = createClient(IssueService, useTransport());
  const { isSuccess, isPending, error, mutate, reset } = useMutation({
    mutationFn: () => service.getCertificate({ identifier, showsCodes: true }),
  });
  return (
    <>
      <span className="code">
        {isSuccess ? holder.code : masked(holder.code)}{" "}
        <Button
          size="small"
          loading={isPending}
          aria-pressed={isSuccess}
          aria-label={texts.showCodeOf(holder.name)}
          onClick={() => (isSuccess ? reset() : mutate())}
        >
          {isSuccess ? texts.hideCode : texts.showCode}
        </Button>
      </span>
      <div className="quiet">{texts.codeRecorded}</div>
      {error && <RefusalNotice error={error} retry={() => mutate()} />}
    </>
  );
}
