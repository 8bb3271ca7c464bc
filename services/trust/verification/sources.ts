import type { SignatureReport } from "../report.ts";
import type { SealDetails, SealVerifyOptions } from "../seal/verify-seal.ts";

/** An issue that a register is asked about. */
export interface AskedIssue {
  /** Social credit code of the issuing body. */
  issuer: string;
  /** 证照类型代码. */
  typeCode: string;
  /** Catalog item; absent where the document does not tell it: any of the type then. */
  itemCode?: string;
  /** Node that issued; absent where the document does not tell it. */
  node?: string;
}

/** Which bodies may issue what: what the province has confirmed, or a list written by hand. */
export interface IssuerRegister {
  /** When the province made it, or had still nothing else to say; absent for one that somebody wrote by hand. */
  builtAt?: Date;
  /** Social credit code of the body that stood above at a time, `undefined` where the register names none. */
  superiorOf(code: string, at: Date): string | undefined;
  /**
   * Whether a body might issue this at this node when it signed; false for bodies that the register does not know, `undefined` where the
   * register has no such right and is older than the signature.
   */
  mayIssue(issue: AskedIssue, signedAt: Date): boolean | undefined;
}

/** What an OFD verifier finds. */
export interface OfdVerification extends SignatureReport {
  altered: string[];
  added: string[];
  missing: string[];
  signedAt?: string;
  coveredSha256?: string;
  message?: Uint8Array;
  seal?: SealDetails;
  notices?: string[];
  /** What is not of the form of our packages, where another program signed it. */
  foreign?: string[];
}

/**
 * Reads an OFD package and verifies it as of any time, without throwing. Handed in, since packages are read one floor
 * above this one.
 */
export type OfdOpener = (bytes: Uint8Array) => (options: SealVerifyOptions) => OfdVerification;
