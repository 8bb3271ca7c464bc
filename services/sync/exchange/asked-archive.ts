/** When somebody asked for an archive, and the digest over all of it that was answered. */
export interface AskedArchive {
  at: Date;
  root: string;
}
