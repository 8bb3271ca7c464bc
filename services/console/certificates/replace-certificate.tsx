import { useQuery } from "@connectrpc/connect-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";
import { OrderForm } from "./order-form.tsx";

/** Making the next version of a certificate (变更、换发, 4.4.4), from what the old one says. */
export function ReplaceCertificate() {
  const texts = useTexts(CERTIFICATES);
  const { identifier = "" } = useParams();
  const old = useQuery(IssueService.method.getCertificate, { identifier });
  const certificate = old.data?.certificate;
  const kind = useQuery(
    CatalogService.method.getCatalogItem,
    { code: certificate?.itemCode ?? "" },
    { enabled: certificate !== undefined },
  );
  const [begun, setBegun] = useState(0);
  const error = old.error ?? kind.error;
  if (error && !kind.data?.item)
    return <RefusalNotice error={error} retry={() => (old.error ? old.refetch() : kind.refetch())} />;
  if (!certificate || !kind.data?.item) return <Waiting />;
  return (
    <>
      <p>
        <Link to={`/certificates/${encodeURIComponent(identifier)}`}>{texts.backToOld}</Link>
      </p>
      <h1>{texts.replaceTitle(certificate.name)}</h1>
      <p className="quiet">
        {texts.replaceHow} <span className="code wrap">{identifier}</span>
      </p>
      <OrderForm key={begun} item={kind.data.item} replaces={certificate} beginAnew={() => setBegun(begun + 1)} />
    </>
  );
}
