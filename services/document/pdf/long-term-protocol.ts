import type { SignerFiles } from "../../domain/authority-files.ts";
import type { TimeStampAnswer } from "../../trust/time-stamp/accept.ts";
import type { ImprintHash } from "../../trust/time-stamp/imprint.ts";
import type { PendingExtension } from "./long-term.ts";
import type { ExtensionOptions } from "./long-term-options.ts";

/* What the desk for long-term files and its threads say to each other. */

/** What the threads are configured with. */
export interface ExtendSettings {
  signers: SignerFiles;
  /** The kind of time stamps that are asked for; absent where there is no authority. */
  stamps?: { hash: ImprintHash; policy?: string };
}

/** A file that waits for a document time stamp, its octets without the methods of a buffer. */
export type SentPending = Omit<PendingExtension, "file"> & { file: Uint8Array<ArrayBuffer> };

/** A file to extend, or one that waited and what the time stamp authority answered. The octets change hands. */
export type ExtendJob = Pick<ExtensionOptions, "level" | "at"> &
  ({ file: Uint8Array<ArrayBuffer> } | { pending: SentPending; answer: TimeStampAnswer });

/** The extended file, or one for whose imprint a time stamp is wanted: no thread waits for an authority. */
export type ExtendAnswer = { file: Uint8Array<ArrayBuffer> } | { pending: SentPending; imprint: Uint8Array };
