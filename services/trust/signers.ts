import { readFileSync, statSync } from "node:fs";
import type { AuthorityFiles, SignerFiles } from "../domain/authority-files.ts";
import { Refusal } from "../domain/refusal.ts";
import { createTrustAnchors, type TrustAnchors } from "./anchors.ts";
import { anchoredAuthorities } from "./authorities.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { basicConstraintsOf } from "./extension.ts";
import type { ListReader } from "./list-memory.ts";
import { fromPem } from "./pem.ts";
import { createRevocationSource, type RevocationLists } from "./revocation.ts";
import type { TimeStampTrust } from "./time-stamp/verify-token.ts";

/** What a signature is verified against. */
export interface TrustedSigners {
  trust: TrustAnchors;
  revocation?: RevocationLists;
  timeStamps?: TimeStampTrust & { revocation?: RevocationLists };
}

/** Trusted signers of a process. */
export interface Signers {
  /** What to verify a signature against now. Files that changed since the last look are read again. */
  current(): TrustedSigners;
}

/** Files are looked at this often at most: a new revocation list counts within so many milliseconds. */
export const LOOK_EVERY_MS = 2_000;

/**
 * Loads trusted signers from files. Refuses (`INVALID_FIELD`) unreadable or damaged files at the first look; later a
 * damaged list leaves the last good one in force and calls `onFault`, so that a half-written file stops nothing. `readList` may
 * remember lists.
 */
export function openSigners(
  files: SignerFiles,
  now: () => Date,
  onFault: (error: unknown) => void,
  readList?: ListReader,
): Signers {
  const paths = [files, ...(files.timeStamps ? [files.timeStamps] : [])].flatMap((one) => [
    ...one.anchorFiles,
    ...(one.intermediateFiles ?? []),
    ...(one.revocationListFiles ?? []),
  ]);
  let seen = stamps(paths);
  let loaded = load(files, readList);
  let lookedAt = now().getTime();
  return {
    current() {
      const time = now().getTime();
      // A clock that was set back must not keep a list that revokes from being read.
      if (time >= lookedAt && time - lookedAt < LOOK_EVERY_MS) return loaded;
      lookedAt = time;
      try {
        const found = stamps(paths);
        if (found !== seen) {
          loaded = load(files, readList);
          seen = found;
        }
      } catch (error) {
        onFault(error);
      }
      return loaded;
    },
  };
}

function load({ timeStamps, ...own }: SignerFiles, readList?: ListReader): TrustedSigners {
  const stamps = timeStamps && loadAuthorities(timeStamps, readList);
  return { ...loadAuthorities(own, readList), ...(stamps && { timeStamps: stamps }) };
}

function loadAuthorities(
  files: AuthorityFiles,
  readList?: ListReader,
): { trust: TrustAnchors; revocation?: RevocationLists } {
  const trust = createTrustAnchors(files.anchorFiles.map((path) => readText(path)));
  const lists = (files.revocationListFiles ?? []).map((path) => readText(path));
  if (lists.length === 0) return { trust };
  const below = (files.intermediateFiles ?? []).flatMap((path) => fromPem("CERTIFICATE", readText(path)));
  const issuers = withThoseBelow(trust, below.map(parseCertificate));
  return { trust, revocation: createRevocationSource(lists, issuers, readList) };
}

/** The anchors and the authorities that descend from them, in whatever order they were named. */
function withThoseBelow({ anchors }: TrustAnchors, named: readonly Certificate[]): Certificate[] {
  const known = anchoredAuthorities(anchors, named).map(({ certificate }) => certificate);
  const stray = named.find(
    (one) => basicConstraintsOf(one).ca && !known.some(({ fingerprint }) => fingerprint === one.fingerprint),
  );
  if (stray === undefined) return known;
  const name = stray.subject.commonName ?? stray.serial;
  throw new Refusal("INVALID_FIELD", `intermediate authorities: no anchor stands above ${name}; name its root too`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `cannot read ${path}`, { metadata: { path }, cause });
  }
}

function stamps(paths: readonly string[]): string {
  return paths.map((path) => `${statSync(path).mtimeMs}/${statSync(path).size}`).join(" ");
}
