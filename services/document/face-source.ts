import type { DataMessage } from "../domain/message.ts";

/** What a face is drawn from: a data message before or after the digests of its faces are known. */
export type FaceSource = Omit<DataMessage, "faces"> | DataMessage;
