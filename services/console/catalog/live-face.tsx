import { useQuery } from "@connectrpc/connect-query";
import { useEffect, useState } from "react";
import type { CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { toldOf } from "../call/refusal.ts";
import { FaceView } from "../face/face-view.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useLanguage } from "../text/language.ts";
import { useTexts } from "../text/texts.ts";
import { DRAFT } from "./draft-texts.ts";
import { faultPlace } from "./fault-place.ts";

const { previewFace } = CatalogService.method;

/** Nobody types slower within a word, milliseconds. */
const TYPED_MS = 800;

/** What the node last made of a content: its face, or what is wrong with it. */
interface Drawing {
  readonly of: CatalogItemContent;
  readonly pdf?: Uint8Array;
  readonly error?: unknown;
}

/**
 * The face while it is written, with the draft's own example: drawn anew by the node 0.8 s behind the last stroke; what was asked for before is given up. A face stays
 * until the next is there, and a line above it says when it is behind what is written; of what cannot be drawn the faults are told, and no face is shown.
 */
export function LiveFace({ content }: { content: CatalogItemContent }) {
  const texts = useTexts(DRAFT);
  const language = useLanguage();
  const [asked, setAsked] = useState(content);
  const [last, setLast] = useState<Drawing>();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(content), TYPED_MS);
    return () => clearTimeout(timer);
  }, [content]);
  const sealPictureJson = asked.sealSamples[0]?.pictureJson ?? "";
  const { data, error, refetch } = useQuery(previewFace, { content: asked, sealPictureJson }, { gcTime: 0 });
  useEffect(() => {
    if (error) setLast({ of: asked, error });
    else if (data?.file) setLast({ of: asked, pdf: data.file.content });
  }, [asked, data, error]);
  return (
    <div>
      <p role="status" className="quiet">
        {last?.of === content ? texts.drawnAsWritten(!last.error) : texts.drawingAnew}
      </p>
      {last?.error !== undefined && (
        <RefusalNotice
          error={last.error}
          placeOf={faultPlace}
          quietly
          // What is wrong with a field is so however often it is asked.
          {...(toldOf(last.error, language).fields.length === 0 && { retry: () => refetch() })}
        />
      )}
      {last?.pdf && <FaceView pdf={last.pdf} label={texts.liveFace} />}
    </div>
  );
}
