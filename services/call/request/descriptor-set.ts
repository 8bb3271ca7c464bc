import type { DescFile } from "@bufbuild/protobuf";

/** Files of contracts and all that these import, imports first, each once. */
export function filesOf(roots: readonly DescFile[]): DescFile[] {
  const files = new Set<DescFile>();
  const collect = (file: DescFile) => {
    if (files.has(file)) return;
    for (const dependency of file.dependencies) collect(dependency);
    files.add(file);
  };
  for (const root of roots) collect(root);
  return [...files];
}
