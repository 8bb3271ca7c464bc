import { useMutation } from "@connectrpc/connect-query";
import { Alert, Button, Empty } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type UsableCertificate, Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  type CreateUsageContextResponse,
  type ListCertificatesResponse,
  UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { Countdown } from "./countdown.tsx";
import { FoundCertificate } from "./found-certificate.tsx";
import { useKinds } from "./kinds.ts";
import { type KeptReceipt, Receipts } from "./receipts.tsx";
import { USE } from "./use-texts.ts";

/** Certificates that one page of the list holds. */
const PAGE_SIZE = 20;

/** What a usage code opens: the holder's certificates, and what is done with each. Looking them up is recorded, so it is done once, and never again by itself. */
export function UsageSession(props: {
  code: CreateUsageContextResponse;
  served: ReactNode;
  businessId: string;
  again: () => void;
  refused: unknown;
}) {
  const { code, served, businessId, again, refused } = props;
  const texts = useTexts(USE);
  const [found, setFound] = useState<readonly UsableCertificate[]>([]);
  const [receipts, setReceipts] = useState<readonly KeptReceipt[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  const { usageCode } = code;
  const listing = useMutation(UsageService.method.listCertificates, {
    onSuccess({ certificates }) {
      setFound((before) => [...before, ...certificates]);
      heading.current?.focus();
    },
  });
  const { mutate: list, data: page, error, isPending } = listing;
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    list({ usageCode, pageSize: PAGE_SIZE });
  }, [list, usageCode]);
  const kinds = useKinds([...new Set(found.map(({ itemCode }) => itemCode))]);
  const nodeAsOf = (node: string, { standByAsOf }: ListCertificatesResponse) =>
    standByAsOf[node] ? texts.nodeAsOf(node, timeText(standByAsOf[node])) : node;
  const more = page?.nextPageToken ?? "";
  return (
    <div className="using">
      <div className="case">
        {served}
        <section className="panel kept">
          <Receipts receipts={receipts} businessId={businessId} />
        </section>
      </div>
      <section aria-labelledby="found">
        <div className="head">
          <h2 id="found" ref={heading} tabIndex={-1}>
            {page ? texts.found(found.length) : texts.find}
          </h2>
          <Countdown expiresAt={code.expiresAt} again={again} />
        </div>
        {refused !== null && <RefusalNotice error={refused} />}
        {code.standBy && <Alert type="warning" showIcon title={texts.standByCode} />}
        {page && page.unreachableNodes.length > 0 && (
          <Alert
            type="warning"
            showIcon
            title={texts.unreachable(page.unreachableNodes.map((node) => nodeAsOf(node, page)).join("、"))}
          />
        )}
        {error && <RefusalNotice error={error} retry={() => list({ usageCode, pageSize: PAGE_SIZE })} />}
        {page && found.length === 0 && (
          <Empty
            description={
              <>
                <strong>{texts.nothing}</strong>
                <p>{texts.nothingHow}</p>
              </>
            }
          />
        )}
        {inForceFirst(found).map((certificate, place) => (
          <FoundCertificate
            key={certificate.identifier}
            usageCode={usageCode}
            found={certificate}
            kind={kinds.get(certificate.itemCode)}
            isFirst={place === 0}
            keep={(receipt) => setReceipts((before) => [...before, receipt])}
          />
        ))}
        {isPending && <Waiting />}
        {more !== "" && !isPending && (
          <Button onClick={() => list({ usageCode, pageSize: PAGE_SIZE, pageToken: more })}>{texts.more}</Button>
        )}
      </section>
    </div>
  );
}

/** What can be used comes first, else as the node lists them: the newest first. */
function inForceFirst(found: readonly UsableCertificate[]): UsableCertificate[] {
  return [...found].sort(
    (one, other) => Number(other.verdict === Verdict.VALID) - Number(one.verdict === Verdict.VALID),
  );
}
