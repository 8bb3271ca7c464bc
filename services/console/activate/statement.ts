import { STATEMENT_GOOD_MS } from "../../domain/activation-statement.ts";

/** What is filled in of an administrator to be. */
export interface FilledAdministrator {
  departmentCode: string;
  account: string;
  name: string;
  certificatePem: string;
}

/** A statement that was downloaded: exactly its bytes are what the department signs. */
export interface DownloadedStatement {
  text: string;
  fileName: string;
  /** What it was made from, so that it is known whether that has changed. */
  of: FilledAdministrator;
  /** Until when it counts, by the clock of this desk, milliseconds since 1970. */
  until: number;
}

/** Makes a statement (5.8.3) of what was filled in. `time`: now, by the node's clock. `desk`: now, by the clock by which the page counts down. */
export function statementOf(
  { departmentCode, account, name, certificatePem }: FilledAdministrator,
  time: Date,
  desk: number,
): DownloadedStatement {
  const of = { departmentCode, account, name, certificatePem };
  const text = JSON.stringify({ ...of, time: time.toISOString() });
  return { text, fileName: `activation-${account}.json`, of, until: desk + STATEMENT_GOOD_MS };
}

/** Whether a statement says what is filled in now. */
export function isStatementOf({ of }: DownloadedStatement, filled: Partial<FilledAdministrator>): boolean {
  return (Object.keys(of) as (keyof FilledAdministrator)[]).every((name) => of[name] === filled[name]);
}

/** The command that signs a statement where certificate and key are files. */
export function signCommand(fileName: string): string {
  const out = fileName.replace(/\.json$/, ".p7s");
  const form = "openssl cms -sign -binary -cades -nosmimecap -outform DER";
  return `${form} -in ${fileName} -out ${out} -signer 机构证书.pem -inkey 机构私钥.pem -certfile 颁发机构证书.pem`;
}

/** A file of a signature as the contract takes it: as it is, or, where a tool wrote letters (PEM), the bytes that they stand for. */
export function signatureBytes(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const letters = /-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(new TextDecoder().decode(file))?.[1];
  return letters === undefined
    ? file
    : Uint8Array.from(atob(letters.replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
}
