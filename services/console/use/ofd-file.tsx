import { useMutation } from "@connectrpc/connect-query";
import { Button } from "antd";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { toldFace } from "../../file-view/drawn-face.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { FaceView } from "../face/face-view.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { useFile } from "./use-file.ts";
import { USE } from "./use-texts.ts";
import type { Using } from "./using.ts";

/**
 * The OFD of a certificate: fetched once, and saved as it was fetched. Browsers show none; what is seen is the picture that the node draws from its signed data
 * once it has verified it, told as that.
 */
export function OfdFile({ using }: { using: Using }) {
  const texts = useTexts(USE);
  const drawing = useMutation(VerifyService.method.verifyDocument);
  const draw = (document: Uint8Array) => drawing.mutate({ document, faceWanted: true });
  const { file, isPending, error, fetch } = useFile(using, ({ content }) => draw(content));
  const told = drawing.data && toldFace(drawing.data.face);
  return (
    <>
      <div className="actions">
        {!file && (
          <Button loading={isPending} onClick={() => fetch({ format: FileFormat.OFD })}>
            {texts.showOfd}
          </Button>
        )}
        {file && <Button onClick={() => saveFile(file)}>{texts.saveOther("OFD")}</Button>}
      </div>
      {error && <RefusalNotice error={error} />}
      {drawing.isPending && <p role="status">{texts.drawing}</p>}
      {file && drawing.error && <RefusalNotice error={drawing.error} retry={() => draw(file.content)} />}
      {told && <p role="status">{said("absent" in told ? told.absent : told.caption)}</p>}
      {told && "pdf" in told && <FaceView pdf={told.pdf} label={`${using.name} OFD`} />}
    </>
  );
}
