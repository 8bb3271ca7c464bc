import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useId, useState } from "react";
import { type Paper, PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { FORM } from "../form/form-texts.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";
import { paperKindText } from "./paper-kind.ts";

/** What a case says of a paper, and what its reader knows it by. */
export type ChosenPaper = Pick<Paper, "kind" | "sha256" | "name">;

/** Largest paper, and types by the endings that browsers do not know. */
const MAX_BYTES = 5 << 20;
const TYPES: Readonly<Record<string, string>> = { ofd: "application/ofd", json: "text/plain", txt: "text/plain" };

/** Papers of a case that is being written: each is handed in as it is chosen, and the case names it. A field of a form gives it value and change. */
export function PapersInput(props: {
  kinds: readonly PaperKind[];
  value?: ChosenPaper[];
  onChange?: (papers: ChosenPaper[]) => void;
}) {
  const { kinds, value = [], onChange } = props;
  const texts = { ...useTexts(FORM), ...useTexts(CASES) };
  const service = createClient(PaperService, useTransport());
  const [kind, setKind] = useState<PaperKind>(kinds[0] ?? PaperKind.OTHER);
  const [tooLarge, setTooLarge] = useState("");
  const [choice, file] = [useId(), useId()];
  const handing = useMutation({
    async mutationFn(chosen: File) {
      const type = TYPES[chosen.name.split(".").at(-1)?.toLowerCase() ?? ""] ?? chosen.type;
      const content = new Uint8Array(await chosen.arrayBuffer());
      return service.putPaper({ name: chosen.name, mediaType: type || "application/octet-stream", content, kind });
    },
    onSuccess({ paper }) {
      if (!paper) return;
      const { sha256, name } = paper;
      onChange?.([...value.filter((other) => other.sha256 !== sha256), { kind, sha256, name }]);
    },
  });
  const take = (chosen: File | undefined) => {
    if (!chosen) return;
    setTooLarge(chosen.size > MAX_BYTES ? chosen.name : "");
    if (chosen.size <= MAX_BYTES) handing.mutate(chosen);
  };
  return (
    <>
      <ul className="files">
        {value.map((paper) => (
          <li key={paper.sha256}>
            {paper.name} <span className="quiet">{paperKindText(paper.kind)}</span>{" "}
            <Button
              size="small"
              aria-label={texts.removeRow(paper.name)}
              onClick={() => onChange?.(value.filter((other) => other !== paper))}
            >
              {texts.remove}
            </Button>
          </li>
        ))}
      </ul>
      <div className="row">
        <label htmlFor={choice}>{texts.kind}</label>
        <Select
          id={choice}
          value={kind}
          onChange={setKind}
          popupMatchSelectWidth={false}
          options={kinds.map((one) => ({ value: one, label: paperKindText(one) }))}
        />
        <label htmlFor={file}>{texts.attach}</label>
        <input
          id={file}
          type="file"
          accept=".pdf,.ofd,.jpg,.jpeg,.png,.txt,.json"
          onChange={({ target }) => {
            take(target.files?.[0]);
            target.value = "";
          }}
        />
      </div>
      <p className="quiet">{texts.attachHow}</p>
      {handing.isPending && <p role="status">{texts.uploading(handing.variables.name)}</p>}
      {tooLarge !== "" && <p role="alert">{texts.tooLarge(tooLarge)}</p>}
      {handing.error && <RefusalNotice error={handing.error} retry={() => handing.mutate(handing.variables)} />}
    </>
  );
}
