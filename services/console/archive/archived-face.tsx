import { Button } from "antd";
import { FaceView } from "../face/face-view.tsx";
import { useTexts } from "../text/texts.ts";
import { ARCHIVE } from "./archive-texts.ts";
import type { ArchivedFileHere } from "./use-archived-file.ts";

/** The face (证面) of an archived certificate, drawn from its signed PDF once it is asked for: to read the file is an act that is kept, and the page says so before. */
export function ArchivedFace({ pdf, name, may }: { pdf: ArchivedFileHere; name: string; may: boolean }) {
  const texts = useTexts(ARCHIVE);
  const { file, isPending, percent, whenThere } = pdf;
  return (
    <section className="panel" aria-labelledby="face">
      <h2 id="face">{texts.face}</h2>
      {file ? (
        <FaceView pdf={file.content} label={`${name} ${texts.face}`} />
      ) : (
        <>
          <p className="quiet">{may ? texts.faceHow : texts.faceAnd}</p>
          {may && (
            <Button loading={isPending} onClick={() => whenThere()}>
              {isPending ? texts.saving(percent) : texts.showFace}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
