import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import type { PackedFile } from "./ofd/zip-write.ts";

/** The files that all packages of a face begin with, with the electronic seal and without: they come once from the threads that draw. */
export interface SharedFiles {
  has(sealed: boolean): boolean;
  /** Keeps those of the first package that came whole; all packages have the very same objects from then on. */
  keep(whole: PreparedOfd): PreparedOfd;
  /** Puts them in front of a package that came without. */
  join(rest: PreparedOfd): PreparedOfd;
}

/** Opens the shared files of one face. */
export function keepShared(): SharedFiles {
  const kept = new Map<boolean, readonly PackedFile[]>();
  const withKept = (ofd: PreparedOfd, rest: readonly PackedFile[]) => ({
    ...ofd,
    files: [...(kept.get(ofd.sealed) ?? []), ...rest],
  });
  return {
    has: (sealed) => kept.has(sealed),
    keep(whole) {
      // The first drawing shares nothing.
      if (whole.shared === 0) return whole;
      if (!kept.has(whole.sealed)) kept.set(whole.sealed, whole.files.slice(0, whole.shared));
      return withKept(whole, whole.files.slice(whole.shared));
    },
    join: (rest) => (rest.shared === 0 ? rest : withKept(rest, rest.files)),
  };
}
