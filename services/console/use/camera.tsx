import { useEffect, useRef, useState } from "react";
import type { CodeReader } from "../../scan-code/code-reader.ts";
import { lookThrough } from "../../scan-code/look-through.ts";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** Looks through the camera until a code is seen. Pictures stay in the browser. */
export function Camera({ reader, found }: { reader: () => CodeReader; found: (text: string) => void }) {
  const texts = useTexts(USE);
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one camera for the life of this part
  useEffect(() => {
    const stop = new AbortController();
    const seen = video.current;
    if (seen)
      lookThrough(seen, reader(), stop.signal).then(
        (text) => text !== undefined && !stop.signal.aborted && found(text),
        () => !stop.signal.aborted && setFailed(true),
      );
    return () => stop.abort();
  }, []);
  if (failed) return <p role="alert">{texts.noCamera}</p>;
  return <video ref={video} className="camera" aria-label={texts.cameraView} muted playsInline />;
}
