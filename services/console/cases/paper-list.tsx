import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { Button } from "antd";
import { useState } from "react";
import type { Paper } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { mayCall } from "../shell/allowed.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";
import { paperKindText } from "./paper-kind.ts";

/** The papers of a case, to be kept. `departmentCode`: who handed them in. */
export function PaperList({ papers, departmentCode }: { papers: readonly Paper[]; departmentCode: string }) {
  const texts = useTexts(CASES);
  const { roles } = useWho();
  const service = createClient(PaperService, useTransport());
  const [error, setError] = useState<unknown>();
  const mayRead = mayCall(roles, PaperService.method.getPaper);
  const load = async ({ sha256, name, mediaType }: Paper) => {
    setError(undefined);
    await service
      .getPaper({ sha256, departmentCode })
      .then(({ content }) => saveFile({ content, mediaType, fileName: name }), setError);
  };
  return (
    <section className="panel">
      <h2>{texts.papers}</h2>
      {papers.length === 0 && <p className="quiet">{texts.noPapers}</p>}
      {papers.map((paper) => (
        <p key={paper.sha256}>
          <Button disabled={!mayRead} onClick={() => load(paper)}>
            {texts.download(paper.name)}
          </Button>{" "}
          <span className="quiet">{paperKindText(paper.kind)}</span>
        </p>
      ))}
      {error !== undefined && <RefusalNotice error={error} />}
    </section>
  );
}
