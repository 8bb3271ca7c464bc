import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { Button, Select } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import { type Paper, PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { FORM } from "../form/form-texts.ts";
import { SentFileRow } from "../form/sent-file-row.tsx";
import { useSentFiles } from "../form/sent-files.ts";
import { useTexts } from "../text/texts.ts";
import { CASES } from "./case-texts.ts";
import { paperKindText } from "./paper-kind.ts";

/** What a case says of a paper, and what its reader knows it by. */
export type ChosenPaper = Pick<Paper, "kind" | "sha256" | "name">;

/** Largest paper, and types by the endings that browsers do not know. */
const MAX_BYTES = 5 << 20;
const ACCEPTED = ".pdf,.ofd,.jpg,.jpeg,.png,.txt,.json";
const TYPES: Readonly<Record<string, string>> = { ofd: "application/ofd", json: "text/plain", txt: "text/plain" };

/**
 * Papers of a case that is being written: each goes part by part as it is chosen, and once it is in the case names it. What is on its way is kept with the
 * draft, and goes on when the page is opened again. A field of a form gives it id, value and change.
 */
export function PapersInput(props: {
  draft: string;
  kinds: readonly PaperKind[];
  /** Told how many are on their way, or were refused. */
  onWaiting: (count: number) => void;
  id?: string;
  value?: ChosenPaper[];
  onChange?: (papers: ChosenPaper[]) => void;
}) {
  const { draft, kinds, onWaiting, value = [], onChange } = props;
  const texts = { ...useTexts(FORM), ...useTexts(CASES) };
  const service = createClient(PaperService, useTransport());
  const [kind, setKind] = useState<PaperKind>(kinds[0] ?? PaperKind.OTHER);
  const [tooLarge, setTooLarge] = useState("");
  const choice = useId();
  const others = useId();
  const file = props.id ?? others;
  // Two may be in before the form has told of the first.
  const papers = useRef(value);
  papers.current = value;
  const change = (next: ChosenPaper[]) => {
    papers.current = next;
    onChange?.(next);
  };
  const files = useSentFiles(draft, async ({ name, mediaType, kind: number }, { uploadId }, signal) => {
    const of = (number as PaperKind | undefined) ?? PaperKind.OTHER;
    const { paper } = await service.putPaper({ name, mediaType, kind: of, uploadId }, { signal });
    if (!paper) return;
    const { sha256 } = paper;
    change([...papers.current.filter((other) => other.sha256 !== sha256), { kind: of, sha256, name: paper.name }]);
  });
  const count = files.list.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the number of files changes
  useEffect(() => onWaiting(count), [count]);
  /** `of`: what it is; `refused`: the one in whose place it comes. */
  const take = (chosen: File | undefined, of = kind, refused = "") => {
    if (!chosen) return;
    setTooLarge(chosen.size > MAX_BYTES ? chosen.name : "");
    if (chosen.size > MAX_BYTES) return;
    files.remove(refused);
    const type = TYPES[chosen.name.split(".").at(-1)?.toLowerCase() ?? ""] ?? chosen.type;
    files.add({ name: chosen.name, mediaType: type || "application/octet-stream", content: chosen, kind: of });
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
              onClick={() => change(value.filter((other) => other !== paper))}
            >
              {texts.remove}
            </Button>
          </li>
        ))}
        {files.list.map((one) => (
          <SentFileRow
            key={one.name}
            file={one}
            remove={() => files.remove(one.name)}
            retry={() => files.retry(one.name)}
            accept={ACCEPTED}
            instead={(chosen) => take(chosen?.[0], one.kind as PaperKind | undefined, one.name)}
          />
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
          accept={ACCEPTED}
          onChange={({ target }) => {
            take(target.files?.[0]);
            target.value = "";
          }}
        />
      </div>
      <p className="quiet">{texts.attachHow}</p>
      {tooLarge !== "" && <p role="alert">{texts.tooLarge(tooLarge)}</p>}
    </>
  );
}
