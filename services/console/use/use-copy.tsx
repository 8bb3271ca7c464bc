import { Button, Input } from "antd";
import { useId, useState } from "react";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { FaceView } from "../face/face-view.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { useFile } from "./use-file.ts";
import { USE } from "./use-texts.ts";
import type { Using } from "./using.ts";

/** A copy that names its one use (加注件): looked at first, and saved from what was looked at. Another last day is another copy. */
export function UseCopy({ using }: { using: Using }) {
  const texts = useTexts(USE);
  const dayField = useId();
  const [validTo, setValidTo] = useState("");
  const copy = useFile(using);
  return (
    <section>
      <h4>{texts.copy}</h4>
      <p className="quiet">{texts.copyHow}</p>
      <div className="actions">
        <label htmlFor={dayField}>{texts.copyValidTo}</label>
        <Input
          id={dayField}
          type="date"
          className="copy-day"
          value={validTo}
          onChange={({ target }) => {
            setValidTo(target.value);
            copy.forget();
          }}
        />
        {!copy.file && (
          <Button
            loading={copy.isPending}
            onClick={() => copy.fetch({ format: FileFormat.PDF, useCopy: true, copyValidTo: validTo })}
          >
            {texts.makeCopy}
          </Button>
        )}
        {copy.file && <Button onClick={() => copy.file && saveFile(copy.file)}>{texts.saveCopy}</Button>}
      </div>
      {copy.error && <RefusalNotice error={copy.error} />}
      {copy.file && <FaceView pdf={copy.file.content} label={`${using.name} ${texts.copy}`} />}
    </section>
  );
}
