import { useEffect, useRef, useState } from "react";
import type { CodeReader } from "../../scan-code/code-reader.ts";
import { useTexts } from "../text/texts.ts";
import { USE } from "./use-texts.ts";

/** Milliseconds between two looks at what the camera sees. */
const PAUSE_MS = 200;

/** Looks through the camera until a code is seen. Pictures stay in the browser. */
export function Camera({ reader, found }: { reader: () => CodeReader; found: (text: string) => void }) {
  const texts = useTexts(USE);
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one camera for the life of this part
  useEffect(() => {
    let over = false;
    let stream: MediaStream | undefined;
    const end = () => {
      over = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const look = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const seen = video.current;
      if (over || !seen) return end();
      seen.srcObject = stream;
      await seen.play();
      while (!over) {
        const text = await reader().read(seen);
        if (text !== undefined && !over) return found(text);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    };
    look().catch(() => !over && setFailed(true));
    return end;
  }, []);
  if (failed) return <p role="alert">{texts.noCamera}</p>;
  return <video ref={video} className="camera" aria-label={texts.cameraView} muted playsInline />;
}
