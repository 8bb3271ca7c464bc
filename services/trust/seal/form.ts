/** Versions of the seal structure: 1 GM/T 0031-2014, 4 GB/T 38540-2020, 5 GM/T 0031-2025. */
export type SealVersion = 1 | 4 | 5;

/** The picture of a seal. */
export interface SealImage {
  /** Format in lower-case ASCII, for example `png` or `ofd`. */
  type: string;
  data: Uint8Array;
  /** Millimetres, whole. */
  width: number;
  height: number;
}

/** A private addition to a seal or a signature by seal. Readers must refuse a critical one that they do not know. */
export interface SealExtension {
  type: string;
  critical: boolean;
  value: Uint8Array;
}

/** Who may sign with a seal: certificates, or digests of them. */
export type SealSigners =
  | { kind: "certificates"; certificates: readonly Uint8Array[] }
  | { kind: "digests"; digests: readonly { type: string; value: Uint8Array }[] };

/** An electronic seal (SESeal), parsed and not yet trusted. */
export interface Seal {
  readonly version: SealVersion;
  /** The seal as it stands, DER. */
  readonly der: Uint8Array;
  /** Identifier of the vendor (Vid). */
  readonly vendor: string;
  /** esID: names the seal. */
  readonly id: string;
  /** 1 of a body (单位印章), 2 of a person; other numbers are the vendor's. */
  readonly type: number;
  readonly name: string;
  readonly signers: SealSigners;
  readonly created: Date;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly picture: SealImage;
  readonly extensions: readonly SealExtension[];
  /** Certificate of the seal maker (制章人), DER. */
  readonly maker: Uint8Array;
  /** Object identifier of the maker's signature algorithm. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
  /** The octets that the maker signed. */
  readonly signed: Uint8Array;
  /** Time stamp of version 5, as it stands; nothing here verifies it. */
  readonly timeStamp?: Uint8Array;
}

/** A signature by electronic seal (SES_Signature), parsed and not yet trusted. */
export interface SealSignature {
  readonly version: SealVersion;
  readonly seal: Seal;
  /** The time that the signer claims. Absent where version 1 holds a time stamp token in its place. */
  readonly time?: Date;
  /** Digest of the document's signature file. */
  readonly dataHash: Uint8Array;
  /** For OFD the absolute path of the signature file. */
  readonly propertyInfo: string;
  readonly extensions: readonly SealExtension[];
  /** Certificate of the signer, DER. */
  readonly certificate: Uint8Array;
  readonly algorithm: string;
  readonly signature: Uint8Array;
  readonly signed: Uint8Array;
  readonly timeStamp?: Uint8Array;
}
