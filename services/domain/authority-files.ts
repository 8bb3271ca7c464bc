/** Files of authorities and of their revocation lists (PEM). */
export interface AuthorityFiles {
  anchorFiles: readonly string[];
  /** Authorities below the anchors whose revocation lists are among the files; they are trusted for nothing else by this. */
  intermediateFiles?: readonly string[];
  revocationListFiles?: readonly string[];
}

/** Files that say whose signing certificates are trusted, and whose time stamps. */
export interface SignerFiles extends AuthorityFiles {
  /** Authorities whose time stamps count. They are trusted for nothing else. */
  timeStamps?: AuthorityFiles;
}
