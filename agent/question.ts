import type { DataMessage } from "../services/domain/message.ts";
import type { Confirmation } from "../services/trust/officers/verify-confirmation.ts";
import type { OfficerLists } from "./officer-lists.ts";

/** An origin signature as it comes with a job. */
export interface JobOrigin {
  keyId: string;
  /** RFC 3339. */
  signedAt: string;
  signature: Uint8Array;
  /** The signed statement names the certificate number. */
  numberGiven: boolean;
}

/** An officer's confirmation as it comes with a job. */
export interface JobConfirmation extends Confirmation {
  /** RFC 3339; in the statement. */
  signedAt: string;
  /** The confirmed statement names the certificate number. */
  numberGiven: boolean;
}

/** What a decision is taken on. */
export interface Question {
  message: DataMessage;
  origin: JobOrigin | undefined;
  confirmation?: JobConfirmation | undefined;
  /** The word that an officer has given for exactly this message on this host's page. */
  word?: JobConfirmation | undefined;
}

/** Where and when it is taken. */
export interface Circumstances {
  /** Division code of the node that the agent serves. */
  node: string;
  now: Date;
  clockSkewSeconds: number;
  officers: Pick<OfficerLists, "of">;
  /** Origin of this host's own page for officers, where there is one. */
  page?: string | undefined;
}
