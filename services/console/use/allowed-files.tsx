import { Button } from "antd";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { FaceView } from "../face/face-view.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { OfdFile } from "./ofd-file.tsx";
import { UseCopy } from "./use-copy.tsx";
import { useFile } from "./use-file.ts";
import { USE } from "./use-texts.ts";
import type { Using } from "./using.ts";

/** Forms by the names that a certificate lists, and how people call those that are saved unseen. */
const OTHERS: Readonly<Record<string, readonly [FileFormat, string]>> = {
  message: [FileFormat.MESSAGE, "JSON"],
  "message-signature": [FileFormat.MESSAGE_SIGNATURE, "P7S"],
};

/** Files of a certificate that may be fetched (4.5.5). A PDF or OFD is looked at first, and saved from what was looked at: that is one use, not two. */
export function AllowedFiles({ using, formats }: { using: Using; formats: readonly string[] }) {
  const texts = useTexts(USE);
  const pdf = useFile(using);
  const other = useFile(using, saveFile);
  if (formats.length === 0) return <p className="quiet">{texts.noFiles}</p>;
  return (
    <>
      {formats.includes("pdf") && <UseCopy using={using} />}
      <section>
        <h4>{texts.files}</h4>
        <p className="quiet">{texts.filesHow}</p>
        <div className="actions">
          {formats.includes("pdf") && !pdf.file && (
            <Button loading={pdf.isPending} onClick={() => pdf.fetch({ format: FileFormat.PDF })}>
              {texts.showFace}
            </Button>
          )}
          {pdf.file && <Button onClick={() => pdf.file && saveFile(pdf.file)}>{texts.savePdf}</Button>}
          {formats.map((form) => {
            const [format, called] = OTHERS[form] ?? [];
            if (format === undefined || called === undefined) return null;
            return (
              <Button key={form} loading={other.isPending} onClick={() => other.fetch({ format })}>
                {texts.saveOther(called)}
              </Button>
            );
          })}
        </div>
        {pdf.error && <RefusalNotice error={pdf.error} />}
        {other.error && <RefusalNotice error={other.error} />}
        {pdf.file && <FaceView pdf={pdf.file.content} label={`${using.name} ${texts.face}`} />}
        {formats.includes("ofd") && <OfdFile using={using} />}
      </section>
    </>
  );
}
