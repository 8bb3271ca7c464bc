import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Authority } from "../authority/authority.ts";

/** PEM files of one hierarchy: its root, the authority of signing certificates, and that one's revocation list. */
export interface HierarchyFiles {
  root: string;
  signing: string;
  revocationList: string;
}

/** PEM files of the authority of staff's certificates, and of its revocation list. */
export interface StaffFiles {
  root: string;
  revocationList: string;
}

/** PEM files of the trial's authority; the national hierarchy (SM2) where the trial has it. */
export interface TrialFiles extends HierarchyFiles {
  staff: StaffFiles;
  national?: HierarchyFiles;
}

/** Writes the files into the authority's directory. `writeLists` writes the revocation lists anew. */
export function writeAuthorityFiles(directory: string, authority: Authority) {
  const national = authority.certificates["root-sm2"] !== undefined;
  const hierarchies = [
    hierarchy(directory, authority, ""),
    ...(national ? [hierarchy(directory, authority, "-sm2")] : []),
  ];
  const staff = { root: join(directory, "staff-authority.pem"), revocationList: join(directory, "staff.crl.pem") };
  const [common, second] = hierarchies.map(({ files }) => files) as [HierarchyFiles, HierarchyFiles?];
  const writeLists = () => {
    const lists = authority.crl();
    for (const { files, signing } of hierarchies) writeFileSync(files.revocationList, lists[signing] as string);
    writeFileSync(staff.revocationList, lists.staff);
  };
  writeFileSync(staff.root, authority.certificates.staff);
  writeLists();
  const files: TrialFiles = { ...common, staff, ...(second && { national: second }) };
  return { files, writeLists };
}

/** What a node is configured to judge signatures by. */
export function judgedBy({ national, ...common }: TrialFiles): {
  anchorFiles: string[];
  revocationListFiles: string[];
} {
  const all = national ? [common, national] : [common];
  return {
    anchorFiles: all.map(({ signing }) => signing),
    revocationListFiles: all.map(({ revocationList }) => revocationList),
  };
}

function hierarchy(directory: string, { certificates }: Authority, suffix: "" | "-sm2") {
  const [root, signing] = [`root${suffix}`, `signing${suffix}`] as const;
  const files = {
    root: join(directory, `${root}.pem`),
    signing: join(directory, `${signing}-authority.pem`),
    revocationList: join(directory, `${signing}.crl.pem`),
  };
  writeFileSync(files.root, certificates[root] as string);
  writeFileSync(files.signing, certificates[signing] as string);
  return { files, signing };
}
