import { readFileSync, statSync } from "node:fs";
import { Refusal } from "../domain/refusal.ts";
import { createTrustAnchors, type TrustAnchors } from "./anchors.ts";
import { createRevocationSource, type RevocationLists } from "./revocation.ts";
import type { TimeStampTrust } from "./time-stamp/verify-token.ts";

/** Files of authorities and of their revocation lists (PEM). */
export interface AuthorityFiles {
  anchorFiles: readonly string[];
  revocationListFiles?: readonly string[];
}

/** Files that say whose signing certificates are trusted, and whose time stamps. */
export interface SignerFiles extends AuthorityFiles {
  timeStamps?: AuthorityFiles;
}

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
 * damaged list leaves the last good one in force and calls `onFault`, so that a half-written file stops nothing.
 */
export function openSigners(files: SignerFiles, now: () => Date, onFault: (error: unknown) => void): Signers {
  const paths = [files, ...(files.timeStamps ? [files.timeStamps] : [])].flatMap((one) => [
    ...one.anchorFiles,
    ...(one.revocationListFiles ?? []),
  ]);
  let seen = stamps(paths);
  let loaded = load(files);
  let lookedAt = now().getTime();
  return {
    current() {
      const time = now().getTime();
      if (time - lookedAt < LOOK_EVERY_MS) return loaded;
      lookedAt = time;
      try {
        const found = stamps(paths);
        if (found !== seen) {
          loaded = load(files);
          seen = found;
        }
      } catch (error) {
        onFault(error);
      }
      return loaded;
    },
  };
}

function load({ timeStamps, ...own }: SignerFiles): TrustedSigners {
  return { ...loadAuthorities(own), ...(timeStamps && { timeStamps: loadAuthorities(timeStamps) }) };
}

function loadAuthorities(files: AuthorityFiles): { trust: TrustAnchors; revocation?: RevocationLists } {
  const trust = createTrustAnchors(files.anchorFiles.map((path) => readText(path)));
  const lists = (files.revocationListFiles ?? []).map((path) => readText(path));
  return lists.length === 0 ? { trust } : { trust, revocation: createRevocationSource(lists, trust.anchors) };
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
