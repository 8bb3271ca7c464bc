import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { type File, FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { FaceView } from "../face/face-view.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";
import type { Using } from "./using.ts";

/** Forms by the names that a certificate lists, and how people call those that are saved unseen. */
const OTHERS: Readonly<Record<string, readonly [FileFormat, string]>> = {
  ofd: [FileFormat.OFD, "OFD"],
  message: [FileFormat.MESSAGE, "JSON"],
  "message-signature": [FileFormat.MESSAGE_SIGNATURE, "P7S"],
};

/** Files of a certificate that may be fetched (4.5.5). A PDF is looked at first, and saved from what was looked at: that is one use, not two. */
export function AllowedFiles({ using, formats }: { using: Using; formats: readonly string[] }) {
  const texts = useTexts(USE);
  const pdf = useFile(using);
  const other = useFile(using, saveFile);
  if (formats.length === 0) return <p className="quiet">{texts.noFiles}</p>;
  return (
    <section>
      <h4>{texts.files}</h4>
      <p className="quiet">{texts.filesHow}</p>
      <div className="actions">
        {formats.includes("pdf") && !pdf.file && (
          <Button loading={pdf.isPending} onClick={() => pdf.fetch(FileFormat.PDF)}>
            {texts.showFace}
          </Button>
        )}
        {pdf.file && <Button onClick={() => pdf.file && saveFile(pdf.file)}>{texts.savePdf}</Button>}
        {formats.map((form) => {
          const [format, called] = OTHERS[form] ?? [];
          if (format === undefined || called === undefined) return null;
          return (
            <Button key={form} loading={other.isPending} onClick={() => other.fetch(format)}>
              {texts.saveOther(called)}
            </Button>
          );
        })}
      </div>
      {pdf.error && <RefusalNotice error={pdf.error} />}
      {other.error && <RefusalNotice error={other.error} />}
      {pdf.file && <FaceView pdf={pdf.file.content} label={`${using.name} ${texts.face}`} />}
    </section>
  );
}

/** Fetches a file of a certificate; `taken` is called with it. */
function useFile({ usageCode, identifier, name, keep }: Using, taken: (file: File) => void = () => {}) {
  const { mutate, data, error, isPending } = useMutation(UsageService.method.fetchFile, {
    onSuccess({ file, receipt }) {
      if (receipt) keep({ receipt, name });
      if (file) taken(file);
    },
  });
  return {
    file: data?.file,
    error,
    isPending,
    fetch: (format: FileFormat) => mutate({ usageCode, identifier, format }),
  };
}
