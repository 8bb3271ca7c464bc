import type { CodeReader } from "./code-reader.ts";

/** Milliseconds between two looks at what the camera sees. */
const PAUSE_MS = 200;

/** Away from its user, and sharp: what cameras give unasked (640 × 480) blurs the codes of whole pages. */
const WANTED: MediaTrackConstraints = { facingMode: "environment", width: { ideal: 1_920 }, height: { ideal: 1_080 } };

/**
 * Looks through the camera until a code is seen, whose text it resolves to; `undefined` where `signal` ended it before. Pictures stay in the browser,
 * and the camera is let go in every case. Rejects where it cannot be used.
 */
export async function lookThrough(
  video: HTMLVideoElement,
  reader: Pick<CodeReader, "read">,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: WANTED });
  try {
    video.srcObject = stream;
    if (!signal.aborted) await video.play();
    while (!signal.aborted) {
      const text = await reader.read(video);
      if (text !== undefined) return text;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
